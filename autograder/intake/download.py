"""Which files are in this download? Those of a folder or zip, and of the zips within it."""

import io
import re
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from stat import S_ISLNK, S_ISREG

from course_lib.errors import CourseError

MOST_FILES = 100_000
MOST_BYTES = 8 * 2**30  # of a whole zip, unpacked, and of all zips within it together
LARGEST_WITHIN = 256 * 2**20  # bytes of a zip within the download, which is read into memory
LITTER = "An operating system or Jupyter put it there, no student."
_LITTER = re.compile(
    r"(^|/)(__MACOSX|[.]_[^/]*|[.]DS_Store|Thumbs[.]db|desktop[.]ini|[.]ipynb_checkpoints|"
    r"[.]Trash[^/]*|[.]git|[.]~[^/]*)(/|$)"
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError)
Moment = tuple[int, int, int, int, int, int]  # year, month, day, hour, minute, second


@dataclass(frozen=True)
class File:
    """A file of a download; one of a zip within it lies in a folder of that zip's name."""

    name: str  # with forward slashes and composed letters (NFC)
    size: int  # bytes
    changed: Moment
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Download:
    """The files that people may have handed in, and those left out: name to reason."""

    files: list[File]
    left_out: dict[str, str] = field(default_factory=dict)
    zipped: bool = False  # then its entries bear times that copying it does not change


@contextmanager
def opened(source: Path) -> Iterator[Download]:
    """The files of a folder or zip, readable as long as this lasts.

    raises: CourseError where it does not exist, is damaged, or would write elsewhere or fill the
        disk when unpacked; a zip within it that is so is left out alone
    """
    try:
        if source.is_dir():
            yield _sorted_out(_in_folder(source), zipped=False)
            return
        with zipfile.ZipFile(source) as archive:
            yield _sorted_out(_in_zip(archive, str(source)), zipped=True)
    except FileNotFoundError as error:
        raise CourseError(f"{error.filename} does not exist.") from error
    except OSError as error:
        raise CourseError(f"Collecting from {source} failed: {error}.") from error
    except _DAMAGED as error:
        raise CourseError(
            f"{source} is no zip, or it is damaged ({error}). Nothing was collected; "
            "download it again."
        ) from error


def _sorted_out(files: list[File], *, zipped: bool) -> Download:
    """What people handed in, with the zips among it unpacked, and what computers put there."""
    download = Download([], {}, zipped)
    room = [MOST_FILES, MOST_BYTES]
    for file in files:
        if _LITTER.search(file.name):
            download.left_out[file.name] = LITTER
        elif not file.name.lower().endswith(".zip"):
            download.files.append(file)
        else:
            try:
                within = _within(file, room)
            except (CourseError, RuntimeError, ValueError, *_DAMAGED) as error:
                download.left_out[file.name] = f"This zip cannot be unpacked: {error}"
            else:
                download.files.extend(one for one in within if not _LITTER.search(one.name))
    return download


def _within(file: File, room: list[int]) -> list[File]:
    """The files of a zip that lies in the download; `room` is what may still be unpacked."""
    if file.size > LARGEST_WITHIN:
        raise CourseError(f"it has {file.size:,} bytes, more than {LARGEST_WITHIN:,}.")
    with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        found = _in_zip(archive, "It", tuple(room))
    room[0] -= len(found)
    room[1] -= sum(one.size for one in found)
    around = _around([one.name for one in found if not _LITTER.search(one.name)])
    return [
        File(
            f"{file.name}/{one.name.removeprefix(around)}",
            one.size,
            one.changed,
            partial(_read_within, file, index),
        )
        for index, one in enumerate(found)
    ]


def _around(names: list[str]) -> str:
    """The folder that holds all of a student's zip, as many programs pack one."""
    parents = {PurePosixPath(name).parent.parts for name in names}
    shared = []
    for level in zip(*parents):
        if len(set(level)) > 1:
            break
        shared.append(f"{level[0]}/")
    return "".join(shared)


def _read_within(file: File, index: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return _in_zip(archive, "It")[index].read()


def _in_folder(folder: Path) -> list[File]:
    """Links are not followed: they could lead to anybody's files."""
    found = []
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        if S_ISREG(stat.st_mode):
            changed = time.localtime(stat.st_mtime)[:6]
            name = composed(path.relative_to(folder).as_posix())
            found.append(File(name, stat.st_size, changed, path.read_bytes))
    return found


def _in_zip(
    archive: zipfile.ZipFile, source: str, room: tuple[int, ...] | None = None
) -> list[File]:
    entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    _refuse_unsafe(entries, source, *(room or (MOST_FILES, MOST_BYTES)))
    return [
        File(
            composed(entry.filename.replace("\\", "/")),  # as some Windows programs write them
            entry.file_size,
            entry.date_time,
            partial(_unpacked, archive, entry),
        )
        for entry in entries
        if not entry.is_dir() and not entry.filename.endswith("\\")
    ]


def composed(name: str) -> str:
    """macOS writes é as two characters, other systems as one: names are compared as one."""
    return unicodedata.normalize("NFC", name)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the archive's list of contents says, which may be a lie."""
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def _refuse_unsafe(
    entries: list[zipfile.ZipInfo], source: str, most_files: int, most_bytes: int
) -> None:
    """Before a byte is unpacked: would this archive write elsewhere, or fill the disk?"""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > most_files or total > most_bytes:
        raise CourseError(
            f"{source} unpacks to {len(entries):,} files of {total:,} bytes together. "
            f"At most {most_files:,} and {most_bytes:,} are taken: split it."
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
