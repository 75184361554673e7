function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  // All 2^d points, the first bit leading; the activations of every network there.
  const { d } = data;
  const size = 2 ** d;
  const bit = (p, i) => (p >> (d - 1 - i)) & 1;
  const points = Array.from({ length: size }, (_, p) => p);
  const relu = (z) => Math.max(z, 0);
  const affine = ({ weight, bias }, x) => weight.map((row, j) =>
    row.reduce((sum, w, i) => sum + w * x[i], bias[j]));
  function activations(network, layer) {
    const maps = data.networks[network];
    return points.map((p) => {
      const x = Array.from({ length: d }, (_, i) => bit(p, i));
      if (maps.length === 1) return affine(maps[0], x).map(relu);
      let h = affine(maps[0], x.map((one) => 2 * one - 1)).map(relu);
      for (let l = 1; l <= layer; l++) {
        const step = affine(maps[l], h).map(relu);
        h = h.map((z, j) => z + step[j]);
      }
      return h;
    });
  }

  // Jacobi's rotations: eigenvalues and eigenvectors (columns) of a symmetric matrix.
  function eigen(matrix) {
    const n = matrix.length, a = matrix.map((row) => row.slice());
    const v = a.map((_, i) => a.map((__, j) => Number(i === j)));
    for (let sweep = 0; sweep < 60; sweep++) {
      let off = 0, all = 0;
      a.forEach((row, i) => row.forEach((z, j) => { all += z * z; if (i !== j) off += z * z; }));
      if (off <= 1e-28 * all) break;
      for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1), s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[k][p], a[k][q]];
          a[k][p] = c * x - s * y; a[k][q] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[p][k], a[q][k]];
          a[p][k] = c * x - s * y; a[q][k] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [v[k][p], v[k][q]];
          v[k][p] = c * x - s * y; v[k][q] = s * x + c * y;
        }
      }
    }
    return a.map((row, j) => ({ value: row[j], vector: v.map((line) => line[j]) }))
      .sort((x, y) => y.value - x.value);
  }

  // Features, centered, in their principal directions: s_j, and q_j of mean square 1.
  const made = [];
  function spectrum(k) {
    if (made[k]) return made[k];
    const { network, layer } = data.features[k];
    const raw = activations(network, layer), m = raw[0].length;
    const mean = raw[0].map((_, j) => raw.reduce((sum, row) => sum + row[j], 0) / size);
    const phi = raw.map((row) => row.map((z, j) => z - mean[j]));
    const gram = mean.map((_, i) => mean.map((__, j) => 0));
    phi.forEach((row) => { for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) gram[i][j] += row[i] * row[j] / size; });
    const pairs = eigen(gram);
    const kept = pairs.filter(({ value }) => value > 1e-10 * pairs[0].value);
    const q = kept.map(({ value, vector }) => Float64Array.from(phi, (row) =>
      row.reduce((sum, z, j) => sum + z * vector[j], 0) / Math.sqrt(value)));
    const s = kept.map(({ value }) => value);
    made[k] = { s, q, radius: Math.sqrt(gram.reduce((sum, row, j) => sum + row[j], 0)), needs: [] };
    return made[k];
  }
  const holds = (clause, p) => clause.every(([i, v]) => bit(p, i) === v);
  function target(basis, clause) {
    const where = points.filter((p) => holds(clause, p));
    const c = basis.q.map((values) => where.reduce((sum, p) => sum + values[p], 0) / size);
    const mass = where.length / size, variance = mass - mass * mass;
    return { clause, c, mass, variance, rest: Math.max(0, variance - c.reduce((sum, z) => sum + z * z, 0)) };
  }
  const norm = (s, c, l) => Math.sqrt(c.reduce((sum, z, j) => sum + s[j] * z * z / (s[j] + l) ** 2, 0));
  const loss = (s, { c, rest }, l) => c.reduce((sum, z, j) => sum + (l / (s[j] + l) * z) ** 2, rest);
  // The secular equation, by Newton's method on 1/norm from the left.
  function multiplier(s, { c }, bound) {
    let l = 0;
    for (let step = 0; step < 200; step++) {
      const now = norm(s, c, l);
      if (now <= bound * (1 + 1e-12)) break;
      const slope = c.reduce((sum, z, j) => sum + s[j] * z * z / (s[j] + l) ** 3, 0);
      l += now * now * (now / bound - 1) / slope;
    }
    return l;
  }
  // The least norm at which the loss is at most `allowed`: the loss rises with l, so bisect.
  function needed(s, aim, allowed) {
    if (aim.rest > allowed) return Infinity;
    let low = Math.log(s[0]) - 40, high = Math.log(s[0]) + 20;
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (loss(s, aim, Math.exp(middle)) <= allowed) low = middle; else high = middle;
    }
    return norm(s, aim.c, Math.exp(low));
  }
  const choose = (k, from = 0) => (k === 0 ? [[]] : Array.from({ length: d - from }, (_, j) => from + j)
    .flatMap((i) => choose(k - 1, i + 1).map((others) => [i, ...others])));
  function needs(basis, k) {
    if (!basis.needs[k]) {
      basis.needs[k] = choose(k).flatMap((bits) => Array.from({ length: 2 ** k }, (_, values) =>
        bits.map((i, j) => [i, (values >> (k - 1 - j)) & 1])))
        .map((clause) => needed(basis.s, target(basis, clause), 4 ** -k / 4) * basis.radius)
        .sort((a, b) => a - b);
    }
    return basis.needs[k];
  }

  // What is chosen.
  const sentence = (clause) => clause.map(([i, v]) => `x${i} = ${v}`).join(", ");
  const random = page.random(11);
  function randomClause(k) {
    const bits = [];
    while (bits.length < k) {
      const i = Math.floor(random() * d);
      if (!bits.includes(i)) bits.push(i);
    }
    return bits.sort((a, b) => a - b).map((i) => [i, Number(random() < 0.5)]);
  }
  const drawn = [1, 2, 3].map(randomClause);
  const own = data.clauses;
  const trained = data.features.findIndex(({ network }) => network === 1);
  let chosen = trained < 0 ? 0 : trained, number = Math.max(0, own.findIndex((c) => c.length === 2)), level = -0.3;
  const clauseOf = () => (number < own.length ? own[number] : drawn[number - own.length]);
  const bound = () => 10 ** level;
  const short = (z) => (z >= 100 ? z.toFixed(0) : z >= 10 ? z.toFixed(1) : z.toFixed(2));
  const exact = (z) => Number(z.toPrecision(3)).toString();

  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const sliders = make("div", { class: "pd-sliders" }, figure);
  page.select(sliders, { name: "activations of", options: data.features.map(({ name }) => name), value: chosen },
    (k) => { chosen = k; show(); });
  const menu = page.select(sliders, {
    name: "clause",
    options: [...own.map((c) => `of the tree: ${sentence(c)}`), ...drawn.map((c) => `random: ${sentence(c)}`)],
    value: number,
  }, (k) => { number = k; show(); });
  page.slider(sliders, { name: "norm bound τB", min: -1.5, max: 2.5, step: 0.01, value: level, show: (z) => short(10 ** z) },
    (z) => { level = z; show(); });
  const buttons = make("div", { class: "pd-buttons" }, figure);
  button(buttons, "Another random clause", () => {
    const k = number < own.length ? clauseOf().length : number - own.length + 1;
    drawn[k - 1] = randomClause(k);
    number = own.length + k - 1;
    menu.options[number].textContent = `random: ${sentence(drawn[k - 1])}`;
    menu.value = number;
    show();
  });

  const columns = make("div", { class: "pd-columns" }, figure);
  const panel = (text, height) => {
    const box = make("div", { class: "pd-panel" }, columns);
    make("p", { class: "pd-caption" }, box, text);
    return draw("svg", { viewBox: `0 0 360 ${height}`, role: "img" }, box);
  };

  // What the probe reads: two histograms, the points of the clause above, the others below.
  const BINS = 44, FROM = -0.6, TO = 1.6, MIDDLE = 96;
  const readings = panel("What the probe reads, over all inputs. Above: inputs where the clause holds. Below, striped: where it does not.", 196);
  const rx = (z) => 10 + (340 * (Math.min(Math.max(z, FROM), TO) - FROM)) / (TO - FROM);
  const stripes = draw("pattern", { id: `${figure.id}-stripes`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, draw("defs", {}, readings));
  draw("rect", { width: 5, height: 5, class: "pd-stripe-ground" }, stripes);
  draw("rect", { width: 2, height: 5, class: "pd-stripe" }, stripes);
  [0, 0.5, 1].forEach((z) => {
    draw("line", { x1: rx(z), x2: rx(z), y1: 8, y2: 178, class: z === 0.5 ? "pd-tick" : "pd-threshold" }, readings);
    draw("text", { x: rx(z), y: 193, "text-anchor": "middle" }, readings, z);
  });
  const bins = [1, 0].map((side) => Array.from({ length: BINS }, (_, b) => draw("rect", {
    x: rx(FROM + ((TO - FROM) * b) / BINS) + 0.5, width: 340 / BINS - 1,
    class: side ? "pd-holds" : "pd-fails", ...(side ? {} : { fill: `url(#${figure.id}-stripes)` }),
  }, readings)));
  draw("line", { x1: 10, x2: 350, y1: MIDDLE, y2: MIDDLE, class: "pd-axis" }, readings);

  // The spectrum: how much of the clause lies in each direction, and how much the probe takes.
  const spectral = panel("Where the clause lies: its share in each direction of the activations, loudest first. Filled: what the probe takes. Striped: outside.", 196);
  const frame = draw("g", {}, spectral);

  // The loss against the norm.
  const curve = panel("The loss of the best probe against the norm it may have, both logarithmic. Dashed: represented is what lies below.", 196);
  const graph = draw("g", {}, curve);
  const path = draw("path", { class: "pd-curve" }, curve);
  const limit = draw("line", { x1: 46, x2: 350, class: "pd-threshold" }, curve);
  const need = draw("line", { y1: 10, y2: 170, class: "pd-need" }, curve);
  const dot = draw("circle", { r: 5, class: "pd-dot" }, curve);
  const LOW = -4, HIGH = 0;
  const cx = (z) => 46 + (304 * (z + 1.5)) / 4;
  const cy = (z) => 170 - (160 * (Math.min(Math.max(Math.log10(z), LOW), HIGH) - LOW)) / (HIGH - LOW);
  [-1, 0, 1, 2].forEach((z) => {
    draw("line", { x1: cx(z), x2: cx(z), y1: 10, y2: 170, class: "pd-tick" }, graph);
    draw("text", { x: cx(z), y: 184, "text-anchor": "middle" }, graph, 10 ** z);
  });
  draw("text", { x: 195, y: 195, "text-anchor": "middle" }, graph, "τB");
  [0, -1, -2, -3, -4].forEach((z) => {
    draw("line", { x1: 46, x2: 350, y1: cy(10 ** z), y2: cy(10 ** z), class: "pd-tick" }, graph);
    draw("text", { x: 42, y: cy(10 ** z) + 4, "text-anchor": "end" }, graph, z < -3 ? "0.0001" : 10 ** z);
  });
  const tally = make("p", { class: "pd-tally", "aria-live": "polite" }, figure);

  function show() {
    const basis = spectrum(chosen), clause = clauseOf(), k = clause.length, { s, q, radius } = basis;
    const aim = target(basis, clause), allowed = 4 ** -k / 4;
    const tau = bound() / radius;
    const l = multiplier(s, aim, tau), missed = loss(s, aim, l), least = needed(s, aim, allowed) * radius;
    const weights = aim.c.map((z, j) => (Math.sqrt(s[j]) * z) / (s[j] + l));
    const reading = points.map((p) => q.reduce((sum, values, j) => sum + weights[j] * Math.sqrt(s[j]) * values[p], aim.mass));

    bins.forEach((row, place) => {
      const some = points.filter((p) => holds(clause, p) === (place === 0));
      const counts = new Array(BINS).fill(0);
      some.forEach((p) => {
        counts[Math.min(BINS - 1, Math.max(0, Math.floor(((reading[p] - FROM) / (TO - FROM)) * BINS + 1e-9)))] += 1;
      });
      const most = Math.max(...counts);
      row.forEach((rect, b) => {
        const height = (80 * counts[b]) / most;
        rect.setAttribute("height", height);
        rect.setAttribute("y", place === 0 ? MIDDLE - height : MIDDLE);
      });
    });
    const values = (side) => reading.filter((_, p) => holds(clause, p) === side);
    const mean = (list) => list.reduce((sum, z) => sum + z, 0) / list.length;
    readings.setAttribute("aria-label", `The probe reads ${mean(values(true)).toFixed(2)} on average where the clause holds, ` +
      `${mean(values(false)).toFixed(2)} where it does not.`);

    frame.replaceChildren();
    const shares = [...aim.c.map((z) => (z * z) / aim.variance), aim.rest / aim.variance];
    const taken = s.map((z) => 1 - (l / (z + l)) ** 2);
    const sy = (z) => 160 - 145 * z, step = 310 / shares.length;
    [0, 0.5, 1].forEach((z) => {
      draw("line", { x1: 40, x2: 350, y1: sy(z), y2: sy(z), class: "pd-tick" }, frame);
      draw("text", { x: 36, y: sy(z) + 4, "text-anchor": "end" }, frame, z);
    });
    shares.forEach((share, j) => {
      const last = j === s.length, x = 40 + step * (j + 0.15), width = 0.7 * step;
      draw("rect", { x, width, y: sy(share), height: Math.max(0.8, sy(0) - sy(share)), class: last ? "pd-fails" : "pd-share",
        ...(last ? { fill: `url(#${figure.id}-stripes)` } : {}) }, frame);
      if (!last) draw("rect", { x, width, y: sy(share * taken[j]), height: sy(0) - sy(share * taken[j]), class: "pd-holds" }, frame);
    });
    draw("text", { x: 42, y: 175 }, frame, `loudest: variance ${exact(s[0])}`);
    draw("text", { x: 350 - step, y: 175, "text-anchor": "end" }, frame, `quietest: ${exact(s[s.length - 1])}`);
    draw("text", { x: 350, y: 190, "text-anchor": "end" }, frame, "outside");
    const explained = 1 - missed / aim.variance;
    spectral.setAttribute("aria-label", `${s.length} directions hold ${((1 - shares[s.length]) * 100).toFixed(0)} percent of the clause's variance; ` +
      `the probe takes ${(explained * 100).toFixed(0)} percent.`);

    let line = "";
    for (let z = -1.5; z <= 2.501; z += 0.05) {
      const here = loss(s, aim, multiplier(s, aim, 10 ** z / radius));
      line += `${line ? "L" : "M"}${cx(z).toFixed(1)},${cy(here).toFixed(1)}`;
    }
    path.setAttribute("d", line);
    limit.setAttribute("y1", cy(allowed)); limit.setAttribute("y2", cy(allowed));
    const inside = Number.isFinite(least) && Math.abs(Math.log10(least) - 0.5) <= 2;
    need.setAttribute("visibility", inside ? "visible" : "hidden");
    if (inside) { need.setAttribute("x1", cx(Math.log10(least))); need.setAttribute("x2", cx(Math.log10(least))); }
    dot.setAttribute("cx", cx(level)); dot.setAttribute("cy", cy(missed));
    curve.setAttribute("aria-label", `At τB = ${short(bound())} the loss is ${exact(missed)}; ${exact(allowed)} is allowed.`);

    const represented = missed <= allowed * (1 + 1e-9);
    live.textContent = `“${sentence(clause)}”: with τB ≤ ${short(bound())} the best probe misses by ${exact(missed)} in the mean square. ` +
      (represented ? `At most 1/${4 * 4 ** k} is allowed: represented. τB = ${short(least)} is enough.`
        : `At most 1/${4 * 4 ** k} is allowed: not represented. ` +
        (Number.isFinite(least) ? `It would take τB = ${short(least)}.` : "No norm is enough."));
    const all = needs(basis, k), count = all.filter((z) => z <= bound() * (1 + 1e-12)).length;
    const most = 4 * 8 ** k * bound() ** 2;
    tally.textContent = `Of all ${all.length} clauses of ${k} ${k === 1 ? "literal" : "literals"}, these activations represent ${count} at this norm. ` +
      `The packing lemma allows ${most >= all.length ? `${exact(most)}, so here it forbids none` : `${Math.floor(most)}`}. (B = ${short(radius)}.)`;
    Object.assign(figure.dataset, {
      features: chosen, clause: JSON.stringify(clause), bound: bound(), radius, energies: JSON.stringify(s),
      shares: JSON.stringify(shares), loss: missed, needed: least, norm: norm(s, aim.c, l), represented, count, most,
    });
  }
  show();
}
