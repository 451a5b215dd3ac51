"""What the tests of the two rooms start from: rooms that nobody locked, and locked ones."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import SECRET


@pytest.fixture(scope="session")
def confined() -> Iterator[WarmParent]:
    """Where locked rooms come from that do as `asking` says. It has NumPy, and was made by a
    process that has a secret in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_TEST_SECRET", SECRET)
        with WarmParent(preload=("numpy",), entry="room_entry:serve") as made:
            yield made


@pytest.fixture
def linked(parent: WarmParent) -> Iterator[Callable[..., Link]]:
    """Opens rooms in which these cells have run, and ends them after the test."""
    rooms = []

    def open_room(
        *cells: str,
        hidden: tuple[str, ...] = (),
        seconds: float = 20,
        files: Mapping[str, bytes] | None = None,
    ) -> Link:
        rooms.append(parent.open(files=files))
        link = Link(rooms[-1], handle, 100_000)
        link.give(seconds)
        link.ask("begin", list(hidden), 100_000)
        for count, cell in enumerate(cells, 1):
            link.ask("cell", cell, count)
        return link

    yield open_room
    for room in rooms:
        room.close()
