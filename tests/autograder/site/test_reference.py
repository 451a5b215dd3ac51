"""course_lib's reference."""

import re
from pathlib import Path

import docutils.core

from autograder.site.reference import as_rst

DOCSTRING = """Squares of *all* entries, x|y.

x: (N, D) float, as `knn` has it,
    or (N,)
lr, momentum: float
returns: (N,) float
raises: ValueError for n_ < 0

The mean is `x.mean()`: nothing else."""


def test_a_docstring_keeps_all_its_words() -> None:
    """Does reStructuredText show each word of a docstring, and no mark of its own?"""
    parts = docutils.core.publish_doctree(
        "\n".join(as_rst(DOCSTRING.splitlines())), settings_overrides={"report_level": 2}
    )
    expected = re.sub(r"^([\w, ]+):", r"\1", DOCSTRING.replace("`", ""), flags=re.MULTILINE)
    assert parts.astext().split() == expected.split()


def test_arguments_are_definitions() -> None:
    """Is each line on an argument a term with what it is, its further lines with it?"""
    tree = docutils.core.publish_doctree("\n".join(as_rst(DOCSTRING.splitlines())))
    (listed,) = [node for node in tree.findall() if node.tagname == "definition_list"]
    terms = [item[0].astext() for item in listed]
    assert terms == ["x", "lr, momentum", "returns", "raises"]
    assert listed[0][1].astext().split() == [
        "(N,",
        "D)",
        "float,",
        "as",
        "knn",
        "has",
        "it,",
        "or",
        "(N,)",
    ]


def test_public_names_are_there(html: Path) -> None:
    """Has the reference what notebooks import, with its docstring, and nothing private?"""
    page = (html / "reference" / "figures.html").read_text()
    assert 'id="course_lib.figures.show"' in page
    assert 'id="course_lib.figures.conv.feature_browser"' in page
    assert "The caption says what to see; alt what is drawn." in page
    assert 'id="course_lib.figures.style.show"' not in page
    assert 'id="course_lib.figures._' not in page
    assert "dtype[" not in page


def test_names_in_a_lesson_lead_to_the_reference(html: Path) -> None:
    """Is a name of course_lib in a lesson's prose a link to what it is?"""
    page = (html / "notebooks" / "02_sliders" / "02_sliders.html").read_text()
    assert 'href="../../reference/figures.html#course_lib.figures.interactive"' in page
