"""What the tests of the two rooms start from: rooms that nobody locked."""

import time
from collections.abc import Callable, Iterator

import pytest

from autograder.rooms.link import Link
from autograder.rooms.proxies import handle
from autograder.rooms.warm import WarmParent


@pytest.fixture(scope="session")
def parent() -> Iterator[WarmParent]:
    """Where unlocked rooms come from."""
    with WarmParent(locked=False) as parent:
        yield parent


@pytest.fixture
def linked(parent: WarmParent) -> Iterator[Callable[..., Link]]:
    """Opens rooms in which these cells have run, and ends them after the test."""
    rooms = []

    def open_room(*cells: str, hidden: tuple[str, ...] = (), seconds: float = 20) -> Link:
        rooms.append(parent.open())
        link = Link(rooms[-1], handle)
        link.deadline = time.monotonic() + seconds
        link.ask("begin", list(hidden), 100_000)
        for count, cell in enumerate(cells, 1):
            link.ask("cell", cell, count)
        return link

    yield open_room
    for room in rooms:
        room.close()
