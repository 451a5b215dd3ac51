"""Whether a page that is made fast is the page that nbconvert and nbgrader make."""

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import GetGrades

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, released
from autograder.pages.exporter import LONGEST, NO_TEXT, Marks, PageExporter, highlighted

LESSON = "01_tiny"
PNG = "iVBORw0KGgo="
TEXT = (
    "# Title\n\n$x^2$ and `code`\n\n```python\nx = 1\n```\n\n![a](attachment:a.png) <img src='x'>\n"
)
MISSING = "![b](attachment:b.png) ![](attach&#109;ent:c) [d](attachment:d) ![](attachment:a%20b)"


def page(exporter: type[HTMLExporter], *texts: str) -> str:
    cells = [v4.new_markdown_cell(text) for text in texts]
    for cell in cells:
        cell.attachments = {"a.png": {"image/png": PNG}, "a b": {"image/png": PNG}}
    figure = v4.new_output("display_data", {"image/png": PNG, "text/plain": "a figure"})
    html = v4.new_output("display_data", {"text/html": "<b>bold</b>", "text/plain": "b"})
    cells += [v4.new_code_cell("%time f(x)", outputs=[figure, html]), v4.new_code_cell("")]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    made, _ = exporter(template_name="classic", exclude_anchor_links=True).from_notebook_node(
        v4.new_notebook(cells=cells)
    )
    return made


def test_as_nbconvert():
    """Is a page the same as HTMLExporter's, the texts of pictures without one included?"""
    theirs, ours = (
        BeautifulSoup(page(exporter, TEXT), "html.parser")
        for exporter in (HTMLExporter, PageExporter)
    )
    assert ours.body.prettify() == theirs.body.prettify()
    assert len(ours.select(f'img[alt="{NO_TEXT}"]')) == 2


def test_missing_pictures():
    """Does a text that names a picture which is not there still make a page?"""
    made = page(PageExporter, MISSING)
    assert "attachment" not in made.replace('href="attachment:d"', "")
    assert made.count(f"data:image/png;base64,{PNG}") == 2  # of the last, and of the figure


def test_long_cell():
    """Is a cell of a megabyte shown in part, and unharmed?"""
    shown = highlighted("<script>" * 200_000)
    assert "<script>" not in shown
    assert f"[{1_600_000 - LONGEST} more characters]" in shown


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_marks(classroom: Classroom):
    """Are scores, points, comments and penalties those that nbgrader's own step writes?"""
    points = {"tiny-squares-check": 40, "tiny-largest-check": 0, "tiny-largest-nan-check": 20}
    with gradebook.opened(classroom) as book:
        for student in ("ada", "bo"):
            told = {"tiny-largest": f"Not yet, {student}."}
            gradebook.record(book, LESSON, student, None, points, told)
        book.find_grade("tiny-largest-check", LESSON, LESSON, "bo").manual_score = 2.5
        book.find_grade("tiny-squares-check", LESSON, LESSON, "bo").extra_credit = 1
        book.find_comment("tiny-squares", LESSON, LESSON, "bo").manual_comment = "Nearly."
        book.find_submission_notebook(LESSON, LESSON, "bo").late_submission_penalty = 3
        book.db.commit()
    marks = Marks()
    for student in ("ada", "bo"):
        made = []
        for step in (GetGrades(), marks):
            told = {
                "notebook": LESSON,
                "assignment": LESSON,
                "student": student,
                "db_url": classroom.db,
            }
            made.append(step.preprocess(released(classroom, LESSON), {"nbgrader": told}))
        assert made[0] == made[1]
    assert made[1][1]["nbgrader"]["score"] == 60.5
    told["student"] = "cy"
    with pytest.raises(MissingEntry, match="cy"):
        marks.preprocess(released(classroom, LESSON), {"nbgrader": told})
