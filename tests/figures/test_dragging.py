"""Can two boxes be dragged with a mouse, a finger and the arrow keys, without a kernel?"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib import oracle
from course_lib.figures.dragging import TwoDragged

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FIRST, SECOND = (10, 10, 30, 30), (18, 6, 38, 26)


def shown() -> dict[str, str]:
    return TwoDragged(FIRST, SECOND, "What to <see>.", "Two squares.")._repr_mimebundle_()


def test_without_a_script_there_is_a_picture() -> None:
    """Is the figure still a picture with caption and alt text where scripts are taken out?"""
    left = re.sub(r"<script>.*?</script>", "", shown()["text/html"], flags=re.DOTALL)
    assert '<img style="max-width: 100%" alt="Two squares."' in left
    assert "What to &lt;see&gt;." in left
    assert shown()["text/plain"] == "[Figure: Two squares.]\nWhat to <see>."


def test_feedback_pages_show_no_raw_drawing() -> None:
    """Does cleaning, which removes scripts and unknown attributes, leave no code as text?"""
    nh3 = pytest.importorskip("nh3")
    words = nh3.clean(shown()["text/html"], tags={"figure", "img", "figcaption"})
    assert "movable" not in words
    assert "pointerdown" not in words


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A page from a file with the figure twice, as a notebook has it when a cell ran again."""
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><body>{shown()['text/html'] * 2}", encoding="utf-8")
    page = browser.new_context(viewport={"width": 500, "height": 1200}, has_touch=True).new_page()
    page.goto(file.as_uri())
    yield page
    page.context.close()


def place(page: Any, name: str) -> list[int]:
    """Where a box stands, as its label says it to those who do not see it."""
    label = page.get_by_label(f"{name} box").first.get_attribute("aria-label")
    return [int(number) for number in re.findall(r"\d+", label)]


def said(page: Any) -> str:
    return str(page.locator("output").first.inner_text())


def drag(page: Any, part: Any, right: int, down: int) -> None:
    """Drag the middle of a part so many pixels of the drawing."""
    box = part.bounding_box()
    unit = page.locator(".course-boxes svg").first.bounding_box()["width"] / 70
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right * unit, y + down * unit, steps=4)
    page.mouse.up()


@pytest.mark.slow
def test_the_mouse_moves_and_resizes(page: Any) -> None:
    """Do a drag of a box and of its corner change place and size, and IoU with them?"""
    assert (place(page, "first"), place(page, "second")) == ([*FIRST], [*SECOND])
    assert "intersection 12 x 16 = 192; union 400 + 400 - 192 = 608; IoU 0.32" in said(page)
    second = page.get_by_label("second box").first
    drag(page, second.locator("rect"), 5, 9)
    assert place(page, "second") == [23, 15, 43, 35]
    drag(page, second.locator("circle"), 2, -4)
    assert place(page, "second") == [23, 15, 45, 31]
    due = oracle.detection.iou(np.array([FIRST]), np.array([[23, 15, 45, 31]]))[0, 0]
    assert f"IoU {due:.2f}" in said(page)
    page.mouse.move(5, 5)  # nothing is held any more
    assert place(page, "second") == [23, 15, 45, 31]


@pytest.mark.slow
def test_boxes_stay_in_the_square_and_may_lie_apart(page: Any) -> None:
    """Does a wild drag end at the edge, and is the IoU of boxes that do not touch 0?"""
    drag(page, page.get_by_label("second box").first.locator("rect"), 50, 50)
    assert place(page, "second") == [40, 40, 60, 60]
    assert "intersection 0 x 0 = 0; union 400 + 400 - 0 = 800; IoU 0.00" in said(page)


@pytest.mark.slow
def test_arrow_keys_move_and_with_shift_resize(page: Any) -> None:
    """Does Tab reach a box, and do arrow keys work on it without scrolling the page?"""
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert place(page, "first") == [12, 9, 31, 30]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert place(page, "second") == [18, 7, 38, 27]
    assert page.evaluate("scrollY") == 0
    assert page.locator("output").nth(1).inner_text() != said(page)  # the other figure stands still


@pytest.mark.slow
def test_a_finger_drags(page: Any) -> None:
    """Does a touch move a box, where the page would scroll otherwise?"""
    box = page.get_by_label("first box").first.locator("rect").bounding_box()
    unit = page.locator(".course-boxes svg").first.bounding_box()["width"] / 70
    x, y = box["x"] + 3 * unit, box["y"] + 12 * unit
    finger = page.context.new_cdp_session(page)
    for kind, dy in (("touchStart", 0), ("touchMove", 4), ("touchMove", 8), ("touchEnd", None)):
        points = [] if dy is None else [{"x": x, "y": y + dy * unit}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("document.querySelector('[data-box]').ariaLabel.includes('top 18')")
    assert place(page, "first") == [10, 18, 30, 38]
    assert page.evaluate("scrollY") == 0
