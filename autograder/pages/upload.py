"""Which zip of pages does a learning system take back?

Canvas (*Upload submissions*) and Moodle (*Upload multiple feedback files in a zip*) know whose a
file is by the name that they gave it in the download: a page has that name but for its ending.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.classroom.archive import packed
from autograder.classroom.folder import Classroom
from autograder.intake.collect import whose
from course_lib.errors import CourseError
from course_lib.files import write

SYSTEMS = ("canvas", "moodle")  # by `autograder.intake.formats`
ENDING = ".html"


@dataclass(frozen=True)
class Upload:
    """What was packed, and whose submissions of the download have no page.

    nobodys: names of notebooks in it that tell no student, such as a group's
    """

    path: Path
    students: tuple[str, ...]
    lacking: tuple[str, ...]
    nobodys: tuple[str, ...] = ()


def pack_pages(classroom: Classroom, lesson: str, download: Path, to: Path) -> Upload:
    """Write the pages of a lesson as the system takes them from which `download` is.

    raises: CourseError where it is from another system, or nobody in it has a page
    """
    system, students, nobodys = whose(classroom, lesson, download)
    if system not in SYSTEMS:
        raise CourseError(
            f"{download} is no download of Canvas or Moodle, the two that take pages back by name. "
            "`course feedback --send` sends them by email."
        )
    entries: dict[str, bytes] = {}
    packed_for, lacking = set[str](), set[str]()
    for name, student in students.items():
        page = classroom.feedback(student, lesson)
        if page.is_file():
            entries[_as_page(name)] = page.read_bytes()
            packed_for.add(student)
        else:
            lacking.add(student)
    if not entries:
        raise CourseError(
            f"Nobody in {download} has a page of {lesson}. Run `course feedback {lesson}` first."
        )
    write(to, packed(entries))
    return Upload(to, tuple(sorted(packed_for)), tuple(sorted(lacking - packed_for)), nobodys)


def _as_page(name: str) -> str:
    """`liwei_34_901_01_knn.ipynb` as `liwei_34_901_01_knn.html`."""
    path = PurePosixPath(name)
    # Not by `lower`: small letters can be more than the capitals were, as those of İ are.
    return str(path.with_name(re.split("[.]ipynb", path.name, flags=re.IGNORECASE)[0] + ENDING))
