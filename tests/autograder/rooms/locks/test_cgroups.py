"""Tests for control groups: on the kernel's where it gives them, else on files that imitate it."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.rooms.locks import cgroups
from autograder.rooms.locks.limits import Allowance, MiB
from autograder.rooms.parents.warm import Room, WarmParent
from tests.autograder.rooms.asking import SMALL, ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
FILES = ("memory.max", "memory.oom.group", "memory.swap.max", "pids.max", "cpu.max")
CONTROLS = ("cgroup.procs", "cgroup.kill", "memory.events")


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    """A warm parent whose rooms have control groups."""
    with WarmParent(preload=("numpy",), entry="room_entry:serve") as made:
        if "control group" not in made.tier:
            pytest.skip("no writable control group (version 2) with memory and pids here")
        yield made


def group_of(room: Room) -> Path:
    """A room's group, as this process sees it."""
    mounts = Path("/proc/self/mountinfo").read_text()
    own = Path(f"/proc/{room.pid}/cgroup").read_text()
    group = cgroups._own(mounts, own)
    assert group is not None
    return group


def test_a_room_has_its_group(parent: WarmParent) -> None:
    """Is each room in a group of its own, with its limits, which ends with it?"""
    with parent.open(SMALL) as room, parent.open() as other:
        group = group_of(room)
        assert (group / "pids.max").read_text() == "20\n"
        assert 264 * MiB <= int((group / "memory.max").read_text()) < 600 * MiB
        assert (group / "memory.oom.group").read_text() == "1\n"
        assert group_of(other) != group
    assert not group.exists()


def test_memory_of_all_processes(parent: WarmParent) -> None:
    """Does a room end at once whose processes take too much memory together, and is it told?"""
    source = (
        "import os, signal\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(150 << 20)\n"
        "        signal.pause()\n"
        "while True: pass"
    )
    with parent.open(SMALL) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert room.ended(within=10) == "The room used more than 264 MB of memory."
    with parent.open(SMALL) as room:
        assert ask(room.socket, "answer = 1") == "1"


def test_one_process_gets_a_memory_error(parent: WarmParent) -> None:
    """Does a single process still meet a clean MemoryError, before the group ends it?"""
    with parent.open(SMALL) as room:
        assert ask(room.socket, "b = bytearray(300 << 20)").startswith("MemoryError")
        fill = "b = []\nwhile True: b.append(b'x' * (1 << 20))"
        assert ask(room.socket, fill).startswith("MemoryError")


def test_a_room_cannot_reach_groups(parent: WarmParent) -> None:
    """Can a room see the files of its group, or where it lies?"""
    with parent.open(SMALL) as room:
        look = (
            "import os; answer = os.path.exists('/sys/fs/cgroup'), open('/proc/self/cgroup').read()"
        )
        assert ask(room.socket, look).startswith("(False, ")
        assert "0::/\\n" in ask(room.socket, look)
        listed = "import os; answer = [os.readlink(f'/proc/self/fd/{n}') for n in range(3, 9)"
        assert "cgroup" not in ask(
            room.socket, listed + " if os.path.lexists(f'/proc/self/fd/{n}')]"
        )


def test_after_a_parent_that_was_killed(parent: WarmParent) -> None:
    """Does the next parent remove the groups that a killed one has left?"""
    with WarmParent(preload=(), entry="room_entry:serve") as doomed:
        room = doomed.open(SMALL)
        group = group_of(room)
        assert group.name.startswith("room-")
        os.kill(doomed._process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while not room.ended() and time.monotonic() < deadline:
            time.sleep(0.01)
        room.close()
    WarmParent(preload=(), entry="room_entry:serve").close()
    assert not group.exists()


@pytest.fixture
def imitated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of a group, in which folders get theirs as from the kernel."""
    make, remove = os.mkdir, os.rmdir

    def mkdir(path: str | Path, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        make(path, mode, dir_fd=dir_fd)
        for name in (*FILES, *CONTROLS):
            os.close(os.open(f"{path}/{name}", os.O_CREAT | os.O_WRONLY, dir_fd=dir_fd))

    def rmdir(path: str | Path, *, dir_fd: int | None = None) -> None:
        for name in (*FILES, *CONTROLS):
            os.unlink(f"{path}/{name}", dir_fd=dir_fd)
        remove(path, dir_fd=dir_fd)

    def write_text(path: Path, text: str) -> int:
        if path.name == "cgroup.subtree_control":
            if (path.parent / "cgroup.procs").read_text():
                raise OSError(errno.EBUSY, "Device or resource busy")
            text = f"{path.read_text()} {text.replace('+', '')}"
        elif path.name == "cgroup.procs":  # a process is in one group at a time
            number, above = text, path.parents[1] / path.name
            write(above, "".join(line for line in above.open() if line.strip() != number))
        return write(path, text)

    group, write = tmp_path / "group", Path.write_text
    group.mkdir()
    (group / "cgroup.controllers").write_text("cpu memory pids\n")
    (group / "cgroup.subtree_control").write_text("")
    (group / "cgroup.procs").write_text("")
    monkeypatch.setattr(os, "mkdir", mkdir)
    monkeypatch.setattr(os, "rmdir", rmdir)
    monkeypatch.setattr(Path, "write_text", write_text)
    return group


def find(group: Path, own: str = "/", root: str = "/") -> cgroups.Groups | None:
    """What is found where this group is the place of the version 2 mount."""
    mounts, name = group.parent / "mountinfo", group.parent / "cgroup"
    mounts.write_text(f"1 0 0:5 / / rw - ext4 a rw\n2 1 0:6 {root} {group} rw - cgroup2 b rw\n")
    name.write_text(f"4:memory:/elsewhere\n0::{own}\n")
    return cgroups.find(str(mounts), str(name))


def test_limits_that_are_written(imitated: Path) -> None:
    """Do a room's memory, disk, processes and processors reach its group's files?"""
    groups = find(imitated)
    assert groups is not None
    groups.make(7, Allowance(memory=100, disk=10, processes=5, threads=2), spared=1)
    groups.join(7)
    group = imitated / f"room-{os.getpid()}-7"
    said = {name: (group / name).read_text() for name in (*FILES, "cgroup.procs")}
    assert said == {
        "memory.max": "111",
        "memory.oom.group": "1",
        "memory.swap.max": "0",
        "pids.max": "5",
        "cpu.max": "200000 100000",
        "cgroup.procs": "0",
    }
    assert not groups.exhausted(7)
    (group / "memory.events").write_text("oom 1\noom_kill 3\n")
    assert groups.exhausted(7)
    groups.remove(7)
    assert not group.exists()
    os.close(groups.folder)


def test_trying_out(imitated: Path) -> None:
    """Is a group that cannot be made noticed before the first room, and nothing left of it?"""
    groups = find(imitated)
    assert groups is not None
    assert groups.work()
    assert not list(imitated.glob("room-*"))
    os.close(groups.folder)
    assert not groups.work()


def test_processes_move_out_of_the_way(imitated: Path) -> None:
    """Do the group's processes move below it where the kernel wants it empty first?"""
    with (imitated / "cgroup.procs").open("w") as processes:
        processes.write("11\n12\n")
    assert find(imitated) is not None
    assert (imitated / cgroups.GRADERS / "cgroup.procs").read_text() == "12"  # the last to come
    assert (imitated / "cgroup.procs").read_text() == ""
    assert (imitated / "cgroup.subtree_control").read_text().split() == ["memory", "pids", "cpu"]


@pytest.mark.parametrize(
    ("own", "root", "found"),
    [
        ("/", "/", True),
        ("/graders", "/", True),  # a grader whom an earlier one has moved
        ("/docker/a", "/docker/a", True),
        ("/docker/a", "/docker/b", False),
        ("/../..", "/", False),  # outside of what this cgroup namespace shows
    ],
)
def test_own_group(imitated: Path, own: str, root: str, found: bool) -> None:
    """Is the group that rooms' groups go into the one that this process is in?"""
    (imitated / "graders").mkdir()
    groups = find(imitated, own, root)
    assert (groups is not None) == found
    if groups:
        assert os.readlink(f"/proc/self/fd/{groups.folder}") == str(imitated)


def test_groups_without_limits(imitated: Path) -> None:
    """Are groups that cannot hold memory left alone, as where version 1 has it?"""
    (imitated / "cgroup.controllers").write_text("hugetlb\n")
    assert find(imitated) is None
    assert (imitated / "cgroup.subtree_control").read_text() == ""


def test_what_others_left(imitated: Path) -> None:
    """Is the group of a process that is gone removed, and one that is in use left?"""
    gone = subprocess.Popen(["true"])
    gone.wait()
    for number in (gone.pid, os.getpid()):
        (imitated / f"room-{number}-1").mkdir()
    assert find(imitated) is not None
    assert [path.name for path in imitated.glob("room-*")] == [f"room-{os.getpid()}-1"]
