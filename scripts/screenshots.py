"""Take the pictures under docs/screenshots of a running demo: nine pages, two widths, light and dark.

`scripts/screenshots.py [URL]`, the address of `make run` unless said otherwise. Needs Chromium and the demo's logins.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PASSWORD = "tram-ferry-lantern-42"  # noqa: S105 (the demo's, printed by make run)
# Of the demo's programmes and projects: one that is worth a look for each tab.
TABS = (
    ("portfolio", "/nodes/FL/"),
    ("risks", "/nodes/FL-001/raid/"),
    ("benefits", "/nodes/ST-OD/benefits/"),
    ("earned-value", "/nodes/PI-023/earned-value/"),
)
SIZES = ((1440, 960), (390, 1400))  # more than one screen, so that what follows shows
THEMES = ("light", "dark")
MOST_BYTES = 300_000
PATIENCE = 60_000  # milliseconds


def main(url: str) -> None:
    """Take all pictures and say which are too heavy. Stops with words when the demo does not answer."""
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine (Debian: apt install chromium).")
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            for path in take_all(browser, url):
                size = path.stat().st_size
                print(f"  {path.relative_to(ROOT)}  {size // 1000} kB{'  too heavy' if size > MOST_BYTES else ''}")
        except Error as error:
            sys.exit(f"{error.message}\nDoes the demo run at {url}? Start it with make run.")
        browser.close()


def take_all(browser: Browser, url: str) -> Iterator[Path]:
    """Yield each picture once it lies on disk."""
    for width, height in SIZES:
        for theme in THEMES:
            for who in ("executive", "analyst"):
                page = browser.new_page(
                    base_url=url,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                    locale="en-GB",
                )
                page.set_default_timeout(PATIENCE)
                for name in pages(page, who):
                    yield take(page, f"{name}-{width}-{theme}")
                page.context.close()


def pages(page: Page, who: str) -> Iterator[str]:
    """Walk through what this person's pictures show, and yield each page's name while it is open."""
    page.goto("/sign-in/")
    if who == "executive":
        yield "sign-in"
    page.get_by_label("E-mail").fill(f"{who}@demo.gatehouse.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    if who == "executive":
        yield "home"
        page.goto(page.locator(".gh-attn-row .gh-name").first.get_attribute("href") or "/")
        yield "project"
        page.goto("/register/?kind=project")
        yield "register"
        for name, address in TABS:
            page.goto(address)
            yield name
    else:
        page.goto(page.locator("[aria-labelledby=h-due] a.btn").first.get_attribute("href") or "/")
        yield "weekly-report"


def take(page: Page, name: str) -> Path:
    """Save the page as it stands once fonts and charts are there."""
    page.evaluate("document.fonts.ready")
    for figure in page.locator("[data-figure]").all():
        chart = figure.locator("[data-chart], [data-chart-url]")
        if chart.count() and chart.first.is_visible():  # a phone opens some as tables
            figure.locator("[data-ready]").first.wait_for()
    path = TARGET / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
