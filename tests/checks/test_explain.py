"""Which known mistake explains the wrong values that a check found?"""

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks import box, table
from course_lib.checks.difference.sketch import measured
from course_lib.checks.table import Check, Known, Table

A = np.random.default_rng(0).normal(size=(3, 4))


def sketch(value):
    return measured(value).sketch


ROOT = Known("The root is missing.", {"0": sketch(A**2), "1": sketch(A[0] ** 2)})
SUM = Known("This is the sum.", {"0": sketch(A + 1)})
TWIN = Known("The axis is wrong.", {"0": sketch(A**2)})


def told(known, *values, due=A, seed=""):
    """What the check says of these values, one comparison each."""
    shown = []
    checks_of = Table("x", {"title": Check("x-check", "x", 6, (), known)})
    with table.given(checks_of), box.shown_to(shown.append):
        try:
            with checks.verdict("title"):
                for value, expected in zip(values, (A, A[0])):
                    checks.equal(value, expected)
        except checks.NotYet:
            pass
    return shown[0].text


def test_a_known_value_is_named():
    """Does the sentence of the mistake come in place of a general one, with the numbers?"""
    said = told([ROOT, SUM], A**2, A[0] ** 2)
    assert said.startswith("Not yet: title. The root is missing. First difference at [0, 0]")
    assert said.count("The root is missing.") == 1


def test_an_unknown_value_keeps_the_general_words():
    """Is nobody accused by a value that no mistake gives, or by a single entry that coincides?"""
    other = A + 5
    other[0, 0] = A[0, 0] ** 2
    for value in (A * 3, other):
        assert "root" not in told([ROOT], value)
    assert "root" not in told([ROOT], (A**2, 1.0))


def test_a_mistake_that_explains_everything_comes_first():
    """Does the mistake that fails where the answer fails win over one that fails in one place?"""
    assert "Or:" not in told([TWIN, ROOT], A**2, A[0] ** 2)
    assert "The root is missing." in told([TWIN, ROOT], A**2, A[0] ** 2)
    assert "The axis is wrong. First" in told([TWIN, ROOT], A**2, A[0])


def test_a_coincidence_names_nothing():
    """Is a mistake not accused that gives another value in one place, or explains one of two?"""
    assert "root" not in told([ROOT], A + 1, A[0] ** 2)
    assert "root" not in told([ROOT], A, A[0] ** 2)
    assert "root" not in told([ROOT], A**2, A[0] + 1)
    assert "sum" not in told([SUM], A + 1, A[0] + 1)


def test_two_mistakes_of_one_value_are_both_told():
    """Is neither sentence said alone where either may be true?"""
    twin = Known("The axis is wrong.", ROOT.sketches)
    assert "The root is missing. Or: The axis is wrong." in told([ROOT, twin], A**2, A[0] ** 2)


def said_in_part(*sentences, change=False, then=""):
    """What a check says of a wrong value in a share "Equal images" that these mistakes give."""
    shown, known = [], [Known(sentence, {"1.0": sketch(A**2)}) for sentence in sentences]

    def function(x):
        x += change
        return A**2

    def check():
        with checks.verdict("title"):
            given = checks.leaves_alone(function, A, share=0.1)
            with checks.share(0.1, "Equal images"):
                checks.equal(given, A)
            exec(then, {})

    checks_of = Table("x", {"title": Check("x-check", "x", 6, (), known)})
    with table.given(checks_of), box.shown_to(shown.append), pytest.raises(checks.NotYet):
        check()
    return shown[0].text


def test_a_label_and_a_full_stop_are_said_once():
    """Is a share's label said once, whichever of two sentences has it, and each one ended?"""
    said = said_in_part("The root is missing", "Equal images: The axis is wrong.")
    assert "Equal images: The root is missing. Or: The axis is wrong. First" in said


def test_a_sentence_that_is_a_label_alone_is_not_told():
    """Does a mistake without words of its own leave the general ones, or another's, in place?"""
    said = said_in_part("Equal images: ")
    assert "Equal images: Each entry is the square of what is expected." in said
    said = said_in_part("Equal images: ", "The root is missing.")
    assert "Equal images: The root is missing. First" in said


def test_a_change_is_told_only_where_there_is_one():
    """Is nobody told of a changed argument that was left alone?"""
    changed = "Your function changed its 1st argument, x: work on a copy."
    assert "changed" not in said_in_part("The root is missing.", changed)
    assert changed in said_in_part("The root is missing.", changed, change=True)


def test_an_error_is_not_explained_by_a_share():
    """Is a mistake that ends no check not accused for a value in a share, where an error did?"""
    assert "root" in said_in_part("The root is missing.")
    assert "root" not in said_in_part("The root is missing.", then="def f():\n    [][7]\nf()")


def test_other_random_numbers_fit_no_table(monkeypatch):
    """Does a grader's seed turn the look-up off?"""
    monkeypatch.setenv("COURSE_SEED", "7")
    assert "root" not in told([ROOT], A**2)


def test_points_come_from_the_table():
    """Does the box know what the check is worth?"""
    assert told([], A, A[0]).startswith("Right: title, 6 points.")
