"""Where does a class keep its files, and who is in it?"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

from course_lib.errors import CourseError
from course_lib.files import write

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Classroom:
    """An ordinary nbgrader course folder, read the way nbgrader reads it."""

    config: Config
    coursedir: CourseDirectory

    @property
    def folder(self) -> Path:
        return Path(self.coursedir.root)

    @property
    def db(self) -> str:
        return str(self.coursedir.db_url)

    def source(self, lesson: str) -> Path:
        """The instructor's notebook: with answers and hidden tests."""
        return self._file(self.coursedir.source_directory, ".", lesson)

    def submitted(self, student: str, lesson: str) -> Path:
        """What a student handed in; need not exist."""
        return self._file(self.coursedir.submitted_directory, student, lesson)

    def autograded(self, student: str, lesson: str) -> Path:
        """The executed notebook that formgrader and the feedback show."""
        return self._file(self.coursedir.autograded_directory, student, lesson)

    def feedback(self, student: str, lesson: str) -> Path:
        """The page for the student."""
        folder = self._file(self.coursedir.feedback_directory, student, lesson)
        return folder.with_suffix(".html")

    def report(self, lesson: str) -> Path:
        """The page about the class."""
        return self.folder / "reports" / f"{lesson}.html"

    def known(self, lesson: str) -> Path:
        """The lesson's table of mistakes, by which failed checks name them; need not exist."""
        return self.folder / "mistakes" / f"{lesson}.json"

    def handed_in(self) -> set[str]:
        """Every student with a folder among the submissions."""
        return self._people(self.coursedir.submitted_directory)

    def graded(self, lesson: str) -> set[str]:
        """Every student whose executed notebook of a lesson is there."""
        people = self._people(self.coursedir.autograded_directory)
        return {student for student in people if self.autograded(student, lesson).is_file()}

    def _people(self, step: str) -> set[str]:
        """No pattern finds them: a name may look like one."""
        place = self.folder / step
        folders = [entry for entry in place.iterdir() if entry.is_dir()] if place.is_dir() else []
        return {folder.name for folder in folders if not folder.name.startswith(".")}

    def _file(self, step: str, student: str, lesson: str) -> Path:
        folder = Path(self.coursedir.format_path(step, student, lesson))
        return folder / f"{lesson}.ipynb"


def class_in(folder: Path, db: str = "") -> Classroom:
    """The class kept in `folder`; `db` is a SQLAlchemy URL in place of the configured one.

    raises: CourseError where the folder is no class
    """
    root = folder.resolve()
    if not (root / CONFIG).is_file():
        raise CourseError(
            f"{folder} is no class: it holds no {CONFIG}. "
            "Make one with `course release`, or name yours with --course."
        )
    try:
        config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:
        raise CourseError(f"{root / CONFIG} cannot be read: {error}.") from error
    config.CourseDirectory.root = str(root)
    if db:
        config.CourseDirectory.db_url = db
    try:
        return Classroom(config, CourseDirectory(config=config))
    except TraitError as error:
        raise CourseError(f"A setting in {root / CONFIG} does not fit: {error}") from error


def chosen(classroom: Classroom, names: Iterable[str]) -> list[str]:
    """The lessons of a class that are meant: full names, or numbers (`01`); all where none is.

    raises: CourseError where one was not released to the class
    """
    there, others = lessons(classroom), own_assignments(classroom)
    found = []
    for name in names:
        if name in others:
            raise CourseError(f"{name} is left to nbgrader's own commands: {others[name]}")
        meant = [one for one in there if name in (one, one.split("_")[0])]
        if not meant:
            among = f"It has {', '.join(there)}." if there else "It has no lesson yet."
            raise CourseError(
                f"{name} was not released to the class in {classroom.folder}. {among} "
                f"Release it with `course release {name}`."
            )
        found += meant
    return found or there


def lessons(classroom: Classroom) -> list[str]:
    """Those that were released to a class, by name."""
    own = own_assignments(classroom)
    return [name for name in sorted(_assignments(classroom)) if name not in own]


def own_assignments(classroom: Classroom) -> dict[str, str]:
    """The instructor's own, which are no lessons; by name, how that shows."""
    own = {}
    for name, files in sorted(_assignments(classroom).items()):
        if files != [name]:
            listed = ", ".join(f"{file}.ipynb" for file in files)
            own[name] = f"its folder holds {listed}, and a lesson's one notebook, {name}.ipynb."
        elif not _has_verdicts(classroom.source(name)):
            own[name] = "its tests are no checks: none of them gives a verdict."
    return own


def _has_verdicts(notebook: Path) -> bool:
    """Does a notebook's text have one of our checks in it, or no test at all?"""
    text = notebook.read_text(encoding="utf-8", errors="replace")
    return "checks.verdict(" in text or re.search(r'"grade":\s*true', text) is None


def _assignments(classroom: Classroom) -> dict[str, list[str]]:
    """The notebooks of each assignment, without their ending."""
    found: dict[str, list[str]] = {}
    source = classroom.folder / classroom.coursedir.source_directory
    for path in sorted(source.glob("*/*.ipynb")):
        found.setdefault(path.parent.name, []).append(path.stem)
    return found


def released(classroom: Classroom, lesson: str) -> NotebookNode:
    """The instructor's notebook of a lesson that was released to this class."""
    path = classroom.source(lesson)
    if not path.is_file():
        raise CourseError(
            f"{lesson} was not released to this class: {path} is missing. "
            f"Run `course release {lesson}` first."
        )
    return nbformat.read(path, as_version=4)


def known(classroom: Classroom, lesson: str) -> str:
    """The text of a lesson's table of mistakes; "" where the class has none."""
    path = classroom.known(lesson)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def salt(classroom: Classroom) -> str:
    """The class's secret, made at first use; from it and a submission follow the checks' numbers.

    It stays with the instructor: who knows it can tell beforehand what the checks will draw.
    """
    path = classroom.folder / "salt.txt"
    if not path.is_file():
        write(path, secrets.token_hex(16) + "\n")
    return path.read_text(encoding="utf-8").strip()
