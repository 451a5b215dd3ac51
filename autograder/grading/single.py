"""What does one notebook earn, without a gradebook?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import named, unlabelled
from autograder.classroom.alike import FILE as PREDICTIONS
from autograder.classroom.folder import Classroom, released, salt
from autograder.classroom.given import given_out
from autograder.classroom.withheld import labels_for
from autograder.grading.mark import (
    Submission,
    Terms,
    beside,
    bounded,
    mark_submission,
    zero,
)
from autograder.grading.verdicts import Graded
from autograder.intake.filenames import Fit, fit
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.lesson.policy import Policy, lesson_policy
from autograder.soundness.known import whole
from autograder.submission.frame import Frame, frame_of
from course_lib.data import read_predictions
from course_lib.errors import CourseError
from course_lib.printable import shown
from course_lib.runner import Limits

LONGEST = 100  # characters of a file's name in a sentence


@dataclass(frozen=True)
class Ground:
    """What every submission of a lesson is held against."""

    lesson: str
    frame: Frame
    terms: Terms
    policy: Policy  # of the whole lesson
    predicts: bool  # are images without labels predicted in it?
    source: Path  # the instructor's file


@dataclass(frozen=True)
class Single:
    """What became of one notebook.

    accuracy: of its predictions for images without labels, 0 to 1; None where it has none
    """

    lesson: str
    frame: Frame
    graded: Graded
    accuracy: float | None


def ground_of_class(
    classroom: Classroom, lesson: str, limits: Limits | None = None, *, sandbox: bool = True
) -> Ground:
    """A lesson as it was released to a class, with the class's secret and labels.

    raises: CourseError where it was not released, or its labels are gone
    """
    source = released(classroom, lesson)
    labels = labels_for(classroom, source, lesson)
    terms = Terms(
        limits or Limits(), salt(classroom), sandbox, labels, named.table(classroom, lesson)
    )
    frame = frame_of(source, given_out(classroom, lesson, source))
    wanted = unlabelled.wanted(source)
    return Ground(lesson, frame, terms, lesson_policy(source), wanted, classroom.source(lesson))


def ground_of_lesson(
    lesson: Lesson, limits: Limits | None = None, *, sandbox: bool = True
) -> Ground:
    """A lesson as it stands in the course: no secret, and the public images to predict."""
    source = source_notebook(lesson)
    terms = Terms(limits or Limits(), "", sandbox, "", whole(lesson, source))
    frame = frame_of(source, release_notebook(source, lesson.source))
    wanted = unlabelled.wanted(source)
    return Ground(lesson.name, frame, terms, lesson_policy(source), wanted, lesson.source)


def grade_one(ground: Ground, path: Path) -> Single:
    """Grade a notebook, or the one notebook in a folder; what is wrong with it is in the result.

    raises: CourseError where nothing lies at `path`, or students' rooms cannot be locked here
    """
    if not path.exists():
        raise CourseError(f"{path} is not there. Name a notebook, or the folder that holds it.")
    try:
        notebook = _notebook_in(path, ground.lesson) if path.is_dir() else path
    except CourseError as error:
        return Single(ground.lesson, ground.frame, zero(ground.frame, str(error)), None)
    # Only what was handed in may be no link; where the folder lies is its owner's business.
    notebook = notebook.parent.resolve() / notebook.name
    submission = Submission("", notebook, "", source=ground.source)
    graded = mark_submission(ground.frame, ground.terms, submission)
    return Single(ground.lesson, ground.frame, graded, _accuracy(ground, notebook))


def _notebook_in(folder: Path, lesson: str) -> Path:
    """The notebook that somebody handed in, by its name or because there is no other.

    raises: CourseError, in words for the student
    """
    wanted = f"{lesson}.ipynb"
    fits: dict[Fit, list[str]] = {one: [] for one in Fit}
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        fits[fit(name, wanted)].append(name)
    exact = [name for name in fits[Fit.NAME] if name == wanted]
    found = exact or fits[Fit.NAME] or fits[Fit.KIND]
    if len(found) == 1:
        return folder / found[0]
    if not found:
        raise CourseError(f"No notebook was handed in. Hand in {wanted}.")
    names = ", ".join(shown(name[:LONGEST]) for name in found[:5])
    raise CourseError(f"{len(found)} notebooks were handed in: {names}. Hand in one, {wanted}.")


def _files(folder: Path) -> Iterator[Path]:
    """The files in a folder, but for what programs leave there."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        litter = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        if not litter and path.is_file() and not path.is_symlink():
            yield path


def _accuracy(ground: Ground, notebook: Path) -> float | None:
    """Of the predictions beside a notebook, where the lesson asks for some that can be read.

    A link, which could lead to somebody else's, does not lie there.
    """
    if not ground.predicts or PREDICTIONS not in beside(notebook):
        return None
    try:
        found = bounded(lambda: read_predictions(notebook.with_name(PREDICTIONS)))
    except CourseError:
        return None  # the check says why
    labels = unlabelled.labels_of(ground.terms.labels or unlabelled.public())
    return float((found == labels).mean()) if found.shape == labels.shape else None
