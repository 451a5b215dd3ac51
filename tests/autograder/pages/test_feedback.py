"""What a student gets back, and what they must not get."""

import base64
import html
import re
import shutil
import sys
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode, v4

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, released
from autograder.grading.grade import grade_lesson
from autograder.lesson.build import release_notebook
from autograder.pages.exporter import marks_of
from autograder.pages.feedback import write_pages
from autograder.pages.page import page_of as made_page
from course_lib.cells import grade_id, is_check
from course_lib.errors import CourseError
from course_lib.notebooks import as_text

LESSON = "01_tiny"
MUTATES = "def sum_of_squares(x):\n    x *= x\n    return float(x.sum())"
SPY = """import sys, numpy
print(In, _ih, numpy.__file__, sys.modules["os"])
try:
    numpy.linalg.inv(numpy.zeros((2, 2)))
except Exception:
    raise ValueError(In[3] + In[5])
"""
ATTACK = """
from IPython.display import HTML, Javascript, Markdown, display
display(HTML("<script>alert(1)</script><img src=x onerror=alert(2)><b>kept</b>"))
display(Javascript("alert(3)"), Markdown("[a](javascript:alert(4))<script>alert(5)</script>"))
display({"image/svg+xml": "<svg onload='alert(6)'><script>alert(7)</script></svg>"}, raw=True)
alone = {"text/html": {"isolated": True}}
display({"text/html": "<script>alert(8)</script>"}, raw=True, metadata=alone)
display(HTML("<a href='data:text/html,<script>alert(13)</script>'>there</a><style>*{}</style>"))
display({"image/png": "x\\" onerror=\\"alert(9)"}, raw=True)
print("<script>alert(10)</script>")
print("long " * 40_000)
"""


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(30)).decode()
PASTED = "![a](attachment:image.png) ![b](attachment:two%20words) ![c](attachment:gone)"
ATTACKING = """# <script>alert(11)</script>
<img src=x onerror='alert(12)'>*mine*
![x" onerror="alert(15)](attachment:image.png) ![](attachment:drawing)
"""


def text(source: str, attachments: dict[str, dict[str, str]]) -> NotebookNode:
    return v4.new_markdown_cell(source, attachments=attachments)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def graded(request, new_class, tmp_path_factory) -> Classroom:
    """A class that was graded in rooms, with either kind of gradebook."""
    classroom = new_class(tmp_path_factory.mktemp("feedback") / "class", request.param)

    def hand_in(student: str, code: str, text: NotebookNode, **answers: str) -> None:
        notebook = release_notebook(released(classroom, LESSON), classroom.source(LESSON))
        for cell in notebook.cells:
            cell.source = answers.get(grade_id(cell).removeprefix("tiny-"), cell.source)
        last = max(n for n, cell in enumerate(notebook.cells) if is_check(cell))
        notebook.cells[last:last] = [v4.new_code_cell(code), text]  # what is below is not run
        path = classroom.submitted(student, LESSON)
        path.parent.mkdir(parents=True)
        path.write_text(as_text(notebook))

    pasted = {name: {"image/png": PNG} for name in ("image.png", "two words")}
    drawing = {"drawing": {"image/svg+xml": "<svg onload='alert(14)'/>", "text/html": "<script>"}}
    hand_in("spy", SPY, text(PASTED, pasted), squares=MUTATES, largest="largest = max")
    hand_in("attacker", ATTACK, text(ATTACKING, pasted | drawing))
    classroom.submitted("absent", LESSON).parent.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.grading.grade.side_by_side", in_this_process)
        grade_lesson(classroom, LESSON)
    return classroom


@pytest.fixture(scope="module")
def pages(graded) -> dict[str, str]:
    """The page of each student."""
    return {path.parent.parent.name: path.read_text() for path in write_pages(graded, LESSON)}


def in_this_process(work, tasks, workers):
    yield from ((task, work(task)) for task in tasks)


def words(page: str) -> str:
    """What a reader sees, and the attributes too, with all white space as one blank."""
    return " ".join(html.unescape(re.sub(r"</?(span|a)\b[^>]*>", "", page)).split())


def hidden_lines(classroom: Classroom) -> list[str]:
    inside, lines = False, []
    for cell in released(classroom, LESSON).cells:
        for line in cell.source.splitlines():
            inside = (inside or "BEGIN HIDDEN" in line) and "END HIDDEN" not in line
            if inside and "BEGIN HIDDEN" not in line:
                lines.append(line.strip())
    return lines


def test_no_hidden_line(graded, pages):
    """Is no line of a hidden test on a page, where one fails or where a student prints it?"""
    lines = hidden_lines(graded)
    assert lines
    assert lines[0] in graded.autograded("spy", LESSON).read_text()  # there is something to hide
    for page in pages.values():
        for line in lines:
            assert " ".join(line.split()) not in words(page)
            assert line not in page


def test_verdicts(pages):
    """Does the page show work, verdicts, reasons, points and the total?"""
    page = words(pages["spy"])
    assert "72 of 100 points" in page
    assert "A tiny lesson" in page
    assert "x *= x" in page
    assert "Your function changed its 1st argument, x: work on a copy." in page
    assert "In part: the sum of squares" in page
    assert "Right: the larger of two numbers" in page
    assert "32 of 40" in page
    assert "20 of 60" not in page
    assert "40 of 60" in page


def test_no_script_survives(pages):
    """Is whatever could run in a browser gone from outputs and texts, and harmless markup kept?"""
    page = BeautifulSoup(pages["attacker"], "html.parser")
    assert page.find(["script", "iframe", "object", "svg", "link", "form"]) is None
    assert "default-src 'none'" in page.find("meta", {"http-equiv": True})["content"]
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not tag.get("href", "").startswith(("javascript:", "data:"))
        assert tag.get("src", "data:image/").startswith("data:image/")
    assert (page.b.text, page.em.text) == ("kept", "mine")


def test_pasted_pictures(pages):
    """Are pictures that were pasted into a text on the page, and nothing else that was?"""
    for student, shown in [("spy", 2), ("attacker", 1)]:
        tags = BeautifulSoup(pages[student], "html.parser").find_all("img", src=re.compile(PNG[:9]))
        assert [tag["src"] for tag in tags] == [f"data:image/png;base64,{PNG}"] * shown


def test_no_installation_paths(graded, pages):
    """Does no page tell where the grader's machine keeps Python, its packages and the course?"""
    assert "numpy/linalg/_linalg.py" in pages["spy"]
    for page in pages.values():
        for folder in (sys.prefix, sys.base_prefix, str(Path(__file__).parents[3]), "~/"):
            assert folder not in page


def test_outputs_are_capped(pages):
    """Does the page of a student who prints 200 kB stay small and say what is left out?"""
    assert len(pages["attacker"]) < 60_000
    assert "more characters]" in pages["attacker"]


def test_nothing_handed_in(pages):
    """Does a student without a notebook read why they have no points?"""
    assert "No notebook was handed in." in words(pages["absent"])
    assert "0 of 100 points" in words(pages["absent"])


def test_manual_marks_show(graded):
    """Do a person's score and comment show once the pages are written again?"""
    with gradebook.opened(graded) as book:
        book.find_grade("tiny-squares-check", LESSON, LESSON, "spy").manual_score = 11
        comment = book.find_comment("tiny-squares", LESSON, LESSON, "spy")
        comment.manual_comment = "Nearly <there>."
        book.db.commit()
    write_pages(graded, LESSON)
    page = graded.feedback("spy", LESSON).read_text()
    assert "51 of 100 points" in words(page)
    assert "Nearly &lt;there&gt;." in page


def _another(classroom: Classroom, student: str, text: str = "") -> Path:
    """A student whose executed notebook is ada's, or this text."""
    points = {"tiny-squares-check": 40, "tiny-largest-check": 0, "tiny-largest-nan-check": 20}
    with gradebook.opened(classroom) as book:
        gradebook.record(book, LESSON, student, None, points, {})
    path = classroom.autograded(student, LESSON)
    path.parent.mkdir(parents=True)
    path.write_text(text or classroom.autograded("spy", LESSON).read_text())
    return path


def test_names_are_no_patterns(graded):
    """Has everybody a page whose folder is there, whatever the name looks like?"""
    for name in ("[CJ] Li", "*", "nl\nname", "x" * 120):
        _another(graded, name)
    try:
        assert len(write_pages(graded, LESSON)) == 7
        assert graded.feedback("[CJ] Li", LESSON).is_file()
    finally:
        for name in ("[CJ] Li", "*", "nl\nname", "x" * 120):
            shutil.rmtree(graded.autograded(name, LESSON).parents[1])


def test_one_broken_notebook(graded):
    """Is who has no page named, their old page gone, and has everybody else a new one?"""
    path = _another(graded, "bro\x1b[2Jken", "{")
    old, others = graded.feedback("bro\x1b[2Jken", LESSON), graded.feedback("spy", LESSON)
    old.parent.mkdir(parents=True)
    old.write_text("old")
    others.unlink()
    try:
        with pytest.raises(CourseError, match=r"1 of 4 .*\n.*bro\\x1b\[2Jken: NotJSON"):
            write_pages(graded, LESSON)
        assert not old.exists()
        assert others.is_file()
    finally:
        shutil.rmtree(path.parents[1])


def test_a_slow_page_is_made_plain(graded, monkeypatch):
    """Does a page that takes too long come in its plain form, soon?"""

    def slow(source: str) -> str:
        time.sleep(60)
        return source

    monkeypatch.setattr("autograder.pages.exporter.highlighted", slow)
    monkeypatch.setattr("autograder.pages.page.SECONDS", 1.0)
    with gradebook.opened(graded) as book:
        marks = marks_of(book, LESSON, LESSON)["spy"]
    begun = time.monotonic()
    made = made_page(graded.autograded("spy", LESSON), "spy", LESSON, marks)
    assert time.monotonic() - begun < 20
    assert "x *= x" in words(made)


def test_nothing_graded(classroom):
    """Is an instructor who has not graded yet told to?"""
    with pytest.raises(CourseError, match="course grade"):
        write_pages(classroom, LESSON)
