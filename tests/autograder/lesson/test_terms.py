"""Does a term lead to the lesson that teaches it, at its first use, and to its meaning?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.lesson.terms import explain
from course_lib.desk.glossary import entries, look_up

LESSONS = {"02": "02_linear", "05": "05_conv"}
(STRIDE,) = look_up("stride")
(SOFTMAX,) = look_up("softmax")


def explained(*texts: str, own: str = "09") -> list[str]:
    """The texts of markdown cells, of the lesson with this number."""
    cells = [new_markdown_cell(text) for text in texts]
    explain(cells, own, LESSONS)
    return [cell.source for cell in cells]


def link(words: str, name: str, meaning: str) -> str:
    return f'[{words}](../{name}/{name}.ipynb "{meaning}")'


def test_the_first_use_is_a_link() -> None:
    """Is a term linked once, in whatever case, with the glossary's sentence?"""
    first, second = explained("A Stride, then softmax of a stride.", "One more stride.")
    stride, softmax = (
        link("Stride", "05_conv", STRIDE.text),
        link("softmax", "02_linear", SOFTMAX.text),
    )
    assert first == f"A {stride}, then {softmax} of a stride."
    assert second == "One more stride."


@pytest.mark.parametrize(
    "text",
    [
        "# A stride",
        "`stride` and $stride$",
        "[a stride](https://example.org)",
        "<summary>stride</summary>",
        "| stride |",
        "```\nstride\n```",
        "$$x\n\\text{stride}\ny$$",
        "two-stride, strided",
        "The loss and a bias.",
        "An LSTM.",
    ],
)
def test_what_stays(text: str) -> None:
    """Do headings, code and formulas of one line and of several, links, html, tables, other words,
    everybody's words and terms of lessons that are not there stay as they are?"""
    assert explained(text) == [text]


def test_prose_after_a_block() -> None:
    """Is what stands after a block of code prose again?"""
    (text,) = explained("```python\nstride = 1\n```\nA stride.")
    assert text.endswith(f"```\nA {link('stride', '05_conv', STRIDE.text)}.")


def test_a_lesson_explains_its_own_terms() -> None:
    """Is no term linked in the lesson that teaches it, or in an earlier one?"""
    assert explained("A stride of softmax.", own="02") == ["A stride of softmax."]
    (text,) = explained("A stride of softmax.", own="05")
    assert text == f"A stride of {link('softmax', '02_linear', SOFTMAX.text)}."


def test_code_cells_stay() -> None:
    """Is code left alone?"""
    cell = new_code_cell("stride = 1")
    explain([cell], "09", LESSONS)
    assert cell.source == "stride = 1"


def test_no_meaning_breaks_its_link() -> None:
    """Is a sentence of the glossary never ended early by a quote of its own?"""
    for entry in entries():
        cell = new_markdown_cell(f"See {entry.term}.")
        explain([cell], "99", {entry.lesson: "x"})
        assert cell.source.count('"') in (0, 2)


def test_a_word_of_a_longer_term_stays() -> None:
    """Is "precision" within "mixed precision" left alone, and linked where it stands by itself?"""
    cells = [new_markdown_cell("Mixed precision."), new_markdown_cell("A precision.")]
    explain(cells, "14", {"13": "13_detection"})
    assert cells[0].source == "Mixed precision."
    assert cells[1].source.startswith("A [precision](../13_detection/")
