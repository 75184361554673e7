/* A box that scrolls can be reached with the keyboard (accessibility rule scrollable-region-focusable). */
(function () {
  "use strict";
  var boxes = ".bd-article .katex-display, .bd-article div.cell_output > .output, .bd-article .pst-scrollable-table-container, " +
    ".bd-article pre, .bd-article .pd-figure";
  function mark() {
    document.querySelectorAll(boxes).forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.setAttribute("tabindex", "0");
      } else if (box.getAttribute("tabindex") === "0") {
        box.removeAttribute("tabindex");
      }
    });
  }
  window.addEventListener("load", function () {
    mark();
    if (document.fonts && document.fonts.ready) document.fonts.ready.then(mark);
    document.addEventListener("toggle", mark, true);
    document.addEventListener("click", function () { window.setTimeout(mark, 50); });
  });
  window.addEventListener("resize", mark);
})();
