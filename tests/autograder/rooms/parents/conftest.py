"""Where rooms come from in these tests: a parent that locks them, and one that does not."""

from collections.abc import Iterator

import pytest

from autograder.rooms.parents.warm import WarmParent


@pytest.fixture(scope="session", params=[True, False], ids=["locked", "unlocked"])
def parent(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WarmParent]:
    """A warm parent whose rooms start with NumPy and the tests' own entry."""
    places: dict[str, str] = {}
    if not request.param:  # it sees the machine's disk
        home = str(tmp_path_factory.mktemp("home"))
        places = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), home)
    settings = {"preload": ("numpy",), "entry": "room_entry:serve", "environment": places}
    with WarmParent(locked=request.param, **settings) as made:  # type: ignore[arg-type]
        yield made
