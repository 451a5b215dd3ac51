"""The site as people meet it: opened from its folder, in headless Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SLIDERS = "notebooks/02_sliders/02_sliders.html"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

# Each text with a contrast below WCAG's level AA (4.5, or 3 for large letters): its words, its
# contrast and its colours. https://www.w3.org/TR/WCAG21/#contrast-minimum
FAINT = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (top, below) => {
    const a = top[3] ?? 1;
    return [0, 1, 2].map((i) => a * top[i] + (1 - a) * below[i]);
  };
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    return over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const words = walk.currentNode.textContent.trim();
    if (!words || !element.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const [a, b] = [light(over(parse(style.color), below)), light(below)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5)) {
      found.push([words.slice(0, 40), contrast, style.color, below]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def opened(browser: Any, html: Path, name: str, size: dict[str, int], theme: str = "light") -> Any:
    """A page of the site; what it asks for beyond its folder, and its errors, are its `strange`."""
    page = browser.new_context(viewport=size, color_scheme=theme).new_page()
    page.set_default_timeout(240_000)
    page.strange = []
    page.on("pageerror", lambda error: page.strange.append(str(error)))
    page.on(
        "request",
        lambda request: (
            request.url.startswith(("file:", "data:")) or page.strange.append(request.url)
        ),
    )
    page.goto(f"{html.as_uri()}/{name}")
    return page


def test_a_slider_goes_through_the_pictures(browser: Any, html: Path) -> None:
    """Does a moved slider show its value and its picture, by mouse or key, and put others back?"""
    page = opened(browser, html, SLIDERS, DESKTOP)
    slope, style = page.get_by_label("slope"), page.get_by_label("style")
    picture = page.locator("figure.recorded img")
    start = picture.get_attribute("src")
    style.focus()
    page.keyboard.press("ArrowRight")
    assert style.get_attribute("aria-valuetext") == "dashed"
    dashed = picture.get_attribute("src")
    slope.fill("0")
    assert page.locator("figure.recorded output").all_inner_texts() == ["-9", "solid"]
    shown = {start, dashed, picture.get_attribute("src")}
    assert len(shown) == 3
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }")
    slope.fill(slope.get_attribute("data-start"))
    assert picture.get_attribute("src") == start
    assert page.strange == []


def test_search_works_from_the_folder(browser: Any, html: Path) -> None:
    """Is a lesson found by a word of its prose, without a server?"""
    page = opened(browser, html, "search.html?q=slope", DESKTOP)
    page.locator("#search-results").get_by_role("link", name="02 Sliders").first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", [SLIDERS, "notebooks/00_start_here/00_start_here.html", "reference/checks.html"]
)
def test_every_text_can_be_read(browser: Any, html: Path, theme: str, name: str) -> None:
    """Has each text of a page, unfolded, the contrast that WCAG asks for, on light and dark?"""
    page = opened(browser, html, name, DESKTOP, theme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate(FAINT) == []
    assert page.strange == []


@pytest.mark.parametrize("name", ["index.html", SLIDERS, "docs/compare.html", "docs/students.html"])
def test_a_phone_needs_no_sideways_scrolling(browser: Any, html: Path, name: str) -> None:
    """Is a page at 390 pixels no wider than the screen, all folds open?"""
    page = opened(browser, html, name, PHONE)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_paper_nothing_is_cut_off(browser: Any, html: Path) -> None:
    """Do code lines wrap in print, and do sliders, which paper cannot move, stay away?"""
    page = opened(browser, html, SLIDERS, DESKTOP)
    page.emulate_media(media="print")
    assert not page.get_by_label("slope").is_visible()
    wrapped = page.evaluate("getComputedStyle(document.querySelector('.highlight pre')).whiteSpace")
    assert wrapped == "pre-wrap"
