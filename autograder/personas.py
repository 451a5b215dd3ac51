"""What does a class hand in? One student for each way in which it can go well, or not."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder import handwriting
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from autograder.soundness.mistakes import Mistake, load, planted, without_marks
from course_lib.cells import is_check
from course_lib.errors import CourseError
from course_lib.notebooks import as_text

LOOP = "while True:\n    pass"
CRASH = "import os\nos._exit(1)"
WARNING = "import warnings\nwarnings.warn('this may be slow')"
CHATTER = "print('here I am\\n' * 100_000)"
# The students who make the named mistakes; from the 17th on with a number.
NAMES = ["amina", "bjorn", "carmen", "dmitri", "elena", "farid", "grace", "hiroshi"]
NAMES += ["ines", "jonas", "kavita", "lucia", "mehmet", "nadia", "oskar", "priya"]


@dataclass(frozen=True)
class Persona:
    """One student: what happened, and the bytes of the file (None: a folder without it)."""

    name: str
    story: str
    notebook: bytes | None


def personas_of(lesson: Lesson) -> list[Persona]:
    """A class for a lesson, always the same, made of its answers, stubs and named mistakes."""
    source = source_notebook(lesson)
    return [*_characters(source, lesson), *_mistaken(source, lesson)]


def _characters(source: NotebookNode, lesson: Lesson) -> Iterator[Persona]:
    """Those who show one way each."""
    released = release_notebook(source, lesson.source)
    answers = _answers(source)
    every = list(answers)
    first, last = every[0], every[-1]
    half = {exercise: answers[exercise] for exercise in every[: len(every) // 2]}
    right = _filled(released, answers)

    def but(exercise: str, answer: str) -> bytes:
        return _bytes(_filled(released, {**answers, exercise: answer}))

    yield Persona("ada", "Everything is right.", _bytes(right))
    yield Persona("boris", "Handed in untouched.", _bytes(released))
    yield Persona(
        "chloe",
        f"{first} has a syntax error, the rest is right.",
        but(first, "def oops(:\n    ..."),
    )
    yield Persona("dario", "The upload broke off in mid-file.", _bytes(right)[:2000])
    yield Persona("esther", f"{last} never ends.", but(last, _begun(answers[last], LOOP)))
    yield Persona("felix", "Did the first half.", _bytes(_filled(released, half)))
    yield Persona(
        "greta", "Right, with the first check cell copied below itself.", _bytes(_copied(right))
    )
    yield Persona(
        "hassan",
        f"Right, but {first} warns at every call.",
        but(first, _begun(answers[first], WARNING)),
    )
    yield Persona("ivana", f"{last} ends the kernel.", but(last, _begun(answers[last], CRASH)))
    yield Persona("jakub", "Right, with the first check cell deleted.", _bytes(_dropped(right)))
    yield Persona("keiko", "Handed in an empty folder.", None)
    yield Persona(
        "leon",
        f"Right, but {first} prints 100,000 lines at every call.",
        but(first, _begun(answers[first], CHATTER)),
    )

    own = {name: handwriting.rewritten(answer) for name, answer in answers.items()}
    copied = {name: handwriting.renamed(answer) for name, answer in own.items()}
    yield Persona("nora", "Right, in a hand of her own.", _bytes(_filled(released, own)))
    yield Persona("otto", "Nora's, with other names.", _bytes(_filled(released, copied)))


MISTAKES = 8  # of each exercise, so that a class has the size of a class


def _mistaken(source: NotebookNode, lesson: Lesson) -> Iterator[Persona]:
    """Those who make named mistakes, each in every other exercise: the first few of each."""
    released = release_notebook(source, lesson.source)
    by_exercise: dict[str, list[Mistake]] = {exercise.id: [] for exercise in exercises_of(source)}
    for mistake in load(lesson):
        by_exercise.setdefault(mistake.exercise, []).append(mistake)
    piles = [pile[:MISTAKES] for pile in by_exercise.values()]
    rounds = max(map(len, piles), default=0)
    groups = [
        [pile[turn] for pile in piles[half::2] if turn < len(pile)]
        for turn in range(rounds)
        for half in (0, 1)
    ]
    for number, made in enumerate(filter(None, groups)):
        notebook = source
        for mistake in made:
            notebook = planted(notebook, mistake)
        lap, place = divmod(number, len(NAMES))
        story = f"Right but for {len(made)} of the named mistakes."
        submission = _filled(released, _answers(notebook))
        yield Persona(NAMES[place] + (f"-{lap + 1}" if lap else ""), story, _bytes(submission))


def _answers(source: NotebookNode) -> dict[str, str]:
    return {
        exercise.id: without_marks(exercise.solution.source) for exercise in exercises_of(source)
    }


def _filled(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy of the student's notebook with these answer cells filled in."""
    notebook = nbformat.from_dict(released)
    for exercise in exercises_of(notebook):
        exercise.solution.source = answers.get(exercise.id, exercise.solution.source)
    return notebook


def _begun(answer: str, statements: str) -> str:
    """The answer with `statements` at the beginning of its first function."""
    functions = (node for node in ast.walk(ast.parse(answer)) if isinstance(node, ast.FunctionDef))
    function = min(functions, key=lambda node: node.lineno, default=None)
    if function is None:
        raise CourseError(f"This answer defines no function, and a persona needs one:\n{answer}")
    body = function.body[1:] if ast.get_docstring(function) and function.body[1:] else function.body
    lines = answer.splitlines()
    indent = " " * body[0].col_offset
    lines[body[0].lineno - 1 : body[0].lineno - 1] = [
        indent + line for line in statements.splitlines()
    ]
    return "\n".join(lines)


def _copied(notebook: NotebookNode) -> NotebookNode:
    copy = nbformat.from_dict(notebook)
    place = next(i for i, cell in enumerate(copy.cells) if is_check(cell))
    twin = nbformat.from_dict(copy.cells[place])
    twin.id = f"{twin.id[:58]}-copy"
    copy.cells.insert(place + 1, twin)
    return copy


def _dropped(notebook: NotebookNode) -> NotebookNode:
    copy = nbformat.from_dict(notebook)
    del copy.cells[next(i for i, cell in enumerate(copy.cells) if is_check(cell))]
    return copy


def _bytes(notebook: NotebookNode) -> bytes:
    return as_text(notebook).encode()
