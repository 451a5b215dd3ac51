"""How do learning systems name what they let instructors download?

A table. Which of its rows a download is, is found by looking at all names together: one name alone
may be read in several ways. Sources stand beside each row; a row marked "read about" was made from
them alone, the others also from downloads.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import PurePosixPath

from autograder.intake.filenames import Fit, fit, is_lesson
from course_lib.errors import CourseError


class Lasts(Enum):
    """For how long a system's number stands for the same person."""

    COURSE = "in every assignment"
    LESSON = "in this assignment alone"
    NO_ID = "there is none: the name is all"


@dataclass(frozen=True)
class Format:
    """One way to name files. Each pattern has the groups `file` and `name`, and may have `id`,
    `attempt` (a number that grows), `when`, `late` and `title` (of the task, before the id);
    COMMON stands for what all names begin with.
    """

    key: str
    title: str
    lasts: Lasts
    patterns: tuple[str, ...]
    entry_times: bool = False  # a zip's entries bear the time of handing in, not of downloading


@dataclass(frozen=True)
class Place:
    """What a file's name says: whose it is, and the path below that person's folder."""

    name: str
    id: str
    file: str
    attempt: int = 0
    when: str = ""
    late: bool = False
    title: str = ""


@dataclass(frozen=True)
class Recognised:
    """The format of a download, what all its names begin with, and what each name says."""

    format: Format
    places: dict[str, Place]


_DAY = r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d"
FORMATS = (
    # instructure/canvas-lms, lib/content_zipper.rb: sortable name in small letters without signs,
    # LATE, the user's id (of a group, one member's), the attachment's id. The zip's entries bear
    # the time of the download.
    Format(
        "canvas",
        "Canvas download",
        Lasts.COURSE,
        (
            r"(?P<name>[^/]+?)(?:_(?P<late>LATE))?_(?P<id>\d+)_(?P<attempt>\d+)_(?P<file>.+)",
            r"(?P<name>[^/]+)(?:_(?P<late>LATE))?_(?P<id>\d+)_(?P<attempt>\d+)_"
            r"(?P<file>\d\d[_ -].+)",
            r"(?P<name>[^/]+?)(?:_(?P<late>LATE))?_(?P<id>\d+)_(?P<file>(?:text|link)[.]html)",
        ),
    ),
    # The same file, for assignments graded anonymously; the id is of one submission.
    Format(
        "canvas-anonymous",
        "Canvas download, anonymous",
        Lasts.LESSON,
        (r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<id>\w+?)_(?P<attempt>\d+)_(?P<file>.+)",),
    ),
    # moodle/moodle, mod/assign/classes/downloader.php: full name (of a group or, blind, the word
    # for participant), a number from assign_user_mapping, which is drawn anew for each assignment;
    # as folders, which ended in _ before Moodle 4.1, or flat.
    Format(
        "moodle",
        "Moodle download",
        Lasts.LESSON,
        (
            r"(?P<name>[^/]*?)(?:_+(?P<id>\d+))?_+assignsubmission_[a-z]+_?/(?P<file>.+)",
            r"(?P<name>[^/]*?)(?:_+(?P<id>\d+))?_+assignsubmission_[a-z]+_(?P<file>[^/]+)",
        ),
        entry_times=True,
    ),
    # kwurst/bb-file-cleanup, README: assignment_username_attempt_datetime_filename; the word for
    # attempt follows the instructor's language. A title may hold _, so a user name may not.
    Format(
        "blackboard",
        "Blackboard download",
        Lasts.COURSE,
        (
            rf"(?P<title>[^/]*_)?(?P<id>[^/_]+)_(?P<name>)[^/_]+_(?P<when>{_DAY})_(?P<file>.+)",
            rf"(?P<title>[^/]*_)?(?P<id>[^/_]+)_(?P<name>)[^/_]+_(?P<when>{_DAY})(?P<file>[.]txt)",
        ),
    ),
    # Brightspace help, "Download submissions"; the names are those of public scripts that read
    # them: user-folder - name - date, as folders or before the file's name. Read about.
    Format(
        "brightspace",
        "Brightspace download",
        Lasts.COURSE,
        (
            r"(?P<id>\d+)-\d+ ?- (?P<name>[^/]+?) ?- (?P<when>[^/]*?\d{4}[^/-]*?)(?:/| ?- )"
            r"(?P<file>.+)",
        ),
    ),
    # A folder for each submission; who made it stands in submission_metadata.yml beside them.
    Format(
        "gradescope",
        "Gradescope export",
        Lasts.LESSON,
        (r"(?P<name>submission)_(?P<id>\d+)/(?P<file>.+)",),
    ),
    # nbgrader, exchange/default/submit.py; ngshare keeps the same names.
    Format(
        "nbgrader",
        "nbgrader exchange",
        Lasts.NO_ID,
        (
            r"(?P<name>[^/]+)[+][^/+]+[+](?P<when>\d{4}-\d\d-\d\d [\d:.]+ [^/+]+)"
            r"(?:[+][^/]*)?/(?P<file>.+)",
        ),
    ),
    # sagemathinc/cocalc, course/assignments: ASSIGNMENT-collect/project's id/, and in it an empty
    # file STUDENT - name.txt. Read about.
    Format(
        "cocalc",
        "CoCalc, collected",
        Lasts.COURSE,
        (r"(?P<name>)(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<file>.+)",),
    ),
    # ILIAS, Exercise/Submission/classes: last name, first name, login, id. Read about.
    Format(
        "ilias",
        "ILIAS exercise",
        Lasts.COURSE,
        (r"(?:Team_\d+/)?(?P<name>[^/_]+_[^/_]+)_[^/]+_(?P<id>\d+)/(?:\d{14}_)?(?P<file>.+)",),
    ),
    # github/gh-classroom, `clone student-repos`: SLUG-submissions/SLUG-login. Read about.
    Format(
        "github",
        "GitHub Classroom",
        Lasts.NO_ID,
        (r"COMMON(?P<name>[A-Za-z0-9][A-Za-z0-9-]*)/(?P<file>.+)",),
    ),
    # The Littlest JupyterHub calls the system's users so.
    Format(
        "jupyterhub",
        "JupyterHub home folders",
        Lasts.NO_ID,
        (r"jupyter-(?P<name>[^/]+)/(?P<file>.+)",),
        entry_times=True,
    ),
    Format(
        "folders",
        "Folders, one a person",
        Lasts.NO_ID,
        (r"(?P<name>[^/]+)/(?P<file>.+)",),
        entry_times=True,
    ),
    Format(
        "flat",
        "Files that begin with a name",
        Lasts.NO_ID,
        (
            r"(?P<name>[^/]+?)_(?P<file>(?:(?:copy|kopie)[ _](?:of|von)[ _])?LESSON[^/]*)",
            r"(?P<name>[^/]+?)_(?P<file>predictions[^/]*[.]npz)",
            r"(?P<name>[^/_]+)_(?P<file>[^/]+)",
        ),
        entry_times=True,
    ),
)
# Folders that stand around a class, and are nobody.
_NOBODY = re.compile(
    r"submissions?|submitted|downloads?|notebooks?|assignments?|homeworks?|homes?|exports?|users?"
    r"|\d{1,2}|solutions?|collected|inbound|course_lib|data|files?|pixels-to-convnets",
    re.IGNORECASE,
)


def format_of(key: str) -> Format:
    """The format of this key; raises CourseError where there is none."""
    for one in FORMATS:
        if one.key == key:
            return one
    raise CourseError(
        f"There is no format {key}. It is one of {', '.join(one.key for one in FORMATS)}."
    )


def recognised(names: Iterable[str], lesson: str, wanted: Format | None = None) -> Recognised:
    """Of which format are these names, and what do they say?

    wanted: the format, where it is known
    returns: with no places where no name tells anybody
    """
    names = list(names)
    notebooks = [name for name in names if fit(name, f"{lesson}.ipynb") is not Fit.NONE]
    candidates = notebooks or names
    readings = []
    for format_ in (wanted,) if wanted else FORMATS:
        for around in _around(candidates):
            places = _read(format_, around, names, lesson)
            if not _surrounds_all(around, format_, places, candidates):
                continue
            exact = sum(_exact(places.get(name), lesson) for name in candidates)
            some = sum(name in places for name in candidates)
            readings.append((exact, some, Recognised(format_, places)))
    most = max(exact for exact, _, _ in readings)
    # The first in the table that reads most names, and about as many lessons as any other does.
    fair = [one for one in readings if 2 * one[1] >= len(candidates) and 2 * one[0] >= most]
    best = fair[0][2].format if fair else None
    mine = [one for one in readings if one[2].format is best] or readings
    return max(mine, key=lambda one: one[:2])[2]


def read_by(pattern: re.Pattern[str], names: Iterable[str], lesson: str) -> Recognised:
    """What names say by an instructor's own pattern, whose groups are nbgrader's."""
    format_ = Format("pattern", "Read by your pattern", Lasts.NO_ID, ())
    places = {}
    for name in names:
        if (found := pattern.match(name)) and found["file_id"] == lesson:
            when = found.groupdict().get("timestamp") or ""
            ending = name.rpartition(".")[2]
            places[name] = Place(found["student_id"], "", f"{lesson}.{ending}", 0, when)
    return Recognised(format_, places)


def _around(names: list[str]) -> Iterator[str]:
    """Folders that may stand around the whole class: those that half of the files lie in."""
    yield ""
    counted = Counter(
        f"{folder}/" for name in names for folder in map(str, PurePosixPath(name).parents)
    )
    yield from sorted(
        (folder for folder, count in counted.items() if folder != "./" and 2 * count >= len(names)),
        key=len,
    )


def _surrounds_all(
    around: str, format_: Format, places: dict[str, Place], names: list[str]
) -> bool:
    """Is this folder around a class, rather than one student's, whose files look like people?"""
    several = {"folders": 2, "flat": 3}.get(format_.key, 0)
    word = PurePosixPath(around).name
    if not several or not word or _NOBODY.fullmatch(word) or is_lesson(word):
        return True
    people = {place.name for place in places.values()}
    return len(people) >= several and all(name.startswith(around) for name in names)


def _read(format_: Format, around: str, names: list[str], lesson: str) -> dict[str, Place]:
    short = {name: name.removeprefix(around) for name in names}
    common = ""
    if any("COMMON" in pattern for pattern in format_.patterns):
        common = _common(short.values(), around, lesson)
        if not common:
            return {}
    patterns = [
        _compiled(pattern.replace("COMMON", re.escape(common)).replace("LESSON", re.escape(lesson)))
        for pattern in format_.patterns
    ]
    places = {}
    for name, rest in short.items():
        read = [place for pattern in patterns if (place := _place(pattern, rest, lesson))]
        if read:
            places[name] = next((one for one in read if _exact(one, lesson)), read[0])
    return places


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _place(pattern: re.Pattern[str], rest: str, lesson: str) -> Place | None:
    found = pattern.fullmatch(rest)
    if found is None:
        return None
    groups = dict.fromkeys(("id", "attempt", "when", "late", "title"), "")
    groups |= found.groupdict(default="")
    name = groups["name"].strip()
    if name.lower().endswith(".zip"):  # ada.zip and ada_01_knn.zip are ada's
        ending = rf"([_ -]+{re.escape(lesson)})?([ ]?\(\d+\))?[.]zip$"
        name = re.sub(ending, "", name, flags=re.IGNORECASE)
    # A group of Canvas may be called 3: its number stands beside it.
    numbered = name.isdigit() and groups["attempt"]
    nobody = is_lesson(name) or (_NOBODY.fullmatch(name) and not numbered)
    if (nobody and name.lower() != "submission") or name.startswith("."):
        return None
    if not name and not groups["id"]:
        return None
    return Place(
        name,
        groups["id"],
        groups["file"],
        int(groups["attempt"] or 0),
        groups["when"],
        bool(groups["late"]),
        groups["title"],
    )


def _exact(place: Place | None, lesson: str) -> bool:
    return place is not None and fit(place.file, f"{lesson}.ipynb") is Fit.NAME


def _common(names: Iterable[str], around: str, lesson: str) -> str:
    """The slug that all folders begin with, up to its last hyphen; it must be the lesson's."""
    folders = sorted({name.partition("/")[0] for name in names if "/" in name})
    if not folders:
        return ""
    slug = shared_beginning(folders, "-")
    if around.rstrip("/").endswith("-submissions"):
        wrapped = PurePosixPath(around).name.removesuffix("submissions")
        return wrapped if all(one.startswith(wrapped) for one in folders) else ""
    words = set(re.split(r"[ _-]+", lesson.casefold()))
    return slug if words & set(re.split(r"[ _-]+", slug.casefold())) else ""


def shared_beginning(names: Iterable[str], mark: str) -> str:
    """What all names begin with, up to the last `mark` in it."""
    first, last = min(names := list(names)), max(names)
    length = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), len(first))
    return first[: first.rfind(mark, 0, length) + 1]
