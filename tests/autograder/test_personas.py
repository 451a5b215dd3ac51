"""What does a class hand in?"""

import json
from pathlib import Path

import nbformat
import pytest

from autograder.handwriting import renamed, rewritten
from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.personas import MISTAKES, Persona, personas_of
from autograder.soundness.mistakes import load, without_marks
from autograder.soundness.mistakes import mistaken as mistaken_text
from autograder.soundness.rehearse import Rehearsal
from course_lib.cells import grade_id, is_check


@pytest.fixture
def people(tiny: Lesson) -> dict[str, Persona]:
    return {person.name: person for person in personas_of(tiny)}


def _checks(person: Persona) -> list[str]:
    assert person.notebook is not None
    cells = nbformat.reads(person.notebook.decode(), as_version=4).cells
    return [grade_id(cell) for cell in cells if is_check(cell)]


def _answers(person: Persona) -> dict[str, str]:
    assert person.notebook is not None
    notebook = nbformat.reads(person.notebook.decode(), as_version=4)
    return {one.id: one.solution.source for one in exercises_of(notebook)}


def test_class_is_always_the_same(tiny: Lesson) -> None:
    """Does the same lesson give the same class, with a name and a story for each?"""
    people = personas_of(tiny)
    assert people == personas_of(tiny)
    assert len(people) >= 12
    assert len({person.name for person in people}) == len(people)
    assert all(person.name.isidentifier() and person.story.endswith(".") for person in people)


def test_submissions_are_students_files(people: dict[str, Persona]) -> None:
    """Does no submission hold a hidden test or a solution mark?"""
    for person in people.values():
        assert b"HIDDEN TESTS" not in (person.notebook or b"")
        assert b"BEGIN SOLUTION" not in (person.notebook or b"")


def test_right_and_untouched(people: dict[str, Persona], tiny: Lesson) -> None:
    """Does ada have every answer, boris none, and felix the first half?"""
    assert "return float((x**2).sum())" in _answers(people["ada"])["tiny-squares"]
    assert all("NotImplementedError" in one for one in _answers(people["boris"]).values())
    half = _answers(people["felix"])
    assert half["tiny-squares"] == _answers(people["ada"])["tiny-squares"]
    assert half["tiny-largest"] == _answers(people["boris"])["tiny-largest"]


def test_broken_files(people: dict[str, Persona]) -> None:
    """Is one file cut off, one cell no Python, and one folder empty?"""
    assert people["dario"].notebook is not None
    with pytest.raises(json.JSONDecodeError):
        json.loads(people["dario"].notebook)
    with pytest.raises(SyntaxError):
        compile(_answers(people["chloe"])["tiny-squares"], "cell", "exec")
    assert people["keiko"].notebook is None


@pytest.mark.parametrize(
    ("name", "exercise", "text"),
    [
        ("esther", "tiny-largest", "while True:"),
        ("hassan", "tiny-squares", "warnings.warn("),
        ("ivana", "tiny-largest", "os._exit(1)"),
        ("leon", "tiny-squares", "print("),
    ],
)
def test_one_function_misbehaves(
    people: dict[str, Persona], name: str, exercise: str, text: str
) -> None:
    """Does the answer begin with the misbehaviour, below its docstring, and go on as ada's?"""
    odd, right = _answers(people[name]), _answers(people["ada"])
    assert text in odd[exercise]
    compile(odd[exercise], "cell", "exec")
    assert odd[exercise].index('"""') < odd[exercise].index(text)
    assert odd[exercise].splitlines()[-1] == right[exercise].splitlines()[-1]
    assert [key for key in right if odd[key] != right[key]] == [exercise]


def test_checks_copied_and_deleted(people: dict[str, Persona]) -> None:
    """Does greta have a check twice, under a cell id of its own, and jakub one too few?"""
    right = _checks(people["ada"])
    assert _checks(people["greta"]) == [right[0], *right]
    assert _checks(people["jakub"]) == right[1:]
    nbformat.validate(nbformat.reads((people["greta"].notebook or b"").decode(), as_version=4))


def test_every_mistake_is_made_by_somebody(people: dict[str, Persona], tiny: Lesson) -> None:
    """Does the class as a whole make the named mistakes, and nobody go wrong everywhere?"""
    right = _answers(people["ada"])
    mistaken = [_answers(people[name]) for name in ("amina", "bjorn", "carmen", "dmitri")]
    made = [{key: one[key] for key in right if one[key] != right[key]} for one in mistaken]
    assert [len(wrong) for wrong in made] == [1, 1, 1, 1]
    found = {(key, source) for wrong in made for key, source in wrong.items()}
    assert found == {(one.exercise, mistaken_text(right[one.exercise], one)) for one in load(tiny)}


@pytest.mark.parametrize(
    "lesson", all_lessons(repository(Path(__file__))), ids=lambda one: one.name
)
def test_every_lesson_has_a_class(lesson: Lesson) -> None:
    """Can a class be made for each lesson, and does it go wrong in every exercise?"""
    people = personas_of(lesson)
    assert len({person.name for person in people}) == len(people)
    assert len(people) <= 14 + 2 * MISTAKES
    right = _answers(people[0])
    made = [_answers(person) for person in people[12:]]
    assert [key for key in right if all(one[key] == right[key] for one in made)] == []


def test_answer_that_is_a_class(tiny_copy: Lesson) -> None:
    """Does a misbehaviour go into a method where the answer is a class?"""
    text = tiny_copy.source.read_text()
    start, end = text.index("def largest"), text.index("# %%", text.index("def largest"))
    answer = """class Largest:
    # A comment.
    def __call__(self, a, b):
        ### BEGIN SOLUTION
        return max(a, b)
        ### END SOLUTION

"""
    tiny_copy.source.write_text(text[:start] + answer + text[end:])
    tiny_copy.mistakes.unlink()
    esther = next(one for one in personas_of(tiny_copy) if one.name == "esther")
    assert (
        "\n        while True:\n            pass\n        return"
        in _answers(esther)["tiny-largest"]
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    "lesson", all_lessons(repository(Path(__file__))), ids=lambda one: one.name
)
def test_another_hand_is_right(lesson: Lesson) -> None:
    """Do the answers pass every check that are written in another hand, and with other names?"""
    notebook = source_notebook(lesson)
    answers = {one.id: without_marks(one.solution.source) for one in exercises_of(notebook)}
    own = {name: rewritten(answer) for name, answer in answers.items()}
    with Rehearsal(notebook, lesson.beside) as rehearsal:
        for hand in (own, {name: renamed(answer) for name, answer in own.items()}):
            judgements = rehearsal.judgements(hand)
            assert {name: one.text for name, one in judgements.items() if not one.passed} == {}
