"""What runs inside the student's room."""

import base64
import json
from collections.abc import Callable

import pytest

from autograder.rooms.link import Link
from autograder.rooms.outputs import clean
from course_lib.checks import box


def test_figure(linked: Callable[..., Link]):
    """Does a figure reach the notebook as a PNG?"""
    link = linked("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    (figure,) = clean(link.outputs, 1_000_000)
    assert base64.b64decode(figure.data["image/png"]).startswith(b"\x89PNG")


def test_output_is_cut(linked: Callable[..., Link]):
    """Is what a cell writes capped, in one line too, with a word on it?"""
    for loop in ("print('x' * 30_000_000)", "for i in range(100_000): print(i)"):
        outputs = clean(linked(loop).outputs, 100_000)
        assert len(json.dumps(outputs)) < 130_000
        assert "more than 100,000 bytes" in outputs[-1].text


def test_fake_verdict_box(linked: Callable[..., Link]):
    """Is a verdict that a student displays kept out of the notebook?"""
    cell = (
        "from IPython.display import display\nfrom course_lib.checks import box\n"
        "display(box.bundle('all of it', True), raw=True)"
    )
    (shown,) = clean(linked(cell).outputs, 100_000)
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


def test_hidden_packages(linked: Callable[..., Link]):
    """Can an answer import what the lesson hides, and does the set-up cell still run?"""
    link = linked(
        "from course_lib import checks, data, figures, oracle",
        "def use():\n    return oracle.l2_distances",
        "def get():\n    import torch",
        "def part():\n    from course_lib.oracle import neighbours",
        "from importlib.util import find_spec\ndef ask():\n    return find_spec('torch').origin",
        hidden=("torch", "course_lib.oracle"),
    )
    assert [output["output_type"] for output in link.outputs] == []
    space = link.ask("names", ["use", "get", "part", "ask"])
    assert space["ask"]() is None  # whoever only asks whether it is there is not stopped
    with pytest.raises(RuntimeError, match=r"course_lib\.oracle is not available"):
        space["use"]()
    with pytest.raises(ModuleNotFoundError, match="torch is not available"):
        space["get"]()
    with pytest.raises(RuntimeError, match="not available"):
        space["part"]()


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
