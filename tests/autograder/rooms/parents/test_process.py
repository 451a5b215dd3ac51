"""What does a warm parent import, and what does it refuse?"""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.rooms.parents.warm import ENVIRONMENT, WarmParent
from course_lib.errors import CourseError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
ENTRY = "room_entry:serve"


def test_what_cannot_be_imported() -> None:
    """Is a module that rooms do not have named in a sentence?"""
    with pytest.raises(CourseError, match="cannot import no_such_module"):
        WarmParent(preload=["no_such_module"], entry=ENTRY)


def test_a_preload_with_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a preloaded module that starts a thread refused, since a fork would lose it?"""
    (tmp_path / "busy.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CourseError, match="started 1 threads"):
        WarmParent(preload=["busy"], entry=ENTRY, readable=[tmp_path])


def test_parents_own_code_writes_nothing(tmp_path: Path) -> None:
    """Does a parent write nothing, as Matplotlib would, before it is where its rooms will be?"""
    places = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), str(tmp_path / "new"))
    entries = "from autograder.rooms.inside import kernel, student; "
    entries += "from autograder.rooms.parents import process"
    start = [sys.executable, "-c", f"{entries}; import sys; assert 'matplotlib' not in sys.modules"]
    subprocess.run(start, env={**ENVIRONMENT, **places}, check=True)
    assert not list(tmp_path.iterdir())
