"""A submission in nbgrader's formgrader, in headless Chromium, its buttons and its commands."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import v4

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, released
from autograder.classroom.release import open_course, release_lesson
from autograder.grading.grade import grade_lesson
from autograder.lesson.build import release_notebook
from autograder.lesson.lessons import Lesson
from course_lib.notebooks import as_text
from tests.attacks.attack import RIGHT, answered, put
from tests.autograder.submission.test_markup import EVIL, ORDINARY, PNG
from tests.serving import served
from tests.test_browser import CHROMIUM, PATIENCE, ROOT, playwright

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
LESSON = "01_tiny"
READ = "<script>fetch('/api/contents/salt.txt').then(r => r.json()).then(j => alert(j))</script>"
SHOWN = """
from IPython.display import HTML, Javascript, Markdown, display
for evil in {evil!r}:
    display(HTML(evil), Markdown(evil), {{"image/svg+xml": evil}}, raw=False)
    display({{"image/svg+xml": evil}}, raw=True)
    display({{"text/html": evil}}, raw=True, metadata={{"text/html": {{"isolated": True}}}})
display(Javascript("alert(1)"))
"""


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A graded class with an attacker and an honest student, whose texts are the ordinary ones."""
    made = open_course(tmp_path_factory.mktemp("formgrader") / "class")
    release_lesson(made, Lesson(LESSON, ROOT / "tests" / "lessons" / "tiny"))
    given = release_notebook(released(made, LESSON), made.source(LESSON))
    evil, honest = answered(given, **RIGHT), answered(given, **RIGHT)
    evil.cells[1:1] = [v4.new_markdown_cell(one) for one in [*EVIL, READ]]
    evil.cells[1:1] = [v4.new_raw_cell(READ), v4.new_code_cell(SHOWN.format(evil=[*EVIL, READ]))]
    text = v4.new_markdown_cell(ORDINARY, attachments={"a.png": {"image/png": PNG}})
    honest.cells.insert(1, text)
    for student, notebook in (("eve", evil), ("ada", honest)):
        put(made.submitted(student, LESSON).parent, as_text(notebook).encode())
    grade_lesson(made, LESSON, workers=2)
    return made


@pytest.fixture(scope="module")
def page(classroom: Classroom) -> Iterator["playwright.Page"]:
    """A page of a browser, from which nothing leaves but to formgrader; it opens at formgrader."""
    with (
        contextlib.chdir(classroom.folder),  # from where formgrader takes the class's settings
        served(classroom.folder, [sys.executable, "-m", "jupyter", "lab"]) as address,
        playwright.sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        context = browser.new_context(base_url=address)
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened
        browser.close()


def submission(classroom: Classroom, student: str) -> str:
    """The address of formgrader's page of a submission."""
    with gradebook.opened(classroom) as book:
        found = book.find_submission_notebook(LESSON, LESSON, student)
        return f"/formgrader/submissions/{found.id}/"


def test_no_script_runs(classroom: Classroom, page: "playwright.Page") -> None:
    """Does the page of an attack ask for what an honest one asks for, open nothing and stay?"""
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    loaded = {}
    for student in ("ada", "eve"):
        asked.clear()
        page.goto(submission(classroom, student), wait_until="load")
        page.wait_for_timeout(2000)
        own = [url for url in asked if not url.startswith("data:")]
        loaded[student] = {url.partition("/formgrader/api/")[0] for url in own}
        loaded[student] = {url for url in loaded[student] if "/submissions/" not in url}
        assert page.url.endswith(submission(classroom, student))
        assert page.get_by_text("Student's answer").count() > 0
    assert loaded["eve"] <= loaded["ada"]
    assert not [url for url in asked if "evil.example" in url or "/api/contents" in url]
    assert dialogs == []
    covered = "[...document.querySelectorAll('.rendered_html *')].filter(one => "
    covered += "getComputedStyle(one).position === 'fixed').length"
    assert page.evaluate(covered) == 0
    assert page.locator("iframe, .rendered_html script, .rendered_html form").count() == 0


def test_ordinary_texts(classroom: Classroom, page: "playwright.Page") -> None:
    """Do headings, tables, code, pictures and mathematics of an honest student stand there?"""
    page.goto(submission(classroom, "ada"), wait_until="load")
    text = page.locator(".text_cell_render", has=page.locator("blockquote")).first
    assert text.locator("h1 em").inner_text() == "title"
    assert text.locator("td strong").inner_text() == "2"
    assert text.locator("th").first.evaluate("one => getComputedStyle(one).textAlign") == "right"
    assert text.locator(".highlight .k").first.inner_text() == "def"
    assert text.locator("img").get_attribute("src") == f"data:image/png;base64,{PNG}"
    assert "$x_1^2 < 3$" in text.inner_text()  # for MathJax, which is not reached here
    assert r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}" in text.inner_text()


def test_buttons(classroom: Classroom, page: "playwright.Page") -> None:
    """Does formgrader refuse to grade, with the command to use, and write pages that hide tests?"""
    graded = classroom.autograded("ada", LESSON).read_bytes()
    page.goto(f"/formgrader/manage_submissions/{LESSON}", wait_until="load")
    row = page.locator("tr", has=page.get_by_text("ada", exact=True))
    row.locator(".autograde a").click()
    page.get_by_text(f"Run `course grade {LESSON}` in its place").first.wait_for()
    assert classroom.autograded("ada", LESSON).read_bytes() == graded
    page.reload(wait_until="load")
    row.locator(".generate-feedback a").click()
    page.get_by_text("Successfully generated feedback").wait_for()
    hides_tests(classroom.feedback("ada", LESSON))


def test_commands(classroom: Classroom) -> None:
    """Do nbgrader's own commands refuse to grade, hide tests, and write the guarded table?"""
    graded = classroom.autograded("eve", LESSON).read_bytes()
    done = nbgrader(classroom, "autograde", LESSON, "--force")
    assert done.returncode == 1
    assert f"Run `course grade {LESSON}` in its place" in done.stderr
    assert classroom.autograded("eve", LESSON).read_bytes() == graded
    assert nbgrader(classroom, "generate_feedback", LESSON, "--force").returncode == 0
    for student in ("ada", "eve"):
        hides_tests(classroom.feedback(student, LESSON))
    assert nbgrader(classroom, "export", "--to=table.csv").returncode == 0
    assert (classroom.folder / "table.csv").read_text().startswith('"student"')


def hides_tests(path: Path) -> None:
    """Is it the course's own page, with a verdict, without a hidden test?"""
    text = path.read_text("utf-8")
    assert "100 of 100 points" in text
    assert "default-src 'none'" in text
    assert "HIDDEN TESTS" not in text
    assert "rng.normal(size=300)" not in text


def nbgrader(classroom: Classroom, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=classroom.folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
