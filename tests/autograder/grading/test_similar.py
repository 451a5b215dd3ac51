"""Are copies found, and honest people not?"""

import random
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.similar import FEWEST, LONGEST, _own, similar_pairs
from autograder.handwriting import renamed
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.personas import personas_of
from autograder.submission.assemble import assemble_notebook
from autograder.submission.frame import frame_of
from autograder.submission.submitted import read
from course_lib.errors import CourseError

LESSONS = all_lessons(repository(Path(__file__)))
GIVEN = new_notebook(
    cells=[new_code_cell("import numpy as np\nprint(np.arange(10).reshape(2, 5))")]
)
WAYS = [  # of writing each of some lines; nobody has all of another's
    ["m = x.mean(axis=0)", "m = x.sum(0) / len(x)", "m = np.mean(x, 0)", "m = sum(x) / n"],
    ["c = x - m", "c = np.subtract(x, m)", "c = x + -m", "c = (x.T - m[:, None]).T"],
    ["v = c.T @ c / n", "v = np.cov(c.T, bias=True)", "v = c.T.dot(c) / len(c)"],
    ["w, u = np.linalg.eigh(v)", "u, w, _ = np.linalg.svd(v)", "w, u = np.linalg.eig(v)"],
    ["u = u[:, ::-1]", "u = np.flip(u, 1)", "u = u[:, np.argsort(-w)]"],
    ["p = c @ u[:, :k]", "p = np.dot(c, u[:, :k])", "p = np.einsum('ij,jk', c, u[:, :k])"],
    ["b = p @ u[:, :k].T + m", "b = m + np.matmul(p, u[:, :k].T)", "b = m + p.dot(u.T[:k])"],
    ["e = ((b - x) ** 2).sum()", "e = np.square(x - b).sum()", "e = np.linalg.norm(b - x)"],
    ["e = e / x.size", "e /= x.shape[0] * x.shape[1]", "e = e / (n * x.shape[1])"],
]


def honest(seed: int) -> str:
    """One person's own way, one of thousands: some lines between theirs are common to many."""
    choice = random.Random(seed)
    lines = ["n = len(x)"]
    for ways in WAYS:
        lines.append(choice.choice(ways))
        for _ in range(choice.randrange(3)):
            number = choice.randrange(1000)
            lines.append(choice.choice([f"print({number})", f"t = {number} * n", "assert n > 0"]))
    return "def pca(x, k):\n" + textwrap.indent("\n".join([*lines, "return e"]), "    ")


def notebook(*cells: str) -> NotebookNode:
    return new_notebook(cells=[*GIVEN.cells, *map(new_code_cell, cells)])


def long(seed: int) -> str:
    """Four functions, as a lesson has them."""
    return "\n\n\n".join(honest(4 * seed + part) for part in range(4))


def test_two_hundred_honest_people() -> None:
    """Is no pair of them taken for a copy, though they chose from the same few ways?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(200)}
    assert similar_pairs(people, GIVEN) == []


def test_copies_with_other_names() -> None:
    """Is a copy found whose names, comments, layout and order of cells are others?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(60)}
    mine = [honest(1000 + part) for part in range(4)]
    people["ada"] = notebook(*mine)
    spread = [renamed(part).replace("(", "(  # really\n        ", 1) for part in mine[::-1]]
    people["zoe"] = notebook(*spread)
    (pair,) = similar_pairs(people, GIVEN)
    assert pair.students == ("ada", "zoe")
    assert pair.share > 0.9


def test_half_a_copy_is_found_and_a_quarter_is_not() -> None:
    """Does it take half of what is somebody's own?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(60)}
    mine = [honest(1000 + part) for part in range(4)]
    people["ada"] = notebook(*mine)
    for name, copied in (("half", 3), ("quarter", 1)):
        own = [honest(2000 + len(name) * 10 + part) for part in range(4 - copied)]
        people[name] = notebook(*map(renamed, mine[:copied]), *own)
    assert [pair.students for pair in similar_pairs(people, GIVEN)] == [("ada", "half")]


def test_what_the_class_shares() -> None:
    """Is nobody alike where everybody wrote the same, or has what the lesson gave out?"""
    text = long(0)
    people = {f"person-{number:03}": notebook(text) for number in range(30)}
    assert similar_pairs(people, GIVEN) == []
    given = notebook(long(7))
    few = {f"person-{number}": notebook(long(number)) for number in range(9)}
    assert similar_pairs(few | {"ada": given, "zoe": given}, given) == []


def test_too_few() -> None:
    """Is nothing said where nobody can tell what a class shares?"""
    people = {f"person-{number}": notebook(long(0)) for number in range(FEWEST - 1)}
    assert similar_pairs(people, GIVEN) == []


def test_what_is_shown() -> None:
    """Are the lines in common marked, and the others not?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(60)}
    people["ada"] = notebook(long(1000), "only = 'hers'")
    people["zoe"] = notebook(renamed(long(1000)))
    (pair,) = similar_pairs(people, GIVEN)
    hers, theirs = pair.code
    assert next(line for line in hers if "np.flip" in line.text or "[:, ::-1]" in line.text).shared
    assert not next(line for line in hers if "only" in line.text).shared
    assert sum(line.shared for line in theirs) > 30


def test_cells_that_cannot_be_read() -> None:
    """Do half a string, a magic, and a cell of a megabyte stop nothing?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(20)}
    for number, text in enumerate(["x = '''", "%%bash\nls (", "x = (" * 400_000, "\x00", "if:\n"]):
        people[f"strange-{number}"] = notebook(long(100 + number), text)
    assert similar_pairs(people, GIVEN) == []


@pytest.mark.parametrize(
    "above", ["x = '''", "if x:\n        y\n    z", "!echo it's", "# " + "x" * 10**6]
)
def test_nothing_hides_a_copy(above: str) -> None:
    """Is a copy found below a cell of the copier's own that cannot be read, or is too long?"""
    people = {f"person-{number:03}": notebook(long(number)) for number in range(20)}
    copied = notebook(above, renamed(long(1000)))
    copied.cells[-1].metadata.nbgrader = {"solution": True}
    (pair,) = similar_pairs(people | {"ada": notebook(long(1000)), "zoe": copied}, GIVEN)
    assert pair.students == ("ada", "zoe")


def test_a_long_submission_costs_little() -> None:
    """Is no more compared of one submission than several honest ones have, its answers first?"""
    answer = new_code_cell("answer = 1")
    answer.metadata.nbgrader = {"solution": True}
    own = _own(new_notebook(cells=[*map(new_code_cell, ["x = 1\n" * 9_000] * 40), answer]), GIVEN)
    assert own[0] == "answer = 1"
    assert sum(map(len, own)) == LONGEST


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_sample_class(lesson: Lesson) -> None:
    """Are the two of each lesson's sample class found who share one hand, and nobody else?"""
    source = source_notebook(lesson)
    given = release_notebook(source, lesson.source)
    frame = frame_of(source, given)
    people = {}
    for persona in personas_of(lesson):
        with suppress(CourseError):  # some hand in what is no notebook
            people[persona.name] = assemble_notebook(frame, read(persona.notebook or b""))
    assert [pair.students for pair in similar_pairs(people, given)] == [("nora", "otto")]
