"""Bringing the official CIFAR-10 here, and checking that it is the official one."""

import hashlib
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from course_lib import files
from course_lib.data import folder
from course_lib.data.cifar10_files import FOLDER, cifar10_folder
from course_lib.data.fetch import download
from course_lib.errors import CourseError

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
ARCHIVE = "cifar-10-python.tar.gz"
MD5 = {
    ARCHIVE: "c58f30108f718f92721af3d95e74349a",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
_IGNORED = {FOLDER, f"{FOLDER}/readme.html"}
_LARGEST = 64 << 20  # the official members have 31 MB
_UNPACKED = 190 << 20


def cifar10_download(
    *, progress: bool = True, url: str = URL, md5: Mapping[str, str] = MD5
) -> Path:
    """Make CIFAR-10 present: download, check, unpack; what is there already is not fetched again.

    progress: show a bar
    url, md5: of the archive and of its members; other than the official ones for tests only
    returns: the folder of the official files
    raises: CourseError that says what to do; an interrupted download goes on at the next call

    An archive that was put into the folder of data by hand is used, without a network.
    """
    present = cifar10_folder()
    if present is not None and not _differing(present, md5):
        return present
    archive = folder.data_folder() / ARCHIVE
    part = archive.with_name(ARCHIVE + ".part")
    source = archive if archive.exists() else part
    if source is part:
        download(url, part, room=_UNPACKED, progress=progress)
    if _md5(source) != md5[ARCHIVE]:
        if source is part:
            part.unlink()
        raise CourseError(
            f"{source} is not the official archive: its md5 differs. "
            + ("It was removed; run the command again." if source is part else "Delete it.")
        )
    _unpack(source, archive.parent / FOLDER, md5)
    source.unlink()
    return archive.parent / FOLDER


def cifar10_verify(*, md5: Mapping[str, str] = MD5) -> Path:
    """Compare the files with the official md5s.

    returns: the folder of the files
    raises: CourseError that names the files that are absent or differ
    """
    place = cifar10_folder()
    if place is None:
        raise CourseError(
            f"CIFAR-10 is not in {folder.data_folder()}. Run `course data get cifar10`."
        )
    wrong = _differing(place, md5)
    if wrong:
        raise CourseError(
            f"In {place} these files are absent or differ from the official ones: "
            f"{', '.join(wrong)}. Run `course data get cifar10`: it brings them again."
        )
    return place


def _differing(place: Path, md5: Mapping[str, str]) -> list[str]:
    members = [name for name in md5 if name != ARCHIVE]
    return [name for name in members if _md5(place / name) != md5[name]]


def _md5(path: Path) -> str:
    """The md5 of a file, empty where it cannot be read. It finds damage; it is no defence."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except OSError:
        return ""


def _unpack(archive: Path, place: Path, md5: Mapping[str, str]) -> None:
    """Write the expected members, under the names expected, and nothing else."""
    missing = {name for name in md5 if name != ARCHIVE}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                if member.name in _IGNORED:
                    continue
                name = member.name.removeprefix(f"{FOLDER}/")
                if name not in missing or member.name == name or not member.isreg():
                    raise CourseError(_unexpected(archive, f"holds {member.name!r}"))
                if member.size > _LARGEST:
                    raise CourseError(_unexpected(archive, f"holds {name} of {member.size} bytes"))
                stream = tar.extractfile(member)
                raw = stream.read() if stream else b""
                if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5[name]:
                    raise CourseError(_unexpected(archive, f"holds an altered {name}"))
                files.write(place / name, raw)
                missing.remove(name)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise CourseError(_unexpected(archive, f"cannot be unpacked ({error})")) from error
    if missing:
        raise CourseError(_unexpected(archive, f"lacks {', '.join(sorted(missing))}"))


def _unexpected(archive: Path, what: str) -> str:
    return f"{archive} {what}, unlike the official archive. Delete it and run the command again."
