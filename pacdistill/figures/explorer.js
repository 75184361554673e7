function (figure, data, page) {
  "use strict";
  const { make, draw, rove } = page;
  // The tree: node k tests bit data.variable[k], or is a leaf where that is -1. Preorder.
  const { variable, children, label, readings } = data;
  const bits = data.bits.slice();
  const d = bits.length;
  const nodes = variable.map((_, k) => k);
  const isLeaf = (k) => variable[k] < 0;
  const parent = [], edge = [], depth = [0];
  nodes.forEach((k) => {
    if (!isLeaf(k)) children[k].forEach((c, v) => { parent[c] = k; edge[c] = v; depth[c] = depth[k] + 1; });
  });

  // The network: h_0 = relu(A x + a), h_(l+1) = h_l + relu(B h_l + b), logit = c.h + c_0.
  const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const weights = data.weights.map(decode), biases = data.biases.map(decode);
  const affine = (l, x) => Array.from(biases[l], (b, j) => {
    let sum = b;
    for (let i = 0; i < x.length; i++) sum += weights[l][j * x.length + i] * x[i];
    return sum;
  });
  const relu = (x) => x.map((z) => Math.max(z, 0));
  function logit(input) {
    let h = relu(affine(0, input.map((bit) => 2 * bit - 1)));
    for (let l = 1; l < weights.length - 1; l++) {
      const step = relu(affine(l, h));
      h = h.map((z, j) => z + step[j]);
    }
    return affine(weights.length - 1, h)[0];
  }
  function path(input) {
    const walk = [0];
    while (!isLeaf(walk[walk.length - 1])) {
      const k = walk[walk.length - 1];
      walk.push(children[k][input[variable[k]]]);
    }
    return walk;
  }

  // The answers, and the buttons.
  const top = make("div", { class: "pd-answers" }, figure);
  const answers = make("p", { class: "pd-live", role: "status" }, top);
  const buttons = make("div", { class: "pd-buttons" }, top);
  page.button(buttons, "Random input", () => { randomize(bits); show(); });
  page.button(buttons, "Compare on 1,000 random inputs", () => {
    const input = new Array(d);
    let agree = 0;
    for (let t = 0; t < 1000; t++) {
      randomize(input);
      const walk = path(input);
      agree += Number((logit(input) > 0 ? 1 : 0) === label[walk[walk.length - 1]]);
    }
    tally = ` The last 1,000 random inputs: they agree on ${agree}.`;
    show();
  });
  let tally = "";
  const random = page.random(2403);
  function randomize(input) {
    for (let i = 0; i < d; i++) input[i] = Number(random() >= 0.5);
  }

  const columns = make("div", { class: "pd-columns" }, figure);

  // The input: one button for each bit, ten to a row; arrow keys move, space and enter flip.
  const left = make("div", { class: "pd-input" }, columns);
  make("p", { class: "pd-caption" }, left, `The input x: ${d} bits (framed: the tree tests it)`);
  const grid = make("div", { class: "pd-bits", role: "group", "aria-label": "bits of the input" }, left);
  const tested = new Set(variable);
  const cells = bits.map((_, i) => {
    if (i % 10 === 0) make("span", { class: "pd-row", "aria-hidden": "true" }, grid, `x${i}`);
    const cell = make("button", { type: "button" }, grid);
    if (tested.has(i)) cell.classList.add("pd-tested");
    cell.addEventListener("click", () => { bits[i] = 1 - bits[i]; rove(cells, i); show(); });
    return cell;
  });
  page.walk(grid, cells, 10);

  // What a probe reads at the chosen node.
  const info = make("div", { class: "pd-info" }, left);
  const clauseText = make("p", {}, info);
  const bars = readings.map((_, l) => {
    const row = make("div", { class: "pd-reading" }, info);
    make("span", {}, row, `layer ${l + 1}`);
    const track = make("span", { class: "pd-track", "aria-hidden": "true" }, row);
    return { fill: make("span", { class: "pd-fill" }, track), value: make("span", {}, row) };
  });

  // The tree, its root at the left and its leaves at the right.
  const right = make("div", { class: "pd-tree" }, columns);
  const leaves = nodes.filter(isLeaf);
  const rowHeight = 16, deepest = Math.max(...depth), width = 400;
  const x = nodes.map((k) => 18 + (depth[k] * (width - 36)) / Math.max(deepest, 1));
  const y = [];
  leaves.forEach((k, j) => { y[k] = (j + 0.5) * rowHeight; });
  nodes.slice().reverse().forEach((k) => {
    if (!isLeaf(k)) y[k] = (y[children[k][0]] + y[children[k][1]]) / 2;
  });
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${leaves.length * rowHeight}`, role: "group",
    "aria-label": "the tree; arrow keys move between nodes, enter flips the bit that a node tests",
  }, right);
  const lines = nodes.map((k) => k === 0 ? null : draw("path", {
    d: `M${x[parent[k]]} ${y[parent[k]]} C${(x[parent[k]] + x[k]) / 2} ${y[parent[k]]} ` +
       `${(x[parent[k]] + x[k]) / 2} ${y[k]} ${x[k]} ${y[k]}`,
    class: edge[k] ? "pd-edge pd-one" : "pd-edge",
  }, svg));
  const marks = nodes.map((k) => {
    const mark = draw("g", { class: `pd-node${isLeaf(k) ? ` pd-leaf${label[k]}` : ""}`,
      role: "button", tabindex: k === 0 ? 0 : -1 }, svg);
    if (isLeaf(k)) draw("rect", { x: x[k] - 9, y: y[k] - 7, width: 18, height: 14, rx: 2 }, mark);
    else draw("rect", { x: x[k] - 14, y: y[k] - 8, width: 28, height: 16, rx: 8 }, mark);
    draw("text", { x: x[k], y: y[k] + 4, "text-anchor": "middle" }, mark,
      isLeaf(k) ? label[k] : `x${variable[k]}`);
    mark.addEventListener("click", () => { chosen = k; rove(marks, k); show(); });
    return mark;
  });
  make("p", { class: "pd-caption" }, right,
    "Dashed edge: the bit is 0. Solid edge: it is 1. Choose a node to see its clause.");
  svg.addEventListener("keydown", (event) => {
    const k = marks.indexOf(document.activeElement);
    if (k < 0 || page.withModifier(event)) return;
    const level = nodes.filter((j) => depth[j] === depth[k]);
    const to = {
      ArrowLeft: parent[k],
      ArrowRight: isLeaf(k) ? undefined : children[k][bits[variable[k]]],
      ArrowUp: level[level.indexOf(k) - 1],
      ArrowDown: level[level.indexOf(k) + 1],
    }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      chosen = k;
      if (!isLeaf(k)) bits[variable[k]] = 1 - bits[variable[k]];
      show();
    } else if (to !== undefined) {
      event.preventDefault();
      chosen = to;
      rove(marks, to);
      show();
    }
  });

  function clause(k) {
    const literals = [];
    for (let j = k; j !== 0; j = parent[j]) literals.unshift(`x${variable[parent[j]]}=${edge[j]}`);
    return literals.join(" ") || "(always)";
  }

  const signed = (z) => (z < 0 ? "−" : "+") + Math.abs(z).toFixed(2);
  let chosen = path(bits)[Math.min(3, deepest)];
  function show() {
    const walk = path(bits);
    const onPath = new Set(walk);
    const z = logit(bits), ours = label[walk[walk.length - 1]], theirs = z > 0 ? 1 : 0;
    answers.textContent = `The network says ${theirs} (its output is ${signed(z)}); ` +
      `the tree says ${ours}.${tally}`;
    figure.dataset.network = theirs;
    figure.dataset.logit = z;
    figure.dataset.tree = ours;
    figure.dataset.chosen = chosen;
    cells.forEach((cell, i) => {
      cell.textContent = bits[i];
      cell.setAttribute("aria-pressed", String(bits[i] === 1));
      cell.setAttribute("aria-label", `bit ${i}, now ${bits[i]}`);
    });
    nodes.forEach((k) => {
      marks[k].classList.toggle("pd-on", onPath.has(k));
      marks[k].classList.toggle("pd-chosen", k === chosen);
      marks[k].setAttribute("aria-label", `${isLeaf(k) ? `leaf ${label[k]}` : `tests x${variable[k]}`}` +
        `, reached if ${clause(k)}${onPath.has(k) ? ", on the path" : ""}`);
      if (lines[k]) lines[k].classList.toggle("pd-on", onPath.has(k));
    });
    clauseText.textContent = chosen === 0
      ? "The root: every input reaches it, so there is nothing to read."
      : `Chosen node: reached if ${clause(chosen)}. A linear probe reads this clause, out of 1, from`;
    bars.forEach((bar, l) => {
      bar.fill.style.width = `${100 * Math.max(0, readings[l][chosen])}%`;
      bar.value.textContent = readings[l][chosen].toFixed(2);
    });
  }
  show();
}
