"""What runs inside the student's room."""

import base64
import json
from collections.abc import Callable

import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.outputs import clean
from course_lib.checks import box
from course_lib.checks.code.imports import hidden_use


def test_figure(linked: Callable[..., Link]):
    """Does a figure reach the notebook as a PNG?"""
    link = linked("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    (figure,) = link.outputs.take()
    assert base64.b64decode(figure.data["image/png"]).startswith(b"\x89PNG")


def test_output_is_cut(linked: Callable[..., Link]):
    """Is what a cell writes capped, in one line too, with a word on it?"""
    for loop in ("print('x' * 30_000_000)", "for i in range(100_000): print(i)"):
        outputs = linked(loop).outputs.take()
        assert len(json.dumps(outputs)) < 130_000
        assert "more than 100,000 bytes" in outputs[-1].text


def test_fake_verdict_box(linked: Callable[..., Link]):
    """Is a verdict that a student displays kept out of the notebook?"""
    cell = (
        "from IPython.display import display\nfrom course_lib.checks import box\n"
        "display(box.bundle(box.Judgement('all of it')), raw=True)"
    )
    (shown,) = linked(cell).outputs.take()
    assert box.MIME not in shown.data


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        ["text"],
        [{"output_type": "display_data"}],
        [{"output_type": "display_data", "data": {1: "a"}}],
        [{"output_type": "display_data", "data": {"text/html": {"a": 1}}}],
        [{"output_type": "execute_result", "data": {"a/json": float("nan")}}],
        [{"output_type": "verdict", "data": {"text/plain": "x"}}],
    ],
)
def test_outputs_of_no_form(outputs: object):
    """Are outputs that no kernel gives left out?"""
    assert clean(outputs, 1000) == []


HIDDEN = ("torch", "scipy", "course_lib.oracle")


def test_what_a_room_says_of_its_functions(linked: Callable[..., Link]):
    """Is only what the examiner could have said taken from a room?"""
    forged = (
        "from course_lib.checks.code import imports\n"
        "imports.hidden_use = lambda *_: {answer}\ndef f(x): return x"
    )
    for answer in ("'<b>forged</b>'", "['torch']", "{1: 2}", "1.5"):
        f = linked(forged.format(answer=answer), hidden=HIDDEN).ask("names", ["f"])["f"]
        assert hidden_use([f], HIDDEN) == ""


def test_threads_and_recursion(linked: Callable[..., Link]):
    """Do endless recursion and errors whose text fails come back as errors?"""
    link = linked(
        "def deep(x):\n    return deep(x)",
        "class Odd(ValueError):\n    def __str__(self): raise KeyError\n"
        "def odd():\n    raise Odd('x')",
        "class Worse(Exception):\n    __str__ = 3\n    args = 4\ndef worse():\n    raise Worse",
    )
    space = link.ask("names", ["deep", "odd", "worse"])
    with pytest.raises(RecursionError):
        space["deep"](1)
    with pytest.raises(ValueError, match=r"^$") as caught:
        space["odd"]()
    assert type(caught.value).__name__ == "Odd"
    with pytest.raises(Exception, match=r"^$"):
        space["worse"]()
    assert link.alive
