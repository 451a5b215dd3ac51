"""A class that is not the course's alone: an answer in words, an assignment of the instructor's
own, a lesson that nobody has handed in, somebody who left. Does no command stop for these?"""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.classroom.release import open_course, release_lesson
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.submission.frame import frame_of
from course_lib.cells import grade_id
from course_lib.notebooks import as_text
from tests.autograder.conftest import TINY
from tests.autograder.grading.tiny import RIGHT
from tests.autograder.test_cli_lms import app

LESSON, LATER, OWN, PLAIN = "01_tiny", "02_later", "homework", "plain"
QUESTION = """
# %% [markdown]
# ## Why?
#
# Why are they squared?

# %% [markdown] written="tiny-why" points=5
# Your words go here.
"""


def marked(name: str, **marks: object) -> dict[str, object]:
    given = {"grade_id": name, "schema_version": 3, "task": False, "locked": False}
    return {"nbgrader": {**given, "grade": False, "solution": False, **marks}}


def own(folder: Path, assignment: str, *files: str) -> None:
    """An assignment as formgrader's *Create assignment* makes one, tests by assert."""
    for file in files:
        cells = [
            new_markdown_cell("# Mine"),
            new_code_cell("x = 1", metadata=marked(f"{file}-a", solution=True)),
            new_code_cell("assert x == 1", metadata=marked(f"{file}-t", grade=True, points=3)),
            new_markdown_cell(
                "Explain.", metadata=marked(f"{file}-w", grade=True, solution=True, points=5)
            ),
        ]
        path = folder / "source" / assignment / f"{file}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture(scope="module")
def mixed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("mixed")
    shutil.copytree(TINY.root, root / "course")
    lesson = Lesson(LESSON, root / "course")
    lesson.source.write_text(lesson.source.read_text("utf-8") + QUESTION, "utf-8")
    shutil.copytree(lesson.source.parent, root / "course" / "solutions" / LATER)
    (root / "course" / "solutions" / LATER / f"{LESSON}.py").rename(
        root / "course" / "solutions" / LATER / f"{LATER}.py"
    )
    classroom = open_course(root / "class")
    release_lesson(classroom, lesson)
    release_lesson(classroom, Lesson(LATER, root / "course"))
    own(classroom.folder, OWN, "p1", "p2")
    own(classroom.folder, PLAIN, PLAIN)
    for name in (OWN, PLAIN):
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", name]
        subprocess.run(command, cwd=classroom.folder, check=True, capture_output=True)
    given = RIGHT | {"tiny-why": "Signs must not cancel. <script>alert(1)</script>"}
    released = release_notebook(source_notebook(lesson), lesson.source)
    for cell in released.cells:
        cell.source = given.get(grade_id(cell), cell.source)
    for student in ("ada", "bob"):
        path = classroom.submitted(student, LESSON)
        path.parent.mkdir(parents=True)
        path.write_text(as_text(released), "utf-8")
    shutil.copytree(classroom.folder / "source" / OWN, classroom.folder / "submitted" / "ada" / OWN)
    return classroom.folder


@pytest.fixture
def mixed(mixed_once: Path, tmp_path: Path) -> Classroom:
    shutil.copytree(mixed_once, tmp_path / "class")
    return open_course(tmp_path / "class")


def run(classroom: Classroom, *words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, words), "--course", str(classroom.folder)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.mark.slow
def test_no_command_stops(mixed: Classroom, tmp_path: Path) -> None:
    """Do all commands on all lessons do what can be done, and say what is left out and why?"""
    for words in (
        ["grade"],
        ["feedback"],
        ["report"],
        ["export", "--to", tmp_path / "scores.csv"],
        ["export", "--for", "canvas", "--to", tmp_path / "canvas.csv"],
    ):
        code, output = run(mixed, *words)
        assert code == 0, output
        for name, why in ((OWN, "p1.ipynb, p2.ipynb"), (PLAIN, "no checks")):
            assert f"{name} is left out, as an assignment of your own" in output
            assert why in output
    code, output = run(mixed, "similar")
    assert code == 0
    assert f"{LESSON} is left out: 2 submissions" in output
    head, *rows = csv.reader((tmp_path / "scores.csv").open())
    assert [name for name in head if name in (LESSON, LATER, OWN, PLAIN)] == [LESSON, LATER]
    assert [row[0] for row in rows] == ["ada", "bob"]
    # nbgrader's own command writes what fits into such a table: two notebooks do not.
    command = [sys.executable, "-m", "nbgrader", "export", "--to", tmp_path / "theirs.csv"]
    subprocess.run(command, cwd=mixed.folder, check=True, capture_output=True)
    theirs = [row[: len(head)] for row in csv.reader((tmp_path / "theirs.csv").open())]
    assert theirs == [head, *rows]
    assert OWN not in (tmp_path / "theirs.csv").read_text()


def test_named_it_is_refused(mixed: Classroom) -> None:
    """Is an own assignment, named, refused in words by each command?"""
    for words in (["grade", OWN], ["feedback", OWN], ["due", OWN], ["report", PLAIN]):
        with pytest.raises(Exception, match="left to nbgrader's own commands"):
            run(mixed, *words)


def test_too_early(mixed: Classroom) -> None:
    """Is it an error where the one lesson that was named has nothing yet?"""
    with pytest.raises(Exception, match=f"Nobody's {LATER} is graded"):
        run(mixed, "feedback", LATER)


@pytest.mark.slow
def test_an_answer_in_words(mixed: Classroom, tmp_path: Path) -> None:
    """Does it reach formgrader with its marks, cleaned, and do its points count everywhere?"""
    code, output = run(mixed, "grade", LESSON, "--json")
    entries = [json.loads(line) for line in output.splitlines() if '"entry"' in line]
    assert code == 0
    assert {(one["possible"], one["by_hand"]) for one in entries} == {(105.0, 5.0)}
    graded = nbformat.read(mixed.autograded("ada", LESSON), as_version=4)
    (answer,) = [cell for cell in graded.cells if grade_id(cell) == "tiny-why"]
    assert answer.metadata.nbgrader.points == 5
    assert "Signs must not cancel." in answer.source
    assert "<script" not in answer.source
    with gradebook.opened(mixed) as book:
        assert book.find_submission(LESSON, "ada").needs_manual_grade
        book.find_grade("tiny-why", LESSON, LESSON, "ada").manual_score = 4
        book.find_comment("tiny-why", LESSON, LESSON, "ada").manual_comment = "Well put."
        book.db.commit()
    run(mixed, "grade", LESSON, "--force")  # what people entered stays
    run(mixed, "feedback", LESSON)
    page = mixed.feedback("ada", LESSON).read_text("utf-8")
    assert "104" in page
    assert "105" in page
    assert "Well put." in page
    run(mixed, "export", LESSON, "--to", tmp_path / "scores.csv")
    rows = {row["student"]: row for row in csv.DictReader((tmp_path / "scores.csv").open())}
    assert (rows["ada"][LESSON], rows["ada"][f"{LESSON} of"]) == ("104", "105")
    assert rows["ada"]["tiny-why"] == "4"


def test_deleted_and_moved(mixed_once: Path) -> None:
    """Is an answer in words there once, with its marks, whatever became of its cell?"""
    from autograder.submission.assemble import assemble_notebook
    from autograder.submission.submitted import read

    lesson = Lesson(LESSON, mixed_once.parent / "course")
    source = source_notebook(lesson)
    frame = frame_of(source, release_notebook(source, lesson.source))
    assert frame.by_hand == 5
    released = release_notebook(source, lesson.source)
    (words,) = [cell for cell in released.cells if grade_id(cell) == "tiny-why"]
    rest = [cell for cell in released.cells if cell is not words]
    twice = [words, *rest, words]
    for cells in (rest, twice, [words, *rest]):
        released.cells = cells
        made = assemble_notebook(frame, read(as_text(released).encode()))
        found = [cell for cell in made.cells if grade_id(cell) == "tiny-why"]
        assert len(found) == 1
        assert found[0].metadata.nbgrader.points == 5


@pytest.mark.slow
def test_somebody_left(mixed: Classroom, tmp_path: Path) -> None:
    """Does a student whom nbgrader removed stay out of tables, and stop no command?"""
    run(mixed, "grade", LESSON)
    command = [sys.executable, "-m", "nbgrader", "db", "student", "remove", "bob", "--force"]
    subprocess.run(command, cwd=mixed.folder, check=True, capture_output=True)
    for words in (["feedback"], ["report"], ["export", "--to", tmp_path / "scores.csv"]):
        code, output = run(mixed, *words)
        assert code == 0, output
        assert ("no page: bob." in output) is (words == ["feedback"])
    assert "bob" not in (tmp_path / "scores.csv").read_text()
