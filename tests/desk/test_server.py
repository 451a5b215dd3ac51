"""How does JupyterLab show the home page?"""

import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desk.lesson import course_of
from tests.serving import served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.slow


@contextmanager
def lab(course: Path) -> Iterator[str]:
    """`course lab` in this course, on the loopback interface; gives its address."""
    command = [sys.executable, "-c", "from course_lib.cli import main; main()", "lab"]
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    with served(course, command, "secret", PYTHONPATH=paths) as address:
        yield address


def get(address: str, data: bytes | None = None) -> str:
    with urllib.request.urlopen(address, data, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def test_pages_for_those_who_may_use_the_server(tmp_path: Path) -> None:
    """Are the pages there with the token, and nothing but a login without it?"""
    with lab(course_of(tmp_path, True, None)) as address:
        page = get(f"{address}/?token=secret")  # where the browser begins
        assert "5 of 10 points, 1 of 2 exercises right." in page
        assert "stride" in get(f"{address}/course/glossary?token=secret")
        found = get(f"{address}/course/search?words=second+stride&token=secret")
        assert "1 place." in found
        assert "How many" in get(f"{address}/course/review?token=secret")
        for path in ("course", "course/review", "course/glossary", "course/search?words=stride"):
            assert "5 of 10 points" not in get(f"{address}/{path}")
            assert "login" in get(f"{address}/{path}")
        # Saved often, so that a check that passes is seen on the home page.
        settings = f"{address}/lab/api/settings/@jupyterlab/docmanager-extension:plugin"
        schema = json.loads(get(f"{settings}?token=secret"))["schema"]
        assert schema["properties"]["autosaveInterval"]["default"] == 10
        _refused_and_doubled(f"{address}/course/review?token=secret", tmp_path / "review.json")
        shutil.rmtree(tmp_path / "notebooks")
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(f"{address}/course?token=secret")
        assert "There is no course in" in caught.value.read().decode()


def _refused_and_doubled(address: str, kept: Path) -> None:
    """A rating that is none is refused, and a second click changes nothing."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(address, b"key=05_conv_layers 1&rating=9")
    assert caught.value.code == 400
    assert not kept.exists()
    get(address, b"key=05_conv_layers 1&rating=3")
    once = kept.read_text()
    get(address, b"key=05_conv_layers 1&rating=3")
    assert kept.read_text() == once


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_one_click_to_the_exercise_and_points_that_follow(tmp_path: Path) -> None:
    """Does a click, or Enter, lead to the exercise's cell, and does a save reach the home page?"""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    course_of(tmp_path, False, True)
    course_of(tmp_path, None, False, lesson="06_more")
    with lab(tmp_path) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        context = browser.new_context(viewport={"width": 800, "height": 900})
        context.set_default_timeout(240_000)
        home = context.new_page()
        home.goto(f"{address}/course?token=secret")
        with context.expect_page() as opened:
            home.locator("#at-hand a").focus()
            home.keyboard.press("Enter")
        desk = opened.value
        active = desk.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active")
        active.get_by_text("Exercise 5.1: padding").wait_for()

        # A second lesson opens beside it in the same tab, which is not loaded again.
        desk.evaluate("window.stayed = true")
        home.locator("[id='06_more'] .next + p a").click()
        desk.get_by_role("tab", name="06_more.ipynb", selected=True).wait_for()
        active.get_by_text("Exercise 5.1: padding").wait_for()
        selected = desk.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-selected")
        assert selected.count() == 1
        assert desk.evaluate("window.stayed")
        assert len(context.pages) == 2

        # Saved: the page follows, and the focus stays where it is.
        home.locator("[id='05_conv_layers'] h2 a").focus()
        course_of(tmp_path, True, True)
        home.get_by_text("10 of 10 points, 2 of 2 exercises right.").wait_for()
        assert home.evaluate("document.activeElement.textContent") == "05 Conv layers"
        assert home.evaluate("document.documentElement.scrollWidth <= innerWidth")

        # A card: the answer is folded; a rating leads to the next card.
        home.get_by_role("link", name="4 cards due.").click()
        home.get_by_text("How many windows").wait_for()
        assert not home.get_by_text("Seven").is_visible()
        home.locator("summary").click()
        home.get_by_role("button", name="well").click()
        home.get_by_text("Cards due today: 3.").wait_for()
        home.get_by_text("Why?").wait_for()
        assert '"05_conv_layers 1"' in (tmp_path / "review.json").read_text()
        browser.close()
