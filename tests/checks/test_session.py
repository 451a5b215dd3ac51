"""How far is this session, and does a check judge what stands above it?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_lib import checks
from course_lib.checks import box, session, table
from course_lib.checks.table import Check, Table

LESSON = Table(
    "01_x",
    {
        "distances": Check("x-distances-check", "x-distances", 6),
        "votes, few": Check("x-votes-few-check", "x-votes", 3),
        "votes, many": Check("x-votes-many-check", "x-votes", 1),
    },
    ["np"],
)


@pytest.fixture
def shell(monkeypatch):
    """A notebook's shell, in which nothing has passed yet."""
    monkeypatch.setattr(session, "_right", set())
    monkeypatch.setattr(session, "_broken", {})
    shell = InteractiveShell.instance()
    with table.given(LESSON):
        yield shell
    InteractiveShell.clear_instance()


def run(shell, *cells):
    """The verdict's text after the last of these cells."""
    with capture_output() as captured:
        for cell in cells:
            shell.run_cell(cell, store_history=True)
    boxes = [one.data["text/plain"] for one in captured.outputs if box.MIME in one.data]
    return boxes[-1]


def check(title, line="pass"):
    return f"from course_lib import checks\n\nwith checks.verdict({title!r}):\n    {line}"


def test_right_tells_how_far_the_lesson_is(shell):
    """Are exercises and points counted, each once, and is the next exercise named?"""
    assert run(shell, check("distances")) == (
        "Right: distances, 6 points. 1 of 2 exercises, 6 of 10 points in this session. "
        "Next: votes, few."
    )
    assert "1 of 2 exercises, 6 of 10" in run(shell, check("distances"))
    assert "1 of 2 exercises, 7 of 10" in run(shell, check("votes, many"))
    assert run(shell, check("votes, few")).endswith(
        "2 of 2 exercises, 10 of 10 points in this session."
    )


def test_what_has_no_points_is_not_counted(shell):
    """Is an optional exercise neither counted, nor named as the next one?"""
    optional = Check("x-more-check", "x-more", 0)
    checks_of = {"distances": LESSON.checks["distances"], "more": optional}
    with table.given(Table("01_x", checks_of, ["np"])):
        assert run(shell, check("distances")).endswith(
            "1 of 1 exercises, 6 of 6 points in this session."
        )
        assert "1 of 1 exercises, 6 of 6 points" in run(shell, check("more"))


def test_the_next_check_is_the_one_below(shell):
    """Is the next check that is named the one below, before one that was left out above?"""
    assert run(shell, check("votes, few")).endswith("Next: votes, many.")
    assert run(shell, check("votes, many")).endswith("Next: distances.")


def test_a_failure_tells_no_progress(shell):
    """Does a box that says what is wrong say nothing else?"""
    assert "exercises" not in run(shell, check("distances", "checks.holds(False, 'Why.')"))


def test_a_check_of_no_known_lesson_tells_no_progress(shell):
    """Is an author's own check without a table left as it is?"""
    assert run(shell, check("mine")) == "Right: mine."


def test_a_syntax_error_above_is_told(shell):
    """Does the check say that it judged an older function, until the cell runs again?"""
    checks._watch()
    use = check("distances", "checks.equal(double(1), 2)")
    old = "The cell that defines double has a syntax error and was not run"
    assert old not in run(shell, "def double(x):\n    return x", use)
    assert old in run(shell, "def double(x):\n    return 2 * x)", use)
    assert old not in run(shell, "def double(x):\n    return 2 * x", use)
    assert old not in run(shell, "def other(x):\n    return 2 *", use)


def test_a_syntax_error_before_there_was_a_function(shell):
    """Is the syntax error the reason where there is no older function, and is none spoken of?"""
    checks._watch()
    told = run(
        shell, "def halve(x):\n    return x /", check("distances", "checks.equal(halve(4), 2)")
    )
    reason = "The cell that defines halve has a syntax error and was not run."
    assert told == f"Not yet: distances. {reason}"


def test_a_check_before_the_first_cell(shell):
    """Is a reader who runs a check in a fresh kernel told to run the first cell?"""
    use = check("distances", "checks.equal(np.ones(2), 1)")
    assert "np is not defined yet: run the first cell of this notebook first." in run(shell, use)


def test_a_hidden_package_is_refused_in_the_notebook(shell):
    """Does the visible check refuse an answer that the grader would refuse, in its words?"""
    hiding = Table("01_x", {"distances": Check("x-check", "x", 6, ("scipy",))}, ["np"])
    answer = "from scipy.spatial.distance import cdist\ndef distances(a):\n    return {}"
    use = check("distances", "checks.equal(distances([[1.0]])[0][0], 0.0)")
    shell.user_ns["__name__"] = "__main__"
    with table.given(hiding):
        assert run(shell, answer.format("[[0.0]]"), use).startswith("Right: distances")
        told = run(shell, answer.format("cdist(a, a).tolist()"), use)
    assert told.startswith("Not yet: distances. scipy is not available to this answer")
