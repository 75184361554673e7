function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  // A k-junta h on d bits; f is h with some labels flipped. Point number p has the bits of p, the
  // first one leading.
  const { d, k, delta } = data;
  const size = 2 ** d, cells = 2 ** k, most = size / cells;
  const bit = (p, i) => (p >> (d - 1 - i)) & 1;
  const flip = (p, i) => p ^ (1 << (d - 1 - i));
  let variables = data.variables.slice(), table = data.table.slice();
  let flips = 0, worst = false;
  let h, f, flipped, inf, infH;

  const bits = Array.from({ length: d }, (_, i) => i);
  const points = Array.from({ length: size }, (_, p) => p);
  const cellOf = (p, chosen) => chosen.reduce((c, i) => 2 * c + bit(p, i), 0);
  const influence = (labels) => bits.map((i) =>
    points.filter((p) => labels[p] !== labels[flip(p, i)]).length / size);
  const fraction = (z) => {
    for (let m = 1; m <= size; m *= 2) if (z * m === Math.round(z * m)) return m === 1 ? String(z) : `${z * m}/${m}`;
    return z.toFixed(3);
  };
  const names = (list) => (list.length ? list.map((i) => `x${i}`).join(", ") : "nothing");
  const equal = (a, b) => a.length === b.length && a.every((one, j) => one === b[j]);
  function shuffle(list, random) {
    const out = list.slice();
    for (let j = out.length - 1; j > 0; j--) {
      const other = Math.floor(random() * (j + 1));
      [out[j], out[other]] = [out[other], out[j]];
    }
    return out;
  }

  // The order in which labels are flipped: at random, or all in one cell of the table where that
  // hurts most: next to the weakest variable, first where some other bit is 1.
  const anywhere = shuffle(points, page.random(8));
  function order() {
    if (!worst) return anywhere;
    const weakest = variables.filter((i) => infH[i] > 0).sort((a, b) => infH[a] - infH[b])[0];
    const decoy = bits.find((i) => !variables.includes(i));
    const cell = weakest === undefined ? 0
      : table.findIndex((label, c) => label !== table[c ^ (1 << (k - 1 - variables.indexOf(weakest)))] && label === 1);
    return points.filter((p) => cellOf(p, variables) === cell).sort((p, q) => bit(q, decoy) - bit(p, decoy));
  }

  // The live sentence and the controls.
  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const sliders = make("div", { class: "pd-sliders" }, figure);
  const ones = (c) => c.toString(2).split("1").length - 1;
  const every = Array.from({ length: cells }, (_, c) => c);
  const PRESETS = [
    ["a function of your own", null],
    ["AND", every.map((c) => Number(ones(c) === k))],
    ["parity", every.map((c) => ones(c) % 2)],
    ["majority", every.map((c) => Number(2 * ones(c) > k))],
    ["the first bit chooses one of the others", every.map((c) => (c >> (k - 1) ? c & 1 : (c >> 1) & 1))],
    ["one of the bits alone", every.map((c) => c >> (k - 1))],
  ];
  const preset = page.select(sliders, { name: "h is", options: PRESETS.map(([text]) => text) }, (j) => {
    if (PRESETS[j][1]) table = PRESETS[j][1].slice();
    change();
  });
  page.slider(sliders, { name: "labels flipped", min: 0, max: most, value: 0, step: 4,
    show: (n) => `${n} of ${size}` }, (n) => { flips = n; change(); });
  page.select(sliders, { name: "flipped where", options: ["at random", "where it hurts most"] },
    (j) => { worst = j === 1; change(); });

  const columns = make("div", { class: "pd-columns" }, figure);

  // Left: the influences as bars over the bits; the bits are buttons.
  const left = make("div", { class: "pd-panel" }, columns);
  make("p", { class: "pd-caption" }, left, "Influence of each bit on f. Shaded: where the theorem allows the " +
    "bars of h's variables (above) and all others (below).");
  const plot = draw("svg", { viewBox: "0 0 360 190", role: "img" }, left);
  const LEFT = 36, WIDTH = 320, TOP = 14, BASE = 180;
  const py = (z) => BASE - z * (BASE - TOP);
  const px = (i) => LEFT + (WIDTH * (i + 0.5)) / d;
  const upper = draw("rect", { x: LEFT, width: WIDTH, class: "pd-band" }, plot);
  const lower = draw("rect", { x: LEFT, width: WIDTH, class: "pd-band" }, plot);
  [0, 0.25, 0.5, 0.75, 1].forEach((z) => {
    draw("line", { x1: LEFT, x2: LEFT + WIDTH, y1: py(z), y2: py(z), class: "pd-tick" }, plot);
    draw("text", { x: LEFT - 4, y: py(z) + 4, "text-anchor": "end" }, plot, z);
  });
  const bars = bits.map((i) => ({
    bar: draw("rect", { x: px(i) - 9, width: 18, class: "pd-bar" }, plot),
    value: draw("text", { x: px(i), "text-anchor": "middle", class: "pd-value" }, plot),
  }));
  draw("line", { x1: LEFT, x2: LEFT + WIDTH, y1: py(2 ** -k), y2: py(2 ** -k), class: "pd-threshold" }, plot);
  const row = make("div", { class: "pd-variables", role: "group", "aria-label": `the ${k} variables of h` }, left);
  const chips = bits.map((i) => button(row, `x${i}`, () => {
    if (!variables.includes(i)) variables = [...variables.slice(1), i].sort((a, b) => a - b);
    page.rove(chips, i);
    change();
  }));
  page.walk(row, chips, d);
  make("p", { class: "pd-caption" }, left, `Dark: the ${k} variables of h. Choose another bit, and it takes the place of the first. ` +
    `Dashed: the threshold ${fraction(2 ** -k)}.`);

  // Right: the table of h, and how many labels of f in each cell are not h's.
  const right = make("div", { class: "pd-panel" }, columns);
  const heading = make("p", { class: "pd-caption" }, right);
  const grid = make("div", { class: "pd-cells", role: "group", "aria-label": "the table of h" }, right);
  const entries = every.map((c) => button(grid, "", () => {
    table[c] = 1 - table[c];
    preset.value = 0;
    page.rove(entries, c);
    change();
  }));
  page.walk(grid, entries, 2);

  // Below it: the exact distiller, one query after the other.
  const work = make("div", { class: "pd-work" }, right);
  const buttons = make("div", { class: "pd-buttons" }, work);
  button(buttons, "Ask", () => { step(); show(); });
  button(buttons, "Ask until it learns something", () => {
    const before = known.length;
    do step(); while (phase !== "done" && known.length === before);
    show();
  });
  button(buttons, "Start over", () => { restart(seed + 1); show(); });
  const tally = make("p", { class: "pd-tally", "aria-live": "polite" }, work);
  const asked = make("div", { class: "pd-asked", role: "img" }, work);

  const pairs = (r) => Math.ceil(2 ** (k - r) * Math.log(k / delta));
  let seed = 1, random, phase, known, queries, cell, tried, rows, ends, suspects, result, story;
  function restart(next) {
    seed = next;
    random = page.random(seed);
    phase = "pairs"; known = []; queries = 0; cell = 0; tried = 0; rows = []; suspects = []; result = null;
    story = "It has asked nothing yet, and knows nothing of f but that at most " + `${k} bits matter.`;
  }
  // A random point with given values of the known variables.
  function complete(values) {
    let p = Math.floor(random() * size);
    known.forEach((i, j) => { if (bit(p, i) !== ((values >> (known.length - 1 - j)) & 1)) p = flip(p, i); });
    return p;
  }
  const ask = (p) => { queries += 1; return f[p]; };
  function step() {
    if (phase === "pairs") {
      const two = [complete(cell), complete(cell)];
      const labels = two.map(ask);
      tried += 1;
      suspects = bits.filter((i) => bit(two[0], i) !== bit(two[1], i));
      rows = two.map((p, j) => [j ? "b" : "a", p, labels[j]]);
      const given = known.length ? `that agree on ${names(known)}` : "at random";
      if (labels[0] !== labels[1]) {
        phase = "search";
        ends = { p: two[0], label: labels[0] };
        story = `A pair ${given}, with different labels: one of the ${suspects.length} framed bits matters. Walk from a to b, and look in the middle.`;
        if (suspects.length === 1) found();
      } else {
        suspects = [];
        story = `A pair ${given}: equal labels, nothing learned (pair ${tried} of at most ${pairs(known.length)} for these values).`;
        if (tried === pairs(known.length)) {
          tried = 0;
          cell += 1;
          if (cell === 2 ** known.length) { phase = "table"; story += " It stops looking."; }
        }
      }
    } else if (phase === "search") {
      const half = suspects.slice(0, Math.ceil(suspects.length / 2));
      const middle = half.reduce((p, i) => flip(p, i), ends.p);
      const label = ask(middle);
      rows.push(["mid", middle, label]);
      if (label !== ends.label) suspects = half;
      else { suspects = suspects.slice(half.length); ends.p = middle; }
      story = `Half of the suspects are cleared; left: ${names(suspects)}.`;
      if (suspects.length === 1) found();
    } else if (phase === "table") {
      result = Array.from({ length: 2 ** known.length }, (_, c) => ask(complete(c)));
      phase = "done";
      const errors = points.filter((p) => result[cellOf(p, known)] !== f[p]).length;
      const right = points.every((p) => result[cellOf(p, known)] === h[p]);
      const named = known.length ? `It has written down the table of ${names(known)}` : "It takes f to be constant";
      story = `${named}. The result ${right ? "is exactly h" : "is not h"}` +
        `${errors ? `, and errs on ${errors} of f's ${size} labels` : right && !flips ? "" : ", and is exactly f"}.`;
      figure.dataset.errors = errors;
      figure.dataset.exact = right;
    }
  }
  function found() {
    const [i] = suspects;
    known = [...known, i].sort((a, b) => a - b);
    story = `Found: x${i} matters. ` + (variables.includes(i) && infH[i] > 0 ? "" : "(It is no variable of h: a flipped label gave it away, and f does depend on it.) ");
    cell = 0; tried = 0;
    phase = known.length === k ? "table" : "pairs";
    if (phase === "table") story += "That makes " + `${k}; what is left is the table.`;
  }

  // h, f and the influences are new.
  function change() {
    h = points.map((p) => table[cellOf(p, variables)]);
    infH = influence(h);
    flipped = new Set(order().slice(0, flips));
    f = points.map((p) => (flipped.has(p) ? 1 - h[p] : h[p]));
    inf = influence(f);
    restart(1);
    show();
  }

  function show() {
    const distance = flips / size, threshold = 2 ** -k, gap = threshold - 2 * distance;
    const relevant = bits.filter((i) => infH[i] > 0), read = bits.filter((i) => inf[i] > threshold);
    const wrong = every.map((c) => points.filter((p) => cellOf(p, variables) === c && flipped.has(p)).length);
    const right = equal(read, relevant) && wrong.every((n) => 2 * n < most);
    const box = (rect, from, to) => {
      rect.setAttribute("y", py(to));
      rect.setAttribute("height", Math.max(0, py(from) - py(to)));
    };
    box(upper, Math.max(2 * threshold - 2 * distance, 0), 1);
    box(lower, 0, Math.min(2 * distance, 1));
    bars.forEach(({ bar, value }, i) => {
      bar.setAttribute("y", py(inf[i]));
      bar.setAttribute("height", Math.max(1, BASE - py(inf[i])));
      bar.classList.toggle("pd-relevant", infH[i] > 0);
      value.setAttribute("y", py(inf[i] < threshold ? threshold : inf[i]) - 3);
      value.textContent = inf[i] > 0 ? (inf[i] < 0.995 ? inf[i].toFixed(2).slice(1) : "1") : "0";
    });
    plot.setAttribute("aria-label", `influences: ${bits.map((i) => `x${i} ${inf[i].toFixed(3)}`).join(", ")}`);
    chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(variables.includes(i))));
    heading.textContent = `The table of h: values of ${variables.map((i) => `x${i}`).join(" ")}, then h. Click to change` +
      (flips ? ". × counts the flipped labels in the cell." : ".");
    entries.forEach((entry, c) => {
      const values = c.toString(2).padStart(k, "0").split("").join(" ");
      entry.textContent = `${values} → ${table[c]}${flips ? `  ×${wrong[c]}/${most}` : ""}`;
      entry.setAttribute("aria-pressed", String(table[c] === 1));
      entry.setAttribute("aria-label", `at ${values} h is ${table[c]}; ${wrong[c]} of ${most} labels flipped`);
    });
    const lost = relevant.filter((i) => !read.includes(i)), extra = read.filter((i) => !relevant.includes(i));
    live.textContent = (flips
      ? `f differs from h on ${fraction(distance)} of the cube. `
      : `f is h: a function of ${relevant.length} of ${d} bits. `) +
      (gap > 0 ? "" : `That is not below ${fraction(threshold / 2)}: nothing is promised. `) +
      (right
        ? `Above the threshold: ${names(read)}. These are h's variables, and the majority in each cell is h.`
        : `The threshold goes astray: it ${lost.length ? `loses ${names(lost)}` : ""}${lost.length && extra.length ? " and " : ""}` +
          `${extra.length ? `takes in ${names(extra)}` : ""}${!lost.length && !extra.length ? "finds the variables, but some cell has no majority for h" : ""}.`);
    tally.textContent = `The exact distiller, after ${queries} ${queries === 1 ? "query" : "queries"}: ${story}`;
    asked.replaceChildren();
    const head = make("div", { class: "pd-point pd-head" }, asked);
    bits.forEach((i) => make("span", { class: "pd-bit" }, head, `x${i}`));
    rows.forEach(([name, p, label]) => {
      const line = make("div", { class: "pd-point" }, asked);
      bits.forEach((i) => make("span", { class: `pd-bit${suspects.includes(i) ? " pd-suspect" : ""}` +
        `${known.includes(i) ? " pd-known" : ""}${bit(p, i) ? " pd-one" : ""}` }, line, bit(p, i)));
      make("span", { class: "pd-label" }, line, `f = ${label}`);
      make("span", { class: "pd-who" }, line, name);
    });
    asked.setAttribute("aria-label", rows.length
      ? rows.map(([name, p, label]) => `${name}: ${bits.map((i) => bit(p, i)).join("")}, label ${label}`).join("; ")
      : "no point asked yet");
    Object.assign(figure.dataset, {
      variables: variables.join(","), table: table.join(""), labels: f.join(""), flips,
      influences: JSON.stringify(inf), read: read.join(","), right, queries, phase, known: known.join(","),
      result: result ? result.join("") : "",
    });
  }
  change();
}
