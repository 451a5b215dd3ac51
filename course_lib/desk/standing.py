"""Where does a reader stand in each lesson? Read from saved notebooks, which are never run."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course_lib.desk.outline import Exercise, Outline, outline_of
from course_lib.errors import CourseError
from course_lib.notebooks import lessons, read
from course_lib.progress import Progress, by_exercise, progress_of


@dataclass(frozen=True)
class Standing:
    """A lesson and how far its reader has come.

    name: as in "05_conv_layers"
    outline, counts: None where the file cannot be read; then `problem` says why
    earned, possible: points of its checks
    ahead: the first exercise with points that is not right; None where all are
    """

    name: str
    path: Path
    outline: Outline | None = None
    counts: Progress | None = None
    earned: float = 0.0
    possible: float = 0.0
    ahead: Exercise | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        return self.outline.title if self.outline and self.outline.title else self.name

    @property
    def begun(self) -> bool:
        """Was any check with points run?"""
        return self.counts is not None and self.counts.not_run < self.counts.exercises

    @property
    def complete(self) -> bool:
        """Is every exercise with points right?"""
        return self.counts is not None and 0 < self.counts.exercises == self.counts.right


def standings(course: Path) -> list[Standing]:
    """Every lesson of a course, in its order; a file that cannot be read is one of them, too."""
    return [_standing(name, path) for name, path in lessons(course).items()]


def at_hand(found: list[Standing]) -> Standing | None:
    """The lesson to go on with: the last that was begun, or else the first, and is not complete."""
    open_ = [one for one in found if one.outline and not one.complete]
    return next((one for one in reversed(open_) if one.begun), open_[0] if open_ else None)


def _standing(name: str, path: Path) -> Standing:
    try:
        facts = path.stat()
        return _read(name, path, facts.st_mtime_ns, facts.st_size)
    except OSError as error:  # removed since it was listed
        return Standing(name, path, problem=f"Could not read {path}: {error.strerror}.")
    except CourseError as error:
        return Standing(name, path, problem=str(error))


@lru_cache(maxsize=64)
def _read(name: str, path: Path, changed: int, size: int) -> Standing:
    """A notebook is parsed once for each time that it was saved."""
    notebook = read(path)
    outline = outline_of(notebook)
    outcomes = by_exercise(notebook)
    right = {id for id, checks in outcomes.items() if all(check.passed for check in checks)}
    every = [check for checks in outcomes.values() for check in checks]
    return Standing(
        name,
        path,
        outline,
        progress_of(notebook),
        sum(check.earned for check in every),
        sum(check.points for check in every),
        next((one for one in outline.exercises if one.points and one.id not in right), None),
    )
