"""What a cold room makes of what students write."""

from pathlib import Path

import pytest

from autograder.grading.cold import ColdRoom
from autograder.grading.verdicts import Graded
from course_lib.runner import Limits
from tests.autograder.grading.tiny import RIGHT, answered


def graded(limits: Limits | None = None, seed: str = "", **answers: str) -> Graded:
    """The tiny lesson with right answers but for those given (`squares`, `largest`)."""
    return ColdRoom(limits or Limits(), seed).run(answered(**answers))


def points(result: Graded) -> dict[str, float]:
    return {verdict.check: verdict.earned for verdict in result.verdicts}


def messages(result: Graded) -> dict[str, str]:
    return {verdict.check: verdict.message for verdict in result.verdicts}


def test_right_with_a_warning():
    """Does a right answer that writes to stderr earn its points, in a folder of its own?"""
    warn = "import warnings, pathlib\npathlib.Path('mine').touch()\nwarnings.warn('slow')\n"
    result = graded(
        squares=warn + RIGHT["tiny-squares"].replace(":", ":\n    warnings.warn('x')", 1)
    )
    assert points(result) == {
        "tiny-squares-check": 40,
        "tiny-largest-check": 40,
        "tiny-largest-nan-check": 20,
    }
    assert set(messages(result).values()) == {""}
    assert result.problem == ""
    assert not Path("mine").exists()
    experiment = result.notebook.cells[-1]
    assert experiment.outputs[0].text == "Not run when graded.\n"


def test_broken_cell_and_quitter():
    """Is a syntax error named in its check, and does ending Python early earn nothing?"""
    result = graded(squares="def oops(:", largest="import sys\ndef largest(a, b):\n    sys.exit(0)")
    said = messages(result)
    assert sum(points(result).values()) == 0
    assert said["tiny-squares-check"].startswith("Your cell does not run: SyntaxError")
    assert said["tiny-squares-check"].endswith("(line 1).")
    assert "SystemExit" in said["tiny-largest-check"]


@pytest.mark.slow
def test_killed_kernel():
    """Does an exercise that kills the kernel cost only its own points?"""
    kill = "import os, signal\ndef sum_of_squares(x):\n    os.kill(os.getpid(), signal.SIGKILL)"
    result = graded(squares=kill)
    assert points(result)["tiny-squares-check"] == 0
    assert "Python died" in messages(result)["tiny-squares-check"]
    assert sum(points(result).values()) == 60


@pytest.mark.slow
def test_endless_loops():
    """Do loops at top level and inside a function cost only their own points and little time?"""
    loop = RIGHT["tiny-squares"] + "\nwhile True: ..."
    endless = "def largest(a, b):\n    while True: ..."
    result = graded(Limits(cell_seconds=1), squares=loop, largest=endless)
    assert sum(points(result).values()) == points(result)["tiny-squares-check"] == 40
    assert "ran for more than 1 s and was stopped" in messages(result)["tiny-largest-check"]
    assert result.seconds < 30


@pytest.mark.slow
def test_total_time():
    """Does a notebook that uses up its time say so, and keep what it earned before?"""
    sleeper = "import time\ntime.sleep(60)"
    result = graded(Limits(cell_seconds=60, total_seconds=6), largest=sleeper)
    assert points(result)["tiny-squares-check"] == 40
    assert sum(points(result).values()) == 40
    assert result.problem.startswith("The notebook ran for 6 s")


@pytest.mark.slow
def test_seed():
    """Do the checks draw the same numbers for the same seed, and others for another?"""
    wrong = "def sum_of_squares(x):\n    return -7.0"
    evidence = [
        graded(seed=seed, squares=wrong).notebook.cells[4].outputs[0].data["text/plain"]
        for seed in ("a", "a", "b")
    ]
    assert "Not yet" in evidence[0]
    assert evidence[0] == evidence[1] != evidence[2]


def test_no_verdict():
    """Does a check earn nothing where its box never came, though no error did either?"""
    silent = "import contextlib\nchecks.verdict = lambda what: contextlib.nullcontext()\n"
    result = graded(squares=silent + RIGHT["tiny-squares"])
    assert points(result)["tiny-largest-check"] == 0
    assert messages(result)["tiny-largest-check"] == "The check ended without a verdict."
