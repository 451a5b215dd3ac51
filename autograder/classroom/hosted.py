"""What does a machine need that grades one lesson of a class, and belongs to somebody else?

Gradescope builds an image from a zip and starts `run_autograder` in it for each submission;
GitHub Classroom runs a workflow in each student's repository. Both get the grader, the lesson as
it was released to the class, its secret and its labels, and no other lesson.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from autograder.classroom.archive import package, packed
from autograder.classroom.folder import CONFIG, Classroom, salt
from autograder.classroom.guarded import LINES
from autograder.classroom.release import BUNDLED, SQLITE
from autograder.classroom.release import CONFIG as SETTINGS
from course_lib.errors import CourseError
from course_lib.files import write

SYSTEMS = ("gradescope", "github")
PROGRAMS = frozenset({"setup.sh", "run_autograder"})
# Beside the packages: what their installation reads, and what lessons load.
BESIDE = (*(name for name in BUNDLED if name.startswith("data/")), "constraints.txt")
BESIDE += ("pyproject.toml", "README.md", "LICENSE", "LICENSE-prose")


def pack(
    classroom: Classroom, root: Path, lesson: str, system: str, to: Path, *, sandbox: bool = True
) -> Path:
    """Write the zip for a system that grades a lesson by itself.

    root: the course's repository; system: one of SYSTEMS
    sandbox: False has students' code run unprotected there, where rooms cannot be locked
    returns: `to`
    raises: CourseError where the lesson was not released to the class, or there is no such system
    """
    if system not in SYSTEMS:
        raise CourseError(f"{system!r} is none of {', '.join(SYSTEMS)}.")
    if not classroom.source(lesson).is_file():
        raise CourseError(
            f"{lesson} was not released to this class. Run `course release {lesson}`."
        )
    filled = {"LESSON": lesson, "UNSAFE": "" if sandbox else " --unsafe-no-sandbox"}
    grader = _course(root) | _class(classroom, lesson)
    grader |= {name: _filled(name, filled) for name in PROGRAMS}
    if system == "gradescope":
        write(to, packed(grader, PROGRAMS))
        return to
    entries = {f"grader/{name}": content for name, content in grader.items()}
    entries["students/.github/workflows/classroom.yml"] = _filled("classroom.yml", filled)
    write(to, packed(entries, frozenset(f"grader/{name}" for name in PROGRAMS)))
    return to


def _course(root: Path) -> dict[str, bytes]:
    """The grader and the library, and no lesson."""
    entries = {
        f"course/{name}": content
        for one in ("autograder", "course_lib")
        for name, content in package(root, one)
    }
    return entries | {f"course/{name}": (root / name).read_bytes() for name in BESIDE}


def _class(classroom: Classroom, lesson: str) -> dict[str, bytes]:
    """Of the class what grading a lesson reads; its gradebook and its settings stay at home."""
    entries = {
        CONFIG: (SETTINGS.format(database=SQLITE) + LINES).encode(),
        "salt.txt": salt(classroom).encode(),
        f"source/{lesson}/{lesson}.ipynb": classroom.source(lesson).read_bytes(),
    }
    for name in (f"mistakes/{lesson}.json", f"unlabelled/{lesson}.txt"):
        if (path := classroom.folder / name).is_file():
            entries[name] = path.read_bytes()
    return {f"class/{name}": content for name, content in entries.items()}


def _filled(name: str, values: Mapping[str, str]) -> bytes:
    text = files("autograder.classroom").joinpath("hosted_files", name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text.encode()
