"""Does a student's work come along into a lesson's new version?"""

import os
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4
from typer.testing import CliRunner

from autograder.lesson.build import parse, release_notebook
from course_lib.cells import grade_id
from course_lib.cli import app
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from course_lib.update import newer, updated

STUB = '''\
# %% answer="x-{name}"
def {name}(x):
    """{name} of x."""
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION

# %% check="x-{name}" points={points}
with checks.verdict("{name}"):
    checks.equal({name}({sample}), {sample})
'''
HEAD = """\
# %% [markdown]
# # A lesson

# %% setup="x"
import numpy as np

from course_lib import checks

# %% [markdown]
# {prose}

# %% tags=["experiment"]
steps = {steps}

"""


def lesson(*names: str, prose: str = "Read this.", steps: int = 5, sample: int = 3) -> NotebookNode:
    text = HEAD.format(prose=prose, steps=steps)
    text += "\n".join(STUB.format(name=name, points=10, sample=sample) for name in names)
    return release_notebook(parse(text, Path("x.py")), Path("x.py"))


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    (found,) = (one for one in notebook.cells if grade_id(one) == name)
    return found


def sources(notebook: NotebookNode) -> list[str]:
    return [one.source for one in notebook.cells]


def answered(notebook: NotebookNode, *names: str) -> NotebookNode:
    for name in names:
        cell(notebook, f"x-{name}").source = f"def {name}(x):\n    return x + 0"
    return notebook


def test_answers_come_along() -> None:
    """Are written answers taken, and stubs not, and is it said which?"""
    mine = answered(lesson("one", "two"), "one")
    done = updated(mine, lesson("one", "two", "three"))
    assert done.answers == ("x-one",)
    assert cell(done.notebook, "x-one").source == cell(mine, "x-one").source
    for name in ("two", "three"):
        assert "NotImplementedError" in cell(done.notebook, f"x-{name}").source
    assert done.checks == ("x-three-check",)
    assert (done.gone, done.own) == ((), 0)


def test_an_answer_that_does_not_parse_is_an_answer() -> None:
    """Is half-written work taken for work?"""
    mine = lesson("one")
    cell(mine, "x-one").source = "def one(x):\n    return (x"
    assert updated(mine, lesson("one")).answers == ("x-one",)


def test_checks_are_the_new_ones() -> None:
    """Is a check the new version's, where it changed or was edited, and without a result?"""
    mine = answered(lesson("one", "two"), "one")
    cell(mine, "x-one-check").outputs = [v4.new_output("stream", text="old")]
    cell(mine, "x-two-check").source = "pass"
    done = updated(mine, lesson("one", "two", sample=4))
    assert done.checks == ("x-one-check", "x-two-check")
    assert "equal(one(4), 4)" in cell(done.notebook, "x-one-check").source
    assert cell(done.notebook, "x-one-check").outputs == []


def test_results_stay_where_nothing_changed() -> None:
    """Do outputs and numbers stay of cells that are the same?"""
    mine = answered(lesson("one"), "one")
    cell(mine, "x-one-check").outputs = [v4.new_output("stream", text="Right.")]
    cell(mine, "x-one-check").execution_count = 7
    done = updated(mine, lesson("one", prose="Another text."))
    assert cell(done.notebook, "x-one-check").outputs[0].text == "Right."
    assert cell(done.notebook, "x-one-check").execution_count == 7


def test_text_is_the_new_one() -> None:
    """Is the lesson's new prose there, and its old gone?"""
    done = updated(lesson("one"), lesson("one", prose="Another text."))
    assert "Another text." in sources(done.notebook)
    assert "Read this." not in sources(done.notebook)
    assert done.own == 0
    done = updated(lesson("one"), lesson("one", steps=6))
    assert "steps = 5" not in sources(done.notebook)


def test_own_cells_stand_where_they_stood() -> None:
    """Do a student's own cells stay below what they stood below, in their order?"""
    mine = lesson("one", "two")
    place = mine.cells.index(cell(mine, "x-one")) + 1
    mine.cells[place:place] = [v4.new_code_cell("helper = 1"), v4.new_markdown_cell("A note.")]
    mine.cells.append(v4.new_code_cell("print(two(1))"))
    done = updated(mine, lesson("zero", "one", "two"))
    found = sources(done.notebook)
    place = done.notebook.cells.index(cell(done.notebook, "x-one"))
    assert found[place + 1 : place + 3] == ["helper = 1", "A note."]
    assert found[-1] == "print(two(1))"
    assert done.own == 3


def test_a_cell_of_the_lesson_that_the_student_changed() -> None:
    """Does it stay as it is where it is still there, and come along where it is not?"""
    mine = lesson("one")
    (experiment,) = (one for one in mine.cells if one.source == "steps = 5")
    experiment.source = "steps = 500"
    assert "steps = 500" in sources(updated(mine, lesson("one", prose="New.")).notebook)
    done = updated(mine, lesson("one", steps=6))
    assert {"steps = 6", "steps = 500"} <= {*sources(done.notebook)}
    assert done.own == 1


def test_answers_without_marks() -> None:
    """Is an answer known by what it defines where an editor has dropped marks and names, the last
    of two, and does no stub stand below it that would undo it?"""
    mine = answered(lesson("one", "two"), "one")
    for name in ("one", "two"):
        cell(mine, f"x-{name}").metadata.pop("nbgrader")
    mine.cells.append(v4.new_code_cell("def one(x):\n    return x + 1"))
    for number, each in enumerate(mine.cells):
        each.id = f"cell-{number}"
    done = updated(mine, lesson("one", "two"))
    assert done.answers == ("x-one",)
    assert cell(done.notebook, "x-one").source == "def one(x):\n    return x + 1"
    assert "NotImplementedError" in cell(done.notebook, "x-two").source
    (stub,) = (one for one in lesson("two").cells if "def two" in one.source)
    assert sources(done.notebook).count(stub.source) == 1


def test_answers_to_what_is_gone() -> None:
    """Is an answer kept, in a cell of the student's own, whose exercise is no longer there?"""
    mine = answered(lesson("one", "two"), "two")
    done = updated(mine, lesson("one"))
    assert done.gone == ("x-two",)
    assert cell(mine, "x-two").source in sources(done.notebook)
    assert "x-two" not in [grade_id(one) for one in done.notebook.cells]


def test_nothing_happens_twice() -> None:
    """Is a second update without a change, also in the files that came in?"""
    mine, new = answered(lesson("one", "two"), "one", "two"), lesson("one", "three")
    mine.cells.append(v4.new_code_cell("mine"))
    before = as_text(mine), as_text(new)
    once = updated(mine, new).notebook
    again = updated(once, new)
    assert as_text(again.notebook) == as_text(once)
    assert (as_text(mine), as_text(new)) == before
    nbformat.validate(once)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with an answered lesson."""
    path = tmp_path / "mine" / "notebooks" / "01_x" / "01_x.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(answered(lesson("one"), "one")))
    monkeypatch.chdir(tmp_path / "mine")
    return path


@pytest.mark.parametrize("kind", ["notebook", "folder", "zip"])
def test_from_what_a_teacher_gives(course: Path, tmp_path: Path, kind: str) -> None:
    """Is the new version found in a notebook, a folder and a zip, and the old one kept?"""
    new = tmp_path / "new" / "pixels" / "notebooks" / "01_x" / "01_x.ipynb"
    new.parent.mkdir(parents=True)
    new.write_text(as_text(lesson("one", "two")))
    packed = shutil.make_archive(str(tmp_path / "course"), "zip", tmp_path / "new")
    source = {"notebook": new, "folder": tmp_path / "new" / "pixels", "zip": Path(packed)}[kind]
    before = course.read_bytes()
    for number in (1, 2):
        result = CliRunner().invoke(app, ["update", "01", str(source)])
        assert result.exit_code == 0, result.output
        assert f"01_x-before-update-{number}.ipynb" in result.output
    assert course.with_name("01_x-before-update-1.ipynb").read_bytes() == before
    assert "Your answers came along: x-one." in result.output
    assert "def two" in course.read_text()
    assert "x + 0" in course.read_text()


def test_what_is_no_new_version(tmp_path: Path) -> None:
    """Is a place told that does not exist, is no notebook, or holds another lesson?"""
    with pytest.raises(CourseError, match="does not exist"):
        newer(tmp_path / "none.zip", "01_x")
    with pytest.raises(CourseError, match="does not exist"):
        newer(tmp_path, "01_x")
    (tmp_path / "text").write_text("text")
    with pytest.raises(CourseError, match="is not a notebook"):
        newer(tmp_path / "text", "01_x")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("c/notebooks/02_y/02_y.ipynb", "{}")
        archive.writestr("c/notebooks/03_z/03_z.ipynb", "{")
    with pytest.raises(CourseError, match="holds no lesson 01_x"):
        newer(tmp_path / "other.zip", "01_x")
    with pytest.raises(CourseError, match="is damaged"):
        newer(tmp_path / "other.zip", "03_z")
    cut = (tmp_path / "other.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(cut[:20] + cut[-22:])
    with pytest.raises(CourseError, match="is damaged"):
        newer(tmp_path / "cut.zip", "01_x")


def test_another_lesson() -> None:
    """Is a notebook refused that has none of the exercises, which would take the lesson's place?"""
    other = lesson("one")
    for one in other.cells:
        if grade_id(one):
            one.metadata.nbgrader.grade_id = f"y{grade_id(one)}"
    for new in (other, v4.new_notebook()):
        with pytest.raises(CourseError, match="another lesson's"):
            updated(lesson("one"), new)


@pytest.mark.parametrize("text", ["x = " + "-" * 100_000 + "1", "(" * 1000, "\0", 'x = "\ud800"'])
def test_answers_that_cannot_be_read(text: str) -> None:
    """Do they come along as they are, as far as a file can hold them?"""
    mine = lesson("one")
    cell(mine, "x-one").source = text
    mine.cells[0].metadata["nbgrader"] = 7
    done = updated(mine, lesson("one"))
    assert cell(done.notebook, "x-one").source == text
    assert as_text(done.notebook).encode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_no_new_version(tmp_path: Path) -> None:
    """Is a pipe refused in a sentence, where reading it would never end?"""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CourseError, match="or is no file"):
        newer(tmp_path / "pipe", "01_tiny")
