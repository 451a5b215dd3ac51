"""What is left of an executed notebook for its student to see?"""

import html
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.pages.view import LARGEST, LONGEST, StudentView
from autograder.submission.markup import sanitized
from course_lib.checks import box
from course_lib.checks.box import Broken, Judgement

SECRET = """checks.equal(f("<hidden>", 'a'), 7)"""
HIDDEN = f"### BEGIN HIDDEN TESTS\n{SECRET}\n)\n### END HIDDEN TESTS\n"
HEADINGS = (new_markdown_cell("# A lesson"), new_markdown_cell("Words.\n\n## Squares\n\nMore."))


def cell(name: str, source: str, *outputs: NotebookNode, **marks: Any) -> NotebookNode:
    given = {"grade_id": name, "score": 0, "points": 0, "comment": None, **marks}
    return new_code_cell(source, outputs=list(outputs), metadata={"nbgrader": given})


def verdict(*broken: Broken) -> NotebookNode:
    return new_output(
        "display_data", box.bundle(Judgement("squares", broken, 0.0 if broken else 1.0))
    )


def printed(text: str) -> NotebookNode:
    return new_output("stream", text=text)


def shown(
    *outputs: NotebookNode, message: str = "", comment: str = "", check: NotebookNode | None = None
) -> tuple[NotebookNode, dict[str, Any]]:
    """The page of a notebook whose answer cell has these outputs: its cells and its table."""
    for heading in HEADINGS:
        heading.metadata["from_lesson"] = True
    cells = [
        *HEADINGS,
        cell("x-setup", "import numpy", locked=True),
        cell("x", "f = 1", *outputs, solution=True, comment=comment),
        cell("x-check", f"pass\n{HIDDEN}", check or verdict(), grade=True, points=4, score=3),
    ]
    notebook = new_notebook(cells=cells)
    notes = {"check": "x-check", "message": message, "earned": 3.0}
    notebook.metadata["course"] = {"verdicts": [notes], "exercises": {"x-check": "x"}}
    page, resources = StudentView().preprocess(notebook, {"nbgrader": {"notebook": "01_x"}})
    return page, resources["course"]


def test_the_lessons_own_text_shrinks_to_headings() -> None:
    """Are answer and check there below their heading, and set-up and prose not?"""
    page, course = shown()
    assert [one.metadata.get("heading", one.source) for one in page.cells] == [
        "Squares",
        "f = 1",
        "pass\n",
    ]
    assert course["title"] == "A lesson"
    (row,) = course["exercises"]
    assert (row["title"], row["earned"], row["possible"]) == ("Squares", 3, 4)


@pytest.mark.parametrize(
    "form", [SECRET, repr(SECRET), html.escape(SECRET), html.escape(SECRET, quote=False)]
)
def test_hidden_tests_show_nowhere(form: str) -> None:
    """Is a hidden line gone from outputs, messages, comments and the cell, in each writing?"""
    error = new_output("error", ename="E", evalue="", traceback=["before", f"---> {form}"])
    rich = new_output("display_data", {"text/html": form, "text/plain": form})
    judgement = verdict(Broken(form, evidence=form))
    page, course = shown(
        printed(f"a {form} b"), error, rich, message=form, comment=form, check=judgement
    )
    answer, check = page.cells[1:]
    assert answer.outputs[0].text == f"a {form} b".replace(
        form.strip("'"), "[part of a hidden check]"
    )
    told = [answer.outputs, check.source, check.metadata.verdict, course["exercises"]]
    assert "hidden>" not in html.unescape(str(told))
    assert check.metadata.hidden


def test_what_the_grader_noted_is_what_counts() -> None:
    """Is a check's mark that of the grader, whatever a box says, and its evidence the box's?"""
    check = shown()[0].cells[-1]
    assert check.metadata.verdict["passed"]
    assert check.metadata.verdict["mark"] == "Right:"
    check = shown(message="The root is missing.", check=verdict())[0].cells[-1]
    assert not check.metadata.verdict["passed"]
    assert check.metadata.verdict["mark"] == "In part:"
    assert check.metadata.verdict["reason"] == "The root is missing."
    judgement = verdict(Broken("Other words.", evidence="Yours 3."))
    check = shown(message="Why.", check=judgement)[0].cells[-1]
    assert (check.metadata.verdict["reason"], check.metadata.verdict["evidence"]) == (
        "Why.",
        "Yours 3.",
    )


def test_outputs_have_an_end_and_no_colours() -> None:
    """Is a long text cut with a word on it, a large picture left out, and what may run dropped?"""
    picture = {"image/png": "x" * (LARGEST + 1), "text/plain": "<Figure>"}
    page, _ = shown(
        printed("\x1b[31m" + "y" * (LONGEST + 5)),
        new_output("display_data", picture),
        new_output("display_data", {"application/javascript": "alert(1)", "text/plain": "js"}),
    )
    long, large, script = page.cells[1].outputs
    assert long.text == "y" * LONGEST + "\n[5 more characters]"
    assert large.data == {"text/plain": "[a picture too large to show]"}
    assert script.data == {"text/plain": "js"}


EVIL = """<p onclick=a()>kept</p><script>a()</script><style>*{}</style><img src=x onerror=a()>
<img src="data:image/png;base64,AA" alt="pic"><img src="https://evil.org/a.png">
<a href="javascript:a()">x</a>
<a href=data:text/html,a>
</a><a href="https://example.org" style="position:fixed" target=_top>z</a><iframe src=//evil>
</iframe><svg onload=a()><form action=//evil><input></form><table><td colspan=2>c<script>a()"""


def test_markup_that_is_sanitized() -> None:
    """Does a parser find nothing in it that runs, loads or restyles, and what is harmless kept?"""
    tree = BeautifulSoup(sanitized(EVIL), "html.parser")
    assert {tag.name for tag in tree.find_all()} <= {"p", "img", "a", "table", "td", "tr", "tbody"}
    given = {
        (tag.name, name): value for tag in tree.find_all() for name, value in tag.attrs.items()
    }
    assert given == {
        ("img", "src"): "data:image/png;base64,AA",
        ("img", "alt"): "pic",
        ("a", "href"): "https://example.org",
        ("a", "rel"): ["noopener", "noreferrer"],
        ("td", "colspan"): "2",
    }
    assert "a()" not in tree.get_text()
    assert "kept" in tree.get_text()
