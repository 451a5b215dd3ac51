"""Archives that students or a web form hand in, and that reach beyond themselves or unpack to
more than they say. `course collect` runs as an instructor runs it, in 500 MB of memory."""

import os
import resource
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import class_in
from autograder.classroom.release import CONFIG, SQLITE
from tests.attacks.attack import LESSON

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of a process need POSIX")
GOOD = f"ada/{LESSON}.ipynb"
BAD = f"eve/{LESSON}.ipynb"
COURSE = "from course_lib.cli import main; main()"
MEMORY = 500_000_000  # bytes
Make = Callable[[zipfile.ZipFile], None]


def climbs(archive: zipfile.ZipFile) -> None:
    """Leads out of its folder by dots."""
    archive.writestr(f"../../submitted/moe/{LESSON}/{LESSON}.ipynb", "{}")


def climbs_as_a_student(archive: zipfile.ZipFile) -> None:
    """Has dots in place of the student's name."""
    archive.writestr(f"../{LESSON}.ipynb", "{}")


def climbs_with_backslashes(archive: zipfile.ZipFile) -> None:
    """Leads out by dots between the separators of Windows."""
    archive.writestr(f"eve\\..\\..\\{LESSON}.ipynb", "{}")


def absolute(archive: zipfile.ZipFile) -> None:
    """Names a place from the root on."""
    archive.writestr("/tmp/pixels-attack-archive", "{}")


def link(archive: zipfile.ZipFile) -> None:
    """Holds a link under the notebook's name."""
    entry = zipfile.ZipInfo(BAD)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def bomb(archive: zipfile.ZipFile) -> None:
    """Says that it unpacks to 80 GB, in files of 99 MB."""
    for number in range(800):
        archive.writestr(f"eve{number}/{LESSON}.ipynb", "")


def lies(archive: zipfile.ZipFile) -> None:
    """Unpacks to 600 MB and says that it is ten bytes."""
    _zeros(archive, zipfile.ZIP_DEFLATED)


def lies_in_another_format(archive: zipfile.ZipFile) -> None:
    """Unpacks to 600 MB from a kilobyte, by bzip2, and says that it is ten bytes."""
    _zeros(archive, zipfile.ZIP_BZIP2)


def many(archive: zipfile.ZipFile) -> None:
    """Holds 100,001 empty files."""
    for number in range(100_001):
        archive.writestr(f"{number}", "")


REFUSED = [climbs, climbs_as_a_student, climbs_with_backslashes, absolute, link, bomb, lies]
REFUSED += [lies_in_another_format, many]
SIZES = {bomb: 99_000_000, lies: 10, lies_in_another_format: 10}  # that the headers say


@pytest.mark.slow
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_archive(tmp_path: Path, make: Make) -> None:
    """Is the archive refused in a sentence, with nothing written, in or outside the class?"""
    (tmp_path / "class" / "source" / LESSON).mkdir(parents=True)
    (tmp_path / "class" / "source" / LESSON / f"{LESSON}.ipynb").touch()
    (tmp_path / "class" / "nbgrader_config.py").write_text(CONFIG.format(database=SQLITE))
    with gradebook.opened(class_in(tmp_path / "class")):
        pass  # the class has one, as every class that has released a lesson
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(GOOD, "{}")
        make(archive)
    if make in SIZES:
        _claim(path, SIZES[make])
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", COURSE, "collect", LESSON, str(path), "--course", "class"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "in.zip" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/pixels-attack-archive").exists()


def _zeros(archive: zipfile.ZipFile, method: int) -> None:
    entry = zipfile.ZipInfo(BAD)
    entry.compress_type = method
    with archive.open(entry, "w") as file:
        for _ in range(60):
            file.write(bytes(10_000_000))


def _claim(path: Path, size: int) -> None:
    """Write another size into both headers of each of eve's entries."""
    raw = bytearray(path.read_bytes())
    for signature, place, name in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        start = raw.find(signature)
        while start >= 0:
            if raw[start + name : start + name + 3] == b"eve":
                raw[start + place : start + place + 4] = struct.pack("<I", size)
            start = raw.find(signature, start + 1)
    path.write_bytes(raw)
