"""What does a machine need that grades one lesson of a class, and belongs to somebody else?"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder.classroom.folder import Classroom
from autograder.classroom.hosted import pack
from autograder.grading.single import grade_one, ground_of_class
from autograder.lesson.lessons import repository
from autograder.pages.result_json import for_github, for_gradescope
from course_lib.errors import CourseError
from tests.autograder.grading.test_single import WRONG

ROOT = repository(Path(__file__))
LESSON = "01_tiny"


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            path = Path(file.extract(entry, folder))
            path.chmod(entry.external_attr >> 16)
    return folder


def offline(command: list[object], **environment: object) -> None:
    """A program runs with no network, if this user may take it away, and ends well."""
    apart = ["unshare", "--net"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], check=False).returncode:
        apart = []
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(
        [*apart, *map(str, command)],
        env=kept | {name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_gradescope(classroom: Classroom, tmp_path: Path) -> None:
    """In a folder like Gradescope's, with nothing but the zip, is the result what it is here?"""
    place = tmp_path / "autograder"
    source = unpacked(
        pack(classroom, ROOT, LESSON, "gradescope", tmp_path / "a.zip"), place / "source"
    )
    # What setup.sh makes there: an environment whose `course` is the zip's.
    (source / ".venv" / "bin").mkdir(parents=True)
    command = source / ".venv" / "bin" / "course"
    command.write_text(f"#!{sys.executable}\nfrom course_lib.cli import main\nmain()\n")
    command.chmod(0o755)
    (place / "submission").mkdir()
    (place / "submission" / "my answers.ipynb").write_text(WRONG, "utf-8")
    shutil.copy(source / "run_autograder", place)  # as Gradescope does
    here = {"AUTOGRADER": place, "PYTHONPATH": source / "course"}
    offline([place / "run_autograder"], **here)
    found = json.loads((place / "results" / "results.json").read_text())
    due = for_gradescope(grade_one(ground_of_class(classroom, LESSON), place / "submission"))
    for one in (found, due):
        del one["execution_time"]
    assert found == due
    assert sum(test["score"] for test in found["tests"]) > 0


@pytest.mark.slow
def test_github(classroom: Classroom, tmp_path: Path) -> None:
    """Is the workflow sound, and does its grading step give what the reporter takes?"""
    folder = unpacked(pack(classroom, ROOT, LESSON, "github", tmp_path / "a.zip"), tmp_path / "x")
    workflow = yaml.safe_load((folder / "students/.github/workflows/classroom.yml").read_text())
    steps = workflow["jobs"]["autograding"]["steps"]
    (grading,) = [step for step in steps if step.get("id") == "grade"]
    assert f"{steps[-1]['with']['runners'].upper()}_RESULTS" in steps[-1]["env"]
    source = folder / "grader"
    (source / ".venv" / "bin").mkdir(parents=True)
    command = source / ".venv" / "bin" / "course"
    command.write_text(f"#!{sys.executable}\nfrom course_lib.cli import main\nmain()\n")
    command.chmod(0o755)
    (folder / "submission").mkdir()
    (folder / "submission" / f"{LESSON}.ipynb").write_text(WRONG, "utf-8")
    script = grading["run"].replace("sudo SOURCE", "SOURCE")
    os.chmod(source / "run_autograder", 0o755)
    offline(
        ["sh", "-ec", f"cd {folder}\n{script}"],
        PYTHONPATH=source / "course",
        GITHUB_OUTPUT=folder / "output",
    )
    due = for_github(grade_one(ground_of_class(classroom, LESSON), folder / "submission"))
    name, _, result = (folder / "output").read_text().strip().partition("=")
    assert name == "result"
    assert len(result) == pytest.approx(len(due), abs=100)  # the seconds differ


def test_what_is_packed(classroom: Classroom, tmp_path: Path) -> None:
    """Are the lesson and the secret in it, and neither gradebook nor settings nor other lessons?"""
    (classroom.folder / "nbgrader_config.py").write_text(
        (classroom.folder / "nbgrader_config.py").read_text() + "# postgresql://me:secret@host/db\n"
    )
    path = pack(classroom, ROOT, LESSON, "gradescope", tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        assert b"me:secret" not in b"".join(map(archive.read, names))
        assert archive.read("class/salt.txt").strip()
    assert {"setup.sh", "run_autograder", f"class/source/{LESSON}/{LESSON}.ipynb"} <= names
    assert not [name for name in names if "solutions" in name or name.endswith((".db", ".pyc"))]
    first = path.read_bytes()
    assert pack(classroom, ROOT, LESSON, "gradescope", path).read_bytes() == first


def test_scripts_parse(classroom: Classroom, tmp_path: Path) -> None:
    """Are both scripts sound for bash, with no place left to fill in?"""
    for sandbox in (True, False):
        to = tmp_path / f"{sandbox}.zip"
        folder = unpacked(
            pack(classroom, ROOT, LESSON, "gradescope", to, sandbox=sandbox), tmp_path / to.stem
        )
        for name in ("setup.sh", "run_autograder"):
            assert "@" not in (folder / name).read_text().replace('"$@"', "")
            assert subprocess.run(["bash", "-n", folder / name], check=False).returncode == 0
        text = (folder / "run_autograder").read_text()
        assert ("--unsafe-no-sandbox" in text) is not sandbox


def test_refused(classroom: Classroom, tmp_path: Path) -> None:
    """Is another system, or a lesson that the class has not, refused in words?"""
    with pytest.raises(CourseError, match="none of gradescope, github"):
        pack(classroom, ROOT, LESSON, "moodle", tmp_path / "a.zip")
    with pytest.raises(CourseError, match="course release 02_more"):
        pack(classroom, ROOT, "02_more", "gradescope", tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
