"""Which wrong values does a class share that no sentence names?

Where a check fails and no known mistake explains it, the graded notebook keeps sketches of the
wrong values. Students with the same ones made the same mistake, most likely. What an instructor
says of it goes into the class's own table, and to all of them.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder.classroom import gradebook, named
from autograder.classroom.folder import Classroom, released
from autograder.classroom.lock import alone
from autograder.grading.mark import comments
from autograder.grading.results import read_results
from autograder.lesson.build import release_notebook
from autograder.submission.frame import frame_of
from course_lib.cells import grade_id, is_check, is_solution
from course_lib.checks import box
from course_lib.checks.box import Judgement
from course_lib.checks.difference.sketch import Sketch
from course_lib.checks.explain import with_sentences
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.notebooks import as_text

CLOSE = 1e-5  # the sums of two sketches of one value, on machines that round otherwise


@dataclass(frozen=True)
class Group:
    """Students whose answers give the same wrong value.

    id: short, and the same whoever joins
    check, exercise: their ids; title: the check's own
    sketches: of the wrong values by call; by the first of them the students are alike
    answer: one of theirs, as it stands in the graded notebook
    """

    id: str
    check: str
    exercise: str
    title: str
    sketches: Mapping[str, Sketch]
    students: tuple[str, ...]
    answer: str


def groups(classroom: Classroom, lesson: str) -> list[Group]:
    """The wrong values without a sentence, the most frequent first; each has one or more."""
    found: list[Group] = []
    for student in sorted(classroom.graded(lesson)):
        notebook = _graded(classroom, student, lesson)
        results = read_results(classroom.autograded(student, lesson))
        if notebook is None or results is None:
            continue
        for cell, judgement in _unnamed(notebook):
            check, sketches = grade_id(cell), judgement.unnamed
            same = next((n for n, one in enumerate(found) if _is(one, check, sketches)), None)
            if same is not None:
                members = (*found[same].students, student)
                found[same] = replace(found[same], students=members)
                continue
            exercise = results.exercises.get(check, "")
            answer = _answer(notebook, exercise)
            name = _id(check, sketches)
            found.append(Group(name, check, exercise, judgement.what, sketches, (student,), answer))
    return sorted(found, key=lambda one: (-len(one.students), one.id))


def name(classroom: Classroom, lesson: str, group: str, sentence: str) -> Group:
    """Say a sentence of a group: to its students with the next feedback, and to whoever gives the
    same value from now on. Nothing of theirs is run again, and no points change.

    raises: CourseError where there is no such group, or the sentence is none
    """
    sentence = " ".join(sentence.split())
    if not sentence:
        raise CourseError("Give the sentence that these students are to read, in quotes.")
    if not sentence.endswith((".", "?", "!")):
        sentence += "."
    with alone(classroom):
        meant = [one for one in groups(classroom, lesson) if one.id == group]
        if not meant:
            raise CourseError(
                f"{lesson} has no group {group}. `course report {lesson}` lists its groups, and "
                "those that have a sentence are none any more."
            )
        (one,) = meant
        named.add(classroom, lesson, one.title, sentence, one.sketches)
        _tell(classroom, lesson, one, sentence)
    return one


def as_mistake(group: Group, sentence: str) -> str:
    """A draft for the lesson's mistakes.py, of which its author may make a swap."""
    given = json.dumps(group.exercise), json.dumps(sentence, ensure_ascii=False)
    return f"@mistake({', '.join(given)})\n{group.answer.strip()}\n"


def _tell(classroom: Classroom, lesson: str, group: Group, sentence: str) -> None:
    """Put the sentence into the graded notebooks and the gradebook's comments."""
    source = released(classroom, lesson)
    frame = frame_of(source, release_notebook(source, classroom.source(lesson)))
    with gradebook.opened(classroom) as book:
        for student in set(group.students) & gradebook.students(book):
            path = classroom.autograded(student, lesson)
            notebook, results = _graded(classroom, student, lesson), read_results(path)
            if notebook is None or results is None:
                continue
            message = ""
            for cell, judgement in _unnamed(notebook):
                if grade_id(cell) == group.check:
                    alike = {
                        call: sentence
                        for call, sketch in judgement.unnamed.items()
                        if call in group.sketches and _alike(sketch, group.sketches[call])
                    }
                    better = with_sentences(judgement, alike)
                    _put(cell, replace(better, unnamed={}))
                    message = better.reasons
            verdicts = tuple(
                replace(one, message=message) if one.check == group.check and message else one
                for one in results.verdicts
            )
            results = replace(results, verdicts=verdicts)
            notebook.metadata.course = from_dict(asdict(results))
            write(path, as_text(notebook))
            gradebook.set_comments(book, lesson, student, comments(frame, results))


def _put(cell: NotebookNode, judgement: Judgement) -> None:
    """The cell's box, and the error that goes with it, in these words."""
    for number, output in enumerate(cell.outputs):
        if box.MIME in output.get("data", {}):
            cell.outputs[number] = new_output("display_data", data=box.bundle(judgement))
        elif output.output_type == "error" and output.ename == "NotYet":
            output.evalue = judgement.text
            output.traceback = judgement.text.splitlines()


def _unnamed(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, Judgement]]:
    for cell in filter(is_check, notebook.cells):
        judgement = box.last(cell.outputs)
        if judgement is not None and judgement.unnamed:
            yield cell, judgement


def _is(group: Group, check: str, sketches: Mapping[str, Sketch]) -> bool:
    mine, theirs = next(iter(group.sketches)), next(iter(sketches))
    same = (group.check, mine) == (check, theirs)
    return same and _alike(group.sketches[mine], sketches[theirs])


def _alike(mine: Sketch, theirs: Sketch) -> bool:
    return mine[0] == theirs[0] and all(
        math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
        for one, other in zip(mine[1:], theirs[1:])
    )


def _id(check: str, sketches: Mapping[str, Sketch]) -> str:
    call, (form, *sums) = next(iter(sketches.items()))
    text = json.dumps([call, form, *(f"{number:.3g}" for number in sums)])
    return f"{check.removesuffix('-check')}-{hashlib.sha256(text.encode()).hexdigest()[:4]}"


def _answer(notebook: NotebookNode, exercise: str) -> str:
    return next(
        (
            str(cell.source)
            for cell in notebook.cells
            if is_solution(cell) and grade_id(cell) == exercise
        ),
        "",
    )


def _graded(classroom: Classroom, student: str, lesson: str) -> NotebookNode | None:
    """A graded notebook in which there is something unnamed."""
    path: Path = classroom.autograded(student, lesson)
    try:
        text = path.read_text(encoding="utf-8")
        # Few have any, and to read a notebook takes long in a large class.
        return nbformat.reads(text, as_version=4) if '"unnamed"' in text else None
    except (OSError, ValueError):
        return None
