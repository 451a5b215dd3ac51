"""Who makes a room's namespaces where this process may not? bubblewrap, where it is installed.

Ubuntu from 24.04 on, say, lets programs make user namespaces only by name, and knows `bwrap`.
Nobody can mount in what bubblewrap made, so it serves one room, whose size and covers it is told.
"""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import autograder
from autograder.rooms.locks import mounts
from autograder.rooms.locks.limits import Allowance

SHM = Path("/dev/shm")
# The parent's own code, which cannot be taken away again once it is loaded.
_ROOMS = Path(__file__).parents[1]
CODE = (
    Path(autograder.__file__),
    _ROOMS.with_name("lean.py"),  # which that imports
    *(_ROOMS / part for part in ("__init__.py", "locks", "wire", "inside", "parents")),
)
_NAMESPACES = ("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session")
# As the first process, the parent outlives no room, and the room can neither stop nor kill it.
_RIGHTS = ("--as-pid-1", "--cap-drop", "ALL", "--hostname", "room")
_USER = ("--uid", str(mounts.USER[0]), "--gid", str(mounts.USER[1]))


@dataclass(frozen=True)
class Wrapping:
    """What starts a program in a sandbox.

    command: comes before the program's
    descriptors: which bubblewrap reads; pass them on, then close them
    """

    command: tuple[str, ...]
    descriptors: tuple[int, ...]

    def close(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)


def program() -> str | None:
    """Where bubblewrap is; None where it is not, or is set-user-id: it then bounds no disk."""
    found = shutil.which("bwrap")
    return None if found and os.stat(found).st_mode & stat.S_ISUID else found


def wrap(
    room: Allowance,
    hidden_packages: Iterable[str],
    readable: Iterable[Path],
    devices: Iterable[Path],
) -> Wrapping:
    """The image of the machine that `mounts` describes, made for one room.

    Half of its disk is for its home and /tmp, half for /dev/shm; the number of files is bounded
    by that of the machine alone.
    """
    texts: list[int] = []

    def text(content: str, place: Path) -> tuple[str, ...]:
        texts.append(os.memfd_create("text"))
        os.write(texts[-1], content.encode())
        os.lseek(texts[-1], 0, os.SEEK_SET)
        return "--ro-bind-data", str(texts[-1]), str(place)

    def disk(place: Path) -> tuple[str, ...]:
        return "--size", str(room.disk // 2), "--tmpfs", str(place)

    steps = [program() or "bwrap", *_NAMESPACES, *_RIGHTS, *_USER]
    shown = (*mounts.packages(), *readable, *CODE)
    places = [*_shown(shown)]
    for step in places:
        steps += step
    for path in mounts.foreign_packages(shown):
        steps += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for name, content in mounts.OWN_ETC.items():
        steps += text(content, Path("/etc", name))
    steps += ["--proc", "/proc", "--dev", "/dev"]
    for device in devices:
        steps += ["--dev-bind", str(device), str(device)]
    steps += ["--remount-ro", "/dev", *disk(SHM), *disk(mounts.OWN)]
    for folder in (mounts.DESK, mounts.TEMPORARY):
        steps += ["--dir", str(folder)]
    if not any(Path(place).is_relative_to("/tmp") for _, _, place in places):
        steps += ["--symlink", str(mounts.TEMPORARY), "/tmp"]
    for path in mounts.hidden_places(hidden_packages):
        if path.is_dir():
            steps += ["--tmpfs", str(path), *text(mounts.stand_in(path), path / "__init__.py")]
            steps += ["--remount-ro", str(path)]
        else:
            steps += text(mounts.stand_in(path), path)
    return Wrapping((*steps, "--remount-ro", "/", "--"), tuple(texts))


def _shown(readable: Iterable[Path]) -> Iterator[tuple[str, str, str]]:
    for path in (*map(Path, mounts.SYSTEM), *(Path("/etc", name) for name in mounts.ETC)):
        if path.is_symlink():
            yield "--symlink", os.readlink(path), str(path)
        elif path.exists():
            yield "--ro-bind", str(path), str(path)
    for path in sorted(path.absolute() for path in readable):  # a folder before what is in it
        if path.exists():
            yield "--ro-bind", str(path), str(path)
