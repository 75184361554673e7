(page) => {
  "use strict";
  // The objects of the web of reductions: each kind tells its value at a point, its parts as texts,
  // and which parts speak at a point.
  const { make, draw } = page;
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
      title: () => "constant", value: (o) => o.answer, parts: () => [], speaks: () => false,
    },
  };
  // The drawing of a tree, with the path of x and the leaf that is turned over, if there are any.
  const drawTree = (o, box, x, turnedLeaf) => {
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
      const turned = k === turnedLeaf;
      const label = v < 0 ? (turned ? 1 - o.label[k] : o.label[k]) : `x${v}`;
      const mark = draw("g", { class: `pd-mark${v < 0 ? ` pd-leaf${label}` : ""}${lit.has(k) ? " pd-on" : ""}${turned ? " pd-out" : ""}` }, drawing);
      if (v < 0) draw("rect", { x: xs[k] - 7, y: y(k) - 8, width: 14, height: 16, rx: 2 }, mark);
      else draw("rect", { x: xs[k] - 11, y: y(k) - 9, width: 22, height: 18, rx: 8 }, mark);
      draw("text", { x: xs[k], y: y(k) + 4, "text-anchor": "middle" }, mark, label);
    });
  };
  return { objects, leavesOf, drawTree };
}
