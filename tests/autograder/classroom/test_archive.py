"""How is a zip written whose bytes tell nothing of when and where?"""

import io
import os
import time
import zipfile
from pathlib import Path

from autograder.classroom.archive import package, packed


def test_same_files_same_bytes() -> None:
    """Are the bytes those of another day, from another order?"""
    first = packed({"b": b"2", "a": b"1"}, frozenset({"b"}))
    os.environ["TZ"], before = "Pacific/Kiritimati", os.environ.get("TZ")
    time.tzset()
    try:
        assert packed({"a": b"1", "b": b"2"}, frozenset({"b"})) == first
    finally:
        os.environ.pop("TZ")
        os.environ.update({"TZ": before} if before else {})
        time.tzset()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        modes = {one.filename: one.external_attr >> 16 & 0o777 for one in archive.infolist()}
        assert modes == {"a": 0o644, "b": 0o755}
        assert archive.read("b") == b"2"


def test_package(tmp_path: Path) -> None:
    """Are its modules and data in it, and neither compiled files nor hidden ones?"""
    for name in ("one/a.py", "one/deep/b.json", "one/__pycache__/a.pyc", "one/.hidden", "two/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = {"one/a.py": b"one/a.py", "one/deep/b.json": b"one/deep/b.json"}
    assert dict(package(tmp_path, "one")) == found
