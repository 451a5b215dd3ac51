"""Does a text tell where the grader's machine keeps Python, its packages, the course?"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from IPython.utils.path import compress_user

import course_lib
from autograder.rooms.examiner import paths
from autograder.rooms.examiner.paths import trimmed

FILES = {
    "numpy/__init__.py": np.__file__,
    "json/__init__.py": json.__file__,
    "course_lib/__init__.py": course_lib.__file__,
}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder above the interpreter's is the user's own."""
    monkeypatch.setenv("HOME", str(Path(sys.prefix).parent))
    paths._roots.cache_clear()
    yield
    monkeypatch.undo()
    paths._roots.cache_clear()


@pytest.mark.parametrize(("short", "file"), FILES.items(), ids=FILES)
def test_files_of_packages(short: str, file: str) -> None:
    """Does a package's file keep its own name alone, wherever in a text it stands?"""
    assert trimmed(file) == short
    text = f'Traceback:\n  File "{file}", line 3, in f\n{file}: no {file}'
    assert trimmed(text) == f'Traceback:\n  File "{short}", line 3, in f\n{short}: no {short}'


def test_files_as_ipython_writes_them(home: None) -> None:
    """Is a folder found again where IPython has put ~ for the user's own?"""
    shown = compress_user(np.__file__)
    assert shown.startswith("~/")
    assert trimmed(f"File {shown}:5") == "File numpy/__init__.py:5"


@pytest.mark.parametrize(
    "text", ["no path", "1 / 2", "/usr/bin/env", "/tmp/mine/numpy/__init__.py", "~/mine.py", "/"]
)
def test_what_tells_nothing(text: str) -> None:
    """Does a student's own text stay as it is?"""
    assert trimmed(text) == text
