function (figure, data, page) {
  "use strict";
  const { make, draw } = page;
  let { coins: n, percent, threshold } = data;
  let glue = 0;
  const GLUE = [["all independent", () => 1], ["glued in pairs", () => 2],
    ["glued in tens", () => 10], ["all glued together", () => n]];

  // Natural logarithms throughout: a tail may be far below the smallest floating-point number.
  // tail[j] = ln Pr[at least j heads], mass[j] = ln Pr[exactly j heads], j = 0..N, of N coins.
  function binomial(N, p) {
    const mass = [N * Math.log1p(-p)];
    for (let j = 0; j < N; j++) {
      mass.push(mass[j] + Math.log((N - j) / (j + 1)) + Math.log(p) - Math.log1p(-p));
    }
    const tail = mass.slice();
    for (let j = N - 1; j >= 0; j--) {
      const high = Math.max(mass[j], tail[j + 1]), low = Math.min(mass[j], tail[j + 1]);
      tail[j] = high + Math.log1p(Math.exp(low - high));
    }
    tail[0] = 0;
    return { mass, tail };
  }
  // What the inequalities say of Pr[X >= k], never more than 1 = exp(0). The mean is exact in
  // percent, so that k above the mean is decided without rounding.
  const above = (k) => 100 * k > n * percent;
  const xlogx = (x, y) => (x === 0 ? 0 : x * Math.log(x / y));
  const bounds = {
    markov: (k, p) => Math.log((n * p) / k),
    chebyshev: (k, p) => Math.log((n * p * (1 - p)) / (k - n * p) ** 2),
    hoeffding: (k, p) => (-2 * (k - n * p) ** 2) / n,
    chernoff: (k, p) => -n * (xlogx(k / n, p) + xlogx(1 - k / n, 1 - p)),
  };
  const bound = (which, k, p) => (above(k) ? Math.min(0, bounds[which](k, p)) : 0);
  const LINES = [
    ["exact", "The truth", "everything"],
    ["markov", "Markov", "the mean, and X ≥ 0"],
    ["chebyshev", "Chebyshev", "also the variance, np(1−p)"],
    ["hoeffding", "Hoeffding", "the mean; independent, each 0 to 1"],
    ["chernoff", "Chernoff", "the same, used fully"],
  ];

  // Numbers as a reader writes them, from natural logarithms.
  const raised = (k) => String(k).replace(/[-0-9]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  function written(ln, digits) {
    const lg = ln / Math.LN10;
    if (Math.abs(ln) < 1e-12) return "1";
    if (lg > -3 && lg < 4) {
      const value = Math.exp(ln);
      return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(digits);
    }
    let power = Math.floor(lg), front = (10 ** (lg - power)).toPrecision(digits);
    if (Number(front) >= 10) { power += 1; front = (1).toPrecision(digits); }
    return `${front}·10${raised(power)}`;
  }

  // The controls.
  const answer = make("p", { class: "pd-live pd-tails-live", role: "status" }, figure);
  const controls = make("div", { class: "pd-sliders" }, figure);
  const setSlider = (input, value) => {
    input.value = value;
    input.parentElement.querySelector("output").textContent = value;
  };
  page.slider(controls, { name: "coins n", min: data.step, max: data.most, step: data.step, value: n },
    (value) => {
      threshold = Math.min(value, Math.max(1, Math.round((threshold * value) / n)));
      n = value;
      heads.max = n;
      setSlider(heads, threshold);
      show();
    });
  page.slider(controls, { name: "Pr[heads] p", min: 1, max: 99, value: percent,
    show: (value) => (value / 100).toFixed(2) }, (value) => { percent = value; show(); });
  const heads = page.slider(controls, { name: "at least k heads", min: 1, max: n, value: threshold },
    (value) => { threshold = value; show(); });
  page.select(controls, { name: "the coins are", options: GLUE.map(([text]) => text) },
    (value) => { glue = value; show(); });

  // The drawing: the distribution above, all tails below on a logarithmic scale.
  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-tails-plot" }, columns);
  const width = 400, x0 = 46, x1 = 392, top = [16, 84], box = [104, 300];
  const svg = draw("svg", { viewBox: `0 0 ${width} 338`, role: "img" }, left);
  const clip = draw("clipPath", { id: `${figure.id}-clip` }, svg);
  draw("rect", { x: x0, y: box[0] - 2, width: x1 - x0 + 3, height: box[1] - box[0] + 2 }, clip);
  const layer = draw("g", {}, svg);

  // The numbers at the threshold, which are the legend of the drawing too.
  const right = make("div", { class: "pd-tails-table" }, columns);
  const table = make("table", {}, right);
  const header = make("tr", {}, make("thead", {}, table));
  ["", "who knows", "says"].forEach((text) => {
    if (text) make("th", { scope: "col" }, header, text);
    else make("td", { "aria-hidden": "true" }, header);
  });
  const body = make("tbody", {}, table);
  const rows = LINES.map(([key, name, knows]) => {
    const row = make("tr", {}, body);
    const sample = draw("svg", { viewBox: "0 0 34 10", class: "pd-tails-sample" },
      make("td", { class: "pd-tails-key", "aria-hidden": "true" }, row));
    draw("path", { d: "M1 5H33", class: `pd-tails-line pd-tails-${key}` }, sample);
    const head = make("th", { scope: "row" }, row, name);
    make("span", { class: "pd-tails-knows" }, head, knows);
    const cell = make("td", { class: "pd-tails-says" }, row);
    const value = make("span", { class: "pd-tails-value" }, cell);
    return { row, value, verdict: make("span", { class: "pd-tails-verdict" }, cell) };
  });
  make("p", { class: "pd-caption" }, right,
    "Top: how likely each number of heads is, the tail filled. Below: Pr[at least k heads] and what " +
    "each inequality says of it, for every k. The vertical line is at your k.");

  function show() {
    const p = percent / 100, g = GLUE[glue][1](), N = n / g;
    const { mass, tail } = binomial(N, p);
    const curve = {};
    LINES.forEach(([key]) => {
      curve[key] = [];
      for (let k = 0; k <= n; k++) {
        curve[key].push(key === "exact" ? tail[Math.ceil(k / g)] : bound(key, k, p));
      }
    });
    const now = (key) => curve[key][threshold];
    // An exact bound, as Markov's for coins all glued, may seem to fail by a rounding error.
    const fails = (key, k) => curve[key][k] < curve.exact[k] - 1e-9;

    const X = (k) => x0 + ((x1 - x0) * k) / n;
    const depth = Math.max(3, (-1.25 * now("exact")) / Math.LN10);
    const tick = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => depth / step <= 6);
    const lowest = -Math.ceil(depth / tick) * tick;
    const Y = (ln) => box[0] + ((box[1] - box[0]) * Math.max(ln / Math.LN10, 2 * lowest)) / lowest;
    layer.replaceChildren();
    const text = (x, y, content, anchor = "middle") =>
      draw("text", { x, y, "text-anchor": anchor }, layer, content);

    // The distribution.
    const peak = Math.max(...mass);
    const bar = Math.max(0.8, Math.min(10, ((x1 - x0) / n) * g * 0.8));
    mass.forEach((ln, j) => {
      const height = (top[1] - top[0]) * Math.exp(ln - peak);
      if (height > 0.2) {
        draw("rect", { x: X(j * g) - bar / 2, y: top[1] - height, width: bar, height,
          class: j * g >= threshold ? "pd-tails-in" : "pd-tails-out" }, layer);
      }
    });
    draw("path", { d: `M${x0} ${top[1]}H${x1}`, class: "pd-tails-axis" }, layer);
    // The axes.
    for (let lg = 0; lg >= lowest; lg -= tick) {
      const y = Y(lg * Math.LN10);
      draw("path", { d: `M${x0} ${y}H${x1}`, class: "pd-tails-grid" }, layer);
      text(x0 - 5, y + 4, lg === 0 ? "1" : `10${raised(lg)}`, "end");
    }
    [0, 0.25, 0.5, 0.75, 1].forEach((part) => {
      const k = Math.round(part * n);
      text(X(k), box[1] + 16, k, part === 1 ? "end" : "middle");
    });
    text((x0 + x1) / 2, box[1] + 33, "number of heads k");
    draw("path", { d: `M${X(threshold)} ${top[0]}V${box[1]}`, class: "pd-tails-now" }, layer);
    text(Math.min(x1 - 12, Math.max(x0 + 12, X(threshold))), top[0] - 4, `k = ${threshold}`);
    // The curves, and a dot on each at the threshold.
    LINES.slice().reverse().forEach(([key]) => {
      const d = curve[key].map((ln, k) => `${k ? "L" : "M"}${X(k).toFixed(2)} ${Y(ln).toFixed(2)}`);
      draw("path", { d: d.join(""), class: `pd-tails-line pd-tails-${key}`,
        "clip-path": `url(#${figure.id}-clip)` }, layer);
      if (now(key) / Math.LN10 >= lowest) {
        draw("circle", { cx: X(threshold), cy: Y(now(key)), r: 3.2,
          class: `pd-tails-dot pd-tails-${key}` }, layer);
      }
    });

    // The words.
    LINES.forEach(([key], j) => {
      rows[j].value.textContent = written(now(key), 3);
      const wrong = fails(key, threshold);
      const factor = now(key) - now("exact");
      rows[j].verdict.textContent = key === "exact" ? "" : wrong ? "✗ fails"
        : factor < 0.01 ? "✓ sharp" : `✓ ${written(factor, 2)} × the truth`;
      rows[j].row.classList.toggle("pd-tails-wrong", wrong);
    });
    const broken = LINES.filter(([key]) => fails(key, threshold)).map(([, name]) => name);
    const anywhere = curve.exact.some((_, k) =>
      LINES.some(([key]) => k > 0 && fails(key, k)));
    const once = Math.exp(-now("exact"));
    answer.textContent = `${n} coins, ${GLUE[glue][0]}, show at least ${threshold} heads with probability ` +
      `${written(now("exact"), 3)}` +
      (once >= 2 && once < 1e6 ? `, about once in ${Math.round(once).toLocaleString("en-US")} times. ` : ". ") +
      (broken.length ? `Below the truth, so wrong: ${broken.join(", ")}.`
        : anywhere ? "All four hold here; at another k one of them fails."
          : "All four inequalities hold.");
    svg.setAttribute("aria-label", `Probability of at least k heads for k from 0 to ${n}, on a ` +
      `logarithmic scale: the truth, and the bounds of Markov, Chebyshev, Hoeffding and Chernoff.`);
    Object.assign(figure.dataset, { coins: n, percent, threshold, group: g, broken: broken.join(" ") });
    LINES.forEach(([key]) => { figure.dataset[key] = now(key); });
  }
  show();
}
