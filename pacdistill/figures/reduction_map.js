(page) => {
  "use strict";
  // The map of the web of reductions: a drawing, and a real button on each edge.
  const { make, draw, button } = page;
  const KINDS = {
    proved: "a proved function", costly: "provably no cheap way", cited: "cited", open: "open",
  };
  const nameOf = (edge) => `${edge.source} → ${edge.target}`;
  const drawMap = (columns, { nodes, edges }, choose) => {
    const left = make("div", { class: "pd-map" }, columns);
    const frame = make("div", { class: "pd-frame" }, left);
    const WIDTH = 336, HEIGHT = 304;
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, frame);
    const place = Object.fromEntries(nodes.map((n) => [n.name, n]));
    const meeting = { x: 270, y: 158 };  // where the edge out of DNF and CNF begins
    // How far an edge bends to its right, and where on it its number stands.
    const bends = { 3: 0.36, 9: 0.02, 4: -0.3, 8: 0.2, 10: -0.42, 11: 0.42, 5: 0.3, 15: 0.3, 6: 0.45, 14: 0.32, 7: 0.3, 16: 0.34 };
    const spots = { 13: 0.62, 14: 0.3, 9: 0.42, 3: 0.44 };
    const lines = [], badges = [];
    edges.forEach((edge, k) => {
      const a = place[edge.source] || meeting, b = place[edge.target], bend = bends[k + 1] || 0;
      const c = { x: (a.x + b.x) / 2 - bend * (b.y - a.y), y: (a.y + b.y) / 2 + bend * (b.x - a.x) };
      const at = (t) => ({
        x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * c.x + t * t * b.x,
        y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * c.y + t * t * b.y,
      });
      const group = draw("g", { class: `pd-line pd-${edge.kind}` }, svg);
      draw("path", { d: `M${a.x} ${a.y} Q${c.x} ${c.y} ${b.x} ${b.y}` }, group);
      if (a === meeting) {
        draw("path", { d: `M${place.DNF.x} ${place.DNF.y} L${a.x} ${a.y} L${place.CNF.x} ${place.CNF.y}` }, group);
      }
      const tip = at(0.72), before = at(0.68);
      const length = Math.hypot(tip.x - before.x, tip.y - before.y);
      const u = { x: (tip.x - before.x) / length, y: (tip.y - before.y) / length };
      draw("polygon", {
        points: [[4, 0], [-5, 4], [-5, -4]].map(([s, t]) =>
          `${tip.x + s * u.x - t * u.y},${tip.y + s * u.y + t * u.x}`).join(" "),
      }, group);
      lines.push(group);
      const middle = at(spots[k + 1] || 0.5);
      const badge = button(frame, String(k + 1), () => choose(k));
      badge.className = `pd-badge pd-${edge.kind}`;
      badge.style.left = `${(100 * middle.x) / WIDTH}%`;
      badge.style.top = `${(100 * middle.y) / HEIGHT}%`;
      badge.setAttribute("aria-label", `${k + 1}: ${nameOf(edge)}, ${KINDS[edge.kind]}`);
      badges.push(badge);
    });
    nodes.forEach((n) => {
      const width = 6.3 * n.name.length + 12;
      const group = draw("g", { class: "pd-class" }, svg);
      draw("rect", { x: n.x - width / 2, y: n.y - 11, width, height: 22, rx: 5 }, group);
      draw("text", { x: n.x, y: n.y + 4, "text-anchor": "middle" }, group, n.name);
    });
    page.walk(frame, badges, 1);
    const legend = make("p", { class: "pd-caption pd-legend" }, left);
    Object.entries(KINDS).forEach(([kind, text]) => {
      const entry = make("span", {}, legend);
      const sample = draw("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" }, entry);
      draw("path", { d: "M0 5 L26 5" }, draw("g", { class: `pd-line pd-${kind}` }, sample));
      make("span", {}, entry, text);
    });
    return (chosen) => badges.forEach((badge, k) => {
      badge.setAttribute("aria-pressed", String(k === chosen));
      lines[k].classList.toggle("pd-on", k === chosen);
    });
  };
  return { KINDS, nameOf, drawMap };
}
