function (figure, data, page) {
  "use strict";
  const { make, button, select, rove, walk } = page;
  const { d, classes, examples } = data;
  const RUNGS = ["examples", "queries", "activations", "weights"];
  const SEES = {
    examples: "You are shown inputs with their labels. You may not choose them.",
    queries: "You choose the input: press a bit to flip it, and the source answers.",
    activations: "You choose the input, and see what each unit of the hidden layer says. No unit has a name.",
    weights: "You see everything: what each unit computes, and how the answer is put together.",
  };
  const text = (bits) => bits.join("");
  // What the reader has seen of each class.
  const seen = classes.map(() => ({
    bits: Array.from(examples[0], Number), drawn: 8, asked: new Map(), found: new Set(), last: "",
  }));
  let chosen = 0, rung = 0;

  // The source: relu(W x + b), and its answer by the readout; or the labels of a keyed function.
  const units = (source, x) => source.weight.map((row, u) =>
    Math.max(0, row.reduce((sum, w, i) => sum + w * x[i], source.bias[u])));
  const label = (source, x) => source.labels
    ? Number(source.labels[parseInt(text(x), 2)])
    : Number(units(source, x).reduce((sum, h, u) => sum + h * source.readout[u], 0) > 0.5);

  const top = make("div", { class: "pd-answers" }, figure);
  const live = make("p", { class: "pd-live", role: "status" }, top);
  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-climb" }, columns);
  select(left, { name: "Class", options: classes.map((c) => c.name) }, (k) => { chosen = k; show(); });
  const ladder = make("div", { class: "pd-ladder", role: "group", "aria-label": "the four rungs" }, left);
  const rungs = RUNGS.map((name, k) => {
    const step = button(ladder, "", () => { rung = k; rove(rungs, k); tabs(); show(); });
    make("strong", {}, step, `${k + 1} ${name}`);
    const track = make("span", { class: "pd-track", "aria-hidden": "true" }, step);
    return Object.assign(step, { fill: make("span", {}, track), best: make("span", { class: "pd-best-error" }, step) });
  }).slice();
  // The highest rung stands at the top of the page, so the order of the arrow keys is turned round.
  const shown = rungs.slice().reverse();
  shown.forEach((step) => ladder.appendChild(step));
  walk(ladder, shown, 1);
  const tabs = () => shown.forEach((step) => step.setAttribute("tabindex", step === rungs[rung] ? 0 : -1));
  make("p", { class: "pd-caption" }, left,
    "Bars: the least error that a distiller of this rung reached, out of 0.5, in the measurements below.");

  const right = make("div", { class: "pd-sight" }, columns);
  const title = make("p", { class: "pd-title" }, right);
  const cube = make("div", { class: "pd-flips", role: "group", "aria-label": "bits of the input" }, right);
  const cells = Array.from({ length: d }, (_, i) => {
    const cell = button(cube, "", () => { flip(i); rove(cells, i); });
    make("small", {}, cell, `x${i}`);
    return Object.assign(cell, { digit: make("span", {}, cell) });
  });
  walk(cube, cells, d);
  const answer = make("p", { class: "pd-answer" }, right);
  const draw = button(right, "Draw an example", () => {
    const now = seen[chosen];
    now.drawn = Math.min(now.drawn + 1, examples.length);
    show();
  });
  const view = make("div", { class: "pd-view", tabindex: 0, role: "region", "aria-label": "what you see" }, right);
  const costs = make("div", { class: "pd-costs", tabindex: 0, role: "region", "aria-label": "measured costs" }, figure);

  function ask(now, source) {
    const x = text(now.bits);
    if (!now.asked.has(x)) now.asked.set(x, label(source, now.bits));
    return now.asked.get(x);
  }
  function flip(i) {
    const now = seen[chosen], source = classes[chosen];
    const before = ask(now, source);
    now.bits[i] = 1 - now.bits[i];
    const changed = ask(now, source) !== before;
    if (changed) now.found.add(i);
    now.last = ` Flipping x${i} ${changed ? "changed the label" : "changed nothing"}.`;
    show();
  }
  const table = (parent, heads, rows) => {
    const whole = make("table", {}, parent);
    const head = make("tr", {}, make("thead", {}, whole));
    heads.forEach((name) => make("th", { scope: "col" }, head, name));
    const body = make("tbody", {}, whole);
    rows.forEach((row) => {
      const line = make("tr", {}, body);
      row.forEach((entry, j) => make(j ? "td" : "th", j ? {} : { scope: "row" }, line, entry));
    });
  };
  const literals = (row) => row.map((w, i) => w ? `x${i}=${w > 0 ? 1 : 0}` : "").filter(Boolean).join(" ") || "always";
  const formula = (row, b) => {
    const terms = row.map((w, i) => w ? `${w > 0 ? "+" : "−"} x${i}` : "").filter(Boolean).join(" ");
    return `relu(${terms.replace(/^\+ /, "").replace(/^− /, "−")}${terms ? (b < 0 ? ` − ${-b}` : b > 0 ? ` + ${b}` : "") : b})`;
  };
  const thousands = (n) => n.toLocaleString("en-US");

  function show() {
    const source = classes[chosen], now = seen[chosen], name = RUNGS[rung];
    RUNGS.forEach((one, k) => {
      const rows = source.rows.filter((row) => row.rung === one);
      const least = rows.length ? Math.min(...rows.map((row) => row.error)) : null;
      rungs[k].setAttribute("aria-pressed", String(k === rung));
      rungs[k].best.textContent = least === null ? "no run" : `error ${least.toFixed(3)}`;
      rungs[k].fill.style.width = `${least === null ? 0 : Math.min(100, 200 * least)}%`;
    });
    title.textContent = SEES[name];
    const byHand = name !== "examples";
    cube.hidden = !byHand;
    draw.hidden = byHand;
    const y = byHand ? ask(now, source) : null;
    cells.forEach((cell, i) => {
      cell.digit.textContent = now.bits[i];
      cell.setAttribute("aria-pressed", String(now.bits[i] === 1));
      cell.setAttribute("aria-label", `bit ${i}, now ${now.bits[i]}${now.found.has(i) ? ", it matters" : ""}`);
      cell.classList.toggle("pd-found", now.found.has(i));
    });
    answer.textContent = byHand ? `f(${text(now.bits)}) = ${y}` : "";
    view.replaceChildren();
    const found = [...now.found].sort((a, b) => a - b).map((i) => `x${i}`).join(", ");
    if (name === "examples") {
      table(view, ["x", "f(x)"], examples.slice(Math.max(0, now.drawn - 8), now.drawn)
        .map((x) => [x, label(source, Array.from(x, Number))]));
      live.textContent = `Rung 1, examples: ${now.drawn} seen. What is the function?`;
    } else {
      live.textContent = `Rung ${rung + 1}, ${name}: the label is ${y}.${now.last} ` +
        `${now.asked.size} point${now.asked.size === 1 ? "" : "s"} asked; bits that matter: ${found || "none found yet"}.`;
    }
    if (name === "queries") {
      make("p", { class: "pd-caption" }, view, "The last answers. Framed bits: a flip of them has changed a label.");
      table(view, ["x", "f(x)"], [...now.asked].slice(-6));
    }
    if (name === "activations") {
      if (source.labels) {
        make("p", {}, view, "A program, not a network. Its steps are the same at every input until it has read the key; who sees that state can go on from it to the label of any input, without the key.");
      } else {
        const grid = make("div", { class: "pd-units" }, view);
        units(source, now.bits).forEach((h, u) => {
          const one = make("span", { class: h > 0 ? "pd-unit pd-fires" : "pd-unit" }, grid);
          make("small", {}, one, `unit ${u}`);
          make("span", {}, one, h);
        });
      }
    }
    if (name === "weights") {
      if (source.labels) {
        make("p", {}, view, "The program is public: the label is one bit of a hash, keyed with");
        make("code", { class: "pd-key" }, view, source.key);
        make("p", {}, view, "Copy the key and you have the function, at all inputs.");
      } else {
        const h = units(source, now.bits);
        table(view, ["unit", "now", "so it is 1 where", "computes", "in the sum"], source.weight.map((row, u) =>
          [u, h[u], literals(row), formula(row, source.bias[u]), source.readout[u] ? "+1" : ""]));
        make("p", { class: "pd-caption" }, view, "The label is 1 if the sum of the units marked +1 is above 1/2.");
      }
    }
    costs.replaceChildren();
    make("p", { class: "pd-caption" }, costs,
      `Measured on 100 bits (${source.rows.length ? source.rows[0].sources : 0} sources of this class): the distillers of rung ${rung + 1}.`);
    table(costs, ["distiller", "examples", "queries", "error", "99 % interval", "exact"],
      source.rows.filter((row) => row.rung === name).map((row) => [row.distiller, thousands(row.samples),
        thousands(row.queries), row.error.toFixed(4), `${row.low.toFixed(4)} to ${row.high.toFixed(4)}`,
        `${row.exact}/${row.sources}`]));
    Object.assign(figure.dataset, {
      rung: name, class: source.name, bits: text(now.bits), label: y === null ? "" : y,
      asked: now.asked.size, found: [...now.found].sort((a, b) => a - b).join(","), drawn: now.drawn,
      units: byHand && !source.labels ? units(source, now.bits).join(",") : "",
    });
  }
  tabs();
  show();
}
