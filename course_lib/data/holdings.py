"""What is here, and how to get or check it: the functions behind `course data`."""

from dataclasses import dataclass

from course_lib.data import folder
from course_lib.data.cifar10_archive import cifar10_download, cifar10_verify
from course_lib.data.cifar10_files import cifar10_folder
from course_lib.data.handwriting import digits
from course_lib.data.shape_images import COUNTS, cache_name, shapes, shapes_verify
from course_lib.data.text import (
    python_source_verify,
    tiny_shakespeare_download,
    tiny_shakespeare_file,
    tiny_shakespeare_verify,
)
from course_lib.errors import CourseError

NAMES = ("shapes", "cifar10", "digits", "python_source", "tiny_shakespeare")


@dataclass(frozen=True)
class Holding:
    """One data set, as far as this machine is concerned."""

    name: str
    present: bool  # a lesson can use it now, without a download
    place: str  # where it lies, or would lie
    about: str  # one line


def listing() -> tuple[Holding, ...]:
    """Every set, present or not; opens no file and no connection."""
    rendered = [folder.find(cache_name(split)) for split in COUNTS]
    cifar, plays = cifar10_folder(), tiny_shakespeare_file()
    return (
        Holding(
            "shapes",
            True,
            str(rendered[0].parent if rendered[0] else folder.data_folder()),
            "12,000 rendered scenes, 32x32, ten outlines; the course draws them"
            + ("" if all(rendered) else " at their first use, in some seconds"),
        ),
        Holding(
            "cifar10",
            cifar is not None,
            str(cifar or folder.data_folder()),
            "60,000 photographs, 32x32, ten classes; a download of 170 MB",
        ),
        Holding(
            "digits", True, "scikit-learn", "1,797 handwritten digits, 8x8; ships with scikit-learn"
        ),
        Holding(
            "python_source",
            True,
            "this Python's standard library",
            "2 million characters of modules; ships with Python",
        ),
        Holding(
            "tiny_shakespeare",
            plays is not None,
            str(plays or folder.data_folder()),
            "1.1 million characters of plays; a download of 1 MB",
        ),
    )


def get(name: str, *, progress: bool = True) -> str:
    """Make a set present; returns one sentence on what is there now.

    raises: CourseError where the name is unknown or the download fails
    """
    _known(name)
    if name == "cifar10":
        return f"CIFAR-10 is in {cifar10_download(progress=progress)}."
    if name == "shapes":
        for split in COUNTS:
            shapes(split)
        return f"shapes is in {listing()[0].place}."
    if name == "tiny_shakespeare":
        return f"tiny-shakespeare is in {tiny_shakespeare_download(progress=progress)}."
    if name == "python_source":
        return "python_source comes with Python: there is nothing to get."
    return "digits comes with scikit-learn: there is nothing to get."


def verify(name: str) -> str:
    """Compare a set with its original, byte for byte; returns one sentence.

    raises: CourseError where the name is unknown, the set is absent or a byte differs
    """
    _known(name)
    if name == "cifar10":
        return f"CIFAR-10 in {cifar10_verify()} has the official md5s."
    if name == "shapes":
        shapes_verify()
        return "shapes has the bytes of the original."
    if name == "tiny_shakespeare":
        return f"tiny-shakespeare in {tiny_shakespeare_verify()} has the official SHA-256."
    if name == "python_source":
        count = python_source_verify()
        return f"python_source can be read: {count:,} characters, and each module is Python."
    return f"digits can be read: {len(digits('train')) + len(digits('test'))} images."


def _known(name: str) -> None:
    if name not in NAMES:
        raise CourseError(f"There is no data set {name!r}. Choose one of {', '.join(NAMES)}.")
