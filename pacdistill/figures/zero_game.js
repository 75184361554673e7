function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  let errors, legal, p, q, solution; // errors[g][x] is 1 where concept g disagrees with the source
  const dot = (a, b) => sum(a.map((one, k) => one * b[k]));
  const column = (x) => errors.map((row) => row[x]);
  const legalPoints = () => legal.flatMap((yes, x) => (yes ? [x] : []));

  // The whole numbers y and d > 0 with M y = (d, ..., d), by elimination without fractions; or null.
  function solveSystem(M) {
    const A = M.map((row) => [...row, 1]), n = M.length;
    let before = 1;
    for (let k = 0; k < n; k++) {
      const pivot = A.findIndex((row, i) => i >= k && row[k] !== 0);
      if (pivot < 0) return null;
      [A[k], A[pivot]] = [A[pivot], A[k]];
      for (let i = 0; i < n; i++) {
        if (i === k) continue;
        const factor = A[i][k];
        A[i] = A[i].map((entry, j) => (A[k][k] * entry - factor * A[k][j]) / before);
      }
      before = A[k][k];
    }
    const sign = Math.sign(before);
    return { d: sign * before, y: A.map((row) => sign * row[n]) };
  }
  const choices = (items, size) => size === 0 ? [[]] : items.flatMap((item, k) =>
    choices(items.slice(k + 1), size - 1).map((rest) => [item, ...rest]));

  // Some pair of optimal mixtures makes all rows and columns of a square table inside the game equal
  // (Shapley and Snow). With 1 added to each entry the table has an inverse. We try all such tables
  // and keep the first whose mixtures prove each other optimal: an exact test, in whole numbers.
  function solve() {
    const points = legalPoints(), concepts = errors.map((_, g) => g);
    if (points.length === 0) {
      return { value: 0, p: errors.map(() => 1 / errors.length), q: legal.map(() => 0) };
    }
    const paid = errors.map((row) => row.map((entry) => entry + 1));
    for (let size = 1; size <= Math.min(concepts.length, points.length); size++) {
      for (const rows of choices(concepts, size)) {
        for (const columns of choices(points, size)) {
          const M = rows.map((g) => columns.map((x) => paid[g][x]));
          const forX = solveSystem(M);
          const forG = forX && solveSystem(columns.map((_, j) => M.map((row) => row[j])));
          if (!forG || Math.min(...forX.y, ...forG.y) < 0) continue;
          const d = forX.d, total = sum(forX.y);
          const promised = points.every((x) => dot(rows.map((g) => paid[g][x]), forG.y) <= d);
          const forced = concepts.every((g) => dot(columns.map((x) => paid[g][x]), forX.y) >= d);
          if (!promised || !forced) continue;
          const found = { value: (d - total) / total, p: errors.map(() => 0), q: legal.map(() => 0) };
          rows.forEach((g, i) => { found.p[g] = forG.y[i] / total; });
          columns.forEach((x, j) => { found.q[x] = forX.y[j] / total; });
          return found;
        }
      }
    }
    throw new Error("a finite game has optimal mixtures");
  }

  // 2/7 where that is what it is, three digits otherwise.
  function fraction(z) {
    for (let d = 1; d <= 64; d++) {
      if (Math.abs(z * d - Math.round(z * d)) < 1e-9) return d === 1 ? String(Math.round(z)) : `${Math.round(z * d)}/${d}`;
    }
    return z.toFixed(3);
  }
  const spread = (allowed) => allowed.map((yes) => (yes ? 1 / allowed.filter(Boolean).length : 0));
  // Set one weight; the others keep their proportions.
  function move(weights, k, weight, allowed) {
    const others = allowed.map((yes, j) => yes && j !== k);
    if (!others.some(Boolean)) return weights;
    const rest = sum(weights.filter((_, j) => others[j]));
    const share = rest > 1e-12 ? weights.map((one) => one / rest) : spread(others);
    return weights.map((_, j) => (j === k ? weight : others[j] ? (1 - weight) * share[j] : 0));
  }

  // The choice of a game, the two values, and the buttons.
  const choose = page.select(figure, { name: "Game", options: data.games.map((game) => game.title) }, load);
  const columns = make("div", { class: "pd-columns" }, figure);
  const panel = make("div", { class: "pd-panel" }, columns);
  const live = make("p", { class: "pd-live", role: "status" }, panel);
  const gauge = draw("svg", { viewBox: "0 0 300 76", class: "pd-gauge", "aria-hidden": "true" }, panel);
  const place = (z) => 12 + 276 * z;
  const gap = draw("rect", { y: 32, height: 12, class: "pd-gap" }, gauge);
  draw("line", { x1: place(0), x2: place(1), y1: 38, y2: 38, class: "pd-axis" }, gauge);
  [0, 1].forEach((z) => draw("text", { x: place(z), y: 56, "text-anchor": "middle" }, gauge, z));
  const valueMark = draw("line", { y1: 24, y2: 52, class: "pd-value" }, gauge);
  const valueText = draw("text", { y: 28 }, gauge, "v");
  const upperMark = draw("path", { class: "pd-mark" }, gauge);
  const lowerMark = draw("path", { class: "pd-mark" }, gauge);
  const upperText = draw("text", { y: 13 }, gauge);
  const lowerText = draw("text", { y: 72 }, gauge);
  const put = (text, z, words) => {
    text.setAttribute("x", z < 0.15 ? 2 : z > 0.85 ? 298 : place(z));
    text.setAttribute("text-anchor", z < 0.15 ? "start" : z > 0.85 ? "end" : "middle");
    text.textContent = words;
  };
  const buttons = make("div", { class: "pd-buttons" }, panel);
  const only = (k, n) => Array.from({ length: n }, (_, j) => Number(j === k));
  button(buttons, "Optimal distiller", () => { p = solution.p.slice(); show(); });
  button(buttons, "Optimal adversary", () => { q = solution.q.slice(); show(); });
  button(buttons, "Distiller's best reply", () => {
    const pays = errors.map((row) => dot(row, q));
    p = only(pays.indexOf(Math.min(...pays)), p.length);
    show();
  });
  button(buttons, "Adversary's best reply", () => {
    const gains = legal.map((yes, x) => (yes ? dot(column(x), p) : -1));
    if (legal.some(Boolean)) q = only(gains.indexOf(Math.max(...gains)), q.length);
    show();
  });
  button(buttons, "Even weights", () => { p = spread(p.map(() => true)); q = spread(legal); show(); });

  // The table, made anew for each game.
  const box = make("div", { class: "pd-scroll" }, columns);
  make("p", { class: "pd-caption" }, figure,
    "✗: the concept disagrees with the source at the point (click, or arrow keys and space, to change " +
    "it); framed: both sides play it, and the distiller pays. ▼: the concept that errs least under q. ▲: the " +
    "point where the distiller's error is largest.");
  let cells, pSliders, qSliders, pTexts, qTexts, pays, gains, heads;
  function range(parent, label, action) {
    const input = make("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": label }, parent);
    input.addEventListener("input", () => { action(Number(input.value) / 100); show(); });
    return input;
  }
  function load(k) {
    errors = data.games[k].errors.map((row) => row.slice());
    box.replaceChildren();
    const table = make("table", { class: "pd-game" }, box);
    const head = make("tr", {}, make("thead", {}, table));
    make("th", { class: "pd-side", scope: "col" }, head, "concept, weight p");
    heads = errors[0].map((_, x) => make("th", { scope: "col", class: "pd-name" }, head, `x${x}`));
    make("th", { scope: "col", class: "pd-payoff" }, head, "error");
    const body = make("tbody", {}, table);
    cells = []; pSliders = []; pTexts = []; pays = [];
    errors.forEach((row, g) => {
      const line = make("tr", {}, body);
      const side = make("th", { class: "pd-side", scope: "row" }, line);
      const words = make("span", { class: "pd-weight" }, side);
      make("span", { class: "pd-name" }, words, `g${g}`);
      pTexts.push(make("output", {}, words));
      pSliders.push(range(side, `weight of concept g${g}`, (weight) => {
        p = move(p, g, weight, p.map(() => true));
      }));
      row.forEach((_, x) => {
        const cell = button(make("td", {}, line), "", () => {
          errors[g][x] = 1 - errors[g][x];
          page.rove(cells, cells.indexOf(cell));
          change();
        });
        cells.push(cell);
      });
      pays.push(make("td", { class: "pd-payoff" }, line));
    });
    page.walk(body, cells, errors[0].length);
    const foot = make("tfoot", {}, table);
    const last = make("tr", {}, foot), weights = make("tr", {}, foot);
    make("th", { class: "pd-side", scope: "row" }, last, "error there");
    gains = heads.map(() => make("td", { class: "pd-payoff" }, last));
    make("th", { class: "pd-side", scope: "row" }, weights, "weight q");
    qSliders = []; qTexts = [];
    heads.forEach((_, x) => {
      const cell = make("td", {}, weights);
      qTexts.push(make("output", {}, cell));
      qSliders.push(range(cell, `weight of point x${x}`, (weight) => { q = move(q, x, weight, legal); }));
    });
    [last, weights].forEach((line) => make("td", {}, line));
    p = spread(errors.map(() => true));
    q = null;
    change();
  }

  // The table of disagreements is new: so are the legal points and the solution.
  function change() {
    legal = errors[0].map((_, x) => errors.some((row) => row[x] === 0));
    const kept = (q || []).map((weight, x) => (legal[x] ? weight : 0));
    q = sum(kept) > 1e-12 ? kept.map((weight) => weight / sum(kept)) : spread(legal);
    solution = solve();
    show();
  }

  function show() {
    const atPoint = legal.map((_, x) => dot(column(x), p));
    const ofConcept = errors.map((row) => dot(row, q));
    const some = legal.some(Boolean);
    const upper = some ? Math.max(...atPoint.filter((_, x) => legal[x])) : 0;
    const lower = Math.min(...ofConcept), { value } = solution;
    const near = (a, b) => Math.abs(a - b) < 1e-9;
    errors.forEach((row, g) => row.forEach((entry, x) => {
      const cell = cells[g * row.length + x];
      cell.textContent = entry ? "✗" : "·";
      cell.setAttribute("aria-pressed", String(entry === 1));
      cell.setAttribute("aria-label", `concept g${g} ${entry ? "disagrees" : "agrees"} at point x${x}`);
      cell.classList.toggle("pd-played", entry === 1 && p[g] * q[x] > 1e-9);
    }));
    p.forEach((weight, g) => {
      pSliders[g].value = Math.round(100 * weight);
      pTexts[g].textContent = fraction(weight);
      pays[g].textContent = `${near(ofConcept[g], lower) && some ? "▼ " : ""}${fraction(ofConcept[g])}`;
      pays[g].classList.toggle("pd-reply", near(ofConcept[g], lower) && some);
    });
    q.forEach((weight, x) => {
      qSliders[x].value = Math.round(100 * weight);
      qSliders[x].disabled = !legal[x];
      qTexts[x].textContent = fraction(weight);
      const best = legal[x] && near(atPoint[x], upper);
      gains[x].textContent = legal[x] ? `${best ? "▲ " : ""}${fraction(atPoint[x])}` : "not legal";
      gains[x].classList.toggle("pd-reply", best);
      heads[x].classList.toggle("pd-off", !legal[x]);
    });
    gap.setAttribute("x", place(lower));
    gap.setAttribute("width", 276 * (upper - lower));
    valueMark.setAttribute("x1", place(value));
    valueMark.setAttribute("x2", place(value));
    valueText.setAttribute("x", place(value) - 10);
    valueText.style.display = upper - value < 0.07 ? "none" : "";
    upperMark.setAttribute("d", `M${place(upper)} 31 l-6 -11 h12 z`);
    lowerMark.setAttribute("d", `M${place(lower)} 45 l-6 11 h12 z`);
    put(upperText, upper, `promised ${fraction(upper)}`);
    put(lowerText, lower, `forced ${fraction(lower)}`);
    live.textContent = !some
      ? "No concept is ever right, so no point is legal: nothing is asked of the distiller, and the value is 0."
      : near(upper, lower)
        ? `Promised and forced meet: each mixture proves that the other is optimal. The value is ${fraction(value)}.`
        : `The distiller's p promises an error of at most ${fraction(upper)}; the adversary's q forces at least ` +
          `${fraction(lower)}. The value ${fraction(value)} lies between them.`;
    Object.assign(figure.dataset, {
      errors: JSON.stringify(errors), p: JSON.stringify(p), q: JSON.stringify(q),
      upper, lower, value, legal: JSON.stringify(legal),
    });
  }
  load(Number(choose.value));
}
