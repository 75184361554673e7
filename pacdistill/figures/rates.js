function (figure, data, page) {
  "use strict";
  const { make, draw } = page;

  // --- the numbers

  // ln of the Gamma function (Lanczos, nine terms).
  const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7];
  function lnGamma(z) {
    let sum = LANCZOS[0];
    for (let i = 1; i < 9; i++) sum += LANCZOS[i] / (z - 1 + i);
    const t = z + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
  }
  // The probability that the heavy side, of probability (1 + eps)/2, is not ahead after n tosses;
  // a tie counts half. An even toss changes nothing, so n may be made odd.
  function wrongSide(n, eps) {
    if (n === 0) return 0.5;
    const odd = n % 2 ? n : n - 1, light = (1 - eps) / 2, heavy = 1 - light;
    let k = (odd + 1) / 2, sum = 0;
    let term = Math.exp(lnGamma(odd + 1) - lnGamma(k + 1) - lnGamma(odd - k + 1) +
      k * Math.log(light) + (odd - k) * Math.log(heavy));
    for (; k <= odd && term > 1e-17 * sum; k++) {
      sum += term;
      term *= ((odd - k) / (k + 1)) * (light / heavy);
    }
    return sum;
  }
  function coinNeeds(eps, delta) {
    let low = -1, high = 1; // the number of tosses is 2 k + 1
    while (wrongSide(2 * high + 1, eps) > delta) { low = high; high *= 2; }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (wrongSide(2 * middle + 1, eps) <= delta) high = middle; else low = middle;
    }
    return 2 * high + 1;
  }
  // Lower bound, exact number, upper bound: as in the chapter's statements.
  const NAMES = ["coin", "rare", "agnostic"];
  const needs = {
    coin: () => [1, 1, 1],
    rare: (eps, delta) => [
      (1 - eps) / eps * Math.log(1 / (2 * delta)),
      Math.ceil(Math.log(1 / (2 * delta)) / -Math.log1p(-eps)),
      Math.ceil(Math.log(2 / delta) / eps),
    ],
    agnostic: (eps, delta) => [
      Math.log(1 / (4 * delta)) / (3 * eps * eps),
      coinNeeds(eps, delta),
      Math.ceil(2 / (eps * eps) * Math.log(4 / delta)),
    ],
  };

  // --- the reader's choices and the state
  const FIRST = 6, LAST = 24; // 1/eps = 2^(step/4)
  let step = Math.round(4 * Math.log2(1 / data.eps));
  let choice = data.deltas.indexOf(data.delta);
  const eps = () => 2 ** (-step / 4);
  const delta = () => data.deltas[choice];
  const whole = (n) => n.toLocaleString("en-US");
  const short = (z) => String(Number(z.toPrecision(2)));

  const status = make("p", { class: "pd-live", role: "status" }, figure);
  const sliders = make("div", { class: "pd-sliders" }, figure);
  page.slider(sliders, { name: "error ε", min: FIRST, max: LAST, value: step,
    show: (k) => `1/${short(2 ** (k / 4))}` }, (k) => { step = k; restart(); });
  page.slider(sliders, { name: "failure δ", min: 0, max: data.deltas.length - 1, value: choice,
    show: (k) => data.deltas[k] }, (k) => { choice = k; restart(); });

  const buttons = make("div", { class: "pd-buttons" }, figure);
  const play = page.button(buttons, "Play the third one", () => (frame === null ? start() : pause()));
  page.button(buttons, "One toss", () => { pause(); toss(1); show(); });
  page.button(buttons, "Start over", () => { restart(); });

  // --- the three instances, side by side
  const cards = make("div", { class: "pd-cards" }, figure);
  const TITLES = {
    coin: ["A coin, perfect", "One target never errs."],
    rare: ["A rare coin, perfect", "One target never errs, but both are mostly right."],
    agnostic: ["A coin, agnostic", "Both targets err, one a little less."],
  };
  const masses = {
    coin: () => [1, 0],
    rare: (e) => [e, 0, 1 - e],
    agnostic: (e) => [(1 + e) / 2, (1 - e) / 2],
  };
  const shown = {};
  NAMES.forEach((name) => {
    const card = make("div", { class: `pd-card pd-${name}` }, cards);
    const [title, text] = TITLES[name];
    make("strong", {}, card, title);
    const svg = draw("svg", { viewBox: "0 0 200 84", role: "img" }, card);
    const bars = masses[name](0.5).map((_, i) => ({
      bar: draw("rect", { x: 20 + 62 * i, width: 36, class: i === 2 ? "pd-bar pd-safe" : "pd-bar" }, svg),
      value: draw("text", { x: 38 + 62 * i, "text-anchor": "middle" }, svg),
      name: draw("text", { x: 38 + 62 * i, y: 80, "text-anchor": "middle" }, svg, "abc"[i]),
    }));
    draw("line", { x1: 8, x2: 192, y1: 66, y2: 66, class: "pd-axis" }, svg);
    make("p", { class: "pd-caption" }, card, text);
    shown[name] = { svg, bars, needs: make("p", { class: "pd-needs" }, card) };
  });

  const columns = make("div", { class: "pd-columns" }, figure);

  // --- left: n against 1/eps
  const left = make("div", { class: "pd-panel" }, columns);
  make("p", { class: "pd-caption" }, left, "Samples n against 1/ε, both logarithmic. Bands: from " +
    "the lower to the upper bound. Lines: exact. Marks: measured.");
  const plot = draw("svg", { viewBox: "0 0 360 270", role: "img" }, left);
  const px = (k) => 40 + ((k - FIRST) / (LAST - FIRST)) * 305;
  const py = (n) => 240 - (Math.log10(Math.max(n, 1)) / 5) * 225;
  for (let k = 8; k <= LAST; k += 4) {
    draw("line", { x1: px(k), x2: px(k), y1: 240, y2: 15, class: "pd-tick" }, plot);
    draw("text", { x: px(k), y: 254, "text-anchor": "middle" }, plot, 2 ** (k / 4));
  }
  draw("text", { x: 192, y: 267, "text-anchor": "middle" }, plot, "1/ε");
  for (let power = 0; power <= 5; power++) {
    const y = py(10 ** power);
    draw("line", { x1: 40, x2: 345, y1: y, y2: y, class: "pd-tick" }, plot);
    draw("text", { x: 36, y: y + 4, "text-anchor": "end" }, plot, power < 4 ? 10 ** power : `${10 ** (power - 3)}k`);
  }
  const steps = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
  const line = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const curves = {};
  NAMES.forEach((name) => {
    curves[name] = {
      band: draw("path", { class: `pd-band pd-${name}` }, plot),
      exact: draw("path", { class: `pd-exact pd-${name}` }, plot),
    };
  });
  const here = draw("line", { y1: 15, y2: 240, class: "pd-here" }, plot);
  const marks = draw("g", {}, plot);
  const labels = { agnostic: [46, 62, "agnostic: 1/ε²"], rare: [262, 182, "rare: 1/ε"], coin: [262, 232, "perfect: 1"] };
  NAMES.forEach((name) => {
    const [x, y, text] = labels[name];
    draw("text", { x, y }, plot, text);
  });
  const dots = Object.fromEntries(NAMES.map((name) => [name, draw("circle", { r: 3.5, class: "pd-dot" }, plot)]));
  const SHAPES = { // around the point (x, y)
    coin: (x, y) => `M${x} ${y - 5}l5 9h-10z`,
    rare: (x, y) => `M${x - 4} ${y - 4}h8v8h-8z`,
    agnostic: (x, y) => `M${x} ${y - 5}l5 5l-5 5l-5 -5z`,
  };

  // --- right: the agnostic coin, tossed
  const right = make("div", { class: "pd-panel pd-agnostic" }, columns);
  make("p", { class: "pd-caption" }, right, "The third coin, tossed. Above: the share of a so far. " +
    "Below the line 1/2 the distiller picks the wrong side. Lower curve: the probability of that.");
  const race = draw("svg", { viewBox: "0 0 360 270", role: "img" }, right);
  let end = 1, tosses = 0, heavy = 0, trace = [], frame = null, random = page.random(2024);
  const rx = (n) => 40 + (end > 1 ? Math.log(Math.max(n, 1)) / Math.log(end) : 0) * 305;
  const spread = () => Math.min(0.5, 3.5 * eps());
  const ry = (share) => 80 - (Math.max(-1, Math.min(1, (share - 0.5) / spread()))) * 65;
  const qy = (p) => 240 - (p / 0.5) * 62;
  const top = draw("text", { x: 36, y: 19, "text-anchor": "end" }, race);
  const bottom = draw("text", { x: 36, y: 149, "text-anchor": "end" }, race);
  draw("line", { x1: 40, x2: 345, y1: 80, y2: 80, class: "pd-half" }, race);
  draw("text", { x: 36, y: 84, "text-anchor": "end" }, race, "1/2");
  draw("text", { x: 344, y: 24, "text-anchor": "end" }, race, "right side");
  draw("text", { x: 344, y: 142, "text-anchor": "end" }, race, "wrong side");
  const truth = draw("line", { x1: 40, x2: 345, class: "pd-here" }, race);
  const truthName = draw("text", { x: 344, "text-anchor": "end" }, race, "D(a)");
  draw("path", { d: "M40 15V145M40 178V240H345", class: "pd-axis" }, race);
  draw("text", { x: 36, y: 182, "text-anchor": "end" }, race, "0.5");
  draw("text", { x: 36, y: 243, "text-anchor": "end" }, race, "0");
  const limit = draw("line", { x1: 40, x2: 345, class: "pd-here" }, race);
  const limitName = draw("text", { x: 44, "text-anchor": "start" }, race, "δ");
  draw("text", { x: 192, y: 267, "text-anchor": "middle" }, race, "tosses (logarithmic)");
  draw("text", { x: 40, y: 254 }, race, "1");
  const last = draw("text", { x: 345, y: 254, "text-anchor": "end" }, race);
  const falling = draw("path", { class: "pd-exact pd-agnostic" }, race);
  const wander = draw("path", { class: "pd-run" }, race);
  const now = draw("circle", { r: 3.5, class: "pd-dot" }, race);
  const chance = draw("circle", { r: 3.5, class: "pd-dot" }, race);
  // Read aloud when the coin comes to rest.
  const tally = make("p", { class: "pd-tally", "aria-live": "polite" }, right);

  function toss(count) {
    for (let i = 0; i < count; i++) heavy += Number(random() < (1 + eps()) / 2);
    tosses += count;
    trace.push([tosses, heavy / tosses]);
  }
  const more = () => Math.min(Math.max(1, Math.round(tosses / 50)), end - tosses);
  function start() {
    if (tosses >= end) { tosses = 0; heavy = 0; trace = []; }
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (tosses < end) toss(more());
      show();
      return;
    }
    play.textContent = "Pause";
    tally.setAttribute("aria-live", "off");
    const next = () => {
      if (tosses >= end) { pause(); showRace(); return; }
      toss(more());
      showRace();
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
  }
  function pause() {
    if (frame !== null) cancelAnimationFrame(frame);
    frame = null;
    play.textContent = "Play the third one";
    tally.setAttribute("aria-live", "polite");
  }
  function restart() {
    pause();
    tosses = 0; heavy = 0; trace = [];
    show();
    report();
  }

  // --- what is shown
  function sentence() {
    if (!tosses) return `Not tossed yet. The side a has probability ${((1 + eps()) / 2).toFixed(3)}, and the distiller does not know it.`;
    const ahead = 2 * heavy - tosses;
    const verdict = ahead > 0 ? "b errs less so far, as it should: right"
      : ahead < 0 ? "a errs less so far: wrong" : "a tie: a fair coin decides";
    // The indicator of a errs on a.
    return `${whole(tosses)} tosses: ${whole(heavy)} a, ${whole(tosses - heavy)} b. ` +
      `The indicator of ${verdict}. Probability of the wrong side after so many: ` +
      `${wrongSide(tosses, eps()).toFixed(3)}.`;
  }
  function report() {
    const [a, b, c] = NAMES.map((name) => whole(needs[name](eps(), delta())[1]));
    status.textContent = `ε = 1/${short(1 / eps())}, δ = ${delta()}. Samples needed: ${a} if perfect, ` +
      `${b} if perfect but rare, ${c} if agnostic.`;
  }
  function showRace() {
    const ahead = 2 * heavy - tosses;
    tally.textContent = sentence();
    wander.setAttribute("d", line(trace.map(([n, share]) => [rx(n), ry(share)])));
    const at = trace.length ? trace[trace.length - 1] : null;
    [now, chance].forEach((dot) => dot.setAttribute("visibility", at ? "visible" : "hidden"));
    if (at) {
      now.setAttribute("cx", rx(at[0]));
      now.setAttribute("cy", ry(at[1]));
      chance.setAttribute("cx", rx(at[0]));
      chance.setAttribute("cy", qy(wrongSide(tosses, eps())));
    }
    Object.assign(figure.dataset, {
      tosses, heavy, wrong: wrongSide(tosses, eps()),
      side: ahead > 0 ? "right" : ahead < 0 ? "wrong" : "tie",
      playing: frame === null ? "no" : "yes",
    });
  }
  function show() {
    const e = eps(), d = delta();
    Object.assign(figure.dataset, { eps: e, delta: d });
    NAMES.forEach((name) => {
      const [low, exact, high] = needs[name](e, d);
      Object.assign(figure.dataset, { [name]: exact, [`${name}Low`]: low, [`${name}High`]: high });
      const { svg, bars, needs: text } = shown[name];
      const mass = masses[name](e);
      bars.forEach(({ bar, value }, i) => {
        const height = Math.max(0.5, 48 * mass[i]);
        bar.setAttribute("y", 66 - height);
        bar.setAttribute("height", height);
        value.setAttribute("y", 62 - height);
        value.textContent = Number(mass[i].toFixed(3));
      });
      svg.setAttribute("aria-label", `Probabilities: ${mass.map((m, i) => `${"abc"[i]} ${Number(m.toFixed(3))}`).join(", ")}.`);
      text.textContent = `n = ${whole(exact)} ${exact === 1 ? "sample" : "samples"}`;
      const at = steps.map((k) => [k, needs[name](2 ** (-k / 4), d)]);
      const [bottoms, middles, tops] = [0, 1, 2].map((i) => at.map(([k, bound]) => [px(k), py(bound[i])]));
      curves[name].band.setAttribute("d", `${line(bottoms.concat(tops.reverse()))}Z`);
      curves[name].exact.setAttribute("d", line(middles));
      dots[name].setAttribute("cx", px(step));
      dots[name].setAttribute("cy", py(exact));
    });
    here.setAttribute("x1", px(step));
    here.setAttribute("x2", px(step));
    marks.replaceChildren();
    let drawn = 0;
    data.measured.filter((row) => row[2] === d).forEach(([name, at, , low, high]) => {
      const x = px(4 * Math.log2(1 / at)), y = (py(low) + py(high)) / 2;
      draw("path", { d: `M${x} ${py(low)}V${py(high)}`, class: `pd-exact pd-${name}` }, marks);
      draw("path", { d: SHAPES[name](x, y), class: `pd-measured pd-${name}` }, marks);
      drawn += 1;
    });
    figure.dataset.measured = drawn;
    plot.setAttribute("aria-label", `Samples against 1/ε at δ = ${d}: a constant 1, a line of slope 1, a line of slope 2.`);
    // The race ends where the coin has been tossed as often as is needed.
    end = needs.agnostic(e, d)[1];
    last.textContent = whole(end);
    top.textContent = (0.5 + spread()).toFixed(2);
    bottom.textContent = (0.5 - spread()).toFixed(2);
    const y = ry((1 + e) / 2);
    truth.setAttribute("y1", y);
    truth.setAttribute("y2", y);
    truthName.setAttribute("y", y - 4);
    limit.setAttribute("y1", qy(d));
    limit.setAttribute("y2", qy(d));
    limitName.setAttribute("y", qy(d) - 4);
    const many = Array.from({ length: 61 }, (_, i) => Math.round(end ** (i / 60)));
    falling.setAttribute("d", line(many.map((n) => [rx(n), qy(wrongSide(n, e))])));
    race.setAttribute("aria-label", `The share of a against the number of tosses, up to ${whole(end)}, and the probability of the wrong side, which falls from 1/2 to ${d}.`);
    showRace();
  }
  restart();
}
