"""The built documentation as a reader has it: every link leads somewhere, and a real browser shows it well."""

from __future__ import annotations

import functools
import http.server
import inspect
import shutil
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from river import stats, utils
from tests.processes import ROOT

SITE = ROOT / "docs" / "out" / "html"

pytestmark = [pytest.mark.site, pytest.mark.skipif(not SITE.exists(), reason="the pages are built by `make docs`")]

#: One of each kind of page.
KINDS = (
    "index.html",
    "tutorial.html",
    "how-to/from-pandas.html",
    "gallery/index.html",
    "gallery/plot_stocks.html",
    "reference.html",
    "reference/river.stats.Kurtosis.html",
    "reference/river.utils.TumblingWindow.html",
    "benchmarks.html",
    "accuracy.html",
    "differences.html",
    "design.html",
)
PHONE, DESK = 390, 1280
#: Elements that are cut off at the right, and are not inside anything that scrolls.
SIDEWAYS = """
const scrolls = e =>
    !e.matches(".bd-article") && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
return Array.from(document.querySelectorAll(".bd-article *"))
    .filter(e => e.getBoundingClientRect().right > innerWidth && !scrolls(e))
    .map(e => e.outerHTML.slice(0, 80));
"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Page(HTMLParser):
    """The links of a page, and its link targets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links |= {link for name in ("href", "src") if (link := given.get(name))}
        self.ids |= {name for key in ("id", "name") if (name := given.get(key))}


@pytest.fixture(scope="session")
def pages() -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in SITE.rglob("*.html") if "_static" not in path.parts}


def test_every_internal_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == "#":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                broken.append(f"{path.relative_to(SITE)}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                broken.append(f"{path.relative_to(SITE)}: {link} has no such part")
    assert not broken, "\n".join(broken)


def test_every_class_has_a_page_with_its_facts(pages: dict[Path, Page]) -> None:
    for module in (stats, utils):
        for name in filter(lambda name: inspect.isclass(getattr(module, name)), module.__all__):
            path = SITE / "reference" / f"{module.__name__}.{name}.html"
            text = path.read_text("utf-8")
            assert f"{module.__name__}.{name}.update" in pages[path].ids, name
            assert "<math" in text, name
            for fact in ("Formula", "Cost", "Empty", "Also"):
                assert f"<p>{fact}</p>" in text, f"{name}: {fact}"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium, of the group docs, is not installed")
    from selenium.webdriver.chrome.service import Service

    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("Chromium and chromedriver are needed to see the pages; neither is looked for on the network")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


def show(browser: Any, url: str, width: int, mode: str = "light") -> None:
    device = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    scheme = {"features": [{"name": "prefers-color-scheme", "value": mode}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
    browser.get_log("browser")
    browser.get(url)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("page", KINDS)
def test_shows_without_an_error_and_does_not_scroll_sideways(page: str, width: int, browser: Any, address: str) -> None:
    show(browser, address + page, width)
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    scroll = "return [document.documentElement.scrollWidth, document.body.scrollWidth]"
    assert max(browser.execute_script(scroll)) <= width
    assert browser.execute_script(SIDEWAYS) == []
    broken = "return Array.from(document.images).filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
    assert browser.execute_script(broken) == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_follows_the_scheme_of_the_system(mode: str, browser: Any, address: str) -> None:
    show(browser, address + "tutorial.html", DESK, mode)
    script = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    brightness = sum(browser.execute_script(script)) / 3
    assert brightness > 200 if mode == "light" else brightness < 60


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_search_finds_a_class(width: int, browser: Any, address: str) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    show(browser, address + "search.html?q=Kurtosis", width)
    script = "return Array.from(document.querySelectorAll('#search-results li a')).map(a => a.getAttribute('href'))"
    found = WebDriverWait(browser, 20).until(lambda chrome: chrome.execute_script(script))
    assert any("river.stats.Kurtosis.html" in link for link in found[:3])
