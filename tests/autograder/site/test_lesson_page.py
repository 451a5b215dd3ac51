"""A lesson's page, before Sphinx."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from autograder.lesson.build import students_text
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.site.executed import without_hidden_tests
from autograder.site.lesson_page import as_page

LESSONS = all_lessons(repository(Path(__file__)))
_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


def hidden_lines(lesson: Lesson) -> set[str]:
    """Lines of hidden tests that students see nowhere."""
    text = lesson.source.read_text()
    lines = {line.strip() for part in _HIDDEN.findall(text) for line in part.splitlines()}
    seen = _HIDDEN.sub("", text)
    return {line for line in lines if len(line) > 15 and line not in seen}


def page_of(lesson: Lesson, folder: Path) -> str:
    """The page of a lesson that was not run."""
    return as_page(lesson, without_hidden_tests(lesson), folder / "figures", "/x.ipynb")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_hidden_test_is_on_a_page(lesson: Lesson, tmp_path: Path) -> None:
    """Is each line of a lesson's hidden tests absent from its page, and are there such lines?"""
    page, hidden = page_of(lesson, tmp_path), hidden_lines(lesson)
    assert hidden
    assert [line for line in hidden if line in page] == []


def test_an_exercise_is_its_stub_its_answer_and_its_check(sliders: Lesson, tmp_path: Path) -> None:
    """Does a reader see what a student gets, then the answer in a fold, then the check?"""
    page = page_of(sliders, tmp_path)
    places = [
        page.index(text)
        for text in (
            "raise NotImplementedError()",
            '<details class="code"><summary>Answer</summary>',
            "    return slope * x",
            "</details>\n```\n\n```ipython3\nfrom course_lib import checks",
        )
    ]
    assert places == sorted(places)
    assert "BEGIN SOLUTION" not in page
    assert "raise NotImplementedError()" in students_text(sliders)


def test_outputs(sliders: Lesson, tmp_path: Path) -> None:
    """Is HTML shown as it is, text as text, and what went to stderr not at all?"""
    done = without_hidden_tests(sliders)
    code = next(cell for cell in done.cells if cell.cell_type == "code")
    style = "<style>.course-figure img { border-radius: 6px }</style>"
    figure = {"text/html": f"{style}<figure>here</figure>", "text/plain": "[Figure: here]"}
    code.outputs = [
        new_output("stream", name="stdout", text="a < b & ``` here\n"),
        new_output("stream", name="stderr", text="50%|#####"),
        new_output("display_data", data=figure),
        new_output("execute_result", data={"text/plain": "array([1.])"}),
    ]
    page = as_page(sliders, nbformat.from_dict(done), tmp_path / "figures", "/x.ipynb")
    assert (
        '````{raw} html\n<div class="output"><pre tabindex="0">a &lt; b &amp; ``` here\n</pre>'
        in page
    )
    assert "<figure>here</figure>" in page
    assert "<style>" not in page
    assert "[Figure: here]" not in page
    assert "array([1.])</pre>" in page
    assert "50%" not in page


def test_long_set_up_is_folded(sliders: Lesson, tmp_path: Path) -> None:
    """Is set-up of more than a dozen lines in a fold, with its name?"""
    assert '<details class="code"><summary>Set-up</summary>' in page_of(sliders, tmp_path)
    sliders.source.write_text(
        sliders.source.read_text().replace('\n\nprint("a < b', '\nprint("a < b')
    )
    sliders.source.write_text(
        sliders.source.read_text().replace("\n\n\n@dataclass", "\n@dataclass")
    )
    assert "<summary>Set-up</summary>" not in page_of(sliders, tmp_path)


def test_an_answers_walkthrough_is_in_its_fold(sliders: Lesson, tmp_path: Path) -> None:
    """Does the fold of an answer hold what is said of it, and a lesson without such words none?"""
    assert "Line by line" not in page_of(sliders, tmp_path)
    sliders.walkthrough.write_text("# Words\n\n## line\n\nLine by line, $m$.\n\n## other\n\nNo.\n")
    fold = page_of(sliders, tmp_path).partition("<summary>Answer</summary>")[2]
    assert "Line by line, $m$." in fold.partition("</details>")[0]
    assert "No." not in fold
