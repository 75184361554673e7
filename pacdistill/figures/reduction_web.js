function (figure, data, page) {
  "use strict";
  const { make, button, KINDS, nameOf, objects, leavesOf, drawTree } = page;
  const { edges } = data;
  const of = (o) => objects[o.kind];
  const cube = (d) => Array.from({ length: 2 ** d }, (_, k) =>
    Array.from({ length: d }, (_, i) => (k >> (d - 1 - i)) & 1));

  const columns = make("div", { class: "pd-columns" }, figure);
  const mark = page.drawMap(columns, data, (k) => choose(k));

  // --- The panel: what is known of the edge, and an example.
  const panel = make("div", { class: "pd-panel" }, columns);
  const list = page.select(panel, {
    name: "Edge", options: edges.map((edge, k) => `${k + 1}. ${nameOf(edge)} (${KINDS[edge.kind]})`),
  }, (k) => choose(k));
  const statement = make("p", {}, panel);
  const idea = make("p", {}, panel);
  const live = make("p", { class: "pd-live", role: "status" }, panel);
  const buttons = make("div", { class: "pd-buttons" }, panel);
  const another = button(buttons, "Another example", () => {
    example = (example + 1) % edges[chosen].examples.length;
    out = -1;
    show();
  });
  const breakIt = button(buttons, "Leave a part out", () => {
    out = out + 1 < of(current().target).parts(current().target).length ? out + 1 : -1;
    show();
  });
  const table = make("div", { class: "pd-points", role: "group" }, panel);
  const tableCaption = make("p", { class: "pd-caption" }, panel);
  const sides = make("div", { class: "pd-columns pd-sides" }, panel);

  let chosen = 0, example = 0, out = -1, point = -1, focus = -1;
  const current = () => edges[chosen].examples[example];
  function choose(k) { chosen = k; example = 0; out = -1; point = -1; show(); }

  function dimension(edge, { source, target }) {
    if (edge.mode !== "equal") return (target.d || source.d);
    return target.d || (source.parts && source.kind === "cnf" ? source.d : 0) || 4;
  }

  // A tree is drawn, everything else is a list of its parts.
  function render(o, box, role, x) {
    box.textContent = "";
    make("p", { class: "pd-caption" }, box, `${role}: ${of(o).title(o)}`);
    if (o.kind === "tree") {
      drawTree(o, box, x, o === current().target ? leavesOf(o)[out] : undefined);
      return;
    }
    const parts = make("ul", { tabindex: 0, "aria-label": of(o).title(o) }, box);
    of(o).parts(o).forEach((text, k) => {
      const item = make("li", {}, parts, text);
      if (x && of(o).speaks(o, k, x)) { item.classList.add("pd-on"); make("span", {}, item, " ←"); }
      if (o === current().target && k === out) { item.classList.add("pd-out"); make("span", {}, item, " (left out)"); }
    });
    if (o.kind === "network") make("p", { class: "pd-caption" }, box,
      `The label is 1 where the sum is above ${-o.shift}.`);
    if (o.kind === "constant") make("p", {}, box, `The vote says ${o.answer}.`);
    if (o.also) render(o.also, make("div", {}, box), "and as", x);
  }

  // "2^k" and "2^(k+1)" with raised exponents.
  function replace(element) { element.textContent = ""; return element; }
  function rich(element, text) {
    text.replace(/ - /g, " − ").split(/\^(\([^()]*\)|\w+)/).forEach((piece, k) => {
      if (k % 2) make("sup", {}, element, piece.replace(/^\(|\)$/g, ""));
      else element.append(piece);
    });
  }
  const random = page.random(10);
  function show() {
    const edge = edges[chosen], runs = edge.examples.length > 0;
    mark(chosen);
    list.value = chosen;
    rich(replace(statement), edge.statement);
    rich(make("em", {}, replace(idea)), `Idea: ${edge.idea} `);
    make("a", { href: edge.link }, idea, runs ? "Statement and proof" : "Read on");
    Object.assign(figure.dataset, { edge: chosen + 1, example: example + 1, out, points: "", differ: "", source: "", target: "" });
    [another, breakIt].forEach((b) => { b.hidden = !runs; });
    table.textContent = ""; tableCaption.textContent = "";
    sides.textContent = "";
    if (!runs) {
      live.textContent = `${chosen + 1}. ${nameOf(edge)}: ${KINDS[edge.kind]}, so there is nothing to run.`;
      return;
    }
    const { source, target } = current();
    breakIt.hidden = edge.mode === "vote" || edge.mode === "sample";
    const d = dimension(edge, current());
    const points = source.points || cube(d);
    let votes = 0;
    if (edge.mode === "vote") {
      for (let t = 0; t < edge.samples; t++) votes += of(source).value(source, points[Math.floor(random() * points.length)]);
      target.answer = Number(2 * votes > edge.samples);
    }
    const theirs = edge.mode === "count" ? null : points.map((x) => of(source).value(source, x, -1));
    if (source.also) points.forEach((x, k) => { if (of(source.also).value(source.also, x, -1) !== theirs[k]) theirs[k] = NaN; });
    const ours = points.map((x) => of(target).value(target, x, out));
    const differ = theirs ? points.filter((_, k) => theirs[k] !== ours[k]).length : 0;
    const texts = (values) => values.map((v) => (v === 0 || v === 1 ? v : "*")).join("");
    Object.assign(figure.dataset, { points: points.length, differ, source: texts(theirs || []), target: texts(ours) });

    // The sentence.
    const count = `${chosen + 1}. ${nameOf(edge)}, example ${example + 1} of ${edge.examples.length}: `;
    const where = edge.mode === "sample" ? "points of the sample" : "points";
    if (edge.mode === "count") {
      const n = d - 2, ones = ours.reduce((s, v) => s + v, 0);
      const phi = cube(n).filter((x) => of(source).value(source, x, -1)).length;
      const expected = 2 ** (n + 1) - 1 + 2 * phi;
      Object.assign(figure.dataset, { phi, ones });
      live.textContent = out < 0
        ? `${count}#φ = ${phi}, and f is 1 at ${ones} of ${points.length} points: ${2 ** (n + 1)} − 1 + 2·${phi} = ${expected}. ` +
          `The best constant is ${Number(2 * ones > points.length)}: φ is ${phi ? "" : "un"}satisfiable.`
        : `${count}without this clause f is 1 at ${ones} of ${points.length} points, and no longer at ${expected}.`;
    } else if (edge.mode === "vote") {
      const ones = theirs.reduce((s, v) => s + v, 0), best = Math.min(ones, points.length - ones);
      Object.assign(figure.dataset, { ones, vote: target.answer });
      live.textContent = `${count}${votes} of ${edge.samples} random labels are 1, so the vote says ${target.answer}. ` +
        `It errs on ${differ} of ${points.length} points; the best constant errs on ${best}.`;
    } else if (edge.mode === "sample") {
      const subsets = cube(d).filter((x) => source.sets.every((set) => set.some((i) => x[i])));
      const least = Math.min(...subsets.map((x) => x.reduce((s, v) => s + v, 0)));
      figure.dataset.least = least;
      live.textContent = `${count}equal at all ${points.length} ${where}; the least hitting set has ${least} ` +
        `element${least === 1 ? "" : "s"}, the tree ${leavesOf(target).length} leaves.`;
      if (differ) live.textContent = `${count}they differ on the sample.`;
    } else {
      live.textContent = differ
        ? `${count}they differ at ${differ} of ${points.length} points.`
        : `${count}equal at all ${points.length} points${out < 0 ? "" : ", even without this part"}.`;
      const note = { parity: "leaves", dnf: "leaves" }[source.kind];
      if (edge.kind === "costly" && out < 0) live.textContent += ` ${leavesOf(target).length} ${note}, and no tree has fewer.`;
    }

    // One mark for each point: the source's value above the target's.
    table.setAttribute("aria-label", `${points.length} points; choose one to see which parts speak`);
    const small = points.length > 32;
    table.classList.toggle("pd-small", small);
    const cells = points.map((x, k) => {
      const values = theirs ? [theirs[k], ours[k]] : [ours[k]];
      const cell = button(table, "", () => { point = point === k ? -1 : k; focus = k; show(); });
      values.forEach((v) => make("span", { class: v === 1 ? "pd-v1" : v === 0 ? "pd-v0" : "pd-vx" }, cell,
        v === 0 || v === 1 ? String(v) : "*"));
      const wrong = theirs && theirs[k] !== ours[k];
      cell.classList.toggle("pd-wrong", Boolean(wrong));
      cell.setAttribute("aria-pressed", String(k === point));
      cell.setAttribute("aria-label", `x = ${x.join("")}: ${theirs ? `${values[0]} and ${values[1]}` : values[0]}${wrong ? ", they differ" : ""}`);
      return cell;
    });
    page.walk(table, cells, 8);
    const x = points[point];
    tableCaption.textContent = (theirs ? "Above: the source. Below: the target. " : "The target f. ") +
      (x ? `At x = ${x.join("")} the marked parts speak.` : "Choose a point to see which parts speak there.");
    render(source, make("div", {}, sides), edge.mode === "count" ? "φ" : "from", edge.mode === "count" && x ? x.slice(0, d - 2) : x);
    render(target, make("div", {}, sides), "to", x);
    if (focus >= 0) { page.rove(cells, focus); focus = -1; }
  }
  choose(5);
}
