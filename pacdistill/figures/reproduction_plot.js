function (figure, data, page) {
  "use strict";
  const { make, draw, button } = page;
  const { depths } = data;
  let depth = depths.length - 1, measure = 0, chosen = 0;

  // --- the numbers, all from the dots
  const mean = (list) => list.reduce((sum, z) => sum + z, 0) / list.length;
  const values = (column, m = measure) => column.dots.map((dot) => dot[m ? 2 : 0]);
  const publishedAt = (column, m = measure) => column.published && (m ? column.published.probes : column.published.correct);
  const whole = (z) => Math.round(z).toLocaleString("en-US");
  const digits = (z, n = 3) => (z === 1 ? "1" : z.toFixed(n));
  const exact = (column) => column.dots.filter((dot) => dot[1]).length;
  const title = (column) => (column.k === null ? (column.name === "twisted" ? "the twisted search" : "the same search on labels alone") : `the beam of width ${whole(column.k)}`);

  // --- controls
  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const controls = make("div", { class: "pd-sliders" }, figure);
  page.select(controls, { name: "depth of the tree", options: depths.map((one) => String(one.depth)), value: depth },
    (j) => { depth = j; chosen = 0; build(); });
  page.select(controls, { name: "show", options: ["fraction of inputs that are correct", "number of probes"] },
    (j) => { measure = j; show(); });

  // --- the drawing
  const plot = draw("svg", { viewBox: "0 0 480 250", role: "img" }, figure);
  const row = make("div", { class: "pd-widths", role: "group", "aria-label": "a search to read off" }, figure);
  const legend = make("p", { class: "pd-caption" }, figure,
    "Dots: our networks, ten for each depth, a filled one if the tree is proved equal to the planted one. " +
    "Dash: their mean. Diamond: the one network of the published table.");
  const more = make("details", {}, figure);
  make("summary", {}, more, "The same as a table");
  const table = make("div", { class: "pd-scroll", tabindex: "0", role: "region", "aria-label": "table of this depth" }, more);
  const LEFT = 44, RIGHT = 474, TOP = 12, BASE = 205;
  let buttons = [], px, low;
  const log = Math.log10;
  const py = (z) => {
    const share = measure ? (log(z) - 1.5) / (6 - 1.5) : (z - low) / (1 - low);
    return BASE - Math.max(0, Math.min(1, share)) * (BASE - TOP);
  };

  // A new depth: its columns, its buttons, its table.
  function build() {
    const { columns } = depths[depth];
    const beams = columns.filter((column) => column.k !== null), others = columns.filter((column) => column.k === null);
    const end = RIGHT - 70 * others.length;
    const first = log(beams[0].k), last = log(beams[beams.length - 1].k);
    px = columns.map((column) => (column.k === null
      ? end + 40 + 70 * others.indexOf(column)
      : LEFT + 32 + (end - LEFT - 50) * (last > first ? (log(column.k) - first) / (last - first) : 0)));
    low = Math.min(0.9, Math.floor(10 * Math.min(...columns.flatMap((column) => [...values(column, 0), publishedAt(column, 0) || 1]))) / 10);
    row.replaceChildren();
    buttons = columns.map((column, j) => button(row, column.k === null ? column.name : `k = ${whole(column.k)}`, () => {
      page.rove(buttons, j);
      chosen = j;
      show();
    }));
    table.replaceChildren();
    const grid = make("table", {}, table);
    const head = make("tr", {}, make("thead", {}, grid));
    ["search", "published", "ours, mean", "least", "most", "exact", "probes, published", "probes, ours"]
      .forEach((text) => make("th", { scope: "col" }, head, text));
    const body = make("tbody", {}, grid);
    columns.forEach((column) => {
      const line = make("tr", {}, body), all = values(column, 0);
      make("th", { scope: "row" }, line, column.k === null ? column.name : `beam, k = ${whole(column.k)}`);
      [column.published ? column.published.correct.toFixed(2) : "–", digits(mean(all)), digits(Math.min(...all)),
        digits(Math.max(...all)), `${exact(column)} of ${all.length}`,
        column.published ? whole(column.published.probes) : "–", whole(mean(values(column, 1)))]
        .forEach((text) => make("td", {}, line, text));
    });
    show();
    page.walk(row, buttons, buttons.length);
  }

  function show() {
    const { columns } = depths[depth], column = columns[chosen];
    plot.replaceChildren();
    const ticks = measure ? [100, 1000, 10000, 100000, 1000000]
      : Array.from({ length: Math.round(10 * (1 - low)) + 1 }, (_, j) => low + j / 10);
    ticks.forEach((z) => {
      draw("line", { x1: LEFT, x2: RIGHT, y1: py(z), y2: py(z), class: "pd-tick" }, plot);
      draw("text", { x: LEFT - 5, y: py(z) + 4, "text-anchor": "end" }, plot,
        measure ? { 100: "100", 1000: "1,000", 10000: "10⁴", 100000: "10⁵", 1000000: "10⁶" }[z] : z.toFixed(1));
    });
    columns.forEach((one, j) => {
      const area = draw("rect", { x: px[j] - (one.published ? 26 : 15), y: TOP - 8, width: one.published ? 40 : 30, height: BASE - TOP + 34,
        class: `pd-column${j === chosen ? " pd-chosen" : ""}` }, plot);
      const read = () => { if (chosen !== j) { chosen = j; show(); } };
      area.addEventListener("pointerenter", read);
      area.addEventListener("click", read);
      const lines = one.k === null ? one.name.split(" ") : [String(one.k)];
      lines.forEach((text, n) => draw("text", { x: px[j], y: BASE + 18 + 13 * n, "text-anchor": "middle" }, plot, text));
      // Equal values stand side by side.
      const seen = new Map();
      const all = values(one), m = mean(all);
      draw("line", { x1: px[j] - 12, x2: px[j] + 12, y1: py(m), y2: py(m), class: "pd-mean" }, plot);
      all.forEach((z, n) => {
        const key = Math.round(py(z) / 5), count = seen.get(key) || 0;
        seen.set(key, count + 1);
        const side = (count % 2 ? 1 : -1) * Math.ceil(count / 2) * 2.2;
        draw("circle", { cx: px[j] + side, cy: py(z), r: 3.4, class: `pd-dot${one.dots[n][1] ? " pd-exact" : ""}` }, plot);
      });
      const point = publishedAt(one);
      if (point) {
        const y = py(point), x = px[j] - 19;
        draw("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`, class: "pd-published" }, plot);
      }
    });
    draw("text", { x: (LEFT + px[columns.filter((one) => one.k !== null).length - 1]) / 2, y: BASE + 40, "text-anchor": "middle" }, plot, "width k of the beam");
    buttons.forEach((one, j) => one.setAttribute("aria-pressed", String(j === chosen)));
    const all = values(column, 0), probes = mean(values(column, 1));
    const spread = Math.min(...all) === Math.max(...all)
      ? `all of our ${all.length} networks give ${digits(all[0])}`
      : `our ${all.length} networks give ${digits(Math.min(...all))} to ${digits(Math.max(...all))}, in the mean ${digits(mean(all))}`;
    live.textContent = `Depth ${depths[depth].depth}, ${title(column)}: ` +
      (column.published ? `published ${column.published.correct.toFixed(2)} with ${whole(column.published.probes)} probes; ` : "") +
      `${spread}, exact ${exact(column)} times, with ${whole(probes)} probes.`;
    plot.setAttribute("aria-label", `${measure ? "probes" : "fraction correct"} at depth ${depths[depth].depth}: ` +
      columns.map((one) => `${one.k === null ? one.name : `k ${one.k}`} mean ${measure ? whole(mean(values(one))) : digits(mean(values(one)))}` +
        (publishedAt(one) ? `, published ${publishedAt(one)}` : "")).join("; "));
    Object.assign(figure.dataset, {
      depth: depths[depth].depth, measure: measure ? "probes" : "correct", search: column.name,
      mean: mean(all), least: Math.min(...all), most: Math.max(...all), exact: exact(column), probes,
      published: column.published ? `${column.published.correct},${column.published.probes}` : "",
    });
  }
  build();
}
