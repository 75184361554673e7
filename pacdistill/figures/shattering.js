function (figure, data, page) {
  "use strict";
  const { make, draw } = page;
  const { shapes, width, height } = data;
  // All coordinates are whole numbers below 50, so each decision below is exact in doubles.
  const points = data.points.map((p) => p.slice());
  const letters = "ABCDE";
  let m = data.shown, shape = data.shape, chosen = 0;

  const minus = (p, q) => [p[0] - q[0], p[1] - q[1]];
  const dot = (p, q) => p[0] * q[0] + p[1] * q[1];
  const cross = (p, q) => p[0] * q[1] - p[1] * q[0];
  const pairs = (list) => list.flatMap((p, i) => list.slice(i + 1).map((q) => [p, q]));
  const largest = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
  const smallest = (list) => list.reduce((a, b) => Math.min(a, b), Infinity);

  // Each class: for the points inside and those outside, a shape that tells them apart, or null.
  // Half-plane {n . p >= c}: the widest gap between two hulls is across an edge, or along the
  // line that joins two corners.
  function halfPlane(inside, outside) {
    if (!outside.length) return { normal: [0, 1], offset: -1 };
    if (!inside.length) return { normal: [0, 1], offset: height + 1 };
    let best = null, widest = 0;
    pairs(inside.concat(outside)).forEach(([p, q]) => {
      const [x, y] = minus(p, q);
      [[x, y], [-x, -y], [y, -x], [-y, x]].forEach((n) => {
        const low = smallest(inside.map((a) => dot(n, a)));
        const high = largest(outside.map((b) => dot(n, b)));
        const gap = (low - high) / Math.hypot(x, y);
        if (low > high && gap > widest) {
          widest = gap;
          best = { normal: n, offset: (low + high) / 2 };
        }
      });
    });
    return best;
  }

  // Disk: its center is nearer to all points inside than to any outside. These are half-planes
  // {n . c < b}, with no common point if and only if (Farkas) some combination of at most three
  // of them, with weights >= 0, says 0 < b for a b <= 0.
  function disk(inside, outside) {
    if (!inside.length) return { center: [-60, -60], radius: 1 };
    const conditions = inside.flatMap((a) => outside.map((b) => ({
      n: minus(b, a).map((z) => 2 * z), b: dot(b, b) - dot(a, a),
    })));
    const contradicts = (weights, members) =>
      weights.every((w) => w >= 0) && weights.some((w) => w > 0) &&
      members.reduce((sum, { n }, i) => sum + weights[i] * n[0], 0) === 0 &&
      members.reduce((sum, { n }, i) => sum + weights[i] * n[1], 0) === 0 &&
      members.reduce((sum, { b }, i) => sum + weights[i] * b, 0) <= 0;
    const either = (weights, members) =>
      contradicts(weights, members) || contradicts(weights.map((w) => -w), members);
    for (let i = 0; i < conditions.length; i++) {
      if (contradicts([1], [conditions[i]])) return null;
      for (let j = i + 1; j < conditions.length; j++) {
        const p = conditions[i], q = conditions[j];
        // Opposite normals: |q| p + |p| q, with the lengths in the one-norm.
        const size = (r) => Math.abs(r.n[0]) + Math.abs(r.n[1]);
        if (contradicts([size(q), size(p)], [p, q])) return null;
        for (let k = j + 1; k < conditions.length; k++) {
          const r = conditions[k];
          const weights = [cross(q.n, r.n), cross(r.n, p.n), cross(p.n, q.n)];
          if (either(weights, [p, q, r])) return null;
        }
      }
    }
    // There is a center. Look for one near by, then farther away, where the gap is wide.
    const gap = (c) => smallest(outside.map((b) => Math.hypot(...minus(b, c)))) -
      largest(inside.map((a) => Math.hypot(...minus(a, c))));
    for (let reach = 1; reach < 1e7; reach *= 4) {
      const [cx, cy] = [width / 2, height / 2];
      let polygon = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) =>
        [cx + x * reach * width / 2, cy + y * reach * height / 2]);
      conditions.forEach((half) => { polygon = clip(polygon, half); });
      if (polygon.length < 3) continue;
      let center = mean(polygon);
      for (let t = 0.5; t > 0.01; t *= 0.8) {
        polygon.forEach((corner) => {
          const moved = center.map((z, i) => z + t * (corner[i] - z));
          if (gap(moved) > gap(center)) center = moved;
        });
      }
      if (gap(center) > 0) {
        const near = largest(inside.map((a) => Math.hypot(...minus(a, center))));
        const room = Math.min(gap(center) / 2, 1.5);
        return { center, radius: near + room };
      }
    }
    return { center: null, radius: null }; // the disk exists, but is too large to draw
  }
  const mean = (list) => [0, 1].map((i) => list.reduce((sum, p) => sum + p[i], 0) / list.length);
  function clip(polygon, { n, b }) {
    return polygon.flatMap((p, i) => {
      const q = polygon[(i + 1) % polygon.length];
      const before = dot(n, p) - b, after = dot(n, q) - b;
      const kept = before < 0 ? [p] : [];
      if (before < 0 !== after < 0) {
        const t = before / (before - after);
        kept.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
      }
      return kept;
    });
  }

  // Box: the smallest one around the points inside is the best try.
  const inBox = (p, low, high, axes) => axes.every((i) => low[i] <= p[i] && p[i] <= high[i]);
  const boxAround = (inside) => [smallest, largest].map((end) =>
    [0, 1].map((i) => end(inside.map((p) => p[i]))));
  const box = (axes) => (inside, outside) => {
    if (!inside.length) return { low: [-9, -9], high: [-8, -8] };
    const [low, high] = boxAround(inside);
    if (outside.some((p) => inBox(p, low, high, axes))) return null;
    return { low: low.map((z) => z - 0.5), high: high.map((z) => z + 0.5) };
  };

  // Convex set: the hull of the points inside is the best try.
  function hull(list) {
    const sorted = list.slice().sort((p, q) => p[0] - q[0] || p[1] - q[1]);
    const half = (order) => {
      const chain = [];
      order.forEach((p) => {
        while (chain.length > 1 &&
          cross(minus(chain[chain.length - 1], chain[chain.length - 2]),
            minus(p, chain[chain.length - 2])) <= 0) chain.pop();
        chain.push(p);
      });
      return chain.slice(0, -1);
    };
    return sorted.length < 2 ? sorted : half(sorted).concat(half(sorted.reverse()));
  }
  function inHull(p, corners) {
    if (corners.length === 1) return minus(p, corners[0]).every((z) => z === 0);
    return corners.every((c, i) => {
      const next = corners[(i + 1) % corners.length];
      const side = cross(minus(next, c), minus(p, c));
      return corners.length > 2 ? side >= 0
        : side === 0 && dot(minus(p, c), minus(p, next)) <= 0;
    });
  }
  function convex(inside, outside) {
    const corners = hull(inside);
    if (inside.length && outside.some((p) => inHull(p, corners))) return null;
    return { corners };
  }
  const decide = [halfPlane, disk, box([0, 1]), box([0]), convex];
  const one = ["half-plane", "disk", "rectangle", "interval", "convex set"];

  const bits = (k) => Array.from({ length: m }, (_, i) => (k >> (m - 1 - i)) & 1);
  const split = (k) => [1, 0].map((v) => points.slice(0, m).filter((_, i) => bits(k)[i] === v));

  // The sentence, and what to choose.
  const top = make("div", { class: "pd-answers" }, figure);
  const live = make("p", { class: "pd-live", role: "status" }, top);
  const buttons = make("div", { class: "pd-buttons" }, top);
  const next = page.button(buttons, "Next unrealized labeling", () => {
    const total = 2 ** m;
    for (let step = 1; step <= total; step++) {
      const k = (chosen + step) % total;
      if (!found[k]) { chosen = k; show(); return; }
    }
  });
  const controls = make("div", { class: "pd-sliders" }, figure);
  page.select(controls, { name: "Shapes", options: shapes, value: shape }, (value) => {
    shape = value;
    show();
  });
  page.slider(controls, { name: "Points", min: 1, max: points.length, value: m }, (value) => {
    const label = bits(chosen); // the points that stay keep their labels
    m = value;
    chosen = Array.from({ length: m }, (_, i) => label[i] || 0).reduce((k, v) => 2 * k + v, 0);
    rebuild();
    show();
  });

  const columns = make("div", { class: "pd-columns" }, figure);
  const left = make("div", { class: "pd-board" }, columns);
  const edge = 2;
  const svg = draw("svg", {
    viewBox: `${-edge} ${-edge} ${width + 2 * edge} ${height + 2 * edge}`, role: "group",
    "aria-label": "the points; arrow keys move a point, enter flips its label",
  }, left);
  draw("rect", { x: -edge, y: -edge, width: width + 2 * edge, height: height + 2 * edge,
    class: "pd-plane" }, svg);
  const flip = ([x, y]) => [x, height - y]; // the y axis points up
  const drawing = draw("g", { "aria-hidden": "true" }, svg);
  const handles = points.map((_, i) => {
    const handle = draw("g", { class: "pd-point", role: "button", tabindex: 0 }, svg);
    draw("circle", { r: 3.2, class: "pd-reach" }, handle);
    draw("circle", { r: 1.35, class: "pd-dot" }, handle);
    draw("text", { "text-anchor": "middle", y: 0.65 }, handle);
    draw("text", { class: "pd-letter", x: 1.7, y: -1.1 }, handle, letters[i]);
    return handle;
  });
  make("p", { class: "pd-caption" }, left,
    "Drag a point, or tab to it and use the arrow keys (with shift: bigger steps). " +
    "Click a point, or press enter, to flip its label.");

  function place(i, [x, y]) {
    const inside = (z, end) => Math.min(end, Math.max(0, Math.round(z)));
    const to = [inside(x, width), inside(y, height)];
    if (minus(to, points[i]).every((z) => z === 0)) return;
    points[i] = to;
    show();
  }
  const flipLabel = (i) => { chosen ^= 1 << (m - 1 - i); show(); };
  handles.forEach((handle, i) => {
    let start = null;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      start = { x: event.clientX, y: event.clientY, at: points[i].slice(), moved: false };
    });
    // A finger on a point moves the point, and not the page.
    handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    handle.addEventListener("pointermove", (event) => {
      if (!start) return;
      const dx = event.clientX - start.x, dy = event.clientY - start.y;
      if (Math.hypot(dx, dy) > 4) start.moved = true; // less is a click
      const scale = (width + 2 * edge) / svg.getBoundingClientRect().width;
      if (start.moved) place(i, [start.at[0] + dx * scale, start.at[1] - dy * scale]);
    });
    handle.addEventListener("pointerup", () => {
      if (start && !start.moved) flipLabel(i);
      start = null;
    });
    handle.addEventListener("pointercancel", () => { start = null; });
    handle.addEventListener("keydown", (event) => {
      if (page.withModifier(event)) return;
      const step = event.shiftKey ? 4 : 1;
      const move = {
        ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
      }[event.key];
      if (move) {
        event.preventDefault();
        place(i, [points[i][0] + move[0], points[i][1] + move[1]]);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        flipLabel(i);
      }
    });
  });

  // A tile for each labeling.
  const right = make("div", { class: "pd-tiles-box" }, columns);
  const legend = make("p", { class: "pd-caption" }, right);
  const grid = make("div", { class: "pd-tiles", role: "group",
    "aria-label": "labelings; arrow keys move between them" }, right);
  const verdict = make("p", { class: "pd-verdict" }, right);
  let tiles = [], found = [];
  const perRow = () => (m === 5 ? 8 : 4);
  grid.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow(), ArrowDown: perRow() }[event.key];
    const to = tiles.indexOf(document.activeElement) + move;
    if (page.withModifier(event) || !move || !tiles[to]) return;
    event.preventDefault();
    chosen = to;
    show();
    tiles[to].focus();
  });
  function rebuild() {
    grid.replaceChildren();
    grid.style.gridTemplateColumns = `repeat(${perRow()}, minmax(0, 1fr))`;
    tiles = Array.from({ length: 2 ** m }, (_, k) => {
      const tile = make("button", { type: "button", class: "pd-tile" }, grid);
      tile.addEventListener("click", () => { chosen = k; show(); });
      const picture = draw("svg", { viewBox: "-8 -8 74 48", "aria-hidden": "true" }, tile);
      bits(k).forEach((v) => draw("circle", { r: 5.5, class: v ? "pd-in" : "pd-out" }, picture));
      make("span", { "aria-hidden": "true" }, tile);
      return tile;
    });
  }

  const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const names = (k, v) => {
    const list = bits(k).flatMap((bit, i) => (bit === v ? [letters[i]] : []));
    return list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`;
  };
  const shapeOf = [drawHalfPlane, drawDisk, drawBox, drawStrip, drawConvex];
  const path = (list, attributes) => draw("path", {
    d: `M${list.map((p) => flip(p).join(" ")).join("L")}Z`, ...attributes }, drawing);
  function drawHalfPlane({ normal, offset }) {
    const far = 4 * width, size = Math.hypot(...normal);
    const n = normal.map((z) => z / size), t = [-n[1], n[0]];
    const shift = offset / size - dot(n, [width / 2, height / 2]);
    const foot = [width / 2 + n[0] * shift, height / 2 + n[1] * shift];
    const at = (u, v) => [0, 1].map((i) => foot[i] + u * t[i] + v * n[i]);
    path([at(-far, 0), at(far, 0), at(far, far), at(-far, far)], { class: "pd-shape" });
  }
  function drawDisk({ center, radius }) {
    if (!center) return;
    const [cx, cy] = flip(center);
    draw("circle", { cx, cy, r: radius, class: "pd-shape" }, drawing);
  }
  function drawBox({ low, high }) {
    path([low, [high[0], low[1]], high, [low[0], high[1]]], { class: "pd-shape" });
  }
  function drawStrip({ low, high }) {
    drawBox({ low: [low[0], -2 * edge], high: [high[0], height + 2 * edge] });
  }
  function drawConvex({ corners }) {
    if (corners.length) path(corners, { class: "pd-shape pd-hull" });
  }
  // What stands in the way of an unrealized labeling.
  function drawObstacle(inside, outside) {
    if (shape === 0 || shape === 1) {
      [inside, outside].forEach((list) => path(hull(list), { class: "pd-obstacle" }));
    } else if (shape === 4) {
      path(hull(inside), { class: "pd-obstacle" });
    } else {
      const [low, high] = boxAround(inside);
      if (shape === 3) { low[1] = -2 * edge; high[1] = height + 2 * edge; }
      path([low, [high[0], low[1]], high, [low[0], high[1]]], { class: "pd-obstacle" });
    }
  }
  function why(inside, outside) {
    const ones = names(chosen, 1), zeros = names(chosen, 0);
    const [low, high] = boxAround(inside);
    const caught = (test) => points.slice(0, m)
      .flatMap((p, i) => (bits(chosen)[i] === 0 && test(p) ? [letters[i]] : [])).join(" and ");
    return [
      () => `the hulls of ${ones} and of ${zeros} (dashed) meet`,
      () => `no center is nearer to ${ones} than to ${zeros}`,
      () => `each that holds ${ones} holds ${caught((p) => inBox(p, low, high, [0, 1]))} as well`,
      () => `each that holds ${ones} holds ${caught((p) => inBox(p, low, high, [0]))} as well`,
      () => `each that holds ${ones} holds ${caught((p) => inHull(p, hull(inside)))} as well`,
    ][shape]();
  }

  function show() {
    const total = 2 ** m;
    found = Array.from({ length: total }, (_, k) => decide[shape](...split(k)));
    const realized = found.filter((w) => w).length;
    const are = m === 1 ? "This point is" : `These ${m} points are`;
    live.textContent = realized === total
      ? `${are} shattered: ${shapes[shape]} give all ${total} labelings.`
      : `${are} not shattered: ${shapes[shape]} give ${realized} of ${total} labelings.`;
    next.disabled = realized === total;
    legend.textContent = `All ${count(total, "labeling")}. Filled points are 1, hollow ones 0. ` +
      "Solid frame: some shape does it. Dashed, with a cross: none does.";
    drawing.replaceChildren();
    const witness = found[chosen], [inside, outside] = split(chosen);
    if (witness) shapeOf[shape](witness); else drawObstacle(inside, outside);
    const ones = names(chosen, 1) || "no point";
    const article = one[shape] === "interval" ? "an" : "a";
    verdict.textContent = witness
      ? `Chosen: ${ones} labeled 1. There is ${article} ${one[shape]} for it` +
        (witness.center === null ? ", too large to draw." : ".")
      : `Chosen: ${ones} labeled 1. No ${one[shape]} does it: ${why(inside, outside)}.`;
    handles.forEach((handle, i) => {
      handle.style.display = i < m ? "" : "none";
      if (i >= m) return;
      const value = bits(chosen)[i];
      handle.setAttribute("transform", `translate(${flip(points[i]).join(" ")})`);
      handle.classList.toggle("pd-in", value === 1);
      handle.childNodes[2].textContent = value;
      handle.setAttribute("aria-label",
        `point ${letters[i]} at ${points[i].join(", ")}, labeled ${value}`);
    });
    const focused = tiles.indexOf(document.activeElement);
    tiles.forEach((tile, k) => {
      tile.classList.toggle("pd-no", !found[k]);
      tile.setAttribute("aria-pressed", String(k === chosen));
      tile.setAttribute("tabindex", k === (focused < 0 ? chosen : focused) ? 0 : -1);
      tile.setAttribute("aria-label",
        `${bits(k).join("")}: ${found[k] ? "realized" : "not realized"}`);
      bits(k).forEach((_, i) => {
        const [x, y] = flip(points[i]);
        tile.firstChild.childNodes[i].setAttribute("cx", x);
        tile.firstChild.childNodes[i].setAttribute("cy", y);
      });
      tile.lastChild.textContent = found[k] ? "" : "×";
    });
    figure.dataset.shape = shapes[shape];
    figure.dataset.points = JSON.stringify(points.slice(0, m));
    figure.dataset.realized = found.map((w) => (w ? 1 : 0)).join("");
    figure.dataset.chosen = bits(chosen).join("");
    figure.dataset.witnesses = JSON.stringify(found);
  }
  rebuild();
  chosen = 2 ** (m - 1) + 1; // the first point and the last
  show();
}
