"""Which of the files beside a submitted notebook come into its room?"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

MOST_FILES, MOST_BYTES, DEEPEST = 1000, 64 << 20, 8


@dataclass
class Belongings:
    """Files by their name below the notebook's folder, and why others stay out."""

    files: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def read_belongings(folder: Path) -> Belongings:
    """Read a submission's folder. Links of either kind, special files, what lies too deep, what is
    too much, and notebooks, which come in cell by cell, are left out with a reason.

    Follows no link, even one that appears while it reads.
    """
    found = Belongings()
    room = MOST_BYTES
    for place, folders, names, handle in os.fwalk(folder, follow_symlinks=False):
        below = Path(place).relative_to(folder)
        folders.sort()
        if len(below.parts) >= DEEPEST:
            for name in folders:
                found.left_out[_shown(below / name)] = "It lies too deep."
            folders.clear()
        for name in sorted(names):
            shown = _shown(below / name)
            if name.endswith(".ipynb"):
                continue
            if len(found.files) + len(found.left_out) >= MOST_FILES:
                found.left_out["..."] = f"There are more than {MOST_FILES} files."
                return found
            try:
                found.files[shown] = _content(name, handle, room)
                room -= len(found.files[shown])
            except (OSError, ValueError) as error:
                found.left_out[shown] = str(getattr(error, "strerror", None) or error)
        for name in [name for name in folders if _is_link(name, handle)]:
            found.left_out[_shown(below / name)] = "It is a link."
    return found


def _content(name: str, handle: int, most: int) -> bytes:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("It is no ordinary file.")
        if about.st_nlink > 1:
            raise ValueError("It is a hard link.")
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"With it the files are more than {MOST_BYTES >> 20} MB.")
    return content


def _is_link(name: str, handle: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)


def _shown(path: Path) -> str:
    return path.as_posix().encode(errors="replace").decode()
