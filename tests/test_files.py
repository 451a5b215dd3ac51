"""Files are written whole or not at all."""

import errno
import os

import pytest

from course_lib import files
from course_lib.errors import CourseError


def test_writes_text_and_bytes_and_makes_the_folder(tmp_path):
    """Does what is read back equal what was written?"""
    files.write(tmp_path / "new" / "a.txt", "Größe\n")
    files.write(tmp_path / "new" / "a.bin", b"\x00\xff")
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "Größe\n"
    assert (tmp_path / "new" / "a.bin").read_bytes() == b"\x00\xff"


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    """Does a full disk leave what was there, and no half-written file beside it?"""
    target = tmp_path / "a.txt"
    target.write_text("old")

    def full(*paths):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CourseError, match="the disk is full"):
        files.write(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupt_leaves_no_temporary_file(tmp_path, monkeypatch):
    """Does stopping in the middle clean up too?"""

    def stop(*paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        files.write(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder_is_told(tmp_path):
    """Does writing below a file end in a sentence?"""
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="Could not write"):
        files.write(tmp_path / "file" / "a.txt", "x")


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_umask_decides_who_may_read(tmp_path):
    """Can others read the file where the user's umask says so, and only there?"""
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640
