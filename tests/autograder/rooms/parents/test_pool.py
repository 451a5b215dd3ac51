"""Tests for the choice of a parent, and for parents that open one room and end with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.rooms.locks import bubblewrap
from autograder.rooms.locks.sandbox import Confinement, Forbidden
from autograder.rooms.parents import pool as parents
from autograder.rooms.parents import warm
from autograder.rooms.parents.pool import ParentForEach, Parents, parent_for
from autograder.rooms.parents.warm import WarmParent
from course_lib.errors import CourseError
from tests.autograder.rooms.alone import DEVICE, HERE, made, small
from tests.autograder.rooms.asking import SMALL, ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux"),
]


@pytest.fixture(scope="module", params=["wrapped", "gpu"])
def parent(request: pytest.FixtureRequest) -> Iterator[ParentForEach]:
    """Each kind of parent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parents, "gpus", lambda: [DEVICE])
        gpu = request.param == "gpu"
        with made(wrapped=not gpu, gpu=gpu) as parent:
            yield parent


def test_tier(parent: ParentForEach) -> None:
    """Does the tier say who made the namespaces, and which GPU the room sees?"""
    assert parent.tier.startswith("bubblewrap's user" if parent.wrapped else "user")
    assert "seccomp" in parent.tier
    assert parent.tier.endswith("; GPU: tty") == parent.gpu


def test_a_grader_that_is_killed(parent: ParentForEach) -> None:
    """Do the parent and its room end when the grader is killed without a word?"""
    source = (
        "import sys, time\nfrom pathlib import Path\nsys.path.append(sys.argv[1])\n"
        "from autograder.rooms.parents.pool import ParentForEach\n"
        f"parent = ParentForEach(wrapped={parent.wrapped}, preload=(), entry='room_entry:serve',"
        " readable=[Path(sys.argv[1])])\n"
        "room = parent.open()\nprint(room.pid, flush=True)\ntime.sleep(60)\n"
    )
    command = [sys.executable, "-c", source, str(HERE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        number = int(grader.stdout.readline())
        assert Path(f"/proc/{number}").exists()
        grader.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{number}").exists()


def test_nothing_leaks(parent: ParentForEach) -> None:
    """Are as many descriptors and processes there after five rooms as before?"""

    def there() -> tuple[int, str]:
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        return len(os.listdir("/proc/self/fd")), children.read_text() if children.exists() else ""

    parent.open(small(parent)).close()
    before = there()
    for _ in range(5):
        parent.open(small(parent, hidden_packages=("tqdm",))).close()
    assert there() == before


def test_close_ends_rooms() -> None:
    """Do rooms that nobody closed end with what opened them?"""
    with made() as parent:
        room = parent.open(SMALL)
        number = room.pid
    assert not Path(f"/proc/{number}").exists()


def test_room_is_cold() -> None:
    """Is PyTorch not there before a room with a GPU forks, and can the room import it?"""
    with (
        made(gpu=True, preload=("numpy", "torch", "torch.nn")) as parent,
        parent.open(Confinement(gpu=True)) as room,
    ):
        loaded = "import sys; answer = 'numpy' in sys.modules, 'torch' in sys.modules"
        assert ask(room.socket, loaded) == "(True, False)"
        work = "import torch; answer = torch.ones(3).sum().item(), torch.cuda.is_available()"
        assert ask(room.socket, work).startswith("(3.0, ")


def test_choice_of_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a room learn which GPU the cluster has chosen for it?"""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    with made(gpu=True) as parent, parent.open() as room:
        source = "import os; answer = os.environ['CUDA_VISIBLE_DEVICES']"
        assert ask(room.socket, source) == "3"


def test_a_gpu_from_a_warm_parent() -> None:
    """Is a room with a GPU refused by a parent that has none to give?"""
    with (
        WarmParent(preload=(), entry="room_entry:serve") as parent,
        pytest.raises(CourseError, match="parent of its own"),
    ):
        parent.open(Confinement(gpu=True))


def test_chosen_kind() -> None:
    """Is a warm parent chosen where it can be, and one for each room for a GPU?"""
    for confinement, kind in ((Confinement(), WarmParent), (Confinement(gpu=True), ParentForEach)):
        with parent_for(
            confinement, preload=(), entry="autograder.rooms.parents.process:idle"
        ) as parent:
            assert isinstance(parent, kind)
            assert not parent.tier.startswith("bubblewrap")


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that lets no parent make namespaces."""
    refuse = "def no(kinds): raise PermissionError(1, 'Operation not permitted')"
    before, after = warm._START.split(" from ")
    steps = f"exec({refuse!r}); from autograder.rooms.locks import linux, sandbox"
    steps += "; linux.unshare = no; sandbox.become = print"
    monkeypatch.setattr(warm, "_START", f"{before} {steps}; from {after}")


@pytest.mark.parametrize("gpu", [False, True])
def test_bubblewrap_where_namespaces_are_forbidden(
    forbidden: None, gpu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is bubblewrap chosen by itself where Linux forbids namespaces, and said in the tier?"""
    monkeypatch.setattr(parents, "gpus", lambda: [DEVICE])
    made(wrapped=True).close()  # or skip
    wanted = Confinement(gpu=gpu)
    chosen = parent_for(wanted, preload=(), entry="room_entry:serve", readable=[HERE])
    with chosen as parent, parent.open(wanted) as room:
        assert parent.tier.startswith("bubblewrap")
        assert ask(room.socket, "import socket; socket.socket()").startswith("OSError")
        use = ask(room.socket, f"import os; os.open({str(DEVICE)!r}, os.O_RDWR)")
        assert use.startswith("OSError: [Errno 6]") or not gpu
    with Parents() as all_kinds:
        assert all_kinds.lend(wanted) is None
        assert all_kinds.tier.startswith("bubblewrap")


@pytest.mark.parametrize("gpu", [False, True])
def test_refused_without_bubblewrap(
    forbidden: None, gpu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither can be had, does a sentence say so instead of an open room?"""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    with pytest.raises(Forbidden, match="install bubblewrap"):
        Parents().lend(Confinement(gpu=gpu))


def test_bubblewrap_that_fails(
    forbidden: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Are bubblewrap's own words in the refusal where it cannot make the room either?"""
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho bwrap: setting up uid map: no >&2; exit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setattr(bubblewrap, "program", lambda: str(tmp_path / "bwrap"))
    monkeypatch.setattr(os, "geteuid", lambda: 1)  # nobody else may enter the folder
    with pytest.raises(Forbidden, match=r"no namespaces .*bwrap: setting up uid map: no"):
        parent_for(Confinement(), preload=())


@pytest.mark.parametrize("used", [True, False])
def test_started_beforehand(used: bool) -> None:
    """Is a parent that was started beforehand the one that is lent, and is it ended either way?"""
    wanted = Confinement(hidden_packages=("torch",))
    with Parents(soon=wanted) as parents:
        (begun,) = parents._begun.values()
        if used:
            lent = parents.lend(wanted)
            assert lent is not None
            assert lent.address == begun.address
            assert lent.tier
    assert begun._process.returncode is not None
