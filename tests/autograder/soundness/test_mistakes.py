"""Which wrong answers does a lesson name, and how does a notebook look that holds one?"""

import sys

import pytest

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from autograder.soundness.mistakes import Mistake, load, mistake, planted, without_marks
from course_lib.errors import CourseError

HEAD = "from autograder.soundness.mistakes import mistake\n\n"


def _answer(notebook: object, exercise: str) -> str:
    return next(one.solution.source for one in exercises_of(notebook) if one.id == exercise)


def test_marked_definition_works_as_before() -> None:
    """Does the mark leave the function alone?"""

    def twice(x: int) -> int:
        return 2 * x

    assert mistake("any", "sentence")(twice) is twice


def test_load_reads_all_of_one_name(tiny: Lesson) -> None:
    """Are two mistakes of the same name told apart, in order, without their marks?"""
    squares = [one for one in load(tiny) if one.exercise == "tiny-squares"]
    assert squares[0].swap == {"(x**2).sum()": "x.sum()"}
    assert (squares[0].name, squares[1].name) == ("", "sum_of_squares")
    assert squares[1].source == (
        "def sum_of_squares(x: np.ndarray) -> float:\n    x *= x\n    return float(x.sum())"
    )
    assert squares[1].sentence == "Your function changed its 1st argument"


def test_load_runs_nothing(tiny_copy: Lesson) -> None:
    """Can a lesson be released although its mistakes.py would fail when run?"""
    tiny_copy.mistakes.write_text(HEAD + "raise RuntimeError\n")
    before = set(sys.modules)
    assert load(tiny_copy) == []
    assert set(sys.modules) == before


def test_classes_and_other_decorators(tiny_copy: Lesson) -> None:
    """Are classes taken, and decorators that are not marks kept?"""
    tiny_copy.mistakes.write_text(
        HEAD + '@mistake("tiny-squares", "one " "sentence")\n@dataclass(frozen=True)\n'
        "class Net:\n    width: int\n"
    )
    [only] = load(tiny_copy)
    assert (only.name, only.sentence) == ("Net", "one sentence")
    assert only.source == "@dataclass(frozen=True)\nclass Net:\n    width: int"


def test_no_file_no_mistakes(tiny_copy: Lesson) -> None:
    """May a lesson have no mistakes.py?"""
    tiny_copy.mistakes.unlink()
    assert load(tiny_copy) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", r"mistakes\.py, line 3"),
        ('@mistake("tiny-squares", TEXT)\ndef f(): ...\n', r"line 3: a mistake takes plain"),
        ("mistake = mistakes_of()\n", r"line 3: a mistake takes plain"),
        ('mistake("tiny-squares", "Why.", swap=[1])\n', r"line 3: a mistake takes plain"),
        ('mistake("tiny-squares", "Why.", swop={"a": "b"})\n', r"line 3: a mistake takes"),
        ('mistake("tiny-squares", "Why.")\n', r"line 3: this mistake changes nothing"),
    ],
    ids=["syntax", "a name", "no argument", "a list", "another word", "no swap"],
)
def test_what_cannot_be_read_is_named(tiny_copy: Lesson, text: str, message: str) -> None:
    """Does the author learn the file and the line?"""
    tiny_copy.mistakes.write_text(HEAD + text)
    with pytest.raises(CourseError, match=message):
        load(tiny_copy)


def test_a_swap_changes_its_piece_alone(tiny: Lesson) -> None:
    """Is the answer as it was but for the piece, without nbgrader's marks?"""
    notebook = source_notebook(tiny)
    right = without_marks(_answer(notebook, "tiny-squares"))
    wrong = planted(notebook, load(tiny)[0])
    assert _answer(wrong, "tiny-squares") == right.replace("(x**2).sum()", "x.sum()")
    assert _answer(wrong, "tiny-largest") == _answer(notebook, "tiny-largest")


def test_planting_replaces_one_definition(tiny_copy: Lesson) -> None:
    """Do other definitions of the cell stay, and the notebook that it is made from?"""
    text = tiny_copy.source.read_text()
    helper = "SCALE = 1\n\n\ndef half(x):\n    return x / 2\n\n\n"
    tiny_copy.source.write_text(
        text.replace("def sum_of_squares", f"{helper}def sum_of_squares", 1)
    )
    notebook = source_notebook(tiny_copy)
    before = _answer(notebook, "tiny-squares")
    wrong = planted(notebook, load(tiny_copy)[1])
    assert _answer(wrong, "tiny-squares") == helper + load(tiny_copy)[1].source
    assert _answer(wrong, "tiny-largest") == _answer(notebook, "tiny-largest")
    assert _answer(notebook, "tiny-squares") == before


def test_planting_replaces_decorators_too(tiny_copy: Lesson) -> None:
    """Does the right definition's decorator go with it?"""
    text = tiny_copy.source.read_text()
    tiny_copy.source.write_text(text.replace("def sum_of", "@np.vectorize\ndef sum_of", 1))
    wrong = planted(source_notebook(tiny_copy), load(tiny_copy)[1])
    assert _answer(wrong, "tiny-squares") == load(tiny_copy)[1].source


@pytest.mark.parametrize(
    ("exercise", "name", "message"),
    [
        ("tiny-cubes", "sum_of_squares", "tiny-cubes, which is not there"),
        ("tiny-squares", "sum_of_cubes", "called sum_of_cubes, which the answer does not define"),
    ],
)
def test_planting_nowhere(tiny: Lesson, exercise: str, name: str, message: str) -> None:
    """Is a mistake that fits no answer named?"""
    lost = Mistake(exercise, "sentence", name, "def f(): ...")
    with pytest.raises(CourseError, match=message):
        planted(source_notebook(tiny), lost)


def test_marks_are_taken_off() -> None:
    """Does an answer read as a student would have written it?"""
    text = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    assert without_marks(text) == "def f():\n    return 1"
