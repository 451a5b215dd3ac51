"""What may a process in a locked room do, and where is a room refused?"""

import os
import sys
from pathlib import Path

import pytest

from autograder.grading.locked import confinement
from autograder.lesson.lessons import repository
from autograder.lesson.policy import NUMPY_LESSON
from autograder.rooms.locks import landlock, sandbox
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.pool import Parents
from autograder.rooms.parents.warm import WarmParent
from course_lib.errors import CourseError
from tests.autograder.rooms.asking import SMALL, ask, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
ROOT = repository(Path(__file__))


def test_tier_says_what_holds() -> None:
    """Does the tier name each lock, and Landlock's version as this kernel has it?"""
    with Parents() as parents:
        lent = parents.lend(confinement(NUMPY_LESSON))
    assert lent is not None
    said = lent.tier
    assert "namespaces" in said
    assert "seccomp" in said
    version = landlock.version()
    assert (f"Landlock {version}" if version else "no Landlock") in said


def test_a_room_has_no_rights(confined: WarmParent) -> None:
    """Is a room without capabilities, without a way to gain them, filtered, and its own user?"""
    status = said(confined, "answer = open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert fields["Uid"].split() == ["1000"] * 4
    assert fields["Groups"].strip() == ""
    assert fields["Pid"] == "1"


@pytest.mark.parametrize("kind", ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"])
def test_namespaces(confined: WarmParent, kind: str) -> None:
    """Has a room a namespace of its own of each kind?"""
    link = f"import os; answer = os.readlink('/proc/self/ns/{kind}')"
    with confined.open(SMALL) as one, confined.open(SMALL) as other:
        known = {os.readlink(f"/proc/self/ns/{kind}"), ask(one.socket, link)}
        assert ask(other.socket, link) not in known
        assert len(known) == 2


def test_honest_work(confined: WarmParent) -> None:
    """Can a room still run programs, plot, read the course's data and use processes?"""
    source = (
        "import io, subprocess, multiprocessing, matplotlib\n"
        "matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\nfrom course_lib import data\n"
        "plt.plot([1, 2]); plt.savefig('plot.png')\n"
        "assert data.digits().images.ndim == 4\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    assert pool.map(abs, [-1, 2]) == [1, 2]\n"
        "answer = subprocess.run(['sh', '-c', 'ls | wc -l'], capture_output=True, text=True).stdout"
    )
    assert said(confined, source, Confinement()).strip() == "1"


def test_refused_where_namespaces_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Linux forbids namespaces, does a sentence say so instead of an open room?"""
    from autograder.rooms.locks import linux

    def forbidden(kinds: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(linux, "unshare", forbidden)
    monkeypatch.setattr(sandbox, "become", lambda user: None)
    with pytest.raises(CourseError, match="unprivileged user namespaces"):
        sandbox.detach()


@pytest.mark.parametrize(("platform", "words"), [("darwin", "Only Linux"), ("win32", "container")])
def test_refused_elsewhere(monkeypatch: pytest.MonkeyPatch, platform: str, words: str) -> None:
    """Are macOS and Windows told to grade in a container or on Linux?"""
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(CourseError, match=words):
        sandbox.check_machine()
