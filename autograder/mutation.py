"""Do the checks catch every named mistake, and say its name?

`python -m autograder.mutation` tells for every lesson of the course.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode
from tqdm import tqdm

from autograder.build import source_notebook
from autograder.lessons import Lesson, lessons, repository
from autograder.mistakes import Mistake, load, planted
from autograder.names import dependents
from autograder.rehearse import rehearse


def escape(
    notebook: NotebookNode, mistake: Mistake, beside: Mapping[str, bytes] | None = None
) -> str:
    """How a mistake gets past the checks of an instructor's notebook; "" where it does not.

    It must lose points on its own exercise and on no other, and be named where it does.
    beside: the files that the answers hand in with the notebook
    """
    owner = {
        check: exercise.id
        for exercise in dependents(notebook, mistake.exercise)
        for check in exercise.points
    }
    said = rehearse(planted(notebook, mistake), only=owner, beside=beside)
    failed = {check: message for check, message in said.items() if message}
    for check, message in failed.items():
        if owner[check] != mistake.exercise:
            return f"costs points at {check} as well: {message}"
    if not failed:
        return "passes every check"
    if not any(mistake.sentence in message for message in failed.values()):
        return f"is not named: {' | '.join(failed.values())}"
    return ""


def escapes(lesson: Lesson) -> Iterator[tuple[Mistake, str]]:
    """Each mistake of a lesson with how it gets past the checks."""
    notebook, beside = source_notebook(lesson), lesson.beside
    for mistake in load(lesson):
        yield mistake, escape(notebook, mistake, beside)


def main() -> int:
    """Print one line a lesson and one for each mistake that gets past; tell whether one does."""
    made = caught = 0
    for lesson in lessons(repository(Path.cwd())):
        found = list(tqdm(escapes(lesson), desc=lesson.name, total=len(load(lesson)), leave=False))
        for mistake, how in found:
            if how:
                print(f"{mistake.title} {how}")
        named = sum(not how for _, how in found)
        print(f"{lesson.name}: {len(found)} mistakes, {named} caught and named")
        made, caught = made + len(found), caught + named
    print(f"{made} mistakes, {caught} caught and named")
    return int(caught < made)


if __name__ == "__main__":
    sys.exit(main())
