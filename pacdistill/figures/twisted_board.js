function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  // The planted tree is in arrays, in preorder. Point number p has the bits of p, the first leading.
  const { d, size: planted } = data;
  const count = 2 ** d;
  const bits = Array.from({ length: d }, (_, i) => i);
  const points = Array.from({ length: count }, (_, p) => p);
  const bit = (p, i) => (p >> (d - 1 - i)) & 1;
  const leafOf = (p) => {
    let node = 0;
    while (data.variable[node] >= 0) node = data.children[node][bit(p, data.variable[node])];
    return node;
  };
  const leaves = points.map(leafOf);
  const labels = leaves.map((leaf) => data.label[leaf]);

  // --- what is probed: columns of numbers, one for each point
  const decode = (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
  };
  function lastLayer(layers) {
    let h = points.map((p) => bits.map((i) => 2 * bit(p, i) - 1));
    layers.forEach(({ weight, bias }, depth) => {
      const W = decode(weight), b = decode(bias), inputs = W.length / b.length;
      h = h.map((x) => b.map((c, k) => {
        let sum = c;
        for (let j = 0; j < inputs; j++) sum += W[k * inputs + j] * x[j];
        return Math.max(sum, 0) + (depth > 0 ? x[k] : 0);
      }));
    });
    return h[0].map((_, k) => h.map((x) => x[k]));
  }
  const dot = (a, b) => a.reduce((sum, z, k) => sum + z * b[k], 0);
  // An orthonormal basis of the columns and the constant, by Gram and Schmidt, each step twice.
  function basisOf(columns) {
    const basis = [];
    [points.map(() => 1), ...columns].forEach((column) => {
      let rest = column.slice();
      for (let turn = 0; turn < 2; turn++) {
        basis.forEach((q) => {
          const inner = dot(q, rest);
          rest = rest.map((z, k) => z - inner * q[k]);
        });
      }
      const norm = Math.sqrt(dot(rest, rest));
      if (norm > 1e-6 * Math.sqrt(dot(column, column))) basis.push(rest.map((z) => z / norm));
    });
    return basis;
  }
  const FEATURES = [
    ["the trained network", () => lastLayer(data.networks[0])],
    ["the tree, written as a network", () => [...new Set(leaves)].map((leaf) => leaves.map((l) => Number(l === leaf)))],
    ["the raw bits", () => bits.map((i) => points.map((p) => bit(p, i)))],
    ["an untrained network", () => lastLayer(data.networks[1])],
  ];
  const bases = [];
  let phi = 0;
  const basis = () => (bases[phi] ??= basisOf(FEATURES[phi][1]()));

  // --- clauses: lists of [variable, value]
  const holds = (clause, p) => clause.every(([i, v]) => bit(p, i) === v);
  const key = (clause) => clause.map(([i, v]) => `x${i}=${v}`).join(" ");
  const name = (clause) => key(clause) || "the root";
  function centered(rows) {
    const f = rows.map((p) => 1 - 2 * labels[p]), mean = f.reduce((a, b) => a + b, 0) / f.length;
    return f.map((z) => z - mean);
  }
  // The share of the squared norm of each twisted target that a probe explains; null if it is fixed.
  function scoresAt(clause) {
    const rows = points.filter((p) => holds(clause, p)), g = centered(rows), norm = dot(g, g);
    return bits.map((i) => {
      if (clause.some(([j]) => j === i)) return null;
      const t = rows.map((p, k) => (bit(p, i) ? -g[k] : g[k]));
      return basis().reduce((sum, q) => {
        let inner = 0;
        for (let k = 0; k < rows.length; k++) inner += q[rows[k]] * t[k];
        return sum + inner * inner;
      }, 0) / norm;
    });
  }
  // The planted tree where the clause holds: its leaves, with what they test beyond the clause.
  function restricted(clause) {
    const given = new Map(clause), found = [];
    const walk = (node, path) => {
      const i = data.variable[node];
      if (i < 0) found.push({ path, f: 1 - 2 * data.label[node] });
      else if (given.has(i)) walk(data.children[node][given.get(i)], path);
      else [0, 1].forEach((v) => walk(data.children[node][v], [...path, i]));
    };
    walk(0, []);
    return found;
  }
  function sharesAt(clause) {
    const found = restricted(clause), mass = found.map(({ path }) => 2 ** -path.length);
    const mean = found.reduce((sum, { f }, k) => sum + mass[k] * f, 0);
    const weight = found.map(({ f }, k) => mass[k] * (f - mean) ** 2);
    const total = weight.reduce((a, b) => a + b, 0);
    return bits.map((i) => found.reduce((sum, { path }, k) => sum + (path.includes(i) ? weight[k] : 0), 0) / total);
  }
  // How many leaves the planted tree needs where the clause holds, equal neighbors put together.
  function needed(clause) {
    const given = new Map(clause);
    const walk = (node) => {
      const i = data.variable[node];
      if (i < 0) return { leaves: 1, label: data.label[node] };
      if (given.has(i)) return walk(data.children[node][given.get(i)]);
      const [a, b] = data.children[node].map(walk);
      return a.label !== null && a.label === b.label ? a : { leaves: a.leaves + b.leaves, label: null };
    };
    return walk(0).leaves;
  }

  // --- the state: which bit was chosen at which clause
  let moves = new Map(), past = [], current = [], said = "";
  function grow(clause) {
    const rows = points.filter((p) => holds(clause, p));
    const node = { clause, key: key(clause), label: null, variable: null, below: [] };
    if (rows.every((p) => labels[p] === labels[rows[0]])) node.label = labels[rows[0]];
    else if (moves.has(node.key)) {
      node.variable = moves.get(node.key);
      node.below = [0, 1].map((v) => grow([...clause, [node.variable, v]]));
    }
    return node;
  }
  const list = (node) => [node, ...node.below.flatMap(list)];
  const open = (tree) => list(tree).filter((n) => n.label === null && n.variable === null);
  const leavesTaken = (tree) => list(tree).reduce((sum, n) =>
    sum + (n.variable !== null ? 0 : n.label !== null ? 1 : needed(n.clause)), 0);
  const bestOf = (scores) => scores.reduce((best, z, i) =>
    (z !== null && (best < 0 || z > scores[best] + 1e-9) ? i : best), -1);

  function choose(variable) {
    past.push([new Map(moves), current]);
    const at = key(current), before = leavesTaken(grow([]));
    [...moves.keys()].filter((k) => k === at || (at === "" ? true : k.startsWith(`${at} `))).forEach((k) => moves.delete(k));
    const without = leavesTaken(grow([])), share = sharesAt(current)[variable], place = name(current);
    moves.set(at, variable);
    const tree = grow([]), after = leavesTaken(tree), cost = after - without;
    said = `At ${place} you branched on x${variable}, which ` +
      (share > 1 - 1e-9 ? "all leaves there test: it costs nothing. " : share > 0
        ? `${Math.round(100 * share)} % of the leaves there test: ` + (cost > 0 ? `it costs ${cost} more leaves. ` : "this time it costs nothing. ")
        : `no leaf there tests: it costs ${cost} more leaves. `) +
      (before > without ? "(What stood below is gone.) " : "");
    const left = open(tree), mine = left.filter((n) => n.key.startsWith(at));
    if (left.length) current = (mine[0] ?? left[0]).clause;
  }
  function best() {
    if (open(grow([])).every((n) => n.key !== key(current))) return false;
    choose(bestOf(scoresAt(current)));
    return true;
  }

  // --- the page
  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const controls = make("div", { class: "pd-answers" }, figure);
  page.select(controls, { name: "probe", options: FEATURES.map(([text]) => text) }, (k) => {
    phi = k;
    moves = new Map(); past = []; current = []; said = "";
    show();
  });
  const buttons = make("div", { class: "pd-buttons" }, controls);
  button(buttons, "Best bit", () => { best(); show(); });
  button(buttons, "Best to the end", () => { while (best()); show(); });
  const undo = button(buttons, "Undo", () => {
    if (past.length) [moves, current] = past.pop();
    said = "";
    show();
  });
  button(buttons, "Start over", () => { moves = new Map(); past = []; current = []; said = ""; show(); });

  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-panel" }, columns);
  const heading = make("p", { class: "pd-caption" }, left);
  const group = make("div", { class: "pd-choices", role: "group", "aria-label": "the bits to branch on" }, left);
  const rows = bits.map((i) => {
    const element = button(group, "", () => { if (!element.hasAttribute("aria-disabled")) { choose(i); show(); } });
    element.setAttribute("class", "pd-choice");
    make("span", { class: "pd-bit" }, element, `x${i}`);
    const track = make("span", { class: "pd-track" }, element);
    const bar = make("span", { class: "pd-score" }, track);
    const mark = make("span", { class: "pd-share" }, track);
    const value = make("span", { class: "pd-number" }, element);
    return { element, bar, mark, value };
  });
  page.walk(group, rows.map(({ element }) => element), 1);
  make("p", { class: "pd-caption" }, left, "Bar and number: the score. Mark: the share of the planted leaves that test the bit.");
  const right = make("div", { class: "pd-panel" }, columns);
  const tally = make("p", { class: "pd-caption pd-tally" }, right);
  const box = make("div", { class: "pd-scroll", tabindex: "0", role: "group", "aria-label": "the tree so far" }, right);

  const STEP = 60, ROW = 24;
  function drawTree(tree) {
    box.replaceChildren();
    let used = 0, deepest = 0;
    const place = (node, depth) => {
      deepest = Math.max(deepest, depth);
      node.x = 6 + depth * STEP;
      node.below.forEach((child) => place(child, depth + 1));
      node.y = node.below.length ? (node.below[0].y + node.below[1].y) / 2 : 14 + ROW * used++;
    };
    place(tree, 0);
    const width = 6 + deepest * STEP + 46, height = 6 + ROW * used;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, style: `width:${width}px;max-width:none` }, box);
    list(tree).forEach((node) => node.below.forEach((child, v) => {
      draw("path", { d: `M${node.x + 34} ${node.y} L${child.x} ${child.y}`, class: v ? "pd-edge" : "pd-edge pd-dashed" }, svg);
      draw("text", { x: child.x - 9, y: child.y - 3, "text-anchor": "middle", class: "pd-value" }, svg, v);
    }));
    const targets = list(tree).filter((n) => n.label === null);
    const elements = targets.map((node) => {
      const here = node.key === key(current);
      const g = draw("g", { class: `pd-node${here ? " pd-here" : ""}${node.variable === null ? " pd-open" : ""}`, role: "button",
        "aria-pressed": String(here),
        "aria-label": `${name(node.clause)}: ${node.variable === null ? "open" : `branches on x${node.variable}`}` }, svg);
      draw("rect", { x: node.x, y: node.y - 9, width: 34, height: 18, rx: 3 }, g);
      draw("text", { x: node.x + 17, y: node.y + 4, "text-anchor": "middle" }, g, node.variable === null ? "?" : `x${node.variable}`);
      const go = () => {
        current = node.clause; said = "";
        show();
        const again = [...box.querySelectorAll(".pd-node")].findIndex((e) => e.classList.contains("pd-here"));
        if (again >= 0) page.rove([...box.querySelectorAll(".pd-node")], again);
      };
      g.addEventListener("click", go);
      g.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); }
      });
      return g;
    });
    if (elements.length) page.walk(svg, elements, 1);
    list(tree).filter((n) => n.label !== null).forEach((node) => {
      const g = draw("g", { class: `pd-leaf pd-leaf-${node.label}` }, svg);
      draw("circle", { cx: node.x + 10, cy: node.y, r: 9 }, g);
      draw("text", { x: node.x + 10, y: node.y + 4, "text-anchor": "middle" }, g, node.label);
    });
  }

  function show() {
    const tree = grow([]), left = open(tree), scores = scoresAt(current), shares = sharesAt(current);
    const decided = list(tree).filter((n) => n.variable !== null);
    const here = left.some((n) => n.key === key(current));
    const probes = [...decided.map((n) => n.clause), ...(here ? [current] : [])].reduce((sum, c) => sum + d - c.length, 0);
    const taken = leavesTaken(tree), first = bestOf(scores), bound = (planted - 1) * d;
    heading.textContent = `Which bit does the function turn on at ${name(current)}?`;
    rows.forEach(({ element, bar, mark, value }, i) => {
      const fixed = scores[i] === null;
      if (fixed) element.setAttribute("aria-disabled", "true"); else element.removeAttribute("aria-disabled");
      bar.style.width = fixed ? "0" : `${100 * Math.min(1, scores[i])}%`;
      mark.style.left = `${100 * shares[i]}%`;
      mark.style.display = fixed ? "none" : "";
      value.textContent = fixed ? "fixed" : scores[i].toFixed(2);
      element.setAttribute("aria-label", fixed ? `x${i} is fixed by the path`
        : `branch on x${i}: score ${scores[i].toFixed(2)}, share ${shares[i].toFixed(2)}`);
      element.classList.toggle("pd-best", i === first);
    });
    live.textContent = left.length
      ? `${said}At ${name(current)} the best score is ${scores[first].toFixed(2)}, of x${first}` +
        (scores[first] < 0.02 ? ": as good as nothing. " : ". ") + (said ? "" : "Choose a bit to branch on.")
      : `${said}Done: a tree of ${taken} leaves, equal to the planted one (${planted} leaves) at all ${count} inputs, after ${probes} probes.`;
    tally.textContent = `${probes} probes (the theorem: at most ${bound}). This tree will take ${taken} leaves or more; the planted one has ${planted}. ` +
      "Dashed: the bit is 0. Choose a node to look at it.";
    undo.disabled = past.length === 0;
    drawTree(tree);
    Object.assign(figure.dataset, {
      features: phi, clause: key(current), scores: JSON.stringify(scores), shares: JSON.stringify(shares),
      probes, taken, open: left.length, bound,
      chosen: JSON.stringify([...moves.entries()]),
    });
  }
  show();
}
