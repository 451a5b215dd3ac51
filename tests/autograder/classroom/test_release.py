"""How does a lesson get to a class?"""

import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classroom.folder import Classroom, class_in
from autograder.classroom.given import released_to
from autograder.classroom.release import BUNDLED, bundle, open_course, release_lesson
from autograder.lesson.build import source_notebook, students_text
from autograder.lesson.lessons import Lesson, repository
from course_lib.errors import CourseError
from course_lib.given_out import ARCHIVE
from course_lib.notebooks import as_text

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".db"
    }


def _max_scores(classroom: Classroom) -> dict[str, float]:
    with Gradebook(classroom.db) as book:
        cells = book.find_notebook("01_tiny", "01_tiny").grade_cells
        return {cell.name: cell.max_score for cell in cells}


def test_new_class_has_settings_that_move_with_it(tmp_path: Path) -> None:
    """Does a class know its gradebook after its folder was moved?"""
    open_course(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    classroom = open_course(tmp_path / "new")
    assert classroom.db == f"sqlite:///{tmp_path}/new/gradebook.db"
    assert classroom.folder == tmp_path / "new"


def test_settings_of_an_instructor_stay(tmp_path: Path) -> None:
    """Is a class that is there already left as it is?"""
    settings = "c = get_config()\nc.CourseDirectory.db_url = 'sqlite:////elsewhere/g.db'\n"
    (tmp_path / "nbgrader_config.py").write_text(settings)
    assert open_course(tmp_path).db == "sqlite:////elsewhere/g.db"
    assert (tmp_path / "nbgrader_config.py").read_text() == settings


def test_gradebook_url_is_kept(tmp_path: Path) -> None:
    """Does a class that was begun with a database URL remember it?"""
    url = f"sqlite:///{tmp_path}/marks.db"
    open_course(tmp_path / "class", url)
    assert open_course(tmp_path / "class").db == url


@pytest.mark.parametrize("url", ["gradebook.db", "nosuchdb://host/name", "sqlite:/x"])
def test_no_url(tmp_path: Path, url: str) -> None:
    """Is a text that is no database URL refused, before anything is written?"""
    with pytest.raises(CourseError, match="is no database URL"):
        open_course(tmp_path / "class", url)
    assert not (tmp_path / "class").exists()


@BOTH
def test_release_leaves_what_nbgrader_would(classroom: Classroom, tiny: Lesson) -> None:
    """Are source, release and gradebook those of nbgrader's generate_assignment?"""
    assert classroom.source(tiny.name).read_text() == as_text(source_notebook(tiny))
    assert released_to(classroom, tiny.name).read_text() == students_text(tiny)
    assert _max_scores(classroom) == {
        "tiny-squares-check": 40.0,
        "tiny-largest-check": 40.0,
        "tiny-largest-nan-check": 20.0,
    }


@BOTH
def test_release_twice(classroom: Classroom, tiny: Lesson) -> None:
    """Does a second release of the same lesson change nothing, and leave nothing behind?"""
    before = _files(classroom.folder)
    release_lesson(classroom, tiny)
    assert _files(classroom.folder) == before
    assert sum(_max_scores(classroom).values()) == 100


def test_release_leaves_the_search_path(classroom: Classroom, tiny: Lesson) -> None:
    """Can what runs after a release in the same process still find its programs?"""
    before = os.environ["PATH"]
    release_lesson(classroom, tiny)
    assert os.environ["PATH"] == before


@BOTH
def test_release_of_an_edited_lesson(classroom: Classroom, tiny_copy: Lesson) -> None:
    """Do new points reach the gradebook?"""
    text = tiny_copy.source.read_text().replace("points=20", "points=25")
    tiny_copy.source.write_text(text)
    release_lesson(classroom, tiny_copy)
    assert _max_scores(classroom)["tiny-largest-nan-check"] == 25


def test_useless_gradebook(classroom: Classroom, tiny: Lesson) -> None:
    """Is a gradebook that cannot be used told in a sentence, and the release kept?"""
    Path(classroom.db.removeprefix("sqlite:///")).write_text("This is no database. " * 100)
    with pytest.raises(CourseError, match=r"The gradebook of .* failed: .*database\."):
        release_lesson(classroom, tiny)
    assert released_to(classroom, tiny.name).is_file()


@pytest.mark.slow
def test_locked_gradebook(classroom: Classroom, tiny: Lesson) -> None:
    """Is a gradebook that another program holds told so?"""
    with sqlite3.connect(classroom.db.removeprefix("sqlite:///")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CourseError, match=r"failed: .*locked"):
            release_lesson(classroom, tiny)


def test_passwords_are_not_shown(classroom: Classroom, tiny: Lesson) -> None:
    """Does a gradebook that cannot be reached keep its password to itself?"""
    secret = class_in(classroom.folder, "sqlite://me:secret@/nowhere/gradebook.db")
    with pytest.raises(CourseError) as caught:
        release_lesson(secret, tiny)
    assert "secret" not in str(caught.value)


def test_bundle_holds_what_students_need_and_nothing_else(
    classroom: Classroom, tiny: Lesson
) -> None:
    """Are notebooks, library and papers in the zip, and no answers, autograder or tests?"""
    root = repository(Path(__file__))
    path = bundle(classroom, root, [tiny])
    with zipfile.ZipFile(path) as archive:
        names = {name.removeprefix("pixels-to-convnets/") for name in archive.namelist()}
        texts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(archive.open(f"pixels-to-convnets/{ARCHIVE}")) as again:
            texts |= {f"again/{name}": again.read(name) for name in again.namelist()}
    released = texts["pixels-to-convnets/notebooks/01_tiny/01_tiny.ipynb"]
    assert texts["again/notebooks/01_tiny/01_tiny.ipynb"] == released  # for `course reset`
    assert set(BUNDLED.values()) | {"notebooks/01_tiny/01_tiny.ipynb"} <= names
    assert "course_lib/checks/__init__.py" in names
    assert {name.partition("/")[0] for name in names} == {
        *(name.partition("/")[0] for name in BUNDLED.values()),
        "course_lib",
        "notebooks",
        ARCHIVE,
    }
    assert [name for name, text in texts.items() if b"### BEGIN" in text] == []


def test_bundle_is_the_same_every_time(classroom: Classroom, tiny: Lesson, tmp_path: Path) -> None:
    """Do the same releases give the same bytes, whatever the place, the time and the caches?"""
    root = repository(Path(__file__))
    path = bundle(classroom, root, [tiny])
    first = path.read_bytes()
    for name in BUNDLED:
        (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / "clone" / name)
    shutil.copytree(root / "course_lib", tmp_path / "clone" / "course_lib")
    for stray in ("__pycache__/cli.pyc", ".DS_Store"):
        (tmp_path / "clone" / "course_lib" / stray).parent.mkdir(exist_ok=True)
        (tmp_path / "clone" / "course_lib" / stray).write_bytes(b"stray")
    path.unlink()
    assert bundle(classroom, tmp_path / "clone", [tiny]).read_bytes() == first
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_bundle_of_what_is_not_there(classroom: Classroom, tiny: Lesson, tmp_path: Path) -> None:
    """Is a lesson that was not released named, and a file that is missing?"""
    root = repository(Path(__file__))
    with pytest.raises(CourseError, match="02_more is not released to this class"):
        bundle(classroom, root, [Lesson("02_more", root)])
    (tmp_path / "bare" / "course_lib").mkdir(parents=True)
    with pytest.raises(CourseError, match="is missing, and students need it"):
        bundle(classroom, tmp_path / "bare", [tiny])
    assert not (classroom.folder / "pixels-to-convnets.zip").exists()


@pytest.mark.slow
def test_bundle_installs_without_the_autograder(
    classroom: Classroom, tiny: Lesson, tmp_path: Path
) -> None:
    """Can a student install the unpacked bundle with pip, and import the library from there?"""
    with zipfile.ZipFile(bundle(classroom, repository(Path(__file__)), [tiny])) as archive:
        archive.extractall(tmp_path)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    target = ["--no-build-isolation", "--target", str(tmp_path / "site"), "."]
    subprocess.run([*pip, *target], cwd=tmp_path / "pixels-to-convnets", check=True)
    shutil.rmtree(tmp_path / "pixels-to-convnets")
    code = "import course_lib.checks; print(course_lib.__file__)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(str(tmp_path / "site"))
    assert not (tmp_path / "site" / "autograder").exists()
