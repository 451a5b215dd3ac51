"""Do the checks catch every named mistake, and say its name?

`python -m autograder.soundness.escapes` tells for every lesson of the course.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.soundness.known import Trial, table, trials
from autograder.soundness.mistakes import Mistake, load
from course_lib.checks.explain import explained
from course_lib.checks.table import Table


def escapes_of(lesson: Lesson) -> Iterator[tuple[Mistake, str]]:
    """Each mistake of a lesson with how it gets past the checks."""
    notebook = source_notebook(lesson)
    owners = {check: one.id for one in exercises_of(notebook) for check in one.points}
    tried = list(trials(notebook, lesson))
    known = table(lesson, tried, notebook)
    for trial in tried:
        yield trial.mistake, escape(trial, owners, known)


def escape(trial: Trial, owners: dict[str, str], known: Table) -> str:
    """How a mistake gets past the checks; "" where it does not.

    It must lose points on its own exercise and on no other, and be named where it does.
    owners: the exercise of each check
    """
    checks = {check.id: check for check in known.checks.values()}
    wrong = {
        name: judgement for name, judgement in trial.judgements.items() if not judgement.passed
    }
    for name, judgement in wrong.items():
        if owners[name] != trial.mistake.exercise:
            return f"costs points at {name} as well: {judgement.text}"
    if not wrong:
        return "passes every check"
    texts = [explained(judgement, checks.get(name)).text for name, judgement in wrong.items()]
    # Behind another's sentence the label of a share is not said once more.
    label, _, words = trial.mistake.sentence.partition(": ")
    ways = [trial.mistake.sentence] + ([f" Or: {words}"] if words else [])
    if not any(way in text and label in text for text in texts for way in ways):
        return f"is not named: {' | '.join(texts)}"
    return ""


def main() -> int:
    """Print one line a lesson and one for each mistake that gets past; tell whether one does.

    Lessons may be named, `python -m autograder.soundness.escapes 05`; all by default.
    """
    made = caught = 0
    for lesson in all_lessons(repository(Path.cwd())):
        if sys.argv[1:] and not lesson.name.startswith(tuple(sys.argv[1:])):
            continue
        found = list(escapes_of(lesson))
        for mistake, how in found:
            if how:
                print(f"{mistake.title} {how}")
        named = sum(not how for _, how in found)
        print(f"{lesson.name}: {len(load(lesson))} mistakes, {named} caught and named")
        made, caught = made + len(found), caught + named
    print(f"{made} mistakes, {caught} caught and named")
    return int(caught < made)


if __name__ == "__main__":
    sys.exit(main())
