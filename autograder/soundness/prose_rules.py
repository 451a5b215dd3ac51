"""Does a lesson's text give its reader what they need? Headings, hints, walkthroughs, answers."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.lesson.hints import hints_of
from autograder.lesson.lessons import Lesson
from course_lib.cells import grade_id, is_check, is_solution, is_written, owner, points

QUESTIONS = 5  # on the closing page
WORDS = 40  # of a walkthrough's section, at least
MOST_OFTEN = "Most often wrong:"
_HEADING = re.compile(r"^### Exercise (\d+)\.(\d+): \S.*\n(.*)$", re.MULTILINE)
_FACTS = re.compile(r"(\d+) points? · about \d+ minutes · (?:easy|medium|hard)( · optional)?")
_ANSWER = "<details><summary>Answer</summary>"


def prose_breaches(lesson: Lesson, notebook: NotebookNode) -> Iterator[str]:
    """What a lesson's text lacks, a sentence each. `notebook`: the lesson's source."""
    for breach in (
        *_headings(lesson.name, notebook),
        *_hints(lesson, notebook),
        *_closing(notebook),
    ):
        yield f"{lesson.source}: {breach}"
    for breach in _walkthrough(lesson, notebook):
        yield f"{lesson.walkthrough}: {breach}"


def _headings(name: str, notebook: NotebookNode) -> Iterator[str]:
    """Each exercise's heading says its number, and beneath it points, minutes, difficulty."""
    worth: dict[str, float] = {}
    number, text = 0, ""
    asked = [grade_id(cell) for cell in notebook.cells if is_solution(cell) or is_written(cell)]
    for cell in notebook.cells:
        if is_check(cell):
            exercise = owner(grade_id(cell), asked)
            worth[exercise] = worth.get(exercise, 0) + points(cell)
        elif is_written(cell):
            worth[grade_id(cell)] = points(cell)
    for cell in notebook.cells:
        if not (is_solution(cell) or is_written(cell)):
            text += f"\n{cell.source}\n" if cell.cell_type == "markdown" else ""
            continue
        number += 1
        exercise, due = grade_id(cell), f"{int(name[:2])}.{number}"
        *_, found = _HEADING.finditer(text) if _HEADING.search(text) else (None,)
        text = ""
        if found is None or f"{found[1]}.{found[2]}" != due:
            yield f"{exercise} has no heading `### Exercise {due}: ...` before it."
            continue
        facts = _FACTS.fullmatch(found[3])
        total = worth.get(exercise, 0)
        if facts is None:
            yield (
                f"{exercise}: beneath its heading stands `{total:g} points · about 15 minutes · "
                "easy` (or medium, or hard), in this form."
            )
        elif int(facts[1]) != total:
            yield f"{exercise}: its heading says {facts[1]} points, and its checks give {total:g}."
        elif bool(facts[2]) != (total == 0):
            yield f"{exercise}: an exercise is optional where it has no points, and only there."


def _hints(lesson: Lesson, notebook: NotebookNode) -> Iterator[str]:
    ids = [cell.id for cell in notebook.cells]
    for exercise in hints_of(lesson):
        place = ids.index(f"{exercise}-hint"[:64]) + 1
        if place == len(ids) or grade_id(notebook.cells[place]) != exercise:
            yield f"The hints of {exercise} stand right before its answer, and here they do not."
    if any("<summary>Hint:" in cell.source for cell in notebook.cells):
        yield 'Hints stand in cells of their own: # %% [markdown] hint="..."'


def _closing(notebook: NotebookNode) -> Iterator[str]:
    closing = [cell.source for cell in notebook.cells if "## What you built" in cell.source]
    if not closing:
        yield "There is no closing page: `## What you built`."
        return
    items = re.split(r"^\d+\. ", closing[-1], flags=re.MULTILINE)[1:]
    if len(items) != QUESTIONS:
        yield f"The closing page asks {len(items)} questions, and should ask {QUESTIONS}."
    for number, item in enumerate(items, start=1):
        if item.count(_ANSWER) != 1:
            yield f"Question {number} of the closing page has no folded answer of its own."


def _walkthrough(lesson: Lesson, notebook: NotebookNode) -> Iterator[str]:
    due = [grade_id(cell) for cell in notebook.cells if is_solution(cell)]
    if not lesson.walkthrough.is_file():
        yield f"it is not there; it has a section `## {due[0]}` for each exercise."
        return
    parts = re.split(r"^## (.+)\n", lesson.walkthrough.read_text("utf-8"), flags=re.MULTILINE)
    names, texts = parts[1::2], parts[2::2]
    if names != due:
        wrong = [*(set(due) - set(names)), *(set(names) - set(due))]
        yield f"its sections are not the exercises in their order: {', '.join(sorted(wrong))}."
    for name, text in zip(names, texts):
        if len(text.split()) < WORDS or MOST_OFTEN not in text:
            yield f"{name} has no {WORDS} words, or no `{MOST_OFTEN}`."
