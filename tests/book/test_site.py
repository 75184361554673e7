"""The built book in a real browser: from a server and the disk, light and dark, wide and narrow."""

import re
from collections.abc import Callable, Iterator
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
VISIBLE_TEXT = """() => {
  const copy = document.querySelector('article').cloneNode(true);
  copy.querySelectorAll('.katex, pre, code, script, style, svg').forEach(e => e.remove());
  return copy.textContent;
}"""


def html_files() -> list[Path]:
    return sorted(path for path in HTML.rglob("*.html") if "_static" not in path.parts)


def axe_violations(page: Any, **options: Any) -> list[str]:
    """What axe finds, in short lines, without the rules of the theme.

    The page is thinned out first: axe would look at each element, and nine of ten are pieces of
    formulas and of code.
    """
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(THIN_OUT)
    # Without preload: axe would ask for style sheets at wrong addresses.
    options |= {"preload": False, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for violation in found
        if violation["id"] not in OF_THE_THEME
        for node in violation["nodes"]
    ]


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


class Tags(HTMLParser):
    """The tags of a page with their attributes, in order. A tree of them takes far longer."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

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
    """Give a page another width, and wait until it is laid out and its scripts know."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


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
    assert axe_violations(page) == []
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    assert axe_violations(page, runOnly=["color-contrast", "link-in-text-block"]) == []
    turn(page, NARROW)
    # The colors are those of the wide page.
    assert axe_violations(page, rules={"color-contrast": {"enabled": False}}) == []
    assert page.foreign == []
    assert page.problems == []


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
    assert axe_violations(page, runOnly=["color-contrast", "link-in-text-block"]) == []
    assert page.foreign == []
    assert page.problems == []


@pytest.mark.parametrize("document", EXTRA)
def test_extra_page(document: str, open_page: Callable[..., Any]) -> None:
    for scheme in ("http", "file"):
        page = open_page(document, scheme=scheme)
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
def made_up(browser: Any) -> Iterator[Callable[..., Any]]:
    """A page with the given body."""
    page = browser.new_page(viewport={"width": NARROW, "height": 600})

    def show(body: str) -> Any:
        page.set_content(
            "<!doctype html><html lang='en'><title>t</title>"
            f"<main><h1>t</h1><article>{body}</article></main>"
        )
        return page

    yield show
    page.close()


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


def test_catches_a_dead_link() -> None:
    html = Tags(
        "<a href='index.html'></a><a href='nowhere.html'></a>"
        "<a href='#gone'></a><a href='#here'></a>"
    )
    found = link_problems("index", html, {"index": {"here"}})
    assert found == ["index: nowhere.html leads to no file", "index: #gone leads to no anchor"]
