function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  const ROUNDING = 1e-12;
  const KINDS = [
    "the marked: sign of their sum", "the marked: their average", "the bit x0",
    "a random bent function", "a random function",
  ];
  const NEEDS_MARKS = 2; // the kinds before this one look at the marked tiles
  let board, alive, marked, tolerance = data.tolerance, wanted = 1, kind = 0;
  let queries, values, coefficients, verdict, said;
  const name = (V) => V.join("");
  const count = (flags) => flags.filter(Boolean).length;
  const standing = () => board.masks.flatMap((_, k) => (alive[k] ? [k] : []));

  // chi_V(x) by the number of common bits; x and V as numbers, the first bit leading.
  function chi(mask, x) {
    let sign = 1;
    for (let rest = mask & x; rest; rest &= rest - 1) sign = -sign;
    return sign;
  }
  // E[g chi_V] for all V at once.
  function transform(g) {
    const sums = Float64Array.from(g);
    for (let half = 1; half < sums.length; half *= 2) {
      for (let x = 0; x < sums.length; x++) {
        if (x & half) continue;
        const a = sums[x], b = sums[x + half];
        sums[x] = a + b;
        sums[x + half] = a - b;
      }
    }
    return sums.map((sum) => sum / sums.length);
  }
  function shuffled(n, draws) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(draws() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
  // The values of g in the query h(x, y) = y g(x).
  function makeQuery() {
    const size = 2 ** board.d, draws = page.random(1 + queries), g = new Float64Array(size);
    if (kind < NEEDS_MARKS) {
      const masks = board.masks.filter((_, k) => marked[k]);
      if (masks.length === 0) return g;
      return g.map((_, x) => {
        const sum = masks.reduce((total, mask) => total + chi(mask, x), 0);
        return kind === 0 ? Math.sign(sum) : sum / masks.length;
      });
    }
    if (kind === 2) return g.map((_, x) => chi(size / 2, x));
    if (kind === 3) {
      const order = shuffled(board.d, draws), shift = Math.floor(draws() * size);
      return g.map((_, x) => {
        let sign = chi(shift, x);
        for (let i = 0; i + 1 < board.d; i += 2) {
          if ((x >> order[i]) & (x >> order[i + 1]) & 1) sign = -sign;
        }
        return sign;
      });
    }
    return g.map(() => (draws() < 0.5 ? 1 : -1));
  }
  // The answer 0, unless no parity were left: then what the first one left demands.
  function judge() {
    const within = (value) => coefficients.map((c, k) => alive[k] && Math.abs(c - value) <= tolerance + ROUNDING);
    const legal = within(0);
    if (legal.some(Boolean)) return { value: 0, legal, committed: -1 };
    const first = alive.indexOf(true);
    return { value: coefficients[first], legal: within(coefficients[first]), committed: first };
  }

  const choices = make("div", { class: "pd-sliders" }, figure);
  const names = data.boards.map(({ d, subsets }) =>
    `${subsets.length}: all of ${subsets[0].length} of ${d} bits`);
  page.select(choices, { name: "Parities", options: names }, load);
  page.select(choices, { name: "Query", options: KINDS }, (k) => { kind = k; show(); });
  page.slider(choices, {
    name: "Tolerance", min: 0.02, max: 0.9, step: 0.01, value: tolerance, show: (t) => t.toFixed(2),
  }, (t) => { tolerance = t; restart(); });
  const marks = page.slider(choices, { name: "Mark the first", min: 1, max: 56, value: 1 }, (m) => {
    wanted = m;
    mark();
    show();
  });
  const answers = make("div", { class: "pd-answers" }, figure);
  const live = make("p", { class: "pd-live", role: "status" }, answers);
  const buttons = make("div", { class: "pd-buttons" }, answers);
  const asking = button(buttons, "Ask", ask);
  button(buttons, "New game", restart);
  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-spectrum" }, columns);
  const chart = draw("svg", { viewBox: "0 0 340 150", "aria-hidden": "true" }, left);
  const energyText = make("p", { class: "pd-energy" }, left);
  const scoreText = make("p", {}, left);
  const box = make("div", { class: "pd-parities" }, columns);
  make("p", { class: "pd-caption" }, figure,
    "A tile 014 is the parity of the bits 0, 1 and 4. Click it, or use the arrow keys and space, to mark it " +
    "(framed). A bar is the size of the query's correlation with a parity; ▲ on a tile: asked now, the query would rule it " +
    "out. Struck through: ruled out. Another tolerance starts a new game.");
  const top = 132, high = 118; // of the chart: the base line and the height of a bar of size 1
  let tiles, bars, line, lineText;

  function load(k) {
    const { d, subsets } = data.boards[k];
    board = { d, subsets, masks: subsets.map((V) => V.reduce((sum, i) => sum + 2 ** (d - 1 - i), 0)) };
    const across = subsets.length < 20 ? 5 : subsets[0].length < 4 ? 8 : 9;
    marks.max = subsets.length;
    chart.replaceChildren();
    bars = subsets.map((_, j) => draw("rect", { x: 4 + (332 * j) / subsets.length, width: Math.max(1.4, 332 / subsets.length - 1.2) }, chart));
    draw("line", { x1: 2, x2: 338, y1: top, y2: top, class: "pd-axis" }, chart);
    line = draw("line", { x1: 2, x2: 338, class: "pd-tolerance" }, chart);
    lineText = draw("text", { x: 338, "text-anchor": "end" }, chart);
    draw("text", { x: 4, y: 147 }, chart, "size of the correlation with each parity");
    box.replaceChildren();
    box.style.gridTemplateColumns = `repeat(${across}, auto)`;
    tiles = subsets.map((V, j) => button(box, "", () => {
      if (alive[j]) marked[j] = !marked[j];
      page.rove(tiles, j);
      show();
    }));
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "parities");
    if (!box.dataset.walks) { box.dataset.walks = "yes"; walkTiles(); }
    tiles.forEach((tile, j) => tile.setAttribute("tabindex", j === 0 ? 0 : -1));
    board.across = across;
    restart();
  }
  // Like `walk`, for tiles that change with the board.
  function walkTiles() {
    box.addEventListener("keydown", (event) => {
      const from = tiles.indexOf(document.activeElement);
      if (from < 0 || page.withModifier(event)) return;
      const to = from + {
        ArrowLeft: -1, ArrowRight: 1, ArrowUp: -board.across, ArrowDown: board.across,
      }[event.key];
      if (tiles[to]) { event.preventDefault(); page.rove(tiles, to); }
    });
  }
  function mark() {
    const first = new Set(standing().slice(0, wanted));
    marked = alive.map((_, k) => first.has(k));
  }
  function restart() {
    alive = board.masks.map(() => true);
    queries = 0;
    wanted = Math.min(wanted, board.masks.length);
    marks.value = wanted;
    marks.parentElement.querySelector("output").textContent = wanted;
    said = `One of ${alive.length} parities is hidden. Choose a query and ask.`;
    ["asked", "value"].forEach((key) => delete figure.dataset[key]);
    mark();
    show();
  }
  function ask() {
    const before = count(alive), { value, legal, committed } = verdict;
    figure.dataset.asked = JSON.stringify(Array.from(values));
    figure.dataset.value = value;
    alive = legal;
    queries += 1;
    const left = count(alive), gone = before - left;
    const answer = committed < 0
      ? "the answer is 0."
      : `0 would rule out all, so the adversary commits itself to ${name(board.subsets[committed])} and answers ${value.toFixed(2)}.`;
    const effect = gone === 0 ? "It rules out nothing." : `It rules out ${gone}.`;
    const end = left === 1
      ? `Only ${name(board.subsets[alive.indexOf(true)])} is left: you are done.`
      : `${left} are left.`;
    said = `Query ${queries}: ${answer} ${effect} ${end}`;
    marked = marked.map((yes, k) => yes && alive[k]);
    if (!marked.some(Boolean)) mark();
    show();
  }

  function show() {
    values = makeQuery();
    const all = transform(values);
    coefficients = board.masks.map((mask) => all[mask]);
    verdict = judge();
    const energy = coefficients.reduce((sum, c) => sum + c * c, 0), M = alive.length, left = count(alive);
    const bound = (M - 1) * tolerance ** 2;
    bars.forEach((bar, k) => {
      const height = high * Math.abs(coefficients[k]);
      bar.setAttribute("y", top - height);
      bar.setAttribute("height", height);
      bar.setAttribute("class", !alive[k] ? "pd-gone" : verdict.legal[k] ? "pd-stays" : "pd-goes");
    });
    const level = top - high * tolerance;
    line.setAttribute("y1", level);
    line.setAttribute("y2", level);
    lineText.setAttribute("y", level - 4);
    lineText.textContent = `tolerance ${tolerance.toFixed(2)}`;
    energyText.textContent = `Sum of the squares of all ${M} bars: ${energy.toFixed(3)}, by Bessel at most 1. So fewer ` +
      `than ${(1 / tolerance ** 2).toFixed(1)} of them can pass the line.`;
    scoreText.textContent = `Asked: ${queries}. Left: ${left} of ${M}. Every learner that can name the parity, whatever it is, ` +
      `asks more than (M − 1) × tolerance² = ${bound.toFixed(2)} queries.`;
    live.textContent = said;
    asking.disabled = left === 1;
    tiles.forEach((tile, k) => {
      const goes = alive[k] && !verdict.legal[k];
      tile.textContent = `${name(board.subsets[k])}${goes ? "▲" : ""}`;
      tile.setAttribute("aria-pressed", String(marked[k]));
      tile.classList.toggle("pd-out", !alive[k]);
      tile.setAttribute("aria-label", `parity of bits ${board.subsets[k].join(", ")}: ` +
        `${!alive[k] ? "ruled out" : goes ? "left, the query would rule it out" : "left"}`);
    });
    Object.assign(figure.dataset, {
      d: board.d, size: board.subsets[0].length, tolerance, queries, bound, energy,
      alive: alive.map(Number).join(""), marked: marked.map(Number).join(""),
      coefficients: JSON.stringify(coefficients), values: JSON.stringify(Array.from(values)),
    });
  }
  load(0);
}
