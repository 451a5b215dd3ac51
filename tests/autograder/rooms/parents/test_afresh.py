"""What does a room not share with the parent that forked it?"""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


def test_generators(parent: WarmParent) -> None:
    """Do two rooms draw different numbers, and the same where a seed is given?"""
    draw = "import random, numpy; answer = random.random(), numpy.random.rand()"

    def drawn(confinement: Confinement) -> str:
        with parent.open(confinement) as room:
            return ask(room.socket, draw)

    assert drawn(Confinement()) != drawn(Confinement())
    assert drawn(Confinement(seed=1 << 40)) == drawn(Confinement(seed=1 << 40))
    assert drawn(Confinement(seed=1)) != drawn(Confinement(seed=2))


def test_main_module_is_new(parent: WarmParent) -> None:
    """Is __main__ empty in a room, and not what the parent ran?"""
    source = "import __main__; answer = [n for n in vars(__main__) if not n.startswith('__')]"
    with parent.open() as room:
        assert ask(room.socket, source) == "[]"


def test_nothing_but_what_is_named_stays_open(tmp_path: Path) -> None:
    """Are other descriptors closed, between those that stay too, and is input at its end?"""
    source = (
        "import os, sys\nfrom autograder.rooms.parents import afresh\n"
        "one, other = (os.open(path, os.O_WRONLY | os.O_CREAT) for path in sys.argv[1:])\n"
        "os.dup2(other, 200), os.dup2(other, 201), os.dup2(other, 5000)\n"
        "afresh.keep_only(200, one)\n"
        "there = {}\n"
        "for number in sorted(map(int, os.listdir('/proc/self/fd'))):\n"
        "    try: there[number] = os.readlink(f'/proc/self/fd/{number}')\n"
        "    except OSError: pass\n"
        "os.write(one, repr((one, there, sys.stdin.read())).encode())\n"
    )
    paths = [str(tmp_path / name) for name in ("one", "other")]
    subprocess.run([sys.executable, "-c", source, *paths], input="typed", text=True, check=True)
    number, there, typed = eval(Path(paths[0]).read_text())
    null = dict.fromkeys(range(3), "/dev/null")
    assert there == {**null, number: paths[0], 200: paths[1]}
    assert typed == ""
