"""Does Landlock hold by itself?"""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository
from autograder.rooms.locks import landlock
from tests.autograder.rooms.asking import SECRET

ROOT = repository(Path(__file__))


def test_landlock_by_itself(tmp_path: Path) -> None:
    """Does Landlock hold without the other locks: reading, writing, and signals to others?"""
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret").write_text(SECRET)
    source = (
        "import sys\nfrom pathlib import Path\nfrom autograder.rooms.locks import landlock, linux\n"
        "folder = Path(sys.argv[1])\nlinux.drop_capabilities()\n"
        "landlock.restrict([Path(sys.prefix), Path('/usr')], [folder / 'mine'])\n"
        "(folder / 'mine' / 'a').write_text('1')\n"
        "for attempt in (lambda: (folder / 'secret').read_text(),\n"
        "                lambda: (folder / 'b').write_text('1')):\n"
        "    try: attempt()\n"
        "    except PermissionError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source, str(tmp_path)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.split() == ["refused", "refused"], done.stderr
