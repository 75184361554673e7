function (figure, data, page) {
  "use strict";
  const { make, draw, button, rove } = page;
  const random = page.random(2403);
  let concepts, source; // labels: a row for each concept, and one for f
  let chosen;

  const top = make("div", { class: "pd-answers" }, figure);
  const live = make("p", { class: "pd-live", role: "status" }, top);

  // The class: a menu, and what can be done to it as a whole.
  const controls = make("div", { class: "pd-sliders" }, figure);
  const menu = page.select(controls, {
    name: "Class", options: [...data.classes.map((one) => one.name), "random"],
  }, (k) => take(k));
  const buttons = make("div", { class: "pd-buttons" }, controls);
  const add = (labels) => {
    concepts.push(labels);
    chosen = concepts.length - 1;
    build();
  };
  const adders = [
    button(buttons, "Add f itself", () => add(source.slice())),
    button(buttons, "Add a concept that always errs", () => add(source.map((y) => 1 - y))),
  ];
  button(buttons, "Random class", () => { menu.value = data.classes.length; take(data.classes.length); });

  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-class" }, columns);
  const scroller = make("div", { class: "pd-scroll" }, left);
  make("p", { class: "pd-caption" }, left,
    "× marks a point where the concept differs from f. Click it, or use arrow keys and space. " +
    "− removes a concept, ⇅ flips f everywhere. Beaten: dominated by that concept, and maybe by others.");
  const right = make("div", { class: "pd-order" }, columns);
  const drawing = make("div", {}, right);
  const about = make("p", { class: "pd-about" }, right);
  make("p", { class: "pd-caption" }, right,
    "A line leads up from a set of errors to a larger one that contains it. " +
    "Filled boxes with sharp corners: the frontier.");

  // What ERM needs.
  const sizes = make("div", { class: "pd-sliders" }, right);
  const choices = [0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001];
  let eps = 0.1, delta = 0.05;
  const show = (k) => String(choices[k]);
  page.slider(sizes, { name: "error ε", min: 0, max: choices.length - 1, value: 3, show },
    (k) => { eps = choices[k]; update(); });
  page.slider(sizes, { name: "failure δ", min: 0, max: choices.length - 1, value: 4, show },
    (k) => { delta = choices[k]; update(); });
  const table = make("table", { class: "pd-samples" }, right);
  const head = make("tr", {}, make("thead", {}, table));
  const body = make("tbody", {}, table);
  make("th", { scope: "col" }, head, "samples for ERM over");
  const columnNames = ["the class", "the frontier"].map((text) => make("th", { scope: "col" }, head, text));
  const needs = {};
  [["perfect", "perfect: (ln k + ln 1/δ)/ε"], ["agnostic", "agnostic: (2/ε²) ln(2k/δ)"]].forEach(
    ([kind, text]) => {
      const row = make("tr", {}, body);
      make("th", { scope: "row" }, row, text);
      needs[kind] = [make("td", {}, row), make("td", {}, row)];
    });
  const samples = (size, agnostic) => size === 1 ? 0 : Math.ceil(agnostic
    ? 2 / eps ** 2 * Math.log(2 * size / delta)
    : (Math.log(size) + Math.log(1 / delta)) / eps);

  function take(k) {
    if (k < data.classes.length) {
      concepts = data.classes[k].concepts.map((row) => row.slice());
      source = data.classes[k].source.slice();
    } else {
      source = Array.from({ length: 6 }, () => Number(random() >= 0.5));
      concepts = Array.from({ length: 8 }, () => source.map(() => Number(random() >= 0.5)));
    }
    chosen = -1; // the first of the frontier
    build();
  }

  // The table of errors: a row for f, one for each concept; N buttons and one more in each.
  let cells = [], rows = [];
  function build() {
    const N = source.length;
    const grid = make("div", { class: "pd-errors", role: "group", "aria-label": "the class" }, figure);
    grid.style.gridTemplateColumns = `2.1rem repeat(${N}, 1.6rem) 1.6rem minmax(5.5rem, 1fr)`;
    scroller.replaceChildren(grid);
    cells = [];
    rows = [];
    const side = (text, parent = grid) => make("span", { class: "pd-side" }, parent, text);
    const cell = (action) => {
      const j = cells.length;
      cells.push(button(grid, "", () => { rove(cells, j); action(); }));
      return cells[j];
    };
    side("point");
    source.forEach((_, x) => side(x).classList.add("pd-number"));
    side(""); side("");
    side("f");
    source.forEach((_, x) => cell(() => { source[x] = 1 - source[x]; update(); }));
    const flip = cell(() => { source = source.map((y) => 1 - y); update(); });
    flip.textContent = "⇅";
    flip.setAttribute("aria-label", "flip f everywhere");
    side("the source");
    concepts.forEach((labels, k) => {
      const name = side(`g${k}`);
      labels.forEach((_, x) => cell(() => { labels[x] = 1 - labels[x]; chosen = k; update(); }));
      const remove = cell(() => {
        if (concepts.length === 1) return;
        concepts.splice(k, 1);
        chosen = Math.min(k, concepts.length - 1);
        build();
        rove(cells, (chosen + 2) * (N + 1) - 1);
      });
      remove.textContent = "−";
      remove.setAttribute("aria-label", `remove g${k}`);
      remove.disabled = concepts.length === 1;
      rows.push({ name, status: side("") });
    });
    page.walk(grid, cells, N + 1);
    adders.forEach((one) => { one.disabled = concepts.length >= data.most; });
    update();
  }

  const names = (list) => list.map((k) => `g${k}`).join(", ");
  function update() {
    const N = source.length;
    // A set of errors is the bits of a number.
    const sets = concepts.map((labels) => labels.reduce((s, y, x) => s | ((y ^ source[x]) << x), 0));
    const inside = (a, b) => (a & ~b) === 0;
    const first = sets.map((s) => sets.indexOf(s));
    const different = sets.map((_, k) => k).filter((k) => first[k] === k);
    const frontier = different.filter((k) => !different.some((j) => j !== k && inside(sets[j], sets[k])));
    const dominator = sets.map((s) => frontier.find((j) => inside(sets[j], s)));
    const minimal = new Set(frontier);
    if (chosen < 0) chosen = frontier[0];

    // The sentence.
    const count = concepts.length, p = frontier.length;
    const says = p === 1
      ? `1 on the frontier: g${frontier[0]}. It dominates every concept: no sample is needed.`
      : p === different.length
        ? "all on the frontier: knowing f discards nothing."
        : `${p} on the frontier: ${names(frontier)}. ` +
          `Knowing f discards ${different.length - p} before the first sample.`;
    const those = different.length < count ? ` (${different.length} different)` : "";
    live.textContent = `${count} concept${count === 1 ? "" : "s"}${those}, ${says}`;

    // The table.
    source.forEach((y, x) => {
      cells[x].textContent = y;
      cells[x].setAttribute("aria-label", `f at point ${x} is ${y}`);
    });
    concepts.forEach((labels, k) => {
      labels.forEach((y, x) => {
        const wrong = y !== source[x];
        const cell = cells[(k + 1) * (N + 1) + x];
        cell.textContent = wrong ? "×" : "·";
        cell.setAttribute("aria-pressed", String(wrong));
        cell.setAttribute("aria-label", `g${k} at point ${x} is ${y}: ${wrong ? "an error" : "right"}`);
      });
      const { name, status } = rows[k];
      name.classList.toggle("pd-best", minimal.has(k));
      status.classList.toggle("pd-best", minimal.has(k));
      status.textContent = minimal.has(k) ? "★ frontier"
        : first[k] !== k && minimal.has(first[k]) ? `equals g${first[k]}`
          : `beaten by g${dominator[k]}`;
    });

    order(sets, different, minimal, inside);

    // The sample sizes.
    columnNames[0].textContent = `the class (k = ${different.length})`;
    columnNames[1].textContent = `the frontier (k = ${p})`;
    const state = figure.dataset;
    [different.length, p].forEach((size, j) => {
      const perfect = samples(size, false), agnostic = samples(size, true);
      needs.perfect[j].textContent = perfect.toLocaleString("en-US");
      needs.agnostic[j].textContent = agnostic.toLocaleString("en-US");
      state[`perfect${"GP"[j]}`] = perfect;
      state[`agnostic${"GP"[j]}`] = agnostic;
    });
    state.concepts = concepts.map((labels) => labels.join("")).join(",");
    state.source = source.join("");
    state.frontier = frontier.join(",");
    state.dominator = dominator.join(",");
    state.chosen = chosen;
    state.eps = eps;
    state.delta = delta;
  }

  // The sets of errors as an order: larger sets stand higher, lines are the steps between them.
  function order(sets, different, minimal, inside) {
    const size = (s) => { let ones = 0; for (; s; s &= s - 1) ones++; return ones; };
    const strictly = (a, b) => sets[a] !== sets[b] && inside(sets[a], sets[b]);
    const levels = [];
    different.forEach((k) => (levels[size(sets[k])] ??= []).push(k));
    const filled = levels.map((_, n) => n).filter((n) => levels[n]).reverse();
    const width = 400, gap = 52, left = 54, height = filled.length * gap;
    const x = [], y = [], half = [];
    filled.forEach((n, row) => levels[n].forEach((k, j) => {
      const room = (width - 8 - left) / levels[n].length;
      const zigzag = levels[n].length > 10; // then neighbors stand in two lines
      x[k] = left + (j + 0.5) * room;
      y[k] = (row + 0.5) * gap + (zigzag ? 24 * (j % 2) - 12 : 0);
      half[k] = Math.min(14, (zigzag ? room : room / 2) - 1);
    }));
    const focused = drawing.contains(document.activeElement);
    drawing.replaceChildren();
    const svg = draw("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "group",
      "aria-label": "the sets of errors in their order; arrow keys move between them",
    }, drawing);
    filled.forEach((n, row) => draw("text", { x: 0, y: (row + 0.5) * gap + 3, class: "pd-level" }, svg,
      n === 1 ? "1 error" : `${n} errors`));
    const shown = different.includes(chosen) ? chosen : sets.indexOf(sets[chosen]);
    different.forEach((b) => different.forEach((a) => {
      if (!strictly(a, b) || different.some((c) => strictly(a, c) && strictly(c, b))) return;
      draw("line", { x1: x[a], y1: y[a], x2: x[b], y2: y[b],
        class: a === shown || strictly(shown, a) ? "pd-above pd-lit" : "pd-above" }, svg);
    }));
    const marks = different.map((k) => {
      const best = minimal.has(k), mark = draw("g", {
        class: `pd-set${best ? " pd-minimal" : ""}${k === shown ? " pd-chosen" : ""}`, role: "button",
        tabindex: k === shown ? 0 : -1,
        "aria-label": `g${k}, ${size(sets[k])} errors${best ? ", on the frontier" : ""}`,
      }, svg);
      draw("rect", { x: x[k] - half[k], y: y[k] - 10, width: 2 * half[k], height: 20, rx: best ? 0 : 9 }, mark);
      draw("text", { x: x[k], y: y[k] + 4, "text-anchor": "middle" }, mark, `g${k}`);
      mark.addEventListener("click", () => select(k));
      return mark;
    });
    const select = (k) => { chosen = k; update(); drawing.querySelector("[tabindex='0']").focus(); };
    svg.addEventListener("keydown", (event) => {
      const at = marks.indexOf(document.activeElement);
      if (at < 0 || page.withModifier(event)) return;
      const k = different[at];
      const row = filled.indexOf(size(sets[k])), level = levels[filled[row]];
      const nearest = (n) => levels[n] && levels[n].slice().sort(
        (a, b) => Math.abs(x[a] - x[k]) - Math.abs(x[b] - x[k]))[0];
      const to = {
        ArrowLeft: level[level.indexOf(k) - 1], ArrowRight: level[level.indexOf(k) + 1],
        ArrowUp: nearest(filled[row - 1]), ArrowDown: nearest(filled[row + 1]),
      }[event.key];
      if (to !== undefined) { event.preventDefault(); select(to); }
    });
    if (focused) svg.querySelector("[tabindex='0']").focus();
    const set = source.map((_, p) => p).filter((p) => sets[shown] >> p & 1);
    const above = different.filter((k) => strictly(shown, k));
    about.textContent = `g${shown} errs on ${set.length ? `{${set.join(", ")}}` : "no point"}; ` +
      (above.length ? `it dominates ${names(above)}.` : "it dominates no other.");
  }

  take(0);
}
