"""One box a cell, and what it says."""

import pickle

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_lib import checks
from course_lib.checks import box


@pytest.fixture
def boxes(monkeypatch):
    """The verdicts that were shown, as dicts."""
    shown = []
    monkeypatch.setattr(box, "show", lambda *parts: shown.append(parts))
    return shown


def test_right_answer_prints_one_line_outside_ipython(capsys):
    """Does a plain script say that a check passed?"""
    with checks.verdict("distances without a loop"):
        checks.equal(1.0, 1.0)
    assert capsys.readouterr().out == "Right: distances without a loop.\n"


def test_wrong_answer_says_all_in_the_exception(capsys):
    """Does the assertion alone tell a reader without a notebook everything?"""
    with pytest.raises(checks.NotYet) as failure, checks.verdict("distances"):
        checks.holds(False, "The root is missing.", "Yours 4, expected 2.")
    assert str(failure.value) == "Not yet: distances. The root is missing. Yours 4, expected 2."
    assert isinstance(failure.value, AssertionError)
    assert capsys.readouterr().out == ""


def test_one_box_for_each_outcome(boxes):
    """Is there exactly one box, whatever happens?"""
    with checks.verdict("right"):
        pass
    with pytest.raises(checks.NotYet), checks.verdict("wrong"):
        checks.holds(False, "Why.")
    with pytest.raises(ZeroDivisionError), checks.verdict("broken"):
        _ = 1 / 0
    with pytest.raises(SystemExit), checks.verdict("left"):
        raise SystemExit
    assert [(parts[0], parts[1]) for parts in boxes] == [
        ("right", True),
        ("wrong", False),
        ("broken", False),
        ("left", False),
    ]


def test_untouched_stub_is_not_written_yet(boxes):
    """Is an exercise that was not begun told apart from one that is wrong?"""

    def stub():
        raise NotImplementedError

    said = r"^Not yet: title\. Not written yet\.$"
    with pytest.raises(checks.NotYet, match=said), checks.verdict("title"):
        stub()
    assert boxes == [("title", False, "Not written yet.")]


def test_a_students_own_not_implemented_error_is_an_error(boxes):
    """Does NotImplementedError with a message keep its message?"""
    with pytest.raises(NotImplementedError, match="stride 3"), checks.verdict("title"):
        raise NotImplementedError("stride 3")
    assert "NotImplementedError: stride 3" in boxes[0][2]


def test_error_in_the_students_code_names_the_line(boxes):
    """Does the box quote the line of the student's function that failed?"""

    def nearest(rows):
        last = len(rows)
        return rows[last]

    with pytest.raises(IndexError), checks.verdict("title"):
        nearest([1, 2])
    assert boxes[0][2] == (
        "Your code raised IndexError: list index out of range"
        " (line 3 of nearest: `return rows[last]`)."
    )


def test_a_cell_that_was_not_run_is_told_apart_from_a_wrong_name(boxes):
    """Does a check that finds no function say to run the cell above?"""

    def typo():
        return lenght  # noqa: F821

    cell = compile("with checks.verdict('title'): compute(1)", "<cell>", "exec")
    with pytest.raises(NameError):
        exec(cell, {"checks": checks})
    with pytest.raises(NameError), checks.verdict("title"):
        exec("typo()", {"typo": typo})
    first, second = (parts[2] for parts in boxes)
    assert first == "compute is not defined yet: run the cells above this one first."
    assert second.startswith("Your code raised NameError: name 'lenght' is not defined (line 2")


def test_error_inside_a_library_names_the_students_line(boxes):
    """Is the place the student's own line, and not one inside NumPy?"""

    def product(a):
        return np.linalg.inv(a)

    with pytest.raises(np.linalg.LinAlgError), checks.verdict("title"):
        product(np.zeros((2, 2)))
    assert "line 2 of product: `return np.linalg.inv(a)`" in boxes[0][2]


def test_error_whose_text_fails_still_has_a_name(boxes):
    """Does an exception with a broken __str__ leave the box standing?"""

    class BadError(Exception):
        def __str__(self):
            raise RuntimeError

    with pytest.raises(BadError), checks.verdict("title"):
        raise BadError
    assert boxes[0][2].startswith("Your code raised BadError")


def test_interrupt_passes_untouched(boxes):
    """Can a student stop a check by hand without a verdict?"""
    with pytest.raises(KeyboardInterrupt), checks.verdict("title"):
        raise KeyboardInterrupt
    assert boxes == []


def test_the_same_title_draws_the_same_numbers(monkeypatch):
    """Do a rerun and a grader meet the same numbers, and another seed others?"""

    def draw(title):
        with checks.verdict(title) as rng:
            return rng.normal(size=3).tolist()

    monkeypatch.delenv("COURSE_SEED", raising=False)
    first = draw("a")
    assert draw("a") == first
    assert draw("b") != first
    monkeypatch.setenv("COURSE_SEED", "7")
    assert draw("a") != first


def test_box_escapes_what_a_student_wrote():
    """Can an error message smuggle a script into the page?"""
    page = box.bundle("<b>", False, "<script>alert(1)</script>", '"&<i>')["text/html"]
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_box_tells_right_from_wrong_without_colour():
    """Do words and line style say what the colour says?"""
    right, wrong = (str(box.bundle("t", passed)["text/html"]) for passed in (True, False))
    assert "Right: t" in right
    assert "solid" in right
    assert "Not yet: t" in wrong
    assert "dashed" in wrong


def test_in_ipython_the_box_carries_text_and_data_and_the_traceback_is_one_line():
    """What does a notebook get: HTML, text and JSON in one display, and no long traceback?"""
    shell = InteractiveShell.instance()
    try:
        with capture_output() as captured:
            outcome = shell.run_cell(
                "from course_lib import checks\n"
                "with checks.verdict('title'):\n"
                "    checks.holds(False, 'Why.', 'Proof.')"
            )
        (shown,) = captured.outputs
        assert shown.data[box.MIME] == {
            "what": "title",
            "passed": False,
            "reason": "Why.",
            "evidence": "Proof.",
        }
        assert shown.data["text/plain"] == "Not yet: title. Why. Proof."
        assert "<div" in shown.data["text/html"]
        assert captured.stdout.strip() == "Not yet: title"
        assert isinstance(outcome.error_in_exec, checks.NotYet)
    finally:
        InteractiveShell.clear_instance()


def test_failure_survives_a_trip_between_processes():
    """Does a pickled verdict keep its parts?"""
    copy = pickle.loads(pickle.dumps(checks.NotYet("why", "proof", "what")))
    assert (copy.reason, copy.evidence, copy.what) == ("why", "proof", "what")
