"""Are the checks of each lesson fair to right answers and deaf to wrong ones?"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.soundness import known
from autograder.soundness.faults import (
    SEEDS,
    answers_fail,
    mistakes_escape,
    seeds_decide,
    spoilt_by_overwriting,
    stubs_earn,
    tries,
    visible_checks_fail,
)
from autograder.soundness.lint import problems_of, unfinished
from autograder.soundness.mutate import mutate_lesson
from course_lib.checks.table import Table, read, write

LESSONS = all_lessons(repository(Path(__file__)))
# `course mutate` tries every change; the suite one of so many, and more where there is more time.
SAMPLES = (45, pytest.param(15, marks=pytest.mark.thorough))
# Random numbers that the answers are tried with.
DRAWS = (SEEDS[:5], pytest.param(SEEDS, marks=pytest.mark.thorough))

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@each_lesson
def test_house_rules(lesson: Lesson) -> None:
    """Does the lesson keep the house rules: points, sizes, stubs, checks, names, mistakes?"""
    assert problems_of(lesson) + unfinished(lesson) == []


@each_lesson
@pytest.mark.parametrize("seeds", DRAWS, ids=len)
def test_answer_earns_every_point(lesson: Lesson, seeds: Sequence[str]) -> None:
    """Does the answer pass each check, whatever numbers it draws?"""
    assert list(answers_fail(lesson, seeds)) == []


@each_lesson
def test_untouched_stub_earns_nothing(lesson: Lesson) -> None:
    """Does the stub fail each check, hidden or not, and read that it is not written?"""
    assert list(stubs_earn(lesson)) == []


@each_lesson
def test_visible_checks_pass_with_the_answers(lesson: Lesson) -> None:
    """Does a student who writes the answer see every check of the released notebook pass?"""
    assert list(visible_checks_fail(lesson)) == []


@each_lesson
def test_overwriting_costs_no_more_than_it_must(lesson: Lesson) -> None:
    """Does an answer that overwrites its arguments read only that it does?"""
    assert list(spoilt_by_overwriting(lesson)) == []


_tried = cache(tries)
_committed = cache(lambda lesson: read(lesson.known.read_text(encoding="utf-8")))
# `course build --check` tells whether the tables are of this lesson; the suite tries one of six.
some_mistakes = pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.thorough)])


@pytest.mark.slow
@some_mistakes
@each_lesson
def test_mistakes_are_caught_and_named(lesson: Lesson, every: int) -> None:
    """Does each mistake lose points on its exercise, on no other, and is it told by name?"""
    known = _committed(lesson) if every > 1 else None
    assert list(mistakes_escape(lesson, _tried(lesson, "", every), known)) == []


@pytest.mark.thorough  # as long as all other tests of mistakes together
@each_lesson
def test_no_seed_decides(lesson: Lesson) -> None:
    """Does each mistake lose the same with other random numbers?"""
    assert list(seeds_decide({seed: _tried(lesson, seed, 1) for seed in ("", "1")})) == []


@pytest.mark.slow
@some_mistakes
@each_lesson
def test_tables_are_what_the_mistakes_give(lesson: Lesson, every: int) -> None:
    """Are the committed tables those that this lesson's mistakes give here and now?"""
    notebook = source_notebook(lesson)
    whole = known.table(lesson, _tried(lesson, "", every), notebook)
    visible = read(lesson.table.read_text(encoding="utf-8"))
    for made, table in (
        (whole, _committed(lesson)),
        (known.visible(whole, notebook, lesson), visible),
    ):
        (frame, mistakes), (its_frame, all_mistakes) = _shape(made), _shape(table)
        assert frame == its_frame
        for title, found in mistakes.items():
            assert [one for one in found if one not in all_mistakes[title]] == []
            assert every > 1 or len(found) == len(all_mistakes[title])


def _shape(table: Table) -> tuple[str, dict[str, list[object]]]:
    """What stands in it beside the mistakes, and these for each check without the last digits,
    which differ between processors."""
    rounded: dict[str, list[object]] = {
        title: [
            (one.sentence, {call: (s[0], f"{s[1]:.4g}") for call, s in one.sketches.items()})
            for one in check.known
        ]
        for title, check in table.checks.items()
    }
    bare = Table(table.lesson, {}, table.setup)
    return write(bare, ""), rounded


@pytest.mark.slow
@each_lesson
@pytest.mark.parametrize("every", SAMPLES)
def test_automatic_changes_are_noticed_or_listed(lesson: Lesson, every: int) -> None:
    """Is every automatic change to an answer noticed by a check, or listed with its reason?"""
    came = mutate_lesson(lesson, every=every)
    assert [f"{one.exercise}: {one.mutant.title}" for one in came.unlisted] == []
    assert came.stale == []
