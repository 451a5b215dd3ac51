"""Tests of which files come into a room with a notebook."""

import os
import sys
from pathlib import Path

import pytest

from autograder.lesson import belongings as module
from autograder.lesson.belongings import read_belongings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


def test_ordinary_files(tmp_path: Path) -> None:
    """Do files come with their folders' names, and notebooks not?"""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "größe.csv").write_text("1")
    (tmp_path / "helper.py").write_text("x = 1")
    (tmp_path / "01_knn.ipynb").write_text("{}")
    found = read_belongings(tmp_path)
    assert found.files == {"data/größe.csv": b"1", "helper.py": b"x = 1"}
    assert found.left_out == {}


def test_links_and_special_files(tmp_path: Path) -> None:
    """Can a link, hard or soft, to a file or a folder, bring in what is not the student's?"""
    secret, mine = tmp_path / "secret", tmp_path / "mine"
    secret.mkdir()
    mine.mkdir()
    (secret / "book").write_text("secret")
    (mine / "soft").symlink_to(secret / "book")
    (mine / "folder").symlink_to(secret)
    os.link(secret / "book", mine / "hard")
    os.mkfifo(mine / "pipe")
    found = read_belongings(mine)
    assert found.files == {}
    assert set(found.left_out) == {"soft", "folder", "hard", "pipe"}


def test_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are too many files, too large ones and too deep ones left out, and the rest kept?"""
    monkeypatch.setattr(module, "MOST_FILES", 5)
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    (tmp_path / "a").write_bytes(bytes(8))
    (tmp_path / "b").write_bytes(bytes(8))
    (tmp_path / "c").write_bytes(bytes(2))
    deep = tmp_path / Path(*"123456789")
    deep.mkdir(parents=True)
    (deep / "d").write_bytes(b"")
    found = read_belongings(tmp_path)
    assert set(found.files) == {"a", "c"}
    assert set(found.left_out) == {"b", "1/2/3/4/5/6/7/8/9"}
    for number in range(9):
        (tmp_path / f"e{number}").write_bytes(b"")
    assert len(read_belongings(tmp_path).files) <= 5
