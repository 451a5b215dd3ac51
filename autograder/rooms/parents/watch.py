"""How much memory does each room use, all its processes together?

A limit of Linux holds one process; a control group would hold all of a room, but an ordinary user
can seldom make one. So the warm parent looks.
"""

import os
from collections import defaultdict

EVERY = 0.25  # seconds


def used(rooms: set[int], spared: int) -> dict[int, int]:
    """Bytes that each room's processes hold in memory, what they share with the parent left out.

    rooms: the first process of each; whoever loses a parent in a room becomes a child of this one
    spared: bytes that came with the parent, not counted for any process
    """
    parents: dict[int, int] = {}
    own: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (read := _read(int(name))):
            parents[int(name)], own[int(name)] = read
    totals: dict[int, int] = defaultdict(int)
    for process, size in own.items():
        ancestor: int | None = process
        while ancestor is not None and ancestor not in rooms:
            ancestor = parents.get(ancestor)
        if ancestor is not None:
            totals[ancestor] += max(0, size - spared)
    return totals


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
