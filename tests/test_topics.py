"""Are a package's modules loaded only when they are used?"""

import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.topics import loaded_when_used

LOADED = "print([name for name in sys.modules if name.startswith('kitchen')])"


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    folder = tmp_path / "kitchen"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from course_lib.topics import loaded_when_used\n"
        "__getattr__, __dir__ = loaded_when_used(globals(), __path__)\n"
    )
    (folder / "oven.py").write_text("heat = 200\n")
    (folder / "sink.py").write_text("raise RuntimeError\n")
    return tmp_path


def printed(place: Path, code: str) -> str:
    command = [sys.executable, "-c", f"import sys; sys.path.append({str(place)!r}); {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_loaded_when_used(kitchen: Path) -> None:
    """Is a module that nobody names not run, and one that is named there?"""
    assert printed(kitchen, f"import kitchen; {LOADED}") == "['kitchen']"
    assert printed(kitchen, "import kitchen; print(kitchen.oven.heat)") == "200"
    assert printed(kitchen, "from kitchen import oven; print(oven.heat)") == "200"


def test_listed_before_they_are_loaded(kitchen: Path) -> None:
    """Does completion offer the modules before one is loaded?"""
    assert "True" in printed(
        kitchen, f"import kitchen; print({{'oven', 'sink'}} <= {{*dir(kitchen)}}); {LOADED}"
    )


def test_what_is_not_there() -> None:
    """Is another name an AttributeError that names the package?"""
    load, _ = loaded_when_used({"__name__": "kitchen"}, [])
    with pytest.raises(AttributeError, match="module 'kitchen' has no attribute 'lift'"):
        load("lift")
