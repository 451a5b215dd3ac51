"""What does a room see of the disk?

The warm parent enters an image of the machine, read-only, that holds the system's programs and
libraries, the interpreter, its own packages, course_lib and what it is told to show besides, and
nothing else; packages of other Pythons below any of these are covered. Each room adds what is its
own: one bounded file system to write to, its processes in /proc, and covers over the packages that
it may not have.
"""

import functools
import importlib.machinery
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import course_lib
from autograder.rooms.locks.linux import (
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_RDONLY,
    bind,
    mount,
    private_mounts,
    read_only,
)
from autograder.rooms.locks.linux import pivot_root as enter_root

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "fonts", "alternatives")
DEVICES = ("null", "zero", "full", "random", "urandom")
OWN = Path("/room")  # one file system for all that a room writes, so that one size bounds it
DESK = OWN / "home"
TEMPORARY = OWN / "tmp"
LINKS = {Path("/tmp"): TEMPORARY, Path("/dev/shm"): OWN / "shm"}
TERMINALS = Path("/dev/pts")
MOST_TERMINALS = 16  # of one room
WRITABLE = (OWN, TERMINALS, *(Path("/dev") / name for name in DEVICES))
USER = (1000, 1000)
PACKAGES = ("site-packages", "dist-packages")
OWN_ETC = {
    "passwd": "student:x:1000:1000:student:/room/home:/bin/sh\n",
    "group": "student:x:1000:\n",
    "hosts": "127.0.0.1 localhost\n",
}
_STAGE = Path("/sys")  # exists everywhere and is not shown: the image is put together on it
_PRIVATE = MS_NOSUID | MS_NODEV


def packages() -> tuple[Path, ...]:
    """Where the interpreter, its packages and course_lib lie."""
    found = [Path(sys.base_prefix), Path(sys.prefix), Path(course_lib.__file__).parent]
    for entry in sys.path:
        path = Path(entry)
        if path.name in PACKAGES and path.is_dir():
            found.append(path)
    return tuple(dict.fromkeys(found))


@functools.cache
def foreign_packages(readable: tuple[Path, ...]) -> tuple[Path, ...]:
    """Folders of packages in the image that are not the interpreter's own.

    Of the Python that a virtual environment was made from, of the system's, of a program's. A
    lesson hides a package where this interpreter finds it; in these a student could find it again.

    readable: what is shown besides the system
    """
    own = {Path(entry).resolve() for entry in sys.path}
    system = [path for path in map(Path, SYSTEM) if not path.is_symlink()]
    folders, found = [path for path in (*system, *readable) if path.is_dir()], []
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            below = [Path(entry) for entry in entries if entry.is_dir(follow_symlinks=False)]
            of_conda = ("envs", "pkgs") if any(one.name == "conda-meta" for one in below) else ()
            for path in below:
                if path.name not in (*PACKAGES, *of_conda):
                    folders.append(path)
                elif not any(one.is_relative_to(path.resolve()) for one in own):
                    found.append(path)
                elif path.resolve() not in own:
                    folders.append(path)
    return tuple(dict.fromkeys(found))


def enter_image(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Make the image and enter it; for the one process of a new mount namespace.

    readable: shown as they are
    writable: folders and devices, shown and open to writing, as far as their owner lets
    raises: OSError
    """
    private_mounts()
    mount("tmpfs", _STAGE, _PRIVATE, "mode=755,size=4m")
    shown = sorted(path.absolute() for path in readable)  # a folder before what is in it
    for path in (*map(Path, SYSTEM), *(Path("/etc") / name for name in ETC)):
        if path.is_symlink():
            _inside(path).parent.mkdir(parents=True, exist_ok=True)
            _inside(path).symlink_to(os.readlink(path))
        else:
            _show(path)
    for path in shown:
        _show(path)
    for path in foreign_packages(tuple(shown)):
        mount("tmpfs", _inside(path), _PRIVATE, "mode=755,size=4k")
        read_only(_inside(path), below=False)
    _inside(Path("/etc")).mkdir(exist_ok=True)
    for name, text in OWN_ETC.items():
        _inside(Path("/etc") / name).write_text(text)
    for path in (*(Path("/dev") / name for name in DEVICES), *writable):
        _show(path.absolute(), to_write=True)
    for folder in (OWN, Path("/proc"), TERMINALS):
        _inside(folder).mkdir()
    _inside(Path("/dev/ptmx")).symlink_to("pts/ptmx")
    for place, target in LINKS.items():
        if not _inside(place).exists():  # as where the interpreter itself lies below /tmp
            _inside(place).symlink_to(target)
    mount("proc", _inside(Path("/proc")), _PRIVATE | MS_NOEXEC)
    mount("tmpfs", _inside(OWN), _PRIVATE, "mode=755,size=64m")
    _furnish(_inside(OWN))
    enter_root(_STAGE)
    read_only(Path("/"), below=False)


def enter_room(owner: tuple[int, int], disk: int, files: int, hidden: Iterable[Path]) -> None:
    """Add to the image what is a room's own; for the first process of new namespaces.

    owner: the user and group, as seen here, that the room will run as
    disk, files: what it may write, bytes, and the number of its files and folders
    hidden: what the room may not import
    raises: OSError
    """
    user, group = owner
    options = f"mode=755,size={disk},nr_inodes={files},uid={user},gid={group}"
    mount("tmpfs", OWN, _PRIVATE, options)
    for folder in _furnish(OWN):
        os.chown(folder, user, group)
    # For the shell's !commands, which run in a terminal; of those the machine has a number.
    options = f"newinstance,ptmxmode=0666,mode=0620,max={MOST_TERMINALS}"
    mount("devpts", TERMINALS, MS_NOSUID | MS_NOEXEC, options)
    for path in hidden:
        cover(path)
    mount("proc", Path("/proc"), _PRIVATE | MS_NOEXEC | MS_RDONLY)
    os.chdir(DESK)


def only(name: str, base: Path, owner: tuple[int, int]) -> None:
    """Of all that lies in `base`, leave the folder of this name alone in sight; none where ""."""
    folder = base / Path(name).name
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    mount("tmpfs", base, _PRIVATE, "mode=755,size=64k")
    if name:
        folder.mkdir()
        bind(f"/proc/self/fd/{place}", folder)
        os.chown(folder, *owner)
    os.close(place)
    read_only(base, below=False)


def hidden_places(names: Iterable[str]) -> list[Path]:
    """Where packages and modules, named with dots, can be imported from."""
    return [path for name in names for path in dict.fromkeys(_places(name))]


def cover(path: Path) -> None:
    """Let what lies at `path` be neither read nor imported; the attempt says why."""
    if path.is_dir():
        mount("tmpfs", path, _PRIVATE, "mode=755,size=64k")
        (path / "__init__.py").write_text(stand_in(path))
        read_only(path, below=False)
    else:
        bind("/dev/null", path)


def stand_in(path: Path) -> str:
    """What is imported in place of a hidden package or module."""
    name = path.name.split(".")[0]
    sentence = f"{name} is not for this lesson's answers, so it is not in the room."
    return f"raise ModuleNotFoundError({sentence!r}, name={name!r})\n"


def _places(name: str) -> Iterator[Path]:
    parts = name.split(".")
    stem = parts[-1]
    for entry in (*sys.path, str(Path(course_lib.__file__).parents[1])):
        folder = Path(entry, *parts[:-1])
        if (folder / stem).is_dir():
            yield folder / stem
        for suffix in importlib.machinery.all_suffixes():
            if (folder / (stem + suffix)).is_file():
                yield folder / (stem + suffix)


def _furnish(home: Path) -> list[Path]:
    folders = [home / DESK.name, *(home / target.name for target in LINKS.values())]
    for folder in folders:
        folder.mkdir()
    return folders


def _show(path: Path, *, to_write: bool = False) -> None:
    """Bind a file or folder into the image at its own place."""
    place = _inside(path)
    if os.path.lexists(place) and not to_write:
        return  # part of what is shown already
    if path.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    elif path.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    else:
        return
    bind(path, place)
    if not to_write:
        read_only(place)


def _inside(path: Path) -> Path:
    return _STAGE / path.relative_to("/")
