"""Whose notebooks are in this folder or zip? Theirs go into the class's `submitted/`."""

import io
import logging
import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from stat import S_ISLNK, S_ISREG

from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.classroom.alike import FILE
from autograder.classroom.alike import LARGEST as MOST_PREDICTED
from autograder.classroom.folder import Classroom, released
from autograder.classroom.people import unfit
from autograder.classroom.unlabelled import wanted
from autograder.submission.submitted import LARGEST
from course_lib.errors import CourseError
from course_lib.files import write

# Matched with the path below the folder or inside the zip; LESSON becomes the lesson's name.
#   ada/01_knn.ipynb, ada/01_knn/01_knn.ipynb            one folder a student
#   Ada Li_123_assignsubmission_file_/01_knn.ipynb       Moodle
#   liada_123_456_01_knn-1.ipynb                         Canvas, or any name up to its first _
# A pattern for others has the groups student_id and file_id and may have timestamp. Blackboard:
#   [^/]*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>LESSON)\.ipynb$
PATTERN = r"""(?x:
    (?P<student_id>
        (?![.]|LESSON/|notebooks/) [^/]+? (?= (?:_\d+_assignsubmission_[^/]*)? /)
      | (?![.]|LESSON|[^/]*_attempt_) [^/_]+ (?= _[^/]*$)
    )
    (?: (?:_\d+_assignsubmission_[^/]*)? / (?:notebooks/)? (?:LESSON/)? | _ (?:[^/]*_)? )
    (?P<file_id> LESSON) (?: -\d+ | [ ]\(\d+\) )? \.ipynb $
)"""
_LITTER = re.compile(r"(^|/)(__MACOSX|[.]_[^/]*|[.]ipynb_checkpoints|[.]Trash[^/]*)(/|$)")
MOST_FILES = 100_000
MOST_BYTES = 8 * 2**30  # of a whole zip, unpacked


@dataclass(frozen=True)
class Collected:
    """Who is in `submitted/` now, and what is not: file name to reason."""

    students: tuple[str, ...]
    left_out: dict[str, str]


@dataclass(frozen=True)
class _File:
    name: str  # with forward slashes, below the folder or inside the zip
    size: int
    changed: tuple[int, ...]  # year, month, day, hour, minute, second
    read: Callable[[], bytes]


def collect_lesson(
    classroom: Classroom, lesson: str, source: Path, pattern: str = PATTERN
) -> Collected:
    """Put what students handed in for a lesson where nbgrader looks for it.

    source: a folder, or a zip from an LMS
    pattern: a regular expression that finds student and lesson in a path, see PATTERN
    raises: CourseError where the lesson is not released, the pattern is none or the zip is
        damaged or unsafe; then nothing is collected
    """
    if not classroom.source(lesson).is_file():
        raise CourseError(
            f"{lesson} is not released to this class. Run `course release {lesson}` first."
        )
    expression = _compiled(pattern.replace("LESSON", re.escape(lesson)))
    with _files(source) as files, tempfile.TemporaryDirectory(dir=classroom.folder) as staging:
        chosen, left_out = _chosen(files, lesson, expression, LARGEST)
        for file in chosen.values():
            write(Path(staging) / lesson / "extracted" / file.name, file.read())
        if chosen:
            _transfer(classroom, lesson, Path(staging), expression.pattern)
        if wanted(released(classroom, lesson)):
            others = [file for file in files if file.name in left_out]
            left_out |= _predictions(classroom, lesson, others, _for_predictions(pattern, lesson))
            left_out = {name: reason for name, reason in left_out.items() if reason}
    return Collected(tuple(sorted(chosen)), left_out)


def _predictions(
    classroom: Classroom, lesson: str, files: list[_File], expression: re.Pattern[str]
) -> dict[str, str]:
    """Put the newest file of predictions of each student beside their notebook.

    returns: by name, why one was left out; "" where it was not
    """
    stem, suffix = FILE.split(".")
    files = [file for file in files if file.name.endswith(f".{suffix}")]
    chosen, left_out = _chosen(files, stem, expression, MOST_PREDICTED)
    for student, file in chosen.items():
        notebook = classroom.submitted(student, lesson)
        left_out[file.name] = "" if notebook.is_file() else f"{student} handed in no notebook."
        if notebook.is_file():
            write(notebook.parent / FILE, file.read())
    return left_out


def _for_predictions(pattern: str, lesson: str) -> re.Pattern[str]:
    """The pattern for notebooks, made one for the files of predictions beside them."""
    stem, suffix = FILE.split(".")
    pattern = re.sub(r"(\(\?P<file_id>\s*)LESSON", rf"\g<1>{stem}", pattern)
    return _compiled(pattern.replace("LESSON", re.escape(lesson)).replace("ipynb", suffix))


def _chosen(
    files: list[_File], lesson: str, expression: re.Pattern[str], largest: int
) -> tuple[dict[str, _File], dict[str, str]]:
    """The newest file of each student, and why the others are left out.

    lesson: what the pattern's group file_id must find
    """
    chosen: dict[str, tuple[tuple[str, tuple[int, ...]], _File]] = {}
    left_out: dict[str, str] = {}
    for file in files:
        match = expression.match(file.name)
        if _LITTER.search(file.name):
            left_out[file.name] = "An operating system or Jupyter put it there, no student."
        elif match is None or match["file_id"] != lesson:
            left_out[file.name] = "Its name does not tell a student and this lesson."
        elif reason := unfit(match["student_id"]):
            left_out[file.name] = reason
        elif file.size > largest:
            left_out[file.name] = f"It has {file.size:,} bytes, more than {largest:,}."
        else:
            student = match["student_id"]
            age = (match.groupdict().get("timestamp") or "", file.changed)
            newest, older = (age, file), chosen.get(student)
            if older is not None:
                newest, older = (older, newest) if older[0] > age else (newest, older)
                left_out[older[1].name] = f"There is a newer one of {student}."
            chosen[student] = newest
    taken = {file.name for _, file in chosen.values()}
    for student, (_, file) in list(chosen.items()):
        if taken & {parent.as_posix() for parent in PurePosixPath(file.name).parents}:
            left_out[file.name] = "Another student's file has the name of its folder."
            del chosen[student]
    return {student: file for student, (_, file) in chosen.items()}, left_out


def _transfer(classroom: Classroom, lesson: str, staging: Path, pattern: str) -> None:
    """nbgrader's zip_collect from its second step on: the first has unpacked the archive."""
    config = Config(classroom.config)
    config.CourseDirectory.assignment_id = lesson
    config.ZipCollectApp.downloaded_directory = staging.name  # below the class's folder
    extracted = staging / lesson / "extracted"
    config.FileNameCollectorPlugin.named_regexp = (
        f"{re.escape(str(extracted))}/{pattern.removeprefix('^')}"
    )
    log_text = io.StringIO()
    app = ZipCollectApp(config=config, log=_logger(log_text), force=True, strict=True)
    app.coursedir = CourseDirectory(parent=app)
    app.init_plugins()
    try:
        app.process_extracted_files()
    except SystemExit as error:
        last = log_text.getvalue().strip().splitlines()[-1]
        raise CourseError(f"nbgrader could not collect {lesson}: {last}") from error


def _logger(stream: io.StringIO) -> logging.Logger:
    log = logging.Logger("collect", logging.WARNING)
    log.addHandler(logging.StreamHandler(stream))
    return log


@contextmanager
def _files(source: Path) -> Iterator[list[_File]]:
    """The files of a folder or zip, by name, readable as long as this lasts."""
    try:
        if source.is_dir():
            yield list(_in_folder(source))
            return
        with zipfile.ZipFile(source) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            _refuse_unsafe(entries, source)
            yield [
                _File(
                    entry.filename,
                    entry.file_size,
                    entry.date_time,
                    partial(_unpacked, archive, entry),
                )
                for entry in entries
                if not entry.is_dir()
            ]
    except FileNotFoundError as error:
        raise CourseError(f"{error.filename} does not exist.") from error
    except OSError as error:
        raise CourseError(f"Collecting from {source} failed: {error}.") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise CourseError(
            f"{source} is no zip, or it is damaged ({error}). Nothing was collected; "
            "download it again."
        ) from error


def _in_folder(folder: Path) -> Iterator[_File]:
    """Links are not followed: they could lead to anybody's files."""
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        if S_ISREG(stat.st_mode):
            changed = time.localtime(stat.st_mtime)[:6]
            name = path.relative_to(folder).as_posix()
            yield _File(name, stat.st_size, changed, path.read_bytes)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the archive's list of contents says, which may be a lie."""
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def _refuse_unsafe(entries: list[zipfile.ZipInfo], source: Path) -> None:
    """Before a byte is unpacked: would this archive write elsewhere, or fill the disk?"""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or total > MOST_BYTES:
        raise CourseError(
            f"{source} unpacks to {len(entries):,} files of {total:,} bytes together. "
            f"At most {MOST_FILES:,} and {MOST_BYTES:,} are taken: split it."
        )
    for entry in entries:
        path = PureWindowsPath(entry.filename)  # knows drives and both kinds of slash
        what = ""
        if path.drive or path.root or ".." in path.parts:
            what = "points outside the archive"
        elif S_ISLNK(entry.external_attr >> 16):
            what = "is a link"
        elif entry.flag_bits & 1:
            what = "is encrypted"
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            what = "is packed in a way whose size cannot be bounded"
        if what:
            raise CourseError(f"{source} is not unpacked: its entry {entry.filename!r} {what}.")


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"The pattern is no regular expression: {error}.") from error
    if missing := {"student_id", "file_id"} - set(expression.groupindex):
        raise CourseError(f"The pattern has no group (?P<{min(missing)}>...).")
    return expression
