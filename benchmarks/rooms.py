"""What does a call from the examiner's room into the student's cost?

Prints medians in milliseconds: `python benchmarks/rooms.py`.
"""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.parents.warm import WarmParent

ANSWERS = """
class Model:
    def double(self, x):
        return 2 * x

def same(x):
    return x

def through(f, x):
    return f(x)
"""


def milliseconds(work: Callable[[], object], repeats: int) -> float:
    """The median time of `work`."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1e3 * median(times)


def main() -> None:
    """Measure in one room, locked where this machine can."""
    small, large = np.ones((5, 7)), np.ones(10_000_000 // 8)
    with WarmParent() as parent:
        opening = milliseconds(lambda: parent.open().close(), 20)
        room = parent.open()
        link = Link(room, handle)
        link.deadline = time.monotonic() + 300
        begun = time.perf_counter()
        link.ask("begin", [], 1_000_000)
        ready = 1e3 * (time.perf_counter() - begun)
        link.ask("cell", ANSWERS, 1)
        space = link.ask("names", ["Model", "same", "through"])
        model = space["Model"]()
        rows = [
            ("fork and end a room", opening),
            ("a room's shell is ready", ready),
            ("call with a number", milliseconds(lambda: space["same"](1.0), 2000)),
            ("call with a (5, 7) array", milliseconds(lambda: space["same"](small), 2000)),
            ("method of a handle", milliseconds(lambda: model.double(small), 2000)),
            ("call with one callback", milliseconds(lambda: space["through"](abs, 1.0), 1000)),
            ("10 MB there and back", milliseconds(lambda: space["same"](large), 20)),
        ]
        room.close()
    for what, cost in rows:
        print(f"{what:28} {cost:8.3f} ms")


if __name__ == "__main__":
    main()
