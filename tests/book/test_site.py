"""The built book in a real browser: from a server and the disk, light and dark, wide and narrow."""

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import bookfiles
import pytest
from bookfiles import HTML

pytestmark = pytest.mark.browser

DOCUMENTS = bookfiles.documents()
# Made by Sphinx beside the pages of the table of contents: search, index, list of theorems.
EXTRA = ["genindex", "prf-prf", "search"]
# Two rules that the theme itself breaks on every page, even an empty one.
OF_THE_THEME = {"label-content-name-mismatch", "region"}
NARROW, WIDE = 390, 1280

# Sources of formulas and references that were not turned into what they mean.
LEFT_OVER = re.compile(
    r"\$[^$\n]{1,80}\$|\\\(|\\\[|\\begin\{|\\(?:frac|Pr|E|eps|err|sum|le|ge|ne)(?![A-Za-z])"
    r"|\{(?:math|prf:ref|ref|eq|cite|cite:t|cite:p|doc|numref)\}|\[\[?\?+\]?\]|`{3}|:label:"
)
FONT_LOADED = """() => [...document.fonts].some(
  f => f.family.startsWith('KaTeX') && f.status === 'loaded')"""
WITHOUT_ALT = """() => [...document.querySelectorAll('img, svg[role=img], canvas')].filter(e =>
  !(e.getAttribute('alt') || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')
    || e.closest('[aria-hidden=true], [role=presentation], [aria-label]')
    || (e.tagName === 'svg' && e.querySelector('title')))).map(e => e.outerHTML.slice(0, 120))"""
# A letter in the place of each formula and nothing in that of most paragraphs, lines of lists and
# tables, pieces of code and shapes: of those with the same kinds of elements in the same kind of
# surroundings the first stays what it is.
THIN_OUT = """() => {
  const seen = new Set();
  document.querySelectorAll('.katex').forEach(e => {
    const formula = e.closest('.math') ?? e;
    const around = formula.parentElement.closest('a, summary, th, td, li, dd, figcaption, p, div');
    const box = around.closest('.admonition, details, table, .pd-figure, .topic');
    const kind = [around.tagName, around.className, box?.className, formula.className].join(' ');
    if (seen.has(kind)) formula.replaceWith('x'); else formula.replaceChildren('x');
    seen.add(kind);
  });
  document.querySelectorAll('pre span').forEach(e => {
    const kind = e.className + Boolean(e.closest('.cell_output'));
    if (seen.has(kind)) e.replaceWith(e.textContent);
    seen.add(kind);
  });
  const article = document.querySelector('article');
  const look = ['class', 'style', 'fill', 'stroke', 'role', 'tabindex'];
  const path = e => e === article ? '' : path(e.parentElement) + ' ' + e.tagName
    + look.map(name => e.getAttribute(name)).join('|') + e.attributes.length;
  const parts = 'section > dl.py, section > dl.py dl.simple, p:not(th p), li, tr, '
    + 'circle, path, rect, line, .copybtn, .headerlink';
  article.querySelectorAll(parts).forEach(part => {
    if (!article.contains(part)) return;
    const kinds = [part, ...part.querySelectorAll('*')].map(path);
    if (kinds.every(kind => seen.has(kind))) part.remove();
    kinds.forEach(kind => seen.add(kind));
  });
}"""
# One word for all visible texts that have the same colors in both themes: the same font and color
# on the same backgrounds.
ONE_TEXT_OF_EACH_LOOK = """() => {
  const elements = [...document.body.querySelectorAll('*')];
  const behind = (e, pseudo) => {
    const s = getComputedStyle(e, pseudo);
    if (pseudo && s.content === 'none') return '';
    const names = ['backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode'];
    const place = s.position === 'static' ? '' : s.position + e.tagName + e.className;
    return names.map(name => s[name]).join('|') + place;
  };
  const looks = () => {
    const chains = new Map([[document.body, '']]);
    return elements.map(e => {
      const before = chains.get(e.parentElement);
      const own = [null, '::before', '::after'].map(pseudo => behind(e, pseudo)).join(';');
      chains.set(e, before.endsWith(own) ? before : before + '>' + own);
      const s = getComputedStyle(e);
      const text = ['color', 'fill', 'fontSize', 'fontWeight', 'textShadow'];
      return chains.get(e) + e.tagName + text.map(name => s[name]).join('|');
    });
  };
  const root = document.documentElement.dataset;
  const theme = root.theme;
  const both = ['light', 'dark'].map(name => { root.theme = name; return looks(); });
  root.theme = theme;
  const seen = new Set();
  elements.forEach((e, k) => {
    const texts = [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    const visible = e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!texts.length || !visible) return;
    const look = both[0][k] + both[1][k] + Boolean(e.closest(':disabled, [aria-disabled=true]'));
    const first = !seen.has(look);
    texts.forEach((text, j) => { text.data = first && j === 0 ? 'text' : ''; });
    seen.add(look);
  });
}"""
VISIBLE_TEXT = """() => {
  const copy = document.querySelector('article').cloneNode(true);
  copy.querySelectorAll('.katex, pre, code, script, style, svg').forEach(e => e.remove());
  return copy.textContent;
}"""


def html_files() -> list[Path]:
    return sorted(path for path in HTML.rglob("*.html") if "_static" not in path.parts)


def axe_violations(page: Any, *rules: str, without: Iterable[str] = ()) -> list[str]:
    """What axe finds by the given rules (all, if none is given), in short lines.

    A page is thinned out before: axe looks at each element, and nine of ten are pieces of formulas
    and of code.
    """
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    # Without preload: axe would ask for style sheets at wrong addresses.
    options: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    options["rules"] = {rule: {"enabled": False} for rule in (*OF_THE_THEME, *without)}
    run = "options => axe.run(document, options).then(found => found.violations)"
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for violation in page.evaluate(run, options)
        for node in violation["nodes"]
    ]


def color_violations(page: Any) -> list[str]:
    """What axe finds of the colors of a page that was thinned out, in the dark and in the light.

    The page loses most of its text by this.
    """
    in_theme = "theme => { document.documentElement.dataset.theme = theme; }"
    page.evaluate(in_theme, "dark")
    found = axe_violations(page, "link-in-text-block")
    page.evaluate(ONE_TEXT_OF_EACH_LOOK)
    found += axe_violations(page, "color-contrast")
    page.evaluate(in_theme, "light")
    return found + axe_violations(page, "color-contrast")


def wider_than_the_page(page: Any) -> list[str]:
    """The elements that make a page scroll sideways (none where it does not)."""
    return page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= window.innerWidth) return [];
          const wide = [...document.body.querySelectorAll('*')].filter(
            e => e.getBoundingClientRect().right > window.innerWidth + 1);
          return ['page: ' + document.documentElement.scrollWidth]
            .concat(wide.slice(0, 8).map(e => e.outerHTML.slice(0, 120)));
        }"""
    )


def open_everything(page: Any) -> None:
    """Open every dropdown and every hidden answer, so that the checks see what stands in them."""
    page.evaluate(
        """() => {
          document.querySelectorAll('article details').forEach(e => { e.open = true; });
          document.querySelectorAll('article .toggle-hidden').forEach(
            e => e.classList.remove('toggle-hidden'));
        }"""
    )


# A start tag that leads somewhere, or that something leads to; one of ten, the others are formulas.
QUOTED = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
LEADING = re.compile(rf"<[a-zA-Z]{QUOTED}\s(?:id|name|href|src)={QUOTED}>")


class Tags(HTMLParser):
    """The tags of a page that have an address or a name, with their attributes, in order."""

    CDATA_CONTENT_ELEMENTS = ()  # no script is read, so none hides what follows it

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed("".join(LEADING.findall(text)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def link_problems(page: str, html: Tags, identifiers: dict[str, set[str]]) -> list[str]:
    """The links and files of a page that lead nowhere inside the book."""
    problems = []
    where = {"a": "href", "link": "href", "script": "src", "img": "src"}
    for tag, attributes in html.tags:
        target = attributes.get(where.get(tag, ""))
        if target is None or urlsplit(target).scheme or target.startswith("//"):
            continue
        address, fragment = urldefrag(urljoin(f"{page}.html", target))
        address = unquote(urlsplit(address).path) or f"{page}.html"
        if not (HTML / address).is_file():
            problems.append(f"{page}: {target} leads to no file")
        elif fragment and address.endswith(".html"):
            if unquote(fragment) not in identifiers.get(address.removesuffix(".html"), set()):
                problems.append(f"{page}: {target} leads to no anchor")
    return problems


def anchors(html: Tags) -> set[str]:
    return {attributes["id"] for _, attributes in html.tags if "id" in attributes} | {
        attributes["name"] for tag, attributes in html.tags if tag == "a" and "name" in attributes
    }


@pytest.fixture(scope="module")
def pages(site: dict[str, str]) -> dict[str, Tags]:
    """The tags of every built page."""
    return {
        path.relative_to(HTML).with_suffix("").as_posix(): Tags(path.read_text(encoding="utf-8"))
        for path in html_files()
    }


def test_pages_are_those_of_the_table_of_contents(pages: dict[str, Tags]) -> None:
    assert set(pages) - set(EXTRA) == set(DOCUMENTS)


def test_links_and_anchors(pages: dict[str, Tags]) -> None:
    identifiers = {page: anchors(html) for page, html in pages.items()}
    problems = [p for page, html in pages.items() for p in link_problems(page, html, identifiers)]
    assert not problems, "\n".join(problems)


def test_nothing_is_loaded_from_another_host(pages: dict[str, Tags]) -> None:
    """No tag names a script, style, image or frame elsewhere; a link that a reader follows may."""
    problems = []
    for page, html in pages.items():
        for tag, attributes in html.tags:
            if tag not in ("script", "img", "iframe", "source", "video", "audio", "link"):
                continue
            if tag == "link" and "canonical" in attributes.get("rel", "").split():
                continue
            address = attributes.get("src") or attributes.get("href") or ""
            if re.match(r"(https?:)?//", address):
                problems.append(f"{page}: <{tag}> {address}")
    for style in (HTML / "_static").rglob("*.css"):
        for url in re.findall(
            r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')]*)", style.read_text(encoding="utf-8")
        ):
            problems.append(f"{style.name}: {url}")
    assert not problems, "\n".join(problems)


def turn(page: Any, width: int) -> None:
    """Give a page another width, and wait until nothing moves and its scripts know."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    page.evaluate(
        """async () => {
          let before = '', still = 0;
          while (still < 5) {
            await new Promise(requestAnimationFrame);
            const boxes = [...document.querySelectorAll('body, article, pre')];
            const now = boxes.map(e => [e.clientWidth, e.scrollWidth, e.scrollHeight]).join();
            still = now === before ? still + 1 : 0;
            before = now;
          }
        }"""
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_page(document: str, open_page: Callable[..., Any]) -> None:
    """A page is opened on a phone, with everything in it, then on a wide screen, then in the dark.

    Every other page comes from the disk.
    """
    scheme = ("http", "file")[DOCUMENTS.index(document) % 2]
    page = open_page(document, scheme=scheme, width=NARROW)
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert wider_than_the_page(page) == []
    assert page.locator("article h1").count() == 1
    # formulas: all rendered, none refused, in the fonts of the book
    assert page.locator(".katex-error, .math:not(:has(.katex)), .MathJax").count() == 0
    text = page.evaluate(VISIBLE_TEXT)
    assert LEFT_OVER.findall(text) == []
    if page.locator("article .katex").count():
        assert page.evaluate(FONT_LOADED)
    # pictures
    assert page.evaluate(WITHOUT_ALT) == []
    assert (
        page.evaluate(
            "() => [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        )
        == []
    )
    open_everything(page)
    assert wider_than_the_page(page) == []
    turn(page, WIDE)
    assert wider_than_the_page(page) == []
    page.wait_for_load_state("networkidle")  # what scripts ask for later, too
    assert page.foreign == []
    assert page.problems == []
    # From here on the page is cut down: its scripts may miss what they knew.
    page.evaluate(THIN_OUT)
    # Contrast does not depend on the width, and nothing but colors depends on the theme.
    for width in (NARROW, WIDE):
        turn(page, width)
        assert axe_violations(page, without=["color-contrast"]) == []
    assert color_violations(page) == []


@pytest.mark.parametrize("document", ["index", "chapters/13-twisted-probes", "reference"])
def test_page_opened_in_the_dark_from_the_disk(
    document: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(document, scheme="file", theme="dark", width=WIDE)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    if page.locator("article .katex").count():
        assert page.evaluate(FONT_LOADED)
    assert wider_than_the_page(page) == []
    open_everything(page)
    assert wider_than_the_page(page) == []
    page.wait_for_load_state("networkidle")
    assert page.foreign == []
    assert page.problems == []
    page.evaluate(THIN_OUT)
    assert color_violations(page) == []


@pytest.mark.parametrize("document", EXTRA)
def test_extra_page(document: str, open_page: Callable[..., Any]) -> None:
    for scheme in ("http", "file"):
        page = open_page(document, scheme=scheme)
        page.wait_for_load_state("networkidle")
        assert page.foreign == []
        assert page.problems == []


def test_search_finds_a_page(open_page: Callable[..., Any]) -> None:
    page = open_page("search")
    page.goto(f"{page.url}?q=notation")
    page.wait_for_selector("ul.search li a")
    assert any(
        "notation" in link.lower() for link in page.locator("ul.search li a").all_inner_texts()
    )
    assert page.foreign == []


# --- the checks themselves


@pytest.fixture
def made_up(new_page: Callable[..., Any]) -> Callable[..., Any]:
    """A page with the given body."""
    page = new_page(width=NARROW)

    def show(body: str) -> Any:
        page.set_content(
            "<!doctype html><html lang='en'><title>t</title>"
            f"<main><h1>t</h1><article>{body}</article></main>"
        )
        return page

    return show


def test_catches_a_left_over_source(made_up: Callable[..., Any]) -> None:
    for bad in (
        r"<p>let $x \le 1$</p>",
        r"<p>so \(x\)</p>",
        "<p>see {prf:ref}`lem-a`</p>",
        r"<p>\frac12</p>",
        "<p>see [??]</p>",
    ):
        assert LEFT_OVER.search(made_up(bad).evaluate(VISIBLE_TEXT)), bad
    good = r"<p>it costs $5, or 6</p><pre>f\"{math} $x$\"</pre><span class=katex>\frac12</span>"
    assert not LEFT_OVER.search(made_up(good).evaluate(VISIBLE_TEXT))


def test_catches_an_overflow(made_up: Callable[..., Any]) -> None:
    assert wider_than_the_page(made_up("<div style='width:600px'>wide</div>"))
    boxed = "<div style='overflow-x:auto'><div style='width:600px'>wide</div></div>"
    assert wider_than_the_page(made_up(boxed)) == []


def test_catches_an_inaccessible_page(made_up: Callable[..., Any]) -> None:
    assert any(v.startswith("image-alt") for v in axe_violations(made_up("<img src='data:,'>")))
    pale = "<p style='color:#bbb;background:#fff'>pale</p>"
    assert any(v.startswith("color-contrast") for v in axe_violations(made_up(pale)))
    assert axe_violations(made_up("<p>text</p>")) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_catches_one_pale_text_among_many_in_either_theme(
    made_up: Callable[..., Any], theme: str
) -> None:
    rules = f"""<style>html {{ background: #fff; color: #000; }}
      [data-theme=dark] {{ background: #000; color: #fff; }}
      [data-theme={theme}] .pale {{ color: #777; background: #888; }}</style>"""
    page = made_up(rules + "<p>some text</p>" * 3 + "<p class=pale>one</p>" + "<p>more</p>" * 3)
    found = color_violations(page)
    assert len(found) == 1
    assert "pale" in found[0]
    assert page.locator("p").all_text_contents() == ["text", "", "", "text", "", "", ""]
    assert color_violations(made_up("<p hidden>text</p><p>text</p>")) == []


def test_catches_a_dead_link() -> None:
    html = Tags(
        "<a href='index.html'></a><a href='nowhere.html'></a>"
        "<a href='#gone'></a><a href='#here'></a>"
    )
    found = link_problems("index", html, {"index": {"here"}})
    assert found == ["index: nowhere.html leads to no file", "index: #gone leads to no anchor"]
