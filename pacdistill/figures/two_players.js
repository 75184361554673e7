function (figure, data, page) {
  "use strict";
  const { make, draw } = page;
  const N = data.source.length, all = 2 ** N - 1;
  const points = data.source.map((_, i) => i);
  // A concept is a number: bit i is its label at point i.
  const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const classes = data.classes.map(({ name, members }) => {
    const there = decode(members);
    const concepts = [];
    for (let c = 0; c <= all; c++) if ((there[c >> 3] >> (c & 7)) & 1) concepts.push(c);
    return { name, concepts };
  });
  const label = (c, i) => (c >> i) & 1;
  const bits = (c) => points.map((i) => label(c, i)).join("");
  const random = page.random(2403);
  const below = (n) => Math.floor(random() * n);

  // What is summed over the points of a set, for any set, from two small tables.
  function adder(values) {
    const half = (from) => {
      const table = new Float64Array(256);
      for (let s = 1; s < 256; s++) {
        const low = 31 - Math.clz32(s & -s);
        table[s] = table[s & (s - 1)] + (values[from + low] || 0);
      }
      return table;
    };
    const first = half(0), second = half(8);
    return (set) => first[set & 255] + second[set >> 8];
  }
  // The least cost, how many have it, and one of them at random.
  function best(concepts, cost) {
    let least = Infinity, count = 0;
    concepts.forEach((c) => {
      const z = cost(c);
      if (z < least) { least = z; count = 1; } else if (z === least) count++;
    });
    let skip = below(count);
    const chosen = concepts.find((c) => cost(c) === least && skip-- === 0);
    return { least, count, chosen };
  }
  // The targets whose disagreement with the source contains no other target's.
  function frontier(concepts, f) {
    const contains = new Uint8Array(all + 1), strictly = new Uint8Array(all + 1);
    concepts.forEach((c) => { contains[c ^ f] = 1; });
    const grow = (into) => points.forEach((i) => {
      for (let s = 0; s <= all; s++) if (label(s, i) && contains[s ^ (1 << i)]) into[s] = 1;
    });
    grow(contains);
    grow(strictly);
    return concepts.filter((c) => !strictly[c ^ f]);
  }

  // The game: its class, its source, the masses (whole numbers), and one round of it.
  let chosen = 0, source = data.source.reduce((c, bit, i) => c | (bit << i), 0);
  const mass = points.map(() => 1);
  let candidates, seen, drawn, learner, distiller, curve, tally;
  const concepts = () => classes[chosen].concepts;
  const total = () => mass.reduce((a, b) => a + b, 0);
  function drawPoint() {
    let rest = below(total());
    return points.find((i) => (rest -= mass[i]) < 0);
  }
  function play(counts) {
    const wrong = adder(counts);
    const cost = (c) => wrong(c ^ source);
    return { learner: best(concepts(), cost), distiller: best(candidates, cost) };
  }
  const error = (c) => adder(mass)(c ^ source) / total();
  const leastError = () => {
    const wrong = adder(mass);
    return candidates.reduce((least, c) => Math.min(least, wrong(c ^ source)), Infinity) / total();
  };
  function move() {
    ({ learner, distiller } = play(seen));
    curve.push([error(learner.chosen), error(distiller.chosen)]);
  }
  function begin() {
    seen = points.map(() => 0);
    drawn = [];
    curve = [];
    tally = { rounds: 0, learner: 0, distiller: 0 };
    move();
  }
  function drawSamples(n) {
    for (let k = 0; k < n && drawn.length < 64; k++) {
      const i = drawPoint();
      drawn.push(i);
      seen[i]++;
      move();
    }
    tally = { rounds: 0, learner: 0, distiller: 0 };
  }
  function change() {
    candidates = frontier(concepts(), source);
    begin();
  }
  function playRounds(rounds) {
    const wrong = adder(mass), limit = (leastError() + data.eps) * total() + 1e-9;
    for (let k = 0; k < rounds; k++) {
      const counts = points.map(() => 0);
      drawn.forEach(() => { counts[drawPoint()]++; });
      const round = play(counts);
      tally.rounds++;
      tally.learner += Number(wrong(round.learner.chosen ^ source) > limit);
      tally.distiller += Number(wrong(round.distiller.chosen ^ source) > limit);
    }
  }

  // The controls.
  const choices = make("div", { class: "pd-setting" }, figure);
  page.select(choices, { name: "Targets", options: classes.map(
    ({ name, concepts: c }) => `${name} (${c.length.toLocaleString("en")})`) }, (k) => {
    chosen = k; change(); show();
  });
  [["f = 0", () => 0], ["f = a target", () => concepts()[below(concepts().length)]],
   ["f at random", () => below(all + 1)]].forEach(([text, pick]) =>
    page.button(choices, text, () => { source = pick(); change(); show(); }));
  page.button(choices, "D uniform", () => { mass.fill(1); begin(); show(); });
  let refused = "";
  page.button(choices, "Adversary picks D", () => {
    const legal = candidates.filter((c) => (c ^ source) !== all);
    if (legal.length === 0) {
      refused = " No target agrees with f anywhere, so the adversary has no move.";
    } else {
      const secret = legal[below(legal.length)] ^ source;
      points.forEach((i) => { mass[i] = 1 - label(secret, i); });
      begin();
    }
    show();
  });

  const columns = make("div", { class: "pd-columns" }, figure);
  const board = make("div", { class: "pd-board" }, columns);
  const line = (caption, cells) => {
    make("p", { class: "pd-caption" }, board, caption);
    const row = make("div", { class: "pd-line", role: "group", "aria-label": caption }, board);
    row.style.gridTemplateColumns = `repeat(${N}, minmax(0, 1fr))`;
    const made = points.map((i) => cells(row, i));
    if (made[0].tagName === "BUTTON") page.walk(row, made, N);
    return made;
  };
  const sourceCells = line("The source f: click to change", (row, i) =>
    page.button(row, "", () => { source ^= 1 << i; page.rove(sourceCells, i); change(); show(); }));
  const bars = [];
  const massCells = line("Masses of D, which neither sees: click to change", (row, i) => {
    const cell = page.button(row, "", () => {
      mass[i] = { 0: 1, 1: 2, 2: 4 }[mass[i]] || 0;
      if (total() === 0) mass[i] = 1;
      page.rove(massCells, i); begin(); show();
    });
    cell.classList.add("pd-mass");
    bars.push([make("span", { "aria-hidden": "true" }, cell), make("span", {}, cell)]);
    return cell;
  });
  const plain = (row) => make("span", { class: "pd-cell" }, row);
  const seenCells = line("How often each point was drawn", plain);
  const concept = (row) => {
    const cell = plain(row);
    return [cell, make("span", {}, cell), make("span", { class: "pd-mark" }, cell)];
  };
  const learnerCells = line("The learner's choice (× errs, · errs where D is 0)", concept);
  const distillerCells = line("The distiller's choice", concept);

  const right = make("div", { class: "pd-play" }, columns);
  const says = make("p", { class: "pd-says", role: "status" }, right);
  const buttons = make("div", { class: "pd-buttons" }, right);
  page.button(buttons, "Draw a sample", () => { drawSamples(1); show(); });
  page.button(buttons, "Draw 8", () => { drawSamples(8); show(); });
  page.button(buttons, "New round", () => { begin(); show(); });
  page.button(buttons, "Play 100 rounds", () => { playRounds(100); show(); });
  const plot = draw("svg", { viewBox: "0 0 340 150", role: "img" }, right);
  const table = make("table", {}, right);
  const head = make("tr", {}, make("thead", {}, table));
  ["player", "best on the sample", "error under D", "rounds failed"].forEach((text) =>
    make("th", { scope: "col" }, head, text));
  const body = make("tbody", {}, table);
  const rows = ["learner", "distiller", "best target"].map((name) => {
    const row = make("tr", {}, body);
    make("th", { scope: "row" }, row, name);
    return [0, 1, 2].map(() => make("td", {}, row));
  });

  // Errors over the samples drawn: x from 30 to 330, y from 10 (error 1) to 110 (error 0).
  function plotCurves(least) {
    plot.textContent = "";
    const n = Math.max(16, drawn.length);
    const x = (k) => 30 + (300 * k) / n, y = (e) => 110 - 100 * e;
    draw("path", { class: "pd-axis", d: "M30 10V110H330" }, plot);
    [[0, "0"], [0.5, "½"], [1, "1"]].forEach(([e, text]) =>
      draw("text", { x: 24, y: y(e) + 4, "text-anchor": "end" }, plot, text));
    [0, n / 2, n].forEach((k) =>
      draw("text", { x: x(k), y: 124, "text-anchor": "middle" }, plot, `${Math.round(k)}`));
    draw("path", { class: "pd-curve pd-best", d: `M30 ${y(least)}H330` }, plot);
    ["pd-learner", "pd-distiller"].forEach((name, who) => {
      draw("path", { class: `pd-curve ${name}`,
        d: curve.map((e, k) => `${k ? "L" : "M"}${x(k)} ${y(e[who])}`).join("") }, plot);
      curve.forEach((e, k) => {
        if (who === 0) draw("circle", { class: name, cx: x(k), cy: y(e[0]), r: 3.5 }, plot);
        else draw("rect", { class: name, x: x(k) - 2.5, y: y(e[1]) - 2.5, width: 5, height: 5 }, plot);
      });
    });
    draw("circle", { class: "pd-learner", cx: 36, cy: 140, r: 3.5 }, plot);
    draw("text", { x: 44, y: 144 }, plot, "learner");
    draw("rect", { class: "pd-distiller", x: 93, y: 137, width: 6, height: 6 }, plot);
    draw("text", { x: 104, y: 144 }, plot, "distiller");
    draw("path", { class: "pd-curve pd-best", d: "M160 140H182" }, plot);
    draw("text", { x: 187, y: 144 }, plot, "best target");
    draw("text", { x: 330, y: 144, "text-anchor": "end" }, plot, "samples");
    plot.setAttribute("aria-label", `Errors over ${drawn.length} samples. Now: the learner ` +
      `${curve[drawn.length][0].toFixed(2)}, the distiller ${curve[drawn.length][1].toFixed(2)}.`);
  }

  const number = (n) => n.toLocaleString("en");
  function show() {
    const least = leastError(), most = Math.max(...mass);
    const [ours, theirs] = curve[drawn.length];
    sourceCells.forEach((cell, i) => {
      cell.textContent = label(source, i);
      cell.setAttribute("aria-pressed", String(label(source, i) === 1));
      cell.setAttribute("aria-label", `f at point ${i}, now ${label(source, i)}`);
    });
    massCells.forEach((cell, i) => {
      bars[i][0].style.height = `${(2 * mass[i]) / most}rem`;
      bars[i][1].textContent = mass[i];
      cell.setAttribute("aria-label", `mass of point ${i}, now ${mass[i]} of ${total()}`);
    });
    seenCells.forEach((cell, i) => { cell.textContent = seen[i] || "\u00a0"; });
    [[learnerCells, learner], [distillerCells, distiller]].forEach(([cells, player]) =>
      cells.forEach(([cell, value, mark], i) => {
        const one = label(player.chosen, i), wrong = one !== label(source, i);
        value.textContent = one;
        mark.textContent = wrong ? (mass[i] ? "×" : "·") : "\u00a0";
        cell.classList.toggle("pd-label1", one === 1);
      }));
    const n = drawn.length, samples = `${n} ${n === 1 ? "sample" : "samples"}`;
    const fit = learner.least === 0
      ? `${number(learner.count)} of ${number(concepts().length)} targets ` +
        `${learner.count === 1 ? "fits" : "fit"} the learner's labels`
      : `no target fits the labels, ${number(learner.count)} ` +
        `${learner.count === 1 ? "errs" : "err"} least on them`;
    says.textContent = `After ${samples}, ${fit}. It errs with probability ` +
      `${ours.toFixed(2)}; the distiller, who was given f, with ${theirs.toFixed(2)}.${refused}`;
    refused = "";
    const share = (failed) => (tally.rounds ? `${failed} of ${tally.rounds}` : "–");
    [[`${number(learner.count)} of ${number(concepts().length)}`, ours, share(tally.learner)],
     [`${number(distiller.count)} of ${number(candidates.length)}`, theirs, share(tally.distiller)],
     ["", least, tally.rounds ? `${samples} each` : ""]].forEach(([left, e, failed], k) => {
      rows[k][0].textContent = left;
      rows[k][1].textContent = e.toFixed(3);
      rows[k][2].textContent = failed;
    });
    plotCurves(least);
    Object.assign(figure.dataset, {
      class: classes[chosen].name, source: bits(source), mass: mass.join(","), sample: drawn.join(","),
      learner: bits(learner.chosen), fit: learner.count, distiller: bits(distiller.chosen),
      best: distiller.count, frontier: candidates.length, learnerError: ours, distillerError: theirs,
      leastError: least, rounds: tally.rounds, learnerFailed: tally.learner,
      distillerFailed: tally.distiller,
    });
  }
  change();
  drawSamples(4);
  show();
}
