"""Fixtures for the tests in a browser: one browser and one server for all, a page for each test.

`open_page("chapters/01-open-the-box", scheme="file", theme="dark", width=390)` gives a loaded page.
What it did wrong until then and later is in `page.problems` (errors of scripts and of the console,
failed requests) and `page.foreign` (requests to another host). `open_figures` opens a page of which
only the figures that move are left, which is several times faster. The tests are skipped where
there is no Chromium, but fail under CI.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

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


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[dict[str, str]]:
    """The address of the built book, by scheme."""
    if not (bookfiles.HTML.parent / ".book").exists():
        pytest.fail("the book is not built: run make book")
    handler = partial(QuietHandler, directory=str(bookfiles.HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield {
            "http": f"http://127.0.0.1:{server.server_address[1]}",
            "file": bookfiles.HTML.as_uri(),
        }
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of this system, driven by playwright."""
    sync_api = pytest.importorskip("playwright.sync_api")
    names = (os.environ.get("PACDISTILL_CHROMIUM", ""), *BROWSERS)
    executable = next((found for name in names if name and (found := shutil.which(name))), None)
    if executable is None:
        message = "no Chromium was found (set PACDISTILL_CHROMIUM to its path)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


def figures_only(html: str) -> str:
    """The page with nothing in its article but the figures that move."""
    start = html.index(">", html.index("<article")) + 1
    end = html.index("</article>")
    figures = re.findall(r'<div class="pd-figure".*?</script>', html[start:end], re.DOTALL)
    return html[:start] + "\n".join(figures) + html[end:]


@pytest.fixture(scope="session")
def contexts(browser: Any) -> dict[str, Any]:
    """A reader in the light and one in the dark, who keep what the server sent them once."""
    made = {}
    for theme in THEMES:
        made[theme] = browser.new_context(color_scheme=theme, reduced_motion="reduce")
        # The theme remembers the reader's choice here; without it, it follows the system.
        made[theme].add_init_script(
            f"for (const key of ['mode', 'theme']) localStorage.setItem(key, '{theme}');"
        )
    return made


@pytest.fixture
def new_page(contexts: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Open an empty page; what it does wrong is noted in `page.problems`."""
    pages = []

    def open_one(theme: str = "light", width: int = 1280) -> Any:
        page = contexts[theme].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.problems = []

        def on_console(message: Any) -> None:
            if message.type in ("error", "warning"):
                page.problems.append(f"console {message.type}: {message.text}")

        def on_response(response: Any) -> None:
            if response.status >= 400:
                page.problems.append(f"status {response.status}: {response.url}")

        page.on("console", on_console)
        page.on("response", on_response)
        page.on("pageerror", lambda error: page.problems.append(f"script error: {error}"))
        page.on("requestfailed", lambda r: page.problems.append(f"failed request: {r.url}"))
        return page

    yield open_one
    for page in pages:
        page.close()


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
        page.foreign = []
        own_host = urlsplit(site["http"]).netloc

        def on_request(request: Any) -> None:
            parts = urlsplit(request.url)
            own = parts.scheme in ("data", "blob") or (
                parts.netloc == own_host
                if scheme == "http"
                else parts.scheme == "file" and request.url.startswith(site["file"])
            )
            if not own:
                page.foreign.append(request.url)

        page.on("request", on_request)
        if not whole:
            html = (bookfiles.HTML / f"{document}.html").read_text(encoding="utf-8")
            page.route(
                f"**/{document}.html",
                lambda route: route.fulfill(body=figures_only(html), content_type="text/html"),
            )
        page.goto(f"{site[scheme]}/{document}.html", wait_until="load")
        if whole:  # what scripts ask for later, too
            page.wait_for_load_state("networkidle")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        return page

    return open_one


@pytest.fixture
def open_figures(open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open the figures of a document of the book in a page of its own."""
    return partial(open_page, whole=False)
