"""Where data lie on this machine."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Where downloads and caches go: COURSE_DATA where it is set, else `data` of the course."""
    named = os.environ.get("COURSE_DATA")
    return Path(named).expanduser() if named else _course_data()


def find(name: str) -> Path | None:
    """An existing `name` in COURSE_DATA or in `data` of the course; None where there is none."""
    for place in (data_folder(), _course_data()):
        if (place / name).exists():
            return place / name
    return None


def _course_data() -> Path:
    """`data` of the checkout that holds this file, else of the current folder."""
    checkout = Path(__file__).resolve().parents[2]
    here = checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
    return here / "data"
