"""What does a locked room see of the disk, and where may it write?"""

import sys
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository
from autograder.rooms.locks import mounts
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import WarmParent
from course_lib.errors import CourseError
from tests.autograder.rooms.asking import SECRET, SMALL, ask, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
HERE = Path(__file__).parent
ROOT = repository(HERE)


def test_mounts_are_read_only(confined: WarmParent) -> None:
    """Is every mount of a room read-only, but for its own and the devices?"""
    lines = said(confined, "answer = open('/proc/self/mountinfo').read()").splitlines()
    flags = {line.split()[4]: line.split()[5].split(",") for line in lines}  # the topmost of each
    writable = {place for place, said in flags.items() if "ro" not in said}
    assert writable - {"/room"} == {place for place in writable if place.startswith("/dev/")}
    assert {"/", "/usr", "/proc"} <= set(flags)


def test_mounts_name_no_more_than_pythons_own_path(confined: WarmParent) -> None:
    """Does the list of mounts name no folder of the grader's but those that `sys.path` names?"""
    lines = said(confined, "answer = open('/proc/self/mountinfo').read()").splitlines()
    named = said(
        confined,
        "import sys, course_lib; "
        "answer = '\\n'.join([sys.prefix, sys.base_prefix, *course_lib.__path__])",
    ).splitlines()
    known = [*named, str(ROOT / "data"), "/usr", "/lib", "/bin", "/etc", "/null", "/zero"]
    known += ["/full", "/random", "/urandom", "/room", "/proc", "/dev"]  # devices and its own
    for line in lines:
        _, _, _, root, place, *_ = line.split()
        for path in {root, place} - {"/"}:
            assert path.startswith(tuple(known)), line


@pytest.mark.parametrize(
    "place",
    [
        "/etc/shadow",
        "/root/.bashrc",
        "/sys/kernel",
        "/var/log",
        "/dev/mem",
        "/dev/kmsg",
        "/proc/2/environ",
        "/run",
        str(ROOT / "solutions"),
        str(ROOT / "pyproject.toml"),
        str(ROOT / "autograder"),
        str(ROOT / ".git"),
        str(Path(__file__)),
    ],
)
def test_places_that_are_not_there(confined: WarmParent, place: str) -> None:
    """Can a room read the machine's secrets, the solutions or the autograder?"""
    source = f"import os; p = {place!r}; answer = os.listdir(p) if os.path.isdir(p) else open(p)"
    assert said(confined, source).startswith(("FileNotFoundError", "PermissionError"))


def test_class_folder(confined: WarmParent, tmp_path: Path) -> None:
    """Can a room read a gradebook, by its path, a link, or the path from the root of a process?"""
    (tmp_path / "gradebook.db").write_text(SECRET)
    book = str(tmp_path / "gradebook.db")
    link = f"import os; os.symlink({book!r}, 'link'); answer = open('link').read()"
    assert said(confined, link).startswith("FileNotFoundError")
    for root in ("/proc/1/root", "/proc/self/root", "/proc/self/cwd/../.."):
        assert said(confined, f"open({root + book!r})").startswith(("FileNotFound", "Permission"))


@pytest.mark.parametrize(
    "place",
    [
        *("/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/1/oom_score_adj", "/proc/sys/kernel/x"),
        *(str(folder / "x") for folder in (Path(sys.prefix), ROOT / "course_lib", ROOT / "data")),
    ],
)
def test_writing_outside(confined: WarmParent, place: str) -> None:
    """Can a room write anywhere but to its own desk?"""
    answer = said(confined, f"open({place!r}, 'a').write('1')")
    assert answer.startswith(("OSError: [Errno 30]", "PermissionError", "FileNotFoundError"))


def test_own_desk(confined: WarmParent) -> None:
    """Can a room write to its folder and the temporary ones, and does another see none of it?"""
    source = (
        "import os, tempfile, pathlib\n"
        "for p in ('/room/home/a', '/tmp/a', '/dev/shm/a', 'b'):\n"
        "    if p != '/tmp/a' or os.path.islink('/tmp'):  # not where the checkout is in /tmp\n"
        "        pathlib.Path(p).write_text('1')\n"
        "answer = os.getcwd(), sorted(os.listdir()), tempfile.gettempdir()"
    )
    assert said(confined, source) == "('/room/home', ['a', 'b'], '/room/tmp')"
    look = "import os; answer = os.listdir(), os.listdir('/room/tmp'), os.listdir('/dev/shm')"
    with confined.open(SMALL) as first:
        ask(first.socket, source)
        assert said(confined, look) == "([], [], [])"


def test_hidden_packages(confined: WarmParent) -> None:
    """Is a hidden package neither imported already, nor importable, nor readable as files?"""
    hides = Confinement(hidden_packages=("torch", "tqdm", "course_lib.oracle"))
    with confined.open(hides) as room:
        for name in hides.hidden_packages:
            loaded = f"import sys; answer = [m for m in sys.modules if m.startswith({name!r})]"
            assert ask(room.socket, loaded) == "[]"
            answer = ask(room.socket, f"import {name}")
            assert answer.startswith("ModuleNotFoundError: ")
            assert "not in the room" in answer
        listing = "import importlib.util as u, os; s = u.find_spec('tqdm'); answer = os.listdir("
        assert "__init__.py" in ask(room.socket, listing + "s.submodule_search_locations[0])")
        assert ask(room.socket, "import tqdm.auto").startswith("ModuleNotFoundError")
        assert ask(room.socket, "import course_lib.checks, numpy; answer = 1") == "1"
    assert said(confined, "import tqdm; answer = 1", Confinement()) == "1"


WALK = """
import os
answer = []
for folder, folders, files in os.walk("/"):
    if folder == "/":
        folders.remove("proc")
    if "__init__.py" not in files:  # else it is a package, whose modules have other names
        packages = {name for name in folders if name in NAMES}
        inside = {name: os.listdir(os.path.join(folder, name)) for name in packages}
        answer += [(folder, name) for name in packages
                   if "__init__.py" in inside[name] and len(inside[name]) > 1]
        answer += [(folder, name) for name in files
                   if name.split(".")[0] in NAMES and name.endswith((".py", ".so"))
                   and os.path.getsize(os.path.join(folder, name))]
"""


def test_packages_of_another_python(tmp_path: Path) -> None:
    """Is a hidden package nowhere on the room's whole disk, whichever Pythons are shown?"""
    for place in (
        "lib/python3.11/site-packages",
        "lib/dist-packages",
        "conda/envs/x",
        "conda/pkgs",
    ):
        (tmp_path / place / "scipy" / "spatial").mkdir(parents=True)
        (tmp_path / place / "scipy" / "__init__.py").touch()
        (tmp_path / place / "torch.py").write_text("relu = 1")
    (tmp_path / "conda" / "conda-meta").mkdir()
    hides = Confinement(hidden_packages=("scipy", "torch", "sklearn", "pandas", "numpy"))
    tmp_path.chmod(0o755)
    with WarmParent(
        preload=(), entry="room_entry:serve", readable=[HERE.parent, tmp_path]
    ) as parent:
        assert said(parent, f"NAMES = {hides.hidden_packages!r}\n{WALK}", hides) == "[]"
        shown = f"import os; answer = os.listdir({str(tmp_path / 'conda')!r})"
        assert "conda-meta" in said(parent, shown, hides)
        assert said(parent, "import tqdm; answer = 1", hides) == "1"


def test_own_packages_stay() -> None:
    """Are this interpreter's packages no foreign ones, and those of the Python it was made from?"""
    own = {Path(entry).resolve() for entry in sys.path}
    found = mounts.foreign_packages((Path(sys.base_prefix), Path(sys.prefix)))
    assert not any(one.is_relative_to(path.resolve()) for path in found for one in own)
    base = [*Path(sys.base_prefix).glob("lib/python3*/site-packages")]
    assert {path.resolve() for path in base} - own <= {path.resolve() for path in found}


def test_hiding_what_is_loaded(confined: WarmParent) -> None:
    """Is a room refused that is to hide what its parent has already imported?"""
    with pytest.raises(CourseError, match="hide numpy"):
        confined.open(Confinement(hidden_packages=("numpy",)))
