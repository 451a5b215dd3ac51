"""How long does a student's room take to open?

    python benchmarks/room_start.py [--rooms 50] [--torch]

Prints medians in milliseconds, unlocked and locked, over that many rooms: from the request until
the room is locked, until it has answered, and until its end. Then the seconds that the warm parent
took to start, and what one of its kind costs cold: a new process with the same imports.
"""

import argparse
import subprocess
import sys
import time
from statistics import median

from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import PRELOAD, TORCH, WarmParent

LINE = "{:<32}" + "{:>10}" * 4


def rooms(parent: WarmParent, count: int) -> tuple[float, float, float]:
    """Median milliseconds until a room is open, has ended itself when asked to, and is closed."""
    opened, ended, closed = [], [], []
    for _ in range(count):
        begun = time.perf_counter()
        room = parent.open(Confinement())
        opened.append(time.perf_counter() - begun)
        room.socket.send(b"1")
        room.socket.recv(1)
        ended.append(time.perf_counter() - begun)
        room.close()
        closed.append(time.perf_counter() - begun)
    return 1e3 * median(opened), 1e3 * median(ended), 1e3 * median(closed)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rooms", type=int, default=50)
    asked.add_argument("--torch", action="store_true", help="with PyTorch imported")
    options = asked.parse_args()
    preload = (*PRELOAD, *(TORCH if options.torch else ()))
    print(LINE.format("", "open", "answered", "closed", "parent s"))
    for locked in (False, True):
        begun = time.perf_counter()
        with WarmParent(
            preload=preload, entry="autograder.rooms.parents.process:idle", locked=locked
        ) as parent:
            start = time.perf_counter() - begun
            figures = rooms(parent, options.rooms)
            print(LINE.format(parent.tier[:31], *(f"{n:.1f}" for n in figures), f"{start:.2f}"))
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {', '.join(preload)}"], check=True)
    print(f"cold, imports alone: {1e3 * (time.perf_counter() - begun):.0f}")


if __name__ == "__main__":
    main()
