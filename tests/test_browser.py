"""A student's hour in a real JupyterLab, driven in headless Chromium."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson
from autograder.soundness.mistakes import load, mistaken, without_marks
from course_lib.notebooks import as_text

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[1]
EXERCISE = "knn-accuracy"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


def answers() -> dict[str, str]:
    """The text of every answer cell of lesson 01."""
    found = exercises_of(source_notebook(lesson(ROOT, "01_knn")))
    return {exercise.id: without_marks(exercise.solution.source) for exercise in found}


def almost_done() -> str:
    """Lesson 01 as a student has it who has solved all but one exercise."""
    chosen = lesson(ROOT, "01_knn")
    notebook = release_notebook(source_notebook(chosen), chosen.source)
    for exercise in exercises_of(notebook):
        if exercise.id != EXERCISE:
            exercise.solution.source = answers()[exercise.id]
    return as_text(notebook)


@contextlib.contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """A JupyterLab that serves `folder` on the loopback interface; gives its address."""
    settings = {
        # All cells in the page at once, so that the test finds them without scrolling.
        "notebook-extension/tracker": {"windowingMode": "none"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    for name, values in settings.items():
        file = folder / ".settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", str(folder)]
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "COURSE_DATASET": "shapes",
    }
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/api", server, folder / "server.log")
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start: {log.read_text()}")


def test_a_student_is_told_what_is_wrong_mends_it_and_plays_with_the_figure(
    tmp_path: Path,
) -> None:
    """Do checks, the error of a check, and the sliders work in the browser that students use?"""
    (tmp_path / "01_knn.ipynb").write_text(almost_done())
    wrong = next(m for m in load(lesson(ROOT, "01_knn")) if m.exercise == EXERCISE)
    with jupyterlab(tmp_path) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(240_000)
        page.goto(f"{address}/lab/tree/01_knn.ipynb")
        cells = page.locator(".jp-Notebook .jp-Cell")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.get_by_text("| Idle").wait_for()  # the status bar: the kernel is connected

        # Run everything: it stops at the check of the exercise that is not written.
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        order = [cell.id for cell in nbformat.reads(almost_done(), 4).cells]
        answer = cells.nth(order.index(EXERCISE))
        check = cells.nth(order.index(f"{EXERCISE}-check"))
        verdict = check.locator(".jp-OutputArea")
        verdict.get_by_text("Not written yet").first.wait_for()

        # A wrong answer is told apart.
        _write(page, answer, mistaken(answers()[EXERCISE], wrong))
        _run(page, check)
        verdict.get_by_text(wrong.sentence).first.wait_for()
        error = verdict.locator("[data-mime-type='application/vnd.jupyter.stderr']")
        playwright.expect(error).to_be_attached()  # the grader reads it
        playwright.expect(error).to_be_hidden()
        page.screenshot(path=tmp_path / "wrong.png")

        # The right one passes.
        _write(page, answer, answers()[EXERCISE])
        _run(page, check)
        verdict.get_by_text("Right").first.wait_for()
        assert verdict.get_by_text(wrong.sentence).count() == 0

        # On to the interactive map, which runs the student's own functions.
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run Selected Cell and All Below", exact=True).click()
        slider = page.locator(".jp-OutputArea .widget-slider").first
        slider.wait_for()
        figure = page.locator(".jp-Cell", has=slider).locator("figure img").first
        before = figure.get_attribute("src")
        slider.locator(".noUi-handle").press("ArrowRight")
        # The kernel answers the slider when the cells below are done.
        playwright.expect(figure).not_to_have_attribute("src", before, timeout=240_000)
        slider.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "map.png")
        browser.close()
    if keep := os.environ.get("COURSE_SCREENSHOTS"):
        for picture in tmp_path.glob("*.png"):
            shutil.copy(picture, keep)


def _write(page: "playwright.Page", cell: "playwright.Locator", text: str) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def _run(page: "playwright.Page", cell: "playwright.Locator") -> None:
    cell.locator(".jp-InputPrompt").click()
    page.keyboard.press("Shift+Enter")
