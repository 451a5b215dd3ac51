"""How much memory and processor time does each room use, all its processes together?

A limit of Linux holds one process; a control group would hold all of a room, but an ordinary user
can seldom make one. So the warm parent looks; and who waits for a room looks whether it is stuck
or only slow on a busy machine.
"""

import os
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress

EVERY = 0.25  # seconds
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def used(rooms: set[int], spared: int) -> dict[int, int]:
    """Bytes that each room's processes hold in memory, what they share with the parent left out.

    rooms: the first process of each; whoever loses a parent in a room becomes a child of this one
    spared: bytes that came with the parent, not counted for any process
    """
    parents: dict[int, int] = {}
    own: dict[int, int] = {}
    for process in _processes():
        if read := _read(process):
            parents[process], own[process] = read
    totals: dict[int, int] = defaultdict(int)
    for process, size in own.items():
        if room := _ancestor(process, rooms, parents):
            totals[room] += max(0, size - spared)
    return totals


def worked(rooms: Collection[int]) -> dict[int, tuple[float, bool]]:
    """Seconds of processor time of each room's processes, and whether one of them wants more now.

    What a process took that has ended is counted where its parent waited for it.
    """
    parents: dict[int, int] = {}
    own: dict[int, tuple[float, bool]] = {}
    for process in _processes():
        if read := _times(process):
            parents[process], own[process] = read[0], read[1:]
    totals = dict.fromkeys(rooms, (0.0, False))
    for process, (seconds, runs) in own.items():
        if room := _ancestor(process, rooms, parents):
            totals[room] = totals[room][0] + seconds, totals[room][1] or runs
    return totals


def seconds(process: int) -> float:
    """Processor time of one process and of the children that it waited for."""
    read = _times(process)
    return read[1] if read else 0.0


def let_others_first(room: int) -> None:
    """Give a room the processors that nobody else wants: as a session, where Linux shares them out
    by sessions, and as a process, which its own threads and children are like from now on."""
    with suppress(OSError), open(f"/proc/{room}/autogroup", "w") as file:
        file.write("19")
    with suppress(OSError):
        os.sched_setscheduler(room, os.SCHED_IDLE, os.sched_param(0))


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _ancestor(process: int, rooms: Collection[int], parents: Mapping[int, int]) -> int | None:
    """The room that a process belongs to."""
    ancestor: int | None = process
    while ancestor is not None and ancestor not in rooms:
        ancestor = parents.get(ancestor)
    return ancestor


def _times(process: int) -> tuple[int, float, bool] | None:
    """A process's parent, its processor time and whether it runs; None where it has gone."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()  # its name may hold anything
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICKS, fields[0] == b"R"


def private(process: int) -> int:
    """Bytes of private and shared memory of one process, without its programs' files."""
    read = _read(process)
    return read[1] if read else 0


def _read(process: int) -> tuple[int, int] | None:
    """A process's parent and memory; None where it has gone."""
    try:
        with open(f"/proc/{process}/status") as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
    except (OSError, ValueError):
        return None
    sizes = (int(fields[name].split()[0]) for name in ("RssAnon", "RssShmem") if name in fields)
    return int(fields["PPid"]), sum(sizes) * 1024
