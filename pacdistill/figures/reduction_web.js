function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  const { nodes, edges } = data;
  const KINDS = {
    proved: "a proved function", costly: "provably no cheap way", cited: "cited", open: "open",
  };

  // --- Objects: each kind tells its value at a point, its parts as texts, and which parts speak at a point.
  const literal = ([i, v]) => (v ? `x${i}` : `¬x${i}`);
  const holds = ([i, v], x) => x[i] === v;
  const joined = (part, word, none) => part.map(literal).join(` ${word} `) || none;
  const dot = (row, x) => row.reduce((sum, w, i) => sum + w * x[i], 0);
  const unit = (o, k, x) => Math.max(0, dot(o.weight[k], x) + o.bias[k]);
  const product = (set, x) => set.reduce((sign, i) => (x[i] ? -sign : sign), 1);
  const leafOf = (o, x) => {
    let k = 0;
    while (o.variable[k] >= 0) k = o.children[k][x[o.variable[k]]];
    return k;
  };
  const signed = (n, text) => `${n < 0 ? "−" : "+"} ${Math.abs(n) === 1 && text ? "" : Math.abs(n)}${text}`;
  const leavesOf = (o) => o.variable.map((_, k) => k).filter((k) => o.variable[k] < 0);
  const objects = {
    tree: {
      title: (o) => `tree of ${leavesOf(o).length} leaves`,
      value: (o, x, out) => { const k = leafOf(o, x); return leavesOf(o)[out] === k ? 1 - o.label[k] : o.label[k]; },
      parts: (o) => leavesOf(o).map((k) => `the leaf of label ${o.label[k]} (turned over)`),
      speaks: (o, k, x) => leavesOf(o)[k] === leafOf(o, x),
    },
    junta: {
      title: (o) => `junta: a table of ${o.variables.map((i) => `x${i}`).join(", ")}`,
      value: (o, x) => o.table[o.variables.reduce((k, i) => 2 * k + x[i], 0)],
      parts: (o) => o.table.map((label, k) => o.variables.map((i, j) =>
        `x${i}=${(k >> (o.variables.length - 1 - j)) & 1}`).join(" ") + ` gives ${label}`),
      speaks: (o, k, x) => k === o.variables.reduce((j, i) => 2 * j + x[i], 0),
    },
    parity: {
      title: () => "parity",
      value: (o, x) => o.variables.reduce((sum, i) => sum + x[i], 0) % 2,
      parts: (o) => [o.variables.map((i) => `x${i}`).join(" + ") + " modulo 2"],
      speaks: (o, k, x) => o.variables.reduce((sum, i) => sum + x[i], 0) % 2 === 1,
    },
    dnf: {
      title: (o) => `DNF of ${o.parts.length} ${o.parts.length === 1 ? "term" : "terms"}`,
      value: (o, x, out) => Number(o.parts.some((p, k) => k !== out && p.every((l) => holds(l, x)))),
      parts: (o) => o.parts.map((p, k) => (k ? "or " : "") + joined(p, "∧", "1")),
      speaks: (o, k, x) => o.parts[k].every((l) => holds(l, x)),
    },
    cnf: {
      title: (o) => `CNF of ${o.parts.length} ${o.parts.length === 1 ? "clause" : "clauses"}`,
      value: (o, x, out) => Number(o.parts.every((p, k) => k === out || p.some((l) => holds(l, x)))),
      parts: (o) => o.parts.map((p, k) => (k ? "and " : "") + `(${joined(p, "∨", "0")})`),
      speaks: (o, k, x) => !o.parts[k].some((l) => holds(l, x)),
    },
    network: {
      title: (o) => `network of ${o.bias.length} ${o.bias.length === 1 ? "unit" : "units"}`,
      value: (o, x, out) =>
        Number(o.bias.reduce((sum, _, k) => sum + (k === out ? 0 : o.readout[k] * unit(o, k, x)), o.shift) > 0),
      parts: (o) => o.bias.map((b, k) => {
        const terms = o.weight[k].map((w, i) => (w ? signed(w, `x${i}`) : "")).filter(Boolean);
        const inside = [...terms, ...(b || !terms.length ? [signed(b, "")] : [])].join(" ").replace(/^\+ /, "");
        return `${o.readout[k]} · relu(${inside})`;
      }),
      speaks: (o, k, x) => unit(o, k, x) > 0,
    },
    polynomial: {
      title: (o) => `polynomial of degree ${Math.max(0, ...o.parts.map(([, set]) => set.length))}`,
      value: (o, x, out) => o.parts.reduce((sum, [c, set], k) =>
        sum + (k === out ? 0 : c * product(set, x)), 0) / o.denominator,
      parts: (o) => o.parts.map(([c, set]) =>
        `${signed(c, "")}/${o.denominator}${set.length ? ` χ{${set.join(",")}}` : ""}`),
      speaks: (o, k, x) => o.parts[k][0] * product(o.parts[k][1], x) > 0,
    },
    or: {
      title: () => "OR, and the sets whose indicators are the sample",
      value: (o, x) => Number(x.some(Boolean)),
      parts: (o) => o.sets.map((set) => `{${set.map((i) => `x${i}`).join(", ")}}`),
      speaks: (o, k, x) => x.every((v, i) => v === Number(o.sets[k].includes(i))),
    },
    constant: {
      title: () => "constant", value: () => vote.answer, parts: () => [], speaks: () => false,
    },
  };
  const of = (o) => objects[o.kind];
  const cube = (d) => Array.from({ length: 2 ** d }, (_, k) =>
    Array.from({ length: d }, (_, i) => (k >> (d - 1 - i)) & 1));

  // --- The map: a drawing, and a real button on each edge.
  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-map" }, columns);
  const frame = make("div", { class: "pd-frame" }, left);
  const WIDTH = 336, HEIGHT = 304;
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, frame);
  const place = Object.fromEntries(nodes.map((n) => [n.name, n]));
  const meeting = { x: 270, y: 158 };  // where the edge out of DNF and CNF begins
  // How far an edge bends to its right, and where on it its number stands.
  const bends = { 3: 0.36, 9: 0.02, 4: -0.3, 8: 0.2, 10: -0.42, 11: 0.42, 5: 0.3, 15: 0.3, 6: 0.45, 14: 0.32, 7: 0.3, 16: 0.34 };
  const spots = { 13: 0.62, 14: 0.3, 9: 0.42, 3: 0.44 };
  const lines = [], badges = [];
  edges.forEach((edge, k) => {
    const a = place[edge.source] || meeting, b = place[edge.target], bend = bends[k + 1] || 0;
    const c = { x: (a.x + b.x) / 2 - bend * (b.y - a.y), y: (a.y + b.y) / 2 + bend * (b.x - a.x) };
    const at = (t) => ({
      x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * c.x + t * t * b.x,
      y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * c.y + t * t * b.y,
    });
    const group = draw("g", { class: `pd-line pd-${edge.kind}` }, svg);
    draw("path", { d: `M${a.x} ${a.y} Q${c.x} ${c.y} ${b.x} ${b.y}` }, group);
    if (a === meeting) {
      draw("path", { d: `M${place.DNF.x} ${place.DNF.y} L${a.x} ${a.y} L${place.CNF.x} ${place.CNF.y}` }, group);
    }
    const tip = at(0.72), before = at(0.68);
    const length = Math.hypot(tip.x - before.x, tip.y - before.y);
    const u = { x: (tip.x - before.x) / length, y: (tip.y - before.y) / length };
    draw("polygon", {
      points: [[4, 0], [-5, 4], [-5, -4]].map(([s, t]) =>
        `${tip.x + s * u.x - t * u.y},${tip.y + s * u.y + t * u.x}`).join(" "),
    }, group);
    lines.push(group);
    const middle = at(spots[k + 1] || 0.5);
    const badge = button(frame, String(k + 1), () => choose(k));
    badge.className = `pd-badge pd-${edge.kind}`;
    badge.style.left = `${(100 * middle.x) / WIDTH}%`;
    badge.style.top = `${(100 * middle.y) / HEIGHT}%`;
    badge.setAttribute("aria-label", `${k + 1}: ${name(edge)}, ${KINDS[edge.kind]}`);
    badges.push(badge);
  });
  nodes.forEach((n) => {
    const width = 6.3 * n.name.length + 12;
    const group = draw("g", { class: "pd-class" }, svg);
    draw("rect", { x: n.x - width / 2, y: n.y - 11, width, height: 22, rx: 5 }, group);
    draw("text", { x: n.x, y: n.y + 4, "text-anchor": "middle" }, group, n.name);
  });
  page.walk(frame, badges, 1);
  const legend = make("p", { class: "pd-caption pd-legend" }, left);
  Object.entries(KINDS).forEach(([kind, text]) => {
    const entry = make("span", {}, legend);
    const sample = draw("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" }, entry);
    draw("path", { d: "M0 5 L26 5" }, draw("g", { class: `pd-line pd-${kind}` }, sample));
    make("span", {}, entry, text);
  });
  function name(edge) { return `${edge.source} → ${edge.target}`; }

  // --- The panel: what is known of the edge, and an example.
  const panel = make("div", { class: "pd-panel" }, columns);
  const list = page.select(panel, {
    name: "Edge", options: edges.map((edge, k) => `${k + 1}. ${name(edge)} (${KINDS[edge.kind]})`),
  }, (k) => choose(k));
  const statement = make("p", {}, panel);
  const idea = make("p", {}, panel);
  const live = make("p", { class: "pd-live", role: "status" }, panel);
  const buttons = make("div", { class: "pd-buttons" }, panel);
  const another = button(buttons, "Another example", () => {
    example = (example + 1) % edges[chosen].examples.length;
    out = -1;
    show();
  });
  const breakIt = button(buttons, "Leave a part out", () => {
    out = out + 1 < of(current().target).parts(current().target).length ? out + 1 : -1;
    show();
  });
  const table = make("div", { class: "pd-points", role: "group" }, panel);
  const tableCaption = make("p", { class: "pd-caption" }, panel);
  const sides = make("div", { class: "pd-columns pd-sides" }, panel);

  let chosen = 0, example = 0, out = -1, point = -1, focus = -1;
  const vote = { answer: 0 };
  const current = () => edges[chosen].examples[example];
  function choose(k) { chosen = k; example = 0; out = -1; point = -1; show(); }

  function dimension(edge, { source, target }) {
    if (edge.mode !== "equal") return (target.d || source.d);
    return target.d || (source.parts && source.kind === "cnf" ? source.d : 0) || 4;
  }

  // A tree is drawn, everything else is a list of its parts.
  function drawTree(o, box, x) {
    const depth = [0], parent = [], leaves = leavesOf(o), xs = [];
    o.variable.forEach((v, k) => { if (v >= 0) o.children[k].forEach((c) => { depth[c] = depth[k] + 1; parent[c] = k; }); });
    leaves.forEach((k, j) => { xs[k] = 10 + 17 * j; });
    for (let k = o.variable.length - 1; k >= 0; k--) {
      if (o.variable[k] >= 0) xs[k] = (xs[o.children[k][0]] + xs[o.children[k][1]]) / 2;
    }
    const y = (k) => 12 + 30 * depth[k];
    const width = 17 * leaves.length + 10, height = 26 + 30 * Math.max(...depth);
    const scroll = make("div", { class: "pd-scroll", tabindex: 0, role: "img",
      "aria-label": `a decision tree of ${leaves.length} leaves and depth ${Math.max(...depth)}` }, box);
    const drawing = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "pd-tree" }, scroll);
    drawing.style.width = `${1.15 * width}px`;
    const lit = new Set();
    if (x) { let k = leafOf(o, x); while (k !== undefined) { lit.add(k); k = parent[k]; } }
    o.variable.forEach((_, k) => {
      if (k) draw("line", { x1: xs[parent[k]], y1: y(parent[k]), x2: xs[k], y2: y(k),
        class: `${o.children[parent[k]][1] === k ? "pd-one" : "pd-zero"}${lit.has(k) ? " pd-on" : ""}` }, drawing);
    });
    o.variable.forEach((v, k) => {
      const turned = v < 0 && leaves[out] === k && o === current().target;
      const label = v < 0 ? (turned ? 1 - o.label[k] : o.label[k]) : `x${v}`;
      const mark = draw("g", { class: `pd-mark${v < 0 ? ` pd-leaf${label}` : ""}${lit.has(k) ? " pd-on" : ""}${turned ? " pd-out" : ""}` }, drawing);
      if (v < 0) draw("rect", { x: xs[k] - 7, y: y(k) - 8, width: 14, height: 16, rx: 2 }, mark);
      else draw("rect", { x: xs[k] - 11, y: y(k) - 9, width: 22, height: 18, rx: 8 }, mark);
      draw("text", { x: xs[k], y: y(k) + 4, "text-anchor": "middle" }, mark, label);
    });
  }
  function render(o, box, role, x) {
    box.textContent = "";
    make("p", { class: "pd-caption" }, box, `${role}: ${of(o).title(o)}`);
    if (o.kind === "tree") { drawTree(o, box, x); return; }
    const parts = make("ul", { tabindex: 0, "aria-label": of(o).title(o) }, box);
    of(o).parts(o).forEach((text, k) => {
      const item = make("li", {}, parts, text);
      if (x && of(o).speaks(o, k, x)) { item.classList.add("pd-on"); make("span", {}, item, " ←"); }
      if (o === current().target && k === out) { item.classList.add("pd-out"); make("span", {}, item, " (left out)"); }
    });
    if (o.kind === "network") make("p", { class: "pd-caption" }, box,
      `The label is 1 where the sum is above ${-o.shift}.`);
    if (o.kind === "constant") make("p", {}, box, `The vote says ${vote.answer}.`);
    if (o.also) render(o.also, make("div", {}, box), "and as", x);
  }

  // "2^k" and "2^(k+1)" with raised exponents.
  function replace(element) { element.textContent = ""; return element; }
  function rich(element, text) {
    text.replace(/ - /g, " − ").split(/\^(\([^()]*\)|\w+)/).forEach((piece, k) => {
      if (k % 2) make("sup", {}, element, piece.replace(/^\(|\)$/g, ""));
      else element.append(piece);
    });
  }
  const random = page.random(10);
  function show() {
    const edge = edges[chosen], runs = edge.examples.length > 0;
    badges.forEach((badge, k) => {
      badge.setAttribute("aria-pressed", String(k === chosen));
      lines[k].classList.toggle("pd-on", k === chosen);
    });
    list.value = chosen;
    rich(replace(statement), edge.statement);
    rich(make("em", {}, replace(idea)), `Idea: ${edge.idea} `);
    make("a", { href: edge.link }, idea, runs ? "Statement and proof" : "Read on");
    Object.assign(figure.dataset, { edge: chosen + 1, example: example + 1, out, points: "", differ: "", source: "", target: "" });
    [another, breakIt].forEach((b) => { b.hidden = !runs; });
    table.textContent = ""; tableCaption.textContent = "";
    sides.textContent = "";
    if (!runs) {
      live.textContent = `${chosen + 1}. ${name(edge)}: ${KINDS[edge.kind]}, so there is nothing to run.`;
      return;
    }
    const { source, target } = current();
    breakIt.hidden = edge.mode === "vote" || edge.mode === "sample";
    const d = dimension(edge, current());
    const points = source.points || cube(d);
    if (edge.mode === "vote") {
      let sum = 0;
      for (let t = 0; t < edge.samples; t++) sum += of(source).value(source, points[Math.floor(random() * points.length)]);
      vote.ones = sum;
      vote.answer = Number(2 * sum > edge.samples);
    }
    const theirs = edge.mode === "count" ? null : points.map((x) => of(source).value(source, x, -1));
    if (source.also) points.forEach((x, k) => { if (of(source.also).value(source.also, x, -1) !== theirs[k]) theirs[k] = NaN; });
    const ours = points.map((x) => of(target).value(target, x, out));
    const differ = theirs ? points.filter((_, k) => theirs[k] !== ours[k]).length : 0;
    const texts = (values) => values.map((v) => (v === 0 || v === 1 ? v : "*")).join("");
    Object.assign(figure.dataset, { points: points.length, differ, source: texts(theirs || []), target: texts(ours) });

    // The sentence.
    const count = `${chosen + 1}. ${name(edge)}, example ${example + 1} of ${edge.examples.length}: `;
    const where = edge.mode === "sample" ? "points of the sample" : "points";
    if (edge.mode === "count") {
      const n = d - 2, ones = ours.reduce((s, v) => s + v, 0);
      const phi = cube(n).filter((x) => of(source).value(source, x, -1)).length;
      const expected = 2 ** (n + 1) - 1 + 2 * phi;
      Object.assign(figure.dataset, { phi, ones });
      live.textContent = out < 0
        ? `${count}#φ = ${phi}, and f is 1 at ${ones} of ${points.length} points: ${2 ** (n + 1)} − 1 + 2·${phi} = ${expected}. ` +
          `The best constant is ${Number(2 * ones > points.length)}: φ is ${phi ? "" : "un"}satisfiable.`
        : `${count}without this clause f is 1 at ${ones} of ${points.length} points, and no longer at ${expected}.`;
    } else if (edge.mode === "vote") {
      const ones = theirs.reduce((s, v) => s + v, 0), best = Math.min(ones, points.length - ones);
      Object.assign(figure.dataset, { ones, vote: vote.answer });
      live.textContent = `${count}${vote.ones} of ${edge.samples} random labels are 1, so the vote says ${vote.answer}. ` +
        `It errs on ${differ} of ${points.length} points; the best constant errs on ${best}.`;
    } else if (edge.mode === "sample") {
      const subsets = cube(d).filter((x) => source.sets.every((set) => set.some((i) => x[i])));
      const least = Math.min(...subsets.map((x) => x.reduce((s, v) => s + v, 0)));
      figure.dataset.least = least;
      live.textContent = `${count}equal at all ${points.length} ${where}; the least hitting set has ${least} ` +
        `element${least === 1 ? "" : "s"}, the tree ${leavesOf(target).length} leaves.`;
      if (differ) live.textContent = `${count}they differ on the sample.`;
    } else {
      live.textContent = differ
        ? `${count}they differ at ${differ} of ${points.length} points.`
        : `${count}equal at all ${points.length} points${out < 0 ? "" : ", even without this part"}.`;
      const note = { parity: "leaves", dnf: "leaves" }[source.kind];
      if (edge.kind === "costly" && out < 0) live.textContent += ` ${leavesOf(target).length} ${note}, and no tree has fewer.`;
    }

    // One mark for each point: the source's value above the target's.
    table.setAttribute("aria-label", `${points.length} points; choose one to see which parts speak`);
    const small = points.length > 32;
    table.classList.toggle("pd-small", small);
    const cells = points.map((x, k) => {
      const values = theirs ? [theirs[k], ours[k]] : [ours[k]];
      const cell = button(table, "", () => { point = point === k ? -1 : k; focus = k; show(); });
      values.forEach((v) => make("span", { class: v === 1 ? "pd-v1" : v === 0 ? "pd-v0" : "pd-vx" }, cell,
        v === 0 || v === 1 ? String(v) : "*"));
      const wrong = theirs && theirs[k] !== ours[k];
      cell.classList.toggle("pd-wrong", Boolean(wrong));
      cell.setAttribute("aria-pressed", String(k === point));
      cell.setAttribute("aria-label", `x = ${x.join("")}: ${theirs ? `${values[0]} and ${values[1]}` : values[0]}${wrong ? ", they differ" : ""}`);
      return cell;
    });
    page.walk(table, cells, 8);
    const x = points[point];
    tableCaption.textContent = (theirs ? "Above: the source. Below: the target. " : "The target f. ") +
      (x ? `At x = ${x.join("")} the marked parts speak.` : "Choose a point to see which parts speak there.");
    render(source, make("div", {}, sides), edge.mode === "count" ? "φ" : "from", edge.mode === "count" && x ? x.slice(0, d - 2) : x);
    render(target, make("div", {}, sides), "to", x);
    if (focus >= 0) { page.rove(cells, focus); focus = -1; }
  }
  choose(5);
}
