"""What tests of checks start from: somebody who looks at the boxes, and a notebook's names."""

import sys
import types

import pytest

from course_lib.checks import box


@pytest.fixture
def boxes():
    """The verdicts that were shown."""
    shown = []
    with box.shown_to(shown.append):
        yield shown


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty __main__, where the classes of a notebook find their module by name."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
