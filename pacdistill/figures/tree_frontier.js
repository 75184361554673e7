function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  // A case has trees of growing size; a tree is in preorder, and node k asks question variable[k],
  // or is a leaf where that is -1.
  const cases = data.cases;
  let chosen = 0, which = 0, row = -1;
  const percent = (z) => `${(100 * z).toFixed(1)} %`;
  const now = () => cases[chosen];
  const tree = () => now().trees[which];
  const start = (one) => {
    const k = one.trees.findIndex((t) => t.size >= 8);
    return k < 0 ? one.trees.length - 1 : k;
  };

  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const controls = make("div", { class: "pd-sliders" }, figure);
  page.select(controls, { name: "network", options: cases.map((one) => one.title) }, (k) => {
    chosen = k;
    row = -1;
    which = start(now());
    fit();
    show();
  });
  const slider = page.slider(controls, {
    name: "leaves", min: 0, max: 1, value: 0, show: (k) => now().trees[k].size,
  }, (k) => { which = k; show(); });
  const leaves = slider.parentElement.querySelector("output");
  function fit() {
    slider.max = now().trees.length - 1;
    slider.value = which;
    leaves.textContent = tree().size;
    slider.parentElement.style.visibility = now().trees.length > 1 ? "" : "hidden";
  }

  const columns = make("div", { class: "pd-columns" }, figure);

  // Left: the tree.
  const sheet = make("div", { class: "pd-questions", tabindex: 0, role: "region", "aria-label": "the tree" }, columns);

  // Right: the curve.
  const side = make("div", { class: "pd-curve" }, columns);
  make("p", { class: "pd-caption" }, side,
    "Circles: how often the tree of that size agrees with the network, with intervals. " +
    "Squares: how often it is right. Dashed: how often the network is right.");
  const svg = draw("svg", { viewBox: "0 0 360 250", role: "img" }, side);
  const walker = make("div", { class: "pd-walker" }, side);
  const buttons = make("div", { class: "pd-buttons" }, walker);
  const next = button(buttons, "", () => { row = (row + 1) % now().rows.length; show(); });
  const differ = button(buttons, "", () => {
    const n = now().rows.length;
    for (let step = 1; step <= n; step++) {
      const k = (row + step) % n;
      if (answer(k) !== now().network[k]) { row = k; show(); return; }
    }
    row = -1;
    show();
    told.textContent = `This tree agrees with the network on all ${n} ${now().unit} that the page carries.`;
  });
  const told = make("p", { class: "pd-told", role: "status" }, walker);

  const isLeaf = (k) => tree().variable[k] < 0;
  function path(k) {
    const t = tree(), walk = [0];
    while (t.variable[walk[walk.length - 1]] >= 0) {
      const at = walk[walk.length - 1];
      walk.push(t.children[at][Number(now().rows[k][t.variable[at]])]);
    }
    return walk;
  }
  const answer = (k) => tree().label[path(k)[path(k).length - 1]];

  function curve() {
    svg.textContent = "";
    const one = now(), LEFT = 44, RIGHT = 348, TOP = 10, BASE = 212;
    const values = one.trees.flatMap((t) => [t.low, t.right / one.n]).concat(one.right / one.n);
    const bottom = Math.max(0, Math.floor(20 * Math.min(...values)) / 20);
    const most = Math.max(...one.trees.map((t) => t.size));
    const px = (s) => LEFT + 10 + ((RIGHT - LEFT - 20) * (s - 1)) / Math.max(most - 1, 1);
    const py = (z) => BASE - ((z - bottom) / (1 - bottom)) * (BASE - TOP);
    const step = 1 - bottom > 0.25 ? 0.1 : 0.05;
    for (let z = 1; z >= bottom - 1e-9; z -= step) {
      draw("line", { x1: LEFT, x2: RIGHT, y1: py(z), y2: py(z), class: "pd-tick" }, svg);
      draw("text", { x: LEFT - 5, y: py(z) + 4, "text-anchor": "end" }, svg, `${Math.round(100 * z)} %`);
    }
    const marks = [1, 2, 4, 8, 16, 32, 64].filter((s) => s <= most && (s > 2 || most < 20 || s === 1));
    marks.forEach((s) => draw("text", { x: px(s), y: BASE + 16, "text-anchor": "middle" }, svg, s));
    draw("text", { x: (LEFT + RIGHT) / 2, y: BASE + 33, "text-anchor": "middle" }, svg, "leaves");
    draw("line", { x1: LEFT, x2: RIGHT, y1: py(one.right / one.n), y2: py(one.right / one.n), class: "pd-net" }, svg);
    one.trees.forEach((t, k) => {
      const x = px(t.size), fidelity = t.agree[0] / one.n, accuracy = t.right / one.n;
      if (k === which) draw("line", { x1: x, x2: x, y1: TOP, y2: BASE, class: "pd-here" }, svg);
      draw("line", { x1: x, x2: x, y1: py(t.low), y2: py(t.high), class: "pd-interval" }, svg);
      const r = k === which ? 6 : 3;
      draw("circle", { cx: x, cy: py(fidelity), r, class: "pd-fidelity" }, svg);
      draw("rect", { x: x - r, y: py(accuracy) - r, width: 2 * r, height: 2 * r, class: "pd-accuracy" }, svg);
    });
    svg.setAttribute("aria-label", `Fidelity rises from ${percent(one.trees[0].agree[0] / one.n)} at ` +
      `${one.trees[0].size} leaves to ${percent(one.trees[one.trees.length - 1].agree[0] / one.n)} at ${most}.`);
  }

  function questions(walk) {
    sheet.textContent = "";
    const one = now(), t = tree(), on = new Set(walk);
    function node(k, prefix, list) {
      const item = make("li", { class: `pd-item${on.has(k) ? " pd-on" : ""}` }, list);
      const line = make("div", { class: "pd-line" }, item);
      const text = make("span", { class: "pd-text" }, line);
      if (on.has(k)) make("span", { class: "pd-here-mark" }, text, "\u25b6 ");
      if (prefix) make("span", { class: "pd-prefix" }, text, prefix);
      if (isLeaf(k)) make("span", { class: `pd-label pd-label${t.label[k]}` }, text, one.words[t.label[k]]);
      else make("span", { class: "pd-question" }, text, `${one.questions[t.variable[k]]} ?`);
      const share = t.count[k] / one.n;
      const facts = make("span", { class: "pd-facts" }, line);
      const track = make("span", { class: "pd-track", "aria-hidden": "true" }, facts);
      const bar = make("span", { class: "pd-fill" }, track);
      bar.style.width = `${100 * share}%`;
      make("span", {}, facts, percent(share) +
        (isLeaf(k) ? `, agree ${t.count[k] ? percent(t.agree[k] / t.count[k]) : "-"}` : ""));
      if (!isLeaf(k)) {
        const below = make("ul", {}, item);
        node(t.children[k][1], "yes: ", below);
        node(t.children[k][0], "no: ", below);
      }
    }
    node(0, "", make("ul", { class: "pd-root" }, sheet));
  }

  function show() {
    const one = now(), t = tree();
    const walk = row < 0 ? [] : path(row);
    live.textContent = `A tree of ${t.size} ${t.size === 1 ? "leaf" : "leaves"} agrees with the network on ` +
      `${percent(t.agree[0] / one.n)} of ${one.n.toLocaleString("en-US")} unseen ${one.unit} ` +
      `(${percent(t.low)} to ${percent(t.high)}) and is right on ${percent(t.right / one.n)}; ` +
      `the network is right on ${percent(one.right / one.n)}.`;
    next.textContent = row < 0 ? `Send one of the ${one.unit} through` : "Send another one";
    differ.textContent = "Send one on which they differ";
    told.textContent = row < 0
      ? "Beside the tree: the share of them that comes to a place, and on how many of these it agrees with the network."
      : `Number ${row + 1}: the tree says \u201c${one.words[answer(row)]}\u201d, the network ` +
        `\u201c${one.words[one.network[row]]}\u201d; true was \u201c${one.words[one.truth[row]]}\u201d.`;
    Object.assign(figure.dataset, {
      table: chosen, size: t.size, agree: t.agree[0], low: t.low, high: t.high, right: t.right, row,
      path: walk.join(","), says: row < 0 ? "" : answer(row), network: row < 0 ? "" : one.network[row],
    });
    curve();
    questions(walk);
  }
  which = start(now());
  fit();
  show();
}
