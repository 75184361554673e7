function (figure, data, page) {
  "use strict";
  const { make, draw } = page;
  const { modes, checks } = data;
  const middle = (mode) => Math.floor((mode.levels.length + 1) / 2);
  let k = 0, at = Math.min(middle(modes[0]), modes[0].levels.length - 1);

  const live = make("p", { class: "pd-live", role: "status" }, figure);
  const controls = make("div", { class: "pd-sliders" }, figure);
  page.select(controls, { name: "break", options: modes.map((mode) => mode.title) }, (j) => {
    k = j;
    input.max = modes[k].levels.length - 1;
    at = Math.min(middle(modes[k]), modes[k].levels.length - 1);
    input.value = at;
    show();
  });
  const input = page.slider(controls, {
    name: "how much", min: 0, max: modes[0].levels.length - 1, value: at, show: () => "",
  }, (value) => { at = value; show(); });
  const amount = input.nextElementSibling;

  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-panel" }, columns);
  const quantity = make("p", { class: "pd-caption" }, left);
  const plot = draw("svg", { viewBox: "0 0 360 220", role: "img" }, left);
  const LEFT = 36, RIGHT = 350, TOP = 12, BASE = 170;
  const py = (value) => BASE - value * (BASE - TOP);
  const key = make("p", { class: "pd-caption pd-key" }, left);
  const mark = (name, text) => {
    const svg = draw("svg", { viewBox: "0 0 22 12", class: "pd-mark", "aria-hidden": "true" }, key);
    if (name === "pd-predicted") draw("path", { d: "M1 6H21", class: name }, svg);
    else draw("circle", { cx: 11, cy: 6, r: 4, class: name }, svg);
    make("span", {}, key, text);
  };
  mark("pd-predicted", "predicted");
  mark("pd-right", "a network, the tree is right");
  mark("pd-wrong", "a network, the tree is wrong");
  const theory = make("p", { class: "pd-caption" }, left);

  const right = make("div", { class: "pd-panel" }, columns);
  make("p", { class: "pd-caption" }, right, "What is noticed from inside, without the planted tree:");
  const list = make("ul", { class: "pd-lamps" }, right);
  const lamps = checks.map((check) => {
    const item = make("li", {}, list);
    const light = make("span", { class: "pd-lamp", "aria-hidden": "true" }, item);
    make("span", { class: "pd-check" }, item, check);
    const state = make("span", { class: "pd-state" }, item);
    return { item, light, state };
  });
  const verdict = make("p", { class: "pd-caption" }, right);

  const text = (level) => (level >= 1000 ? level.toLocaleString("en-US") : String(level));

  function show() {
    const mode = modes[k], { levels } = mode, now = levels[at];
    const width = (RIGHT - LEFT) / levels.length;
    const px = (j) => LEFT + width * (j + 0.5);
    quantity.textContent = `Up: ${mode.quantity}. Across: ${mode.what}.`;
    theory.textContent = `Theory: ${mode.theory}`;
    amount.textContent = text(now.level);
    input.setAttribute("aria-valuetext", `${mode.what}: ${text(now.level)}`);
    plot.replaceChildren();
    draw("rect", { x: LEFT + width * at, width, y: TOP - 6, height: BASE - TOP + 30, class: "pd-here" }, plot);
    [0, 0.25, 0.5, 0.75, 1].forEach((value) => {
      draw("line", { x1: LEFT, x2: RIGHT, y1: py(value), y2: py(value), class: "pd-tick" }, plot);
      draw("text", { x: LEFT - 4, y: py(value) + 4, "text-anchor": "end" }, plot, value);
    });
    levels.forEach((level, j) => {
      draw("text", { x: px(j), y: BASE + 17, "text-anchor": "middle" }, plot, text(level.level));
      if (level.refused) draw("text", { x: px(j), y: py(0.5), "text-anchor": "middle", class: "pd-refused" }, plot, "refused");
    });
    draw("text", { x: (LEFT + RIGHT) / 2, y: BASE + 36, "text-anchor": "middle" }, plot, mode.what);
    const points = levels.map((level, j) => `${px(j)},${py(level.predicted)}`).join(" ");
    draw("polyline", { points, class: "pd-predicted" }, plot);
    levels.forEach((level, j) => level.dots.forEach(([value, exact], i) => draw("circle", {
      cx: px(j) + width * 0.6 * ((i + 0.5) / level.dots.length - 0.5), cy: py(value),
      r: 3, class: exact ? "pd-right" : "pd-wrong",
    }, plot)));
    const networks = now.dots.length, exact = now.dots.filter(([, one]) => one).length;
    const mean = networks ? now.dots.reduce((sum, [value]) => sum + value, 0) / networks : null;
    plot.setAttribute("aria-label", `${mode.quantity} at ${levels.map((level) =>
      `${text(level.level)}: predicted ${level.predicted}`).join(", ")}`);
    lamps.forEach(({ item, light, state }, j) => {
      const count = now.alarms[j];
      const share = networks ? count / networks : 0;
      light.style.setProperty("--pd-share", share);
      item.classList.toggle("pd-on", share >= 0.5);
      state.textContent = now.refused && !networks ? "not asked" : count ? `alarm at ${count} of ${networks}` : "quiet";
    });
    const level = `${mode.what[0].toUpperCase()}${mode.what.slice(1)}: ${text(now.level)}`;
    if (!networks) {
      live.textContent = `${level}. The library refuses: such probes would fit anything.`;
      verdict.textContent = "It refuses before anything can go wrong.";
    } else {
      live.textContent = `${level}. Predicted ${now.predicted.toFixed(2)}, observed ${mean.toFixed(2)} in the mean. ` +
        `The tree is right for ${exact} of ${networks} networks; some check raises an alarm for ${now.any}.`;
      const silent = exact < networks && now.any === 0;
      verdict.textContent = silent ? "Wrong trees, and no alarm at all: nothing on these inputs could tell."
        : exact === networks && now.any === 0 ? "Right trees, and no alarm."
          : exact === networks ? "Right trees, and yet alarms: there is a reason for care, not a proof of failure."
            : "Wrong trees, and alarms.";
    }
    Object.assign(figure.dataset, {
      mode: mode.mode, level: now.level, networks, exact, refused: now.refused,
      predicted: now.predicted, observed: mean === null ? "" : mean,
      alarms: JSON.stringify(now.alarms), any: now.any,
    });
  }
  show();
}
