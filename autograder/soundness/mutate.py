"""Which automatic changes to a lesson's answers does no check notice?

What survives is listed in the lesson's equivalents.toml with the reason why it is no mistake, or
is a hole in a check.
"""

import os
import select
import signal
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import Exercise, exercises_of
from autograder.lesson.lessons import Lesson
from autograder.soundness import rehearse
from autograder.soundness.mistakes import without_marks
from autograder.soundness.mutants import Mutant, mutants_of
from course_lib.checks.box import Judgement
from course_lib.errors import CourseError

SECONDS = 8.0  # for one change: one can loop for ever


@dataclass(frozen=True)
class Survivor:
    """A change that no check noticed. `reason`: why it is no mistake; "" where nobody says."""

    exercise: str
    mutant: Mutant
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of a lesson's changes.

    stale: listed as equivalent, and no longer there
    stopped: changes that took too long, which a check would have been waited for: on a busy
        machine some may be survivors
    """

    tried: int
    survivors: list[Survivor]
    stale: list[str]
    stopped: int = 0

    @property
    def unlisted(self) -> list[Survivor]:
        return [one for one in self.survivors if not one.reason]


def mutate_lesson(
    lesson: Lesson,
    *,
    only: Callable[[str], bool] = lambda exercise: True,
    every: int = 1,
    on_mutant: Callable[[], None] = lambda: None,
) -> Outcome:
    """Try the changes to a lesson's answers.

    only: which exercises, by id
    every: try each `every`-th change, for a sample
    on_mutant: called after each
    """
    # The oracle needs them, and PyTorch's optimisers _dynamo: here once, and not in each fork.
    import sklearn.neighbors  # noqa: F401
    import torch._dynamo  # noqa: F401

    notebook = source_notebook(lesson)
    listed = equivalents(lesson)
    chosen = [one for one in exercises_of(notebook) if only(one.id)]
    tried, stopped, found, seen = 0, 0, [], set()
    with rehearse.Rehearsal(notebook, lesson.beside) as rehearsal:
        for exercise, mutant in _changes(chosen):
            seen.add((exercise.id, mutant.title))
            tried += 1
            if tried % every:
                continue
            on_mutant()
            checks = set(exercise.points)
            passes = _passes(lambda: rehearsal.judgements({exercise.id: mutant.source}, checks))  # noqa: B023
            stopped += passes is None
            if passes:
                reason = listed.get((exercise.id, mutant.title), "")
                found.append(Survivor(exercise.id, mutant, reason))
    ids = {one.id for one in chosen}
    stale = [f"{of}: {title}" for of, title in listed if of in ids and (of, title) not in seen]
    return Outcome(tried // every, found, stale, stopped)


def equivalents(lesson: Lesson) -> dict[tuple[str, str], str]:
    """The changes that a lesson lists as no mistakes, with their reasons: by exercise and title.

    raises: CourseError where the file is not understood
    """
    if not lesson.equivalents.is_file():
        return {}
    try:
        tree = tomllib.loads(lesson.equivalents.read_text(encoding="utf-8"))
        return {
            (exercise, title): str(reason)
            for exercise, entries in tree.items()
            for title, reason in entries.items()
        }
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise CourseError(f"{lesson.equivalents} is not understood: {error}.") from error


def _changes(chosen: list[Exercise]) -> Iterator[tuple[Exercise, Mutant]]:
    for exercise in chosen:
        for mutant in mutants_of(without_marks(exercise.solution.source)):
            yield exercise, mutant


def _passes(run: Callable[[], Mapping[str, Judgement]]) -> bool | None:
    """Do all checks pass? None where they had to be stopped.

    In a fork: a change can loop, crash Python or spoil what others use.
    """
    source, end = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b"n"
        try:
            os.close(source)
            if all(judgement.passed for judgement in run().values()):
                answer = b"y"
        finally:
            os.write(end, answer)
            os._exit(0)
    os.close(end)
    ready, _, _ = select.select([source], [], [], SECONDS)
    answer = os.read(source, 1) if ready else b""
    os.close(source)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return answer == b"y" if ready else None
