"""Tests for the warm parent and the rooms that it opens."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
from room_entry import ask

from autograder.rooms.locks import landlock
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.warm import ENVIRONMENT, PRELOAD, TORCH, WarmParent
from course_lib.errors import CourseError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
ENTRY = "room_entry:serve"


@pytest.fixture(scope="module", params=[True, False], ids=["locked", "unlocked"])
def parent(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WarmParent]:
    """A warm parent with all that rooms start with."""
    environment = {"EXTRA": "1"}
    if not request.param:  # it sees the machine's disk
        home = str(tmp_path_factory.mktemp("home"))
        environment |= dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), home)
    with WarmParent(entry=ENTRY, locked=request.param, environment=environment) as made:
        yield made


def test_preloaded(parent: WarmParent) -> None:
    """Has a room what its parent imported, without importing it again?"""
    with parent.open() as room:
        loaded = ask(room.socket, "import sys; answer = ' '.join(sys.modules)").split()
    assert set(PRELOAD) <= set(loaded)
    assert not {"torch", "sklearn", "scipy", "course_lib.oracle"} & set(loaded)


def test_tier(parent: WarmParent) -> None:
    """Does an unlocked parent say that nothing holds its rooms?"""
    assert (parent.tier == "none") == (not parent.locked)


def test_environment(parent: WarmParent) -> None:
    """Is the environment of a room the white list and nothing else?"""
    with parent.open() as room:
        names = set(ask(room.socket, "import os; answer = ' '.join(os.environ)").split())
    assert names <= {*ENVIRONMENT, "COURSE_DATA", "EXTRA", "LC_CTYPE"}
    assert "EXTRA" in names


def test_a_parent_that_is_gone() -> None:
    """Is a parent that was killed reported in a sentence?"""
    with WarmParent(preload=(), entry=ENTRY) as parent:
        room = parent.open()
        parent._process.kill()
        parent._process.wait()
        with pytest.raises(CourseError, match="has ended"):
            parent.open()
        assert room.ended(within=10)
        room.close()


def test_a_grader_that_is_killed() -> None:
    """Do the parent and its rooms end when the grader is killed without a word?"""
    source = (
        "import sys, time\nsys.path.append(sys.argv[1])\n"
        "from autograder.rooms.parents.warm import WarmParent\n"
        "parent = WarmParent(preload=(), entry='room_entry:serve')\n"
        "room = parent.open()\nprint(room.pid, flush=True)\ntime.sleep(60)\n"
    )
    command = [sys.executable, "-c", source, str(Path(__file__).parents[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        number = int(grader.stdout.readline())
        assert Path(f"/proc/{number}").exists()
        grader.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{number}").exists()


def test_a_folder_of_its_own(tmp_path: Path) -> None:
    """Does a room with a folder see that one alone, and can it make sockets there and no files?"""
    bind = "import socket; socket.socket(socket.AF_UNIX).bind"
    tmp_path.chmod(0o755)
    for name in ("mine", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o777)
    with (
        WarmParent(preload=(), entry=ENTRY, shared=tmp_path) as parent,
        parent.open(Confinement(folder="mine")) as room,
    ):
        assert ask(room.socket, f"import os; answer = os.listdir({str(tmp_path)!r})") == "['mine']"
        assert ask(room.socket, f"{bind}({str(tmp_path / 'mine' / 'a')!r})") == "None"
        if landlock.version():
            made = ask(room.socket, f"open({str(tmp_path / 'mine' / 'c')!r}, 'w')")
            assert made.startswith("PermissionError")
        assert ask(room.socket, f"open({str(tmp_path / 'b')!r}, 'w')").startswith(
            ("OSError", "PermissionError")
        )
    with (
        WarmParent(preload=(), entry=ENTRY, shared=tmp_path) as parent,
        parent.open() as room,
    ):
        answer = ask(room.socket, f"import os; answer = os.listdir({str(tmp_path)!r})")
        assert answer.startswith("PermissionError") or answer == "[]"
    assert (tmp_path / "mine" / "a").is_socket()


@pytest.mark.slow
def test_threads_after_the_fork() -> None:
    """Do PyTorch's threads, autograd, an optimiser, BLAS and a data loader work in a room?"""
    source = (
        "import torch, numpy, threading\nfrom torch import nn\n"
        "torch.set_num_threads(2)\n"
        "big = torch.randn(600, 600)\n"
        "assert torch.allclose(big @ big, torch.from_numpy(big.numpy() @ big.numpy()), atol=1e-2)\n"
        "assert abs(float(big.sum()) - big.numpy().sum()) < 1\n"
        "model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7200, 2))\n"
        "optimiser = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "model(torch.randn(4, 3, 32, 32)).square().mean().backward()\n"
        "optimiser.step()\n"
        "results = []\n"
        "work = lambda: results.append((big @ big).sum().item())\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "data = torch.utils.data.TensorDataset(torch.arange(10))\n"
        "loader = torch.utils.data.DataLoader(data, 5, num_workers=2)\n"
        "answer = len(results), sum(int(batch.sum()) for (batch,) in loader)\n"
    )
    with (
        WarmParent(preload=(*PRELOAD, *TORCH), entry=ENTRY) as parent,
        parent.open(Confinement(threads=1)) as room,
    ):
        assert ask(room.socket, "import torch; answer = torch.get_num_threads()") == "1"
        assert ask(room.socket, source) == "(4, 45)"
