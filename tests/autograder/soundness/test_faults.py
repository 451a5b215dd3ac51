"""Is a lesson sound? Here: is it noticed where it is not?"""

import pytest

from autograder.lesson.lessons import Lesson
from autograder.soundness import faults as soundness
from autograder.soundness.faults import faults_of


def _change(lesson: Lesson, old: str, new: str) -> None:
    text = lesson.source.read_text()
    assert old in text
    lesson.source.write_text(text.replace(old, new, 1))


def test_the_tiny_lesson_is_sound(tiny: Lesson) -> None:
    """Is nothing said of a lesson whose checks are fair?"""
    assert list(faults_of(tiny, ("", "1"))) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "    checks.equal(largest(2.0, 3.0), 3.0)",
            "    checks.equal(largest(2.0, 3.0), 2.0)",
            "tiny-largest-check, seed '': the answer does not pass",
        ),
        (
            'reason="nan has no order."',
            'reason="so it goes."',
            "tiny-largest: nan has no order. is not named",
        ),
        (
            "    x = rng.normal(size=5)\n",
            "    x = rng.normal(size=5)\n    checks.holds(bool(x[0] < 0.9), 'Large.')\n",
            "tiny-squares-check, seed '",
        ),
        (
            'checks.raises(ValueError, largest, float("nan"), 1.0, reason="nan has no order.")',
            "checks.holds(True, 'nan has no order.')",
            "tiny-largest-nan-check: the stub earns 1 of it",
        ),
        (
            "checks.equal(checks.leaves_alone(sum_of_squares, x, share=0.2), expected)",
            "checks.equal(sum_of_squares(x), float(np.dot(x, x)))\n"
            "    checks.equal(sum_of_squares(x), expected)",
            "tiny-squares-check: an answer that overwrites its arguments reads",
        ),
    ],
    ids=["wrong", "unnamed", "luck", "stub", "overwritten"],
)
def test_an_unfair_check_is_told(tiny_copy: Lesson, old: str, new: str, sentence: str) -> None:
    """Is a check told that refuses the answer, has luck in it, or lets a stub or a mistake pass?"""
    _change(tiny_copy, old, new)
    told = list(faults_of(tiny_copy, ("", "1", "2", "3")))
    assert any(sentence in one for one in told), told


def test_a_mistake_that_the_seed_decides(tiny_copy: Lesson) -> None:
    """Is a mistake told that loses points with some random numbers only?"""
    mistakes = tiny_copy.mistakes
    lucky = "(x**2).sum() + max(float(x[0]), 0.0)"
    mistakes.write_text(mistakes.read_text().replace('"x.sum()"', f'"{lucky}"'))
    _change(tiny_copy, "long = rng.normal(size=300)", "long = rng.normal(size=1)")
    tried = {seed: soundness.tries(tiny_copy, seed) for seed in map(str, range(8))}
    told = list(soundness.seeds_decide(tried))
    assert any("The seed decides what it earns" in one for one in told), told
