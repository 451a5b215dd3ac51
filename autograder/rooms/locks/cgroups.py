"""Can the kernel hold a whole room to its limits? In a control group (version 2), where it may.

A limit of Linux holds one process, a group all of a room, at once and kernel memory too. Groups
can be made where this process's own group is given to it: by root on a machine or in a container,
and by systemd's delegation (`systemd-run --user --scope -p Delegate=yes`).
"""

import errno
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.rooms.locks import linux
from autograder.rooms.locks.limits import Allowance

NEEDED = frozenset({"memory", "pids"})
# Where the graders move to: a group that gives limits to groups below it may hold no process.
GRADERS = "graders"
_PERIOD = 100_000  # microseconds, of the kernel's account of processor time
_TRIES, _PAUSE = 20, 0.005


@dataclass(frozen=True)
class Groups:
    """The groups of one warm parent's rooms.

    folder: descriptor of the group that they are made in; rooms do not get it
    name: what theirs begin with
    """

    folder: int
    name: str

    def make(self, room: int, allowance: Allowance, spared: int) -> None:
        """Make the group of a room. raises: OSError

        room: its number
        spared: bytes that come with the warm parent, of which a room copies what it touches
        """
        os.mkdir(self._group(room), dir_fd=self.folder)
        most = allowance.memory + allowance.disk + spared
        self._write(room, "memory.max", str(most))
        self._write(room, "memory.oom.group", "1")  # all of the room ends, not a part of it
        self._write(room, "pids.max", str(allowance.processes))
        with suppress(OSError):  # machines without swap, or without a share of processor time
            self._write(room, "memory.swap.max", "0")
        with suppress(OSError):
            self._write(room, "cpu.max", f"{allowance.threads * _PERIOD} {_PERIOD}")

    def join(self, room: int) -> None:
        """Put this process, and all that it will start, into a room's group. raises: OSError"""
        self._write(room, "cgroup.procs", "0")

    def exhausted(self, room: int) -> bool:
        """Whether the kernel ended the room for its memory."""
        with suppress(OSError):
            events = dict(line.split() for line in self._read(room, "memory.events").splitlines())
            return int(events.get("oom_kill", 0)) > 0
        return False

    def remove(self, room: int) -> None:
        """End what is left of a room, and its group."""
        with suppress(OSError):  # before Linux 5.14
            self._write(room, "cgroup.kill", "1")
        for _ in range(_TRIES):
            try:
                os.rmdir(self._group(room), dir_fd=self.folder)
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(_PAUSE)

    def work(self) -> bool:
        """Whether a group can be made and removed, tried out."""
        try:
            self.make(0, Allowance(), 0)
        except OSError:
            return False
        finally:
            self.remove(0)
        return True

    def _group(self, room: int) -> str:
        return f"{self.name}-{room}"

    def _write(self, room: int, file: str, text: str) -> None:
        linux.write_at(self.folder, f"{self._group(room)}/{file}", text)

    def _read(self, room: int, file: str) -> str:
        path = f"{self._group(room)}/{file}"
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self.folder)) as opened:
            return opened.read()


def find(mounts: str = "/proc/self/mountinfo", own: str = "/proc/self/cgroup") -> Groups | None:
    """Groups for the rooms of this process; None where it may make none.

    Needs the process's own number, so it comes before it leaves the machine's processes.
    """
    try:
        group = _own(Path(mounts).read_text(), Path(own).read_text())
        if group is None:
            return None
        if not set((group / "cgroup.controllers").read_text().split()) >= NEEDED:
            return None
        _open_to_groups(group)
        _tidy(group)
        folder = os.open(group, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    return Groups(folder, f"room-{os.getpid()}")


def _own(mounts: str, own: str) -> Path | None:
    """The folder of the group that this process, or the grader that made it `GRADERS`, is in."""
    name = next((line[3:] for line in own.splitlines() if line.startswith("0::")), None)
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if name is None or not after.startswith("cgroup2 "):
            continue
        root, place = before.split()[3:5]
        if ".." in Path(name).parts or not Path(name).is_relative_to(root):
            continue
        group = Path(place) / Path(name).relative_to(root)
        return group.parent if group.name == GRADERS else group
    return None


def _open_to_groups(group: Path) -> None:
    """Let groups below `group` have limits. raises: OSError"""
    control, processes = group / "cgroup.subtree_control", group / "cgroup.procs"
    if not all(os.access(path, os.W_OK) for path in (group, control, processes)):
        raise PermissionError(errno.EACCES, f"{group} belongs to somebody else")
    for _ in range(_TRIES):
        if set(control.read_text().split()) >= NEEDED:
            break
        try:
            control.write_text(" ".join(f"+{name}" for name in sorted(NEEDED)))
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            (group / GRADERS).mkdir(exist_ok=True)
            _move(processes.read_text().split(), group / GRADERS / "cgroup.procs")
    else:
        raise OSError(errno.EBUSY, f"{group} keeps getting processes")
    with suppress(OSError):  # a luxury: memory and processes are held without it
        control.write_text("+cpu")


def _move(processes: Iterable[str], target: Path) -> None:
    for number in processes:
        with suppress(ProcessLookupError):
            target.write_text(number)


def _tidy(group: Path) -> None:
    """Remove what a warm parent that was killed has left."""
    for left in group.glob("room-*-*"):
        if not Path("/proc", left.name.split("-")[1]).exists():
            with suppress(OSError):
                left.rmdir()
