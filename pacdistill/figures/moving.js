(() => {
  "use strict";
  // What every figure that moves is made with. Each function returns the element that it makes.
  const fill = (element, attributes, parent, text) => {
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    if (text !== undefined) element.textContent = text;
    return parent.appendChild(element);
  };
  // An element of the page, and one of a drawing.
  const make = (tag, attributes, parent, text) =>
    fill(document.createElement(tag), attributes, parent, text);
  const draw = (tag, attributes, parent, text) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, parent, text);
  const button = (parent, text, action) => {
    const element = make("button", { type: "button" }, parent, text);
    element.addEventListener("click", action);
    return element;
  };
  // A range from `min` to `max` with its name before it and `show(value)` after it.
  const slider = (parent, { name, min, max, step = 1, value, show = String }, action) => {
    const label = make("label", { class: "pd-slider" }, parent);
    make("span", {}, label, name);
    const input = make("input", { type: "range", min, max, step, value }, label);
    const output = make("output", {}, label, show(value));
    input.addEventListener("input", () => {
      output.textContent = show(Number(input.value));
      action(Number(input.value));
    });
    return input;
  };
  // A choice of one of several texts.
  const select = (parent, { name, options, value = 0 }, action) => {
    const label = make("label", { class: "pd-select" }, parent);
    make("span", {}, label, name);
    const input = make("select", {}, label);
    options.forEach((text, k) => make("option", { value: k }, input, text));
    input.value = value;
    input.addEventListener("change", () => action(Number(input.value)));
    return input;
  };
  // One of the elements is reached by tab; arrow keys walk over them, `columns` to a row.
  const rove = (elements, k) => {
    elements.forEach((element, j) => element.setAttribute("tabindex", j === k ? 0 : -1));
    elements[k].focus();
  };
  const withModifier = (event) => event.altKey || event.ctrlKey || event.metaKey;
  const walk = (container, elements, columns) => {
    elements.forEach((element, k) => element.setAttribute("tabindex", k === 0 ? 0 : -1));
    container.addEventListener("keydown", (event) => {
      const from = elements.indexOf(document.activeElement);
      // Other controls have arrow keys of their own; Alt and an arrow belong to the browser.
      if (from < 0 || withModifier(event)) return;
      const move = {
        ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
      }[event.key];
      const to = from + move;
      if (move && elements[to]) { event.preventDefault(); rove(elements, to); }
    });
  };
  // A small seeded generator (mulberry32) of numbers in [0, 1): the same for every reader.
  const random = (seed) => {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let z = Math.imul(state ^ (state >>> 15), 1 | state);
      z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
      return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
    };
  };
  return { make, draw, button, slider, select, rove, withModifier, walk, random };
})()
