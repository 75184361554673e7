/* A box that scrolls can be reached with the keyboard (accessibility rule scrollable-region-focusable). */
(function () {
  "use strict";
  var boxes = ".bd-article .katex-display, .bd-article div.cell_output > .output, .bd-article .pst-scrollable-table-container, " +
    ".bd-article pre, .bd-article .pd-figure";
  function mark(found) {
    /* All are measured before one is changed: a change would have the next laid out again. */
    var scrolls = found.map(function (box) { return box.scrollWidth > box.clientWidth + 1; });
    found.forEach(function (box, i) {
      if (scrolls[i]) {
        box.setAttribute("tabindex", "0");
      } else if (box.getAttribute("tabindex") === "0") {
        box.removeAttribute("tabindex");
      }
    });
  }
  function all() {
    return Array.from(document.querySelectorAll(boxes));
  }
  window.addEventListener("load", function () {
    /* A box has another width when the window is resized or turned, when a sidebar or a dropdown is
       opened: the observer is told each time, the first time at once. What is in a box can get wider too. */
    var observer = new ResizeObserver(function (entries) {
      mark(entries.map(function (entry) { return entry.target; }));
    });
    all().forEach(function (box) { observer.observe(box); });
    if (document.fonts && document.fonts.ready) document.fonts.ready.then(function () { mark(all()); });
    document.addEventListener("click", function () { window.setTimeout(function () { mark(all()); }, 50); });
  });
})();
