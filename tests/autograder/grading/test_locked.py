"""What two rooms make of submissions, beside what one cold kernel makes of them."""

import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

from autograder.grading.cold import ColdRoom
from autograder.grading.locked import LockedRoom
from autograder.grading.verdicts import Graded
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, all_lessons
from autograder.personas import personas_of
from autograder.rooms.parents.warm import WarmParent
from autograder.soundness.known import whole
from autograder.soundness.mistakes import Mistake, load, planted, without_marks
from autograder.submission.assemble import assemble_notebook
from autograder.submission.frame import frame_of
from autograder.submission.submitted import read
from course_lib.cells import is_check
from course_lib.checks import box
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits
from tests.autograder.grading.tiny import RIGHT, TINY, answered

ROOT = Path(__file__).parents[3]
LIMITS = Limits(cell_seconds=10)
# Rounds of mistakes a lesson.
ROUNDS = (1, pytest.param(int(os.environ.get("COURSE_ROUNDS", "12")), marks=pytest.mark.thorough))
# What two calls share in the student's room, the examiner has as two copies: seen in the notebook.
NOT_SEEN = {
    "training-solver: Your function changed its argument config",
    "conv-fast: A second call of forward changes the cache of the first: "
    "no two calls may share it.",
}


def locked(parent: WarmParent, limits: Limits = LIMITS, table: str = "", **answers: str) -> Graded:
    """The tiny lesson with right answers but for those given (`squares`, `largest`)."""
    return LockedRoom(limits, "s", parent, known=table).run(answered(**answers))


def points(result: Graded) -> list[float]:
    return [verdict.earned for verdict in result.verdicts]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "people"),
    [
        (TINY, "ada amina bjorn boris chloe esther felix greta hassan ivana jakub leon"),
        # Amina has all right but one exercise.
        *((lesson, "amina") for lesson in all_lessons(ROOT) if lesson.name[:2] in ("01", "09")),
        *(
            pytest.param(lesson, "ada amina felix", marks=pytest.mark.thorough)
            for lesson in all_lessons(ROOT)
        ),
    ],
    ids=lambda given: getattr(given, "name", None),
)
def test_personas(lesson: Lesson, people: str, parent: WarmParent):
    """Does everybody in a class get the score and the sentences that a cold kernel gives?"""
    source = source_notebook(lesson)
    ground = frame_of(source, release_notebook(source, lesson.source))
    limits = Limits(cell_seconds=5 if lesson is TINY else 10)
    for person in personas_of(lesson):
        if person.name not in people.split() or person.notebook is None:
            continue
        try:
            notebook = assemble_notebook(ground, read(person.notebook))
        except CourseError:
            continue
        cold = ColdRoom(limits, "s", lesson.beside).run(notebook)
        two = LockedRoom(limits, "s", parent, lesson.beside).run(notebook)
        for a, b in zip(cold.verdicts, two.verdicts):
            assert (b.check, b.earned) == (a.check, a.earned), person.story
            assert b.message.startswith(a.message), person.story
        assert two.problem == cold.problem


@pytest.mark.slow
@pytest.mark.parametrize("count", ROUNDS)
@pytest.mark.parametrize("lesson", [TINY, *all_lessons(ROOT)], ids=lambda lesson: lesson.name)
def test_mistakes(lesson: Lesson, count: int, parent: WarmParent):
    """Do named mistakes, a few at a time, lose points on their exercises alone, and are they named?

    Every mistake is tried in `course rehearse`; here a sample of them, lest it take an hour.
    """
    source = source_notebook(lesson)
    released = release_notebook(source, lesson.source)
    ground = frame_of(source, released)
    table = whole(lesson, source)
    every = list(rounds(lesson, [exercise.id for exercise in exercises_of(source)]))
    for chosen in every[:: -(-len(every) // count)]:
        made = [mistake for mistake in chosen if mistake.title not in NOT_SEEN]
        wrong = source
        for mistake in made:
            wrong = planted(wrong, mistake)
        written = {e.id: without_marks(e.solution.source) for e in exercises_of(wrong)}
        notebook = assemble_notebook(ground, read(as_text(released).encode()))
        for exercise in exercises_of(notebook):
            exercise.solution.source = written[exercise.id]
        room = LockedRoom(LIMITS, "7", parent, lesson.beside, known=table)
        result = room.run(notebook)
        lost = {ground.owners[verdict.check] for verdict in result.verdicts if verdict.message}
        titles = [mistake.title for mistake in made]
        assert lost == {mistake.exercise for mistake in made}, titles
        said = [outcome.message for outcome in outcomes_of(result.notebook)]
        for mistake in made:
            assert any(mistake.sentence in message for message in said), mistake.title


def rounds(lesson: Lesson, names: list[str]) -> Iterator[list[Mistake]]:
    """All mistakes of a lesson, each time at most one in every other exercise."""
    piles = [[one for one in load(lesson) if one.exercise == name] for name in names]
    for half in (piles[::2], piles[1::2]):
        for made in zip_longest(*half):
            yield [mistake for mistake in made if mistake is not None]


SUM = "def sum_of_squares(x):\n    total = 0\n    for v in x:\n        total += v\n    return total"


def test_a_known_mistake_is_named_with_other_numbers(parent: WarmParent):
    """Does an answer of its own form that gives a mistake's value read its sentence, and keep the
    numbers of its own?"""
    known = whole(TINY, source_notebook(TINY))
    plain, told = (locked(parent, table=text, squares=SUM) for text in ("", known))
    assert points(plain) == points(told) == [0, 40, 20]
    (before, *_), (after, *_) = (outcomes_of(one.notebook) for one in (plain, told))
    assert after.reason == "This is the sum, not the sum of squares."
    assert before.reason != after.reason
    assert before.message.partition("Yours")[2] == after.message.partition("Yours")[2]
    assert "Yours" in after.message


def test_a_second_look_cannot_cost_or_earn(parent: WarmParent):
    """Does an answer that hangs, dies or turns right when it is asked again keep its verdict?"""
    known = whole(TINY, source_notebook(TINY))
    for again in ("while True: pass", "import os; os._exit(0)", "return float((x**2).sum())"):
        answer = (
            "calls = []\ndef sum_of_squares(x):\n    calls.append(1)\n    if len(calls) > 2:\n"
            f"        {again}\n    return -1.0"
        )
        result = locked(parent, Limits(cell_seconds=2), known, squares=answer)
        assert points(result) == [0, 40, 20], again
        assert "Python died" not in outcomes_of(result.notebook)[0].message


def test_right(parent: WarmParent):
    """Does a right answer get all points, a box under each check, and counts as a kernel gives?"""
    result = locked(parent)
    assert points(result) == [40, 40, 20]
    checks = [cell for cell in result.notebook.cells if is_check(cell)]
    assert all(cell.outputs[-1].data[box.MIME]["passed"] for cell in checks)
    counts = [cell.get("execution_count") for cell in result.notebook.cells]
    assert [count for count in counts if count] == list(range(1, 7))


@pytest.mark.parametrize(
    "body",
    [
        "import os; os._exit(0)",
        "import os, signal; os.kill(0, signal.SIGKILL)",
        "while True: pass",
        "import ctypes; ctypes.string_at(0)",
    ],
)
def test_one_exercise_is_lost(parent: WarmParent, body: str):
    """Does a call that kills or hangs its room cost that exercise and no other?"""
    limits = Limits(cell_seconds=3)
    result = locked(parent, limits, squares=f"def sum_of_squares(x):\n    {body}")
    assert points(result) == [0, 40, 20]
    assert result.seconds < 20


def test_a_cell_that_ends_its_room(parent: WarmParent):
    """Is a cell that ended its room left out when the next room is brought to where it was?"""
    squares = RIGHT["tiny-squares"] + "\nimport os; os._exit(0)"
    limits = Limits(cell_seconds=10, total_seconds=15)
    result = locked(parent, limits, squares=squares)
    assert points(result) == [0, 40, 20]
    assert not result.problem


def test_what_a_replayed_cell_prints(parent: WarmParent):
    """Is what a cell prints shown once, where it is run again for a new room?"""
    squares = "print('here I am')\ndef sum_of_squares(x):\n    import os; os._exit(0)"
    result = locked(parent, squares=squares)
    assert points(result) == [0, 40, 20]
    shown = [output for cell in result.notebook.cells for output in cell.get("outputs", [])]
    assert sum(str(output.get("text", "")).count("here I am") for output in shown) == 1


def test_loop_at_top_level(parent: WarmParent):
    """Does what a cell defined before it was interrupted still count, as in a kernel?"""
    squares = RIGHT["tiny-squares"] + "\nwhile True: pass"
    result = locked(parent, Limits(cell_seconds=3), squares=squares)
    assert points(result) == [40, 40, 20]
    errors = [o for cell in result.notebook.cells for o in cell.get("outputs", []) if "ename" in o]
    assert [error.ename for error in errors] == ["TooLong"]


def test_total_time(parent: WarmParent):
    """Does a notebook that uses up its time say so, and keep what it earned before?"""
    sleeper = "import time\ntime.sleep(60)"
    limits = Limits(cell_seconds=60, total_seconds=4)
    result = locked(parent, limits, largest=sleeper)
    assert points(result) == [40, 0, 0]
    assert result.problem.startswith("The notebook ran for 4 s")


def test_chatter_in_a_check(parent: WarmParent):
    """Does what a function prints during a check reach the notebook, capped, and cost nothing?"""
    noisy = RIGHT["tiny-squares"].replace(":", ":\n    print('here I am\\n' * 300_000)", 1)
    result = locked(parent, Limits(output_bytes=20_000), squares=noisy)
    assert points(result) == [40, 40, 20]
    assert len(as_text(result.notebook)) < 100_000
    assert "here I am" in as_text(result.notebook)


def test_hidden_tests_stay(parent: WarmParent):
    """Is nothing of a hidden test to be found anywhere in the student's room?"""
    spy = (
        "import gc\ndef sum_of_squares(x):\n    return float((x**2).sum())\n"
        "def largest(a, b):\n    words = [o for o in gc.get_objects() if type(o) is dict]\n"
        "    texts = [repr(v)[:5000] for d in words for v in list(d.values()) if type(v) is str]\n"
        "    print('FOUND' if any('leaves' + '_alone(sum' in t for t in texts) else 'CLEAN')\n"
        "    return max(a, b)"
    )
    result = locked(parent, squares=spy, largest="pass")
    text = as_text(result.notebook)
    assert "CLEAN" in text
    assert '"FOUND\\n' not in text


@pytest.mark.parametrize("name", ["SystemExit", "ValueError"])
def test_cells_that_raise(parent: WarmParent, name: str):
    """Does a room that answers a cell with an exception, as none does, cost only that cell?"""
    forged = (
        "\nimport gc"
        "\nfrom autograder.rooms.inside import student"
        "\nserver = next(one for one in gc.get_objects() if type(one) is student._Server)"
        f"\nerror = ({name!r}, [{name!r}], 'forged', True, [], '')"
        "\ntype(server).do_cell = lambda *_: ('raise', error, {})"
    )
    result = locked(parent, squares=RIGHT["tiny-squares"] + forged)
    assert points(result) == [40, 0, 0]
    assert not result.problem
