function (figure, data, page) {
  "use strict";
  const { make, draw } = page;
  // A clause is a number with a digit to base 3 for each variable: 0 free, 1 for x=0, 2 for x=1.
  const { d, depth, own } = data;
  const size = 2 ** d, power = Array.from({ length: d + 1 }, (_, i) => 3 ** i);
  const digit = (code, i) => Math.floor(code / power[i]) % 3;
  const bits = Array.from({ length: d }, (_, i) => i);
  const lengthOf = (code) => bits.filter((i) => digit(code, i)).length;
  const textOf = (code) => bits.filter((i) => digit(code, i)).map((i) => `x${i}=${digit(code, i) - 1}`).join(" ") || "(always)";
  const parents = (code) => bits.filter((i) => digit(code, i)).map((i) => code - digit(code, i) * power[i]);
  const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  const plural = (n, one) => `${thousands(n)} ${one}${n === 1 ? "" : "s"}`;
  const score = new Map(data.levels.flat());
  const every = data.levels.reduce((sum, level) => sum + level.length, 0);

  // How many points of each clause have the label 1.
  const ones = new Uint16Array(power[d]);
  for (let code = power[d] - 1; code >= 0; code--) {
    const free = bits.find((i) => !digit(code, i));
    ones[code] = free === undefined
      ? Number(data.labels[bits.reduce((p, i) => 2 * p + digit(code, i) - 1, 0)])
      : ones[code + power[free]] + ones[code + 2 * power[free]];
  }

  // The search: from each level, the extensions of what was kept are probed.
  const loss = (code, k) => (1 - score.get(code)) * 2 ** -k * (1 - 2 ** -k);
  function search(keep) {
    let level = new Set([0]), probes = 0;
    const kept = new Set([0]), levels = [];
    data.levels.forEach((sorted, j) => {
      const probed = sorted.map(([code]) => code).filter((code) => parents(code).some((p) => level.has(p)));
      level = new Set(keep(probed, j + 1));
      level.forEach((code) => kept.add(code));
      probes += probed.length;
      levels.push({ probed, kept: level });
    });
    return { kept, levels, probes };
  }
  const beam = (width) => search((probed) => probed.slice(0, width));
  const threshold = (theta) => search((probed, k) => probed.filter((code) => loss(code, k) <= theta));

  // The dynamic program: the fewest errors of a tree of each size whose tests stand at kept clauses.
  function program(kept) {
    const tables = new Map();
    const leaf = (code, k) => Math.min(ones[code], size / 2 ** k - ones[code]);
    function solve(code, k) {
      if (tables.has(code)) return tables.get(code);
      const errors = [Infinity, leaf(code, k)];
      if (k < depth && kept.has(code)) {
        const most = 2 ** (depth - k);
        for (let s = 2; s <= most; s++) errors.push(errors[1]);
        bits.filter((i) => !digit(code, i)).forEach((i) => {
          const [a, b] = [1, 2].map((v) => solve(code + v * power[i], k + 1));
          for (let s = 1; s < a.length; s++)
            for (let t = 1; t < b.length; t++)
              if (a[s] + b[t] < errors[s + t]) errors[s + t] = a[s] + b[t];
        });
        for (let s = 2; s <= most; s++) errors[s] = Math.min(errors[s], errors[s - 1]);
      }
      tables.set(code, errors);
      return errors;
    }
    const errors = solve(0, 0), fewest = errors[errors.length - 1];
    return { errors: fewest, leaves: errors.indexOf(fewest) };
  }

  const widths = [2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256, 512, 1024];
  const thetas = Array.from({ length: 41 }, (_, k) => k / 320);
  let rule = 0, at = [3, 8];
  const run = (r, k) => {
    const found = r ? threshold(thetas[k]) : beam(widths[k]);
    return { ...found, ...program(found.kept) };
  };
  const runs = [widths.map((_, k) => run(0, k)), thetas.map((_, k) => run(1, k))];

  // The live sentence and the controls.
  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const sliders = make("div", { class: "pd-sliders" }, figure);
  page.select(sliders, { name: "keep", options: ["the best of each length (beam)", "all with a small loss (threshold)"] },
    (r) => { rule = r; boxes.forEach((box, j) => { box.parentNode.hidden = j !== r; }); change(); });
  const boxes = [
    page.slider(sliders, { name: "how many", min: 0, max: widths.length - 1, value: at[0],
      show: (k) => String(widths[k]) }, (k) => { at[0] = k; change(); }),
    page.slider(sliders, { name: "loss at most", min: 0, max: thetas.length - 1, value: at[1],
      show: (k) => thetas[k].toFixed(3) }, (k) => { at[1] = k; change(); }),
  ];
  boxes[1].parentNode.hidden = true;

  make("p", { class: "pd-caption" }, figure, "Each dot is a clause that was probed: its score, the best first. Filled: kept. " +
    "Diamonds are clauses of tests of the secret tree: blue if kept, with a cross if lost.");

  // A panel for each level: the probed clauses by rank, the best first.
  const columns = make("div", { class: "pd-columns" }, figure);
  const WIDE = 306, HIGH = 190, LEFT = 34, TOP = 12, BASE = 160, RIGHT = 292;
  const py = (z) => BASE - z * (BASE - TOP);
  const most = Math.max(...data.levels.map((level) => level.length));
  const px = (rank) => LEFT + 8 + ((RIGHT - LEFT - 14) * Math.log(rank)) / Math.log(most);
  const panel = (text, row = columns) => {
    const box = make("div", { class: "pd-panel" }, row);
    const caption = make("p", { class: "pd-caption" }, box, text);
    const plot = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" }, box);
    return { caption, plot };
  };
  const axes = (plot, marks, name) => {
    draw("line", { x1: LEFT, x2: RIGHT, y1: BASE, y2: BASE, class: "pd-tick" }, plot);
    marks.forEach(([x, text]) => draw("text", { x, y: BASE + 13, "text-anchor": "middle" }, plot, text));
    draw("text", { x: (LEFT + RIGHT) / 2, y: BASE + 27, "text-anchor": "middle" }, plot, name);
  };
  const panels = data.levels.map((_, j) => {
    const { caption, plot } = panel("");
    [0, 0.5, 1].forEach((z) => {
      draw("line", { x1: LEFT, x2: RIGHT, y1: py(z), y2: py(z), class: "pd-tick" }, plot);
      draw("text", { x: LEFT - 5, y: py(z) + 4, "text-anchor": "end" }, plot, z);
    });
    axes(plot, [1, 10, 100].filter((n) => n <= most).map((n) => [px(n), n]), "rank among the probed");
    return { caption, plot, marks: draw("g", {}, plot), k: j + 1 };
  });
  const below = make("div", { class: "pd-columns" }, figure);
  const last = panel("Errors of the best tree made of kept clauses, at each setting.", below);
  const curve = draw("g", {}, last.plot);

  const shape = (parent, x, y, state) => {
    if (state === "kept") draw("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`, class: "pd-own" }, parent);
    else {
      draw("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`, class: "pd-lost" }, parent);
      draw("path", { d: `M${x - 3} ${y - 3}L${x + 3} ${y + 3}M${x - 3} ${y + 3}L${x + 3} ${y - 3}`, class: "pd-cross" }, parent);
    }
  };
  const scroll = make("div", { class: "pd-scroll" }, below);
  const table = make("table", {}, scroll);
  const head = make("tr", {}, make("thead", {}, table));
  ["test of the secret at", "score", "what became of it"].forEach((text) => make("th", { scope: "col" }, head, text));
  const body = make("tbody", {}, table);

  function fate(code, found) {
    const k = lengthOf(code);
    if (k === 0) return ["kept", "kept, always"];
    const { probed, kept } = found.levels[k - 1], rank = probed.indexOf(code) + 1;
    if (!rank) return ["never", "never probed: nothing shorter was kept"];
    if (kept.has(code)) return ["kept", `kept: rank ${rank} of ${probed.length}`];
    return ["lost", rule ? `lost: its loss is ${loss(code, k).toFixed(3)}`
      : `lost: rank ${rank} of ${probed.length}, the beam ends at ${widths[at[0]]}`];
  }

  function change() {
    const found = runs[rule][at[rule]];
    const fates = new Map(own.map((code) => [code, fate(code, found)]));
    panels.forEach(({ caption, plot, marks, k }) => {
      marks.replaceChildren();
      const { probed, kept } = found.levels[k - 1];
      caption.textContent = `Clauses of ${plural(k, "literal")}: ${plural(data.levels[k - 1].length, "clause")}, ` +
        `${thousands(probed.length)} probed, ${thousands(kept.size)} kept`;
      const rest = own.filter((code) => lengthOf(code) === k);
      probed.forEach((code, r) => {
        if (!rest.includes(code)) draw("circle", { cx: px(r + 1).toFixed(1), cy: py(score.get(code)).toFixed(1), r: 2.4,
          class: kept.has(code) ? "pd-dot pd-kept" : "pd-dot" }, marks);
      });
      if (rule) {
        const line = Math.max(0, 1 - thetas[at[1]] / (2 ** -k * (1 - 2 ** -k)));
        draw("line", { x1: LEFT, x2: RIGHT, y1: py(line), y2: py(line), class: "pd-cut" }, marks);
      } else if (widths[at[0]] < probed.length) {
        const x = Math.sqrt(widths[at[0]] * (widths[at[0]] + 1));
        draw("line", { x1: px(x), x2: px(x), y1: TOP - 6, y2: BASE, class: "pd-cut" }, marks);
      }
      rest.filter((code) => probed.includes(code)).forEach((code) =>
        shape(marks, px(probed.indexOf(code) + 1), py(score.get(code)), fates.get(code)[0]));
    });

    curve.replaceChildren();
    const some = runs[rule], worst = Math.max(...some.map((one) => one.errors), 1);
    const cx = (k) => LEFT + 8 + ((RIGHT - LEFT - 14) * k) / (some.length - 1);
    const cy = (e) => BASE - (e / worst) * (BASE - TOP);
    [0, worst].forEach((e) => {
      draw("line", { x1: LEFT, x2: RIGHT, y1: cy(e), y2: cy(e), class: "pd-tick" }, curve);
      draw("text", { x: LEFT - 5, y: cy(e) + 4, "text-anchor": "end" }, curve, e);
    });
    const step = rule ? [0, 10, 20, 30, 40] : [0, 3, 6, 10, 13, 16];
    axes(curve, step.map((k) => [cx(k), rule ? thetas[k].toFixed(2) : widths[k]]),
      rule ? "largest loss that is kept" : "clauses kept of each length");
    draw("polyline", { points: some.map((one, k) => `${cx(k)},${cy(one.errors)}`).join(" "), class: "pd-line" }, curve);
    draw("circle", { cx: cx(at[rule]), cy: cy(found.errors), r: 5, class: "pd-dot pd-kept" }, curve);

    body.replaceChildren();
    own.forEach((code) => {
      const [state, text] = fates.get(code), row = make("tr", { class: `pd-${state}` }, body);
      make("th", { scope: "row" }, row, textOf(code));
      make("td", {}, row, code ? score.get(code).toFixed(2) : "none needed");
      make("td", {}, row, text);
    });

    const gone = own.filter((code) => fates.get(code)[0] !== "kept").length;
    live.textContent = `${thousands(found.probes)} of ${thousands(every)} clauses are probed. ` +
      (gone ? `${gone} of the secret's ${own.length} tests ${gone === 1 ? "is" : "are"} lost, and ` : `All ${own.length} tests of the secret are kept, and `) +
      (found.errors ? `the best tree made of kept clauses errs at ${thousands(found.errors)} of ${thousands(size)} inputs.`
        : `a tree of ${found.leaves} leaves made of kept clauses makes no error.`);
    Object.assign(figure.dataset, { rule: rule ? "threshold" : "beam", width: widths[at[0]], theta: thetas[at[1]],
      kept: [...found.kept].sort((a, b) => a - b).join(","), probes: found.probes, errors: found.errors,
      leaves: found.leaves, lost: gone });
  }
  change();
}
