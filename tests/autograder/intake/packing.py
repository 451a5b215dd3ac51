"""Notebooks as they come in: in a folder or in a zip; and where they lie in a class afterwards."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.classroom.folder import Classroom

LESSON = "01_tiny"
BLACKBOARD = (
    r"[^/]*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>LESSON)\.ipynb$"
)


def folder_of(place: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def zipped(place: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return place


def submitted(classroom: Classroom) -> dict[str, str]:
    folder = classroom.folder / "submitted"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
