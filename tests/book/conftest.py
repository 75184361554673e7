"""Fixtures for the tests in a browser: one browser and one server for all, a tab for each theme.

`open_page("chapters/01-open-the-box", scheme="file", theme="dark", width=390)` gives a loaded page.
What it did wrong until then and later is in `page.problems` (errors of scripts and of the console,
failed requests) and `page.foreign` (requests to another host). `open_figures` opens a page of which
only the figures that move are left, which is several times faster. A test whose page crashed runs
once more. The tests are skipped where there is no Chromium, but fail under CI.
"""

import io
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import bookfiles
import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
THEMES = ("light", "dark")
SCHEMES = ("http", "file")
CRASHED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test run once more if its page crashed, as on a machine without free memory."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, condition=partial(crashed, item)))


def crashed(item: pytest.Item, error: BaseException | None) -> bool:
    """Tell whether a page of this test crashed; the error alone does not always say so."""
    return item.stash.get(CRASHED, False)


def figures_only(html: str) -> str:
    """The page with nothing in its article but the figures that move."""
    start = html.index(">", html.index("<article")) + 1
    end = html.index("</article>")
    figures = re.findall(r'<div class="pd-figure".*?</script>', html[start:end], re.DOTALL)
    return html[:start] + "\n".join(figures) + html[end:]


class Handler(SimpleHTTPRequestHandler):
    """The built book; an address with `?figures` has only the figures of its page."""

    def send_head(self) -> Any:
        if not self.path.endswith("?figures"):
            return super().send_head()
        with open(self.translate_path(self.path), encoding="utf-8") as file:
            body = figures_only(file.read()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[dict[str, str]]:
    """The address of the built book, by scheme."""
    if not (bookfiles.HTML.parent / ".book").exists():
        pytest.fail("the book is not built: run make book")
    handler = partial(Handler, directory=str(bookfiles.HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield {
            "http": f"http://127.0.0.1:{server.server_address[1]}",
            "file": bookfiles.HTML.as_uri(),
        }
        server.shutdown()
        thread.join()


class Tabs:
    """The tabs of a browser, lent to one test after the other: a new one takes a second.

    In each theme there is a reader who keeps what the server sent once. A browser that ended is
    started again.
    """

    def __init__(self, launch: Callable[[], Any], error: type[Exception]) -> None:
        self.launch, self.error = launch, error
        self.browser: Any = None
        self.contexts: dict[str, Any] = {}
        self.free: dict[str, list[Any]] = {}

    def start(self) -> None:
        self.browser = self.launch()
        for theme in THEMES:
            context = self.browser.new_context(color_scheme=theme, reduced_motion="reduce")
            # The theme remembers the reader's choice here; without it, it follows the system.
            context.add_init_script(
                "sessionStorage.clear();"
                f"for (const key of ['mode', 'theme']) localStorage.setItem(key, '{theme}');"
            )
            self.contexts[theme], self.free[theme] = context, []

    def end(self) -> None:
        if self.browser is not None:
            self.browser.close()

    def lend(self, theme: str) -> Any:
        """Give an empty tab; what its page does wrong is noted in `page.problems`."""
        if self.browser is None or not self.browser.is_connected():
            self.start()
        page = self.free[theme].pop() if self.free[theme] else self.make(theme)
        page.set_default_timeout(bookfiles.patience())
        page.problems, page.foreign, page.own = [], [], None
        return page

    def make(self, theme: str) -> Any:
        page = self.contexts[theme].new_page()

        def on_console(message: Any) -> None:
            if message.type in ("error", "warning"):
                page.problems.append(f"console {message.type}: {message.text}")

        def on_response(response: Any) -> None:
            if response.status >= 400:
                page.problems.append(f"status {response.status}: {response.url}")

        def on_request(request: Any) -> None:
            if page.own and not request.url.startswith((page.own, "data:", "blob:")):
                page.foreign.append(request.url)

        page.on("console", on_console)
        page.on("response", on_response)
        page.on("request", on_request)
        page.on("crash", lambda _: page.problems.append("the page crashed"))
        page.on("pageerror", lambda error: page.problems.append(f"script error: {error}"))
        page.on("requestfailed", lambda r: page.problems.append(f"failed request: {r.url}"))
        return page

    def take_back(self, theme: str, page: Any) -> bool:
        """Empty a tab for the next test, or close it where that does not go; did it crash?"""
        try:
            page.unroute_all()
            page.goto("about:blank")
            page.mouse.move(0, 0)
            self.free[theme].append(page)
        except self.error:
            with suppress(self.error):
                page.close()
        return "the page crashed" in page.problems or not self.browser.is_connected()


@pytest.fixture(scope="session")
def tabs() -> Iterator[Tabs]:
    """The tabs of a Chromium of this system, driven by playwright."""
    sync_api = pytest.importorskip("playwright.sync_api")
    names = (os.environ.get("PACDISTILL_CHROMIUM", ""), *BROWSERS)
    executable = next((found for name in names if name and (found := shutil.which(name))), None)
    if executable is None:
        message = "no Chromium was found (set PACDISTILL_CHROMIUM to its path)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_api.sync_playwright() as playwright:

        def launch() -> Any:
            return playwright.chromium.launch(
                executable_path=executable, args=FLAGS, timeout=bookfiles.patience()
            )

        made = Tabs(launch, sync_api.Error)
        yield made
        made.end()


@pytest.fixture
def new_page(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Open an empty page; what it does wrong is noted in `page.problems`."""
    lent = []

    def open_one(theme: str = "light", width: int = 1280) -> Any:
        page = tabs.lend(theme)
        lent.append((theme, page))
        page.set_viewport_size({"width": width, "height": 900})
        return page

    yield open_one
    request.node.stash[CRASHED] = any([tabs.take_back(theme, page) for theme, page in lent])


@pytest.fixture
def open_page(new_page: Callable[..., Any], site: dict[str, str]) -> Callable[..., Any]:
    """Open a document of the book in a page of its own."""

    def open_one(
        document: str = "index",
        scheme: str = "http",
        theme: str = "light",
        width: int = 1280,
        whole: bool = True,
    ) -> Any:
        page = new_page(theme, width)
        page.own = f"{site[scheme]}/"
        address = f"{page.own}{document}.html"
        if not whole and scheme == "http":
            address += "?figures"
        elif not whole:  # slower: with a route, every request waits for an answer from here
            html = (bookfiles.HTML / f"{document}.html").read_text(encoding="utf-8")
            page.route(
                address,
                lambda route: route.fulfill(body=figures_only(html), content_type="text/html"),
            )
        page.goto(address, wait_until="load")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        return page

    return open_one


@pytest.fixture
def open_figures(open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open the figures of a document of the book in a page of its own."""
    return partial(open_page, whole=False)
