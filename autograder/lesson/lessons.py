"""Which lessons are there, and where do their files lie?"""

import difflib
from dataclasses import dataclass
from pathlib import Path

from autograder.lesson.belongings import read_belongings
from course_lib.errors import CourseError


@dataclass(frozen=True)
class Lesson:
    """One lesson of a course repository. Files are named after it."""

    name: str
    root: Path

    @property
    def source(self) -> Path:
        """The text that authors edit."""
        return self.root / "solutions" / self.name / f"{self.name}.py"

    @property
    def mistakes(self) -> Path:
        """The named wrong answers."""
        return self.root / "solutions" / self.name / "mistakes.py"

    @property
    def known(self) -> Path:
        """What the mistakes give to the checks; written by `course build`."""
        return self.root / "solutions" / self.name / "known.json"

    @property
    def equivalents(self) -> Path:
        """Automatic changes to the answers that are no mistakes, with the reasons."""
        return self.root / "solutions" / self.name / "equivalents.toml"

    @property
    def table(self) -> Path:
        """The part of it that students get; written by `course build`."""
        return self.root / "course_lib" / "tables" / f"{self.name}.json"

    @property
    def hints(self) -> Path:
        """The steps towards each answer; written by `course build`."""
        return self.root / "course_lib" / "hints" / f"{self.name}.json"

    @property
    def walkthrough(self) -> Path:
        """The answers explained line by line, a section an exercise."""
        return self.root / "solutions" / self.name / "walkthrough.md"

    @property
    def beside(self) -> dict[str, bytes]:
        """What the answers hand in with the notebook, by name: few lessons ask for a file."""
        folder = self.source.parent / "beside"
        return read_belongings(folder).files if folder.is_dir() else {}

    @property
    def notebook(self) -> Path:
        """The notebook that students open; written by `course build`."""
        return self.root / "notebooks" / self.name / f"{self.name}.ipynb"


def repository(start: Path | None = None) -> Path:
    """The course repository that holds `start` (default: the current folder)."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "solutions").is_dir() and (folder / "pyproject.toml").is_file():
            return folder
    raise CourseError(
        f"No lessons found: neither {here} nor a folder above it holds solutions/. "
        "Run this command inside a clone of the course, or name the clone with --root."
    )


def all_lessons(root: Path) -> list[Lesson]:
    """Every lesson, in teaching order (their names begin with their number)."""
    found = (Lesson(folder.name, root) for folder in sorted((root / "solutions").iterdir()))
    return [lesson for lesson in found if lesson.source.is_file()]


def lesson(root: Path, name: str) -> Lesson:
    """The lesson called `name`; its number alone is enough (`01` for `01_knn`)."""
    there = all_lessons(root)
    for candidate in there:
        if name in (candidate.name, candidate.name.split("_")[0]):
            return candidate
    names = [candidate.name for candidate in there]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    raise CourseError(f"There is no lesson called {name}. {hint}")
