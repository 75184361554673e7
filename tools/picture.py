"""Take the picture of the front page and the README from the built book: `make book` first.

.venv/bin/python tools/picture.py
"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "_build" / "html" / "chapters" / "01-open-the-box.html"

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ.get("PACDISTILL_CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-gpu"],
    )
    page = browser.new_page(viewport={"width": 1400, "height": 900}, device_scale_factor=1.5)
    page.goto(PAGE.as_uri())
    figure = page.locator("#figure-explorer")
    # The network of the figure has answered: it is no picture of an empty box.
    page.wait_for_selector("#figure-explorer[data-network]")
    figure.screenshot(path=ROOT / "_static" / "open-the-box.png")
    browser.close()
