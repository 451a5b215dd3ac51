"""A student's hour in a real JupyterLab, driven in headless Chromium."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.lesson.build import release_notebook, source_notebook, students_text
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson
from autograder.soundness.mistakes import load, mistaken, without_marks
from course_lib.figures.sliders import GONE
from course_lib.notebooks import KERNEL, as_text
from tests.serving import served

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[1]
EXERCISE = "knn-accuracy"
PATIENCE = 240_000  # milliseconds: other tests run beside these

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


def answers() -> dict[str, str]:
    """The text of every answer cell of lesson 01."""
    found = exercises_of(source_notebook(lesson(ROOT, "01_knn")))
    return {exercise.id: without_marks(exercise.solution.source) for exercise in found}


# What the figure with sliders and the last check need: the other cells wait, and take no time.
SOLVED = (
    "knn-distances-no-loops",
    "knn-distances-l1",
    "knn-predict-labels",
    "knn-random-projection",
)


def begun() -> str:
    """Lesson 01 as a student has it who has solved some exercises."""
    chosen = lesson(ROOT, "01_knn")
    notebook = release_notebook(source_notebook(chosen), chosen.source)
    for exercise in exercises_of(notebook):
        if exercise.id in SOLVED:
            exercise.solution.source = answers()[exercise.id]
    return as_text(notebook)


@contextlib.contextmanager
def jupyterlab(folder: Path, *more: str, **notebooks: str) -> Iterator["playwright.Page"]:
    """A page of the JupyterLab that `course lab` opens, for a course of these notebooks."""
    for name, text in notebooks.items():
        place = folder / "notebooks" / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(text)
    # All cells in the page at once, so that the test finds them without scrolling.
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    environment = {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "COURSE_DATASET": "shapes",
    }
    course = [sys.executable, "-c", "from course_lib.cli import main; main()", "lab", *more]
    try:
        with (
            served(folder, course, **environment) as address,
            playwright.sync_playwright() as driver,
        ):
            browser = driver.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
            )
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.set_default_timeout(PATIENCE)
            playwright.expect.set_options(timeout=PATIENCE)  # otherwise 5 s
            name = next(iter(notebooks))
            page.goto(f"{address}/lab/tree/{name}/{name}.ipynb")
            _is_ready(page)
            yield page
            browser.close()
    finally:
        if keep := os.environ.get("COURSE_SCREENSHOTS"):
            for picture in folder.glob("*.png"):
                shutil.copy(picture, keep)


def _is_ready(page: "playwright.Page") -> None:
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.get_by_text("| Idle").wait_for()  # the status bar: the kernel is connected


def test_a_student_is_told_what_is_wrong_mends_it_and_plays_with_the_figure(
    tmp_path: Path,
) -> None:
    """Do a run of all cells, the error of a check, and the sliders work in the browser that
    students use?"""
    wrong = next(m for m in load(lesson(ROOT, "01_knn")) if m.exercise == EXERCISE)
    with jupyterlab(tmp_path, **{"01_knn": begun()}) as page:
        # Run everything: it goes on past the check of the exercise that is not written.
        _menu(page, "Run", "Run All Cells")
        ids = [cell.id for cell in nbformat.reads(begun(), 4).cells]
        cells = page.locator(".jp-Notebook .jp-Cell")
        answer = cells.nth(ids.index(EXERCISE))
        check = cells.nth(ids.index(f"{EXERCISE}-check"))
        verdict = check.locator(".jp-OutputArea").first
        verdict.get_by_text("Not written yet").first.wait_for()
        last = [name for name in ids if name.endswith("-check")][-1]
        cells.nth(ids.index(last)).get_by_text("Right:").first.wait_for()
        page.get_by_text("This cell waits for NearestNeighbor.train of").first.wait_for()
        slider = page.locator(".jp-OutputArea .widget-slider").first
        slider.wait_for()

        # A wrong answer is told apart, by name to who cannot see it.
        _write(page, answer, mistaken(answers()[EXERCISE], wrong))
        _run(page, check)
        verdict.get_by_text(wrong.sentence).first.wait_for()
        assert verdict.get_attribute("aria-live") == "polite"
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
        figure = page.locator(".jp-Cell", has=slider).locator(".course-sliders figure img")
        slider.locator(".noUi-handle").press("ArrowRight")
        figure.wait_for()
        slider.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "map.png")


SLIDERS = """
from dataclasses import dataclass

from course_lib import figures


@dataclass(frozen=True)
class State:
    slope: float = 0.25


def draw(state: State):
    figure, (axes,) = figures.new_figure(6, 2)
    axes.plot([0, 1], [0, state.slope])
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", ylabel="y")
    return figure


figures.interactive(draw, State(), caption="A line.", alt="A line.", slope=(0.0, 1.0, 0.05))
"""


def with_cells(*cells: NotebookNode) -> str:
    return as_text(nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": KERNEL}))


def test_sliders_outlive_a_reload_and_say_when_their_kernel_is_gone(tmp_path: Path) -> None:
    """Is there one picture and not two, is it drawn while a slider is dragged and after the page
    was loaded anew, and is a reader told what to do after a restart of the kernel?"""
    cell = nbformat.v4.new_code_cell(SLIDERS, metadata={"tags": ["experiment"]})
    with jupyterlab(tmp_path, **{"01_x": with_cells(cell)}) as page:
        only = page.locator(".jp-Notebook .jp-CodeCell")
        pictures = only.locator("figure img:visible")
        handle = page.locator(".course-sliders .noUi-handle")
        _run(page, only)
        handle.wait_for()
        playwright.expect(pictures).to_have_count(1)
        first = pictures.get_attribute("src")

        def moved(since: str | None) -> str | None:
            playwright.expect(pictures).to_have_count(1)
            playwright.expect(pictures).not_to_have_attribute("src", since or "")
            return pictures.get_attribute("src")

        handle.press("ArrowRight")
        second = moved(first)
        handle.hover()
        page.mouse.down()
        place = handle.bounding_box()
        assert place is not None
        page.mouse.move(place["x"] + 40, place["y"] + 5)
        third = moved(second)  # while the button is still held
        page.mouse.up()

        page.keyboard.press("ControlOrMeta+s")
        page.reload()
        _is_ready(page)
        handle.wait_for()
        assert pictures.get_attribute("src") == moved(first)
        handle.press("ArrowLeft")
        moved(third)

        _menu(page, "Kernel", "Restart Kernel…")
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        lost = page.locator(".course-sliders.jupyter-widgets-disconnected")
        lost.wait_for()
        assert GONE in _after(lost)
        page.screenshot(path=tmp_path / "restarted.png")
        page.keyboard.press("ControlOrMeta+s")
        page.reload()
        _is_ready(page)
        only.get_by_text("model not found").wait_for()
        playwright.expect(pictures).to_have_count(1)
        assert GONE in _after(only.locator(".jupyter-widgets"))
        page.screenshot(path=tmp_path / "gone.png")


def test_an_idle_kernel_is_shut_down_and_its_reader_told(tmp_path: Path) -> None:
    """Does a page whose kernel was shut down say so, and its sliders, too?"""
    soon = [f"--MappingKernelManager.cull_{name}=5" for name in ("idle_timeout", "interval")]
    cell = nbformat.v4.new_code_cell(SLIDERS)
    with jupyterlab(tmp_path, *soon, **{"01_x": with_cells(cell)}) as page:
        _run(page, page.locator(".jp-Notebook .jp-CodeCell").first)
        told = page.get_by_text(
            "01_x.ipynb has no kernel now: one that is idle for an hour is shut"
        )
        told.first.wait_for()
        lost = page.locator(".course-sliders.jupyter-widgets-disconnected")
        assert GONE in _after(lost)
        page.screenshot(path=tmp_path / "idle.png")


def _after(place: "playwright.Locator") -> str:
    """What a style sheet writes behind an element."""
    return str(place.evaluate("element => getComputedStyle(element, '::after').content"))


def test_the_desk_of_a_student(tmp_path: Path) -> None:
    """Are answers and checks told apart, figures' sources short until they are entered, and does
    `course` run in the terminal; and is there nothing that belongs to instructors?"""
    text = students_text(lesson(ROOT, "00_start_here"))
    cell = nbformat.v4.new_code_cell(SLIDERS, metadata={"tags": ["experiment"]})
    with jupyterlab(tmp_path, **{"01_x": with_cells(cell), "00_start_here": text}) as page:
        assert "Nbgrader" not in page.locator(".lm-MenuBar").inner_text()
        editor = page.locator(".jp-CodeCell .jp-InputArea-editor")
        short = editor.bounding_box()
        editor.locator(".cm-content").click()
        whole = editor.bounding_box()
        assert short is not None
        assert whole is not None
        assert short["height"] < whole["height"] / 2

        page.goto(page.url.replace("01_x/01_x", "00_start_here/00_start_here"))
        _is_ready(page)
        answer, check = page.locator(".course-answer").first, page.locator(".course-check").first
        colours = [
            one.locator(".jp-InputArea-editor").evaluate("one => getComputedStyle(one).borderLeft")
            for one in (answer, check)
        ]
        assert colours[0] != colours[1]
        assert all(colour.startswith("6px solid") for colour in colours)
        _menu(page, "Run", "Run All Cells")
        page.get_by_text("This cell waits for").first.wait_for()
        page.locator(".jp-OutputArea figure img").first.wait_for()

        # In the dark a figure is a card that does not glare; at 800 px nothing sticks out.
        _menu(page, "Settings", "Theme", "JupyterLab Dark")
        page.locator("body[data-jp-theme-light='false']").wait_for(state="attached")
        page.set_viewport_size({"width": 800, "height": 1000})
        picture = page.locator(".course-figure img:visible").first
        picture.scroll_into_view_if_needed()
        assert "brightness" in picture.evaluate("one => getComputedStyle(one).filter")
        wide = "panel => panel.scrollWidth - panel.clientWidth"
        assert page.locator(".jp-WindowedPanel-outer:visible").first.evaluate(wide) <= 1
        page.screenshot(path=tmp_path / "dark.png")
        check.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "check.png")

        _menu(page, "File", "New", "Terminal")
        terminal = page.locator(".jp-Terminal-body")
        terminal.wait_for()
        terminal.click()
        page.wait_for_timeout(2000)
        page.keyboard.type(f"course --help > {tmp_path}/help.txt; touch {tmp_path}/done\n")
        for _ in range(600):
            if (tmp_path / "done").exists():
                break
            page.wait_for_timeout(100)
        assert "Pixels to ConvNets" in (tmp_path / "help.txt").read_text()


def _menu(page: "playwright.Page", menu: str, *entries: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    for entry in entries:
        item = page.locator(".lm-Menu-item").get_by_text(entry, exact=True).last
        item.hover()
    item.click()


def _write(page: "playwright.Page", cell: "playwright.Locator", text: str) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def _run(page: "playwright.Page", cell: "playwright.Locator") -> None:
    cell.locator(".jp-InputPrompt").click()
    page.keyboard.press("Shift+Enter")
