"""Formulas as MathML."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.lesson.lessons import Lesson, all_lessons, repository
from course_lib.desk.formulas import as_mathml

LESSONS = all_lessons(repository(Path(__file__)))
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)


def formulas(lesson: Lesson) -> list[str]:
    """The formulas of a lesson's prose."""
    source = lesson.source.read_text()
    cells = re.findall(r"^# %% \[markdown\]\n((?:#.*\n)*)", source, re.MULTILINE)
    prose = re.sub(r"^# ?", "", "\n".join(cells), flags=re.MULTILINE)
    prose = re.sub(r"```.*?```|`[^`]*`", "", prose, flags=re.DOTALL)
    return [block or inline for block, inline in _FORMULA.findall(prose)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_formula_is_understood(lesson: Lesson) -> None:
    """Is each formula of a lesson valid MathML, with no command of LaTeX left in it?"""
    found = formulas(lesson)
    assert found or lesson.name.startswith("00")
    left = [
        one
        for one in found
        if "\\" in "".join(ElementTree.fromstring(as_mathml(one, "block")).itertext())
    ]
    assert left == []


def test_formulas_reach_the_page(html: Path) -> None:
    """Is a formula of a lesson in its page, as MathML, within the text and in a line of its own?"""
    page = (html / "notebooks" / "02_sliders" / "02_sliders.html").read_text()
    inline, block = re.findall(r"<math.*?</math>", page, re.DOTALL)[:2]
    assert "<mfrac>" in inline
    assert 'display="inline"' in inline
    assert "<mtable" in block
    assert 'display="block"' in block
    assert "$" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
