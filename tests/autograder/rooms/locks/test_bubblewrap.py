"""Tests that attack rooms with a parent each: those that bubblewrap makes, and those with a GPU.

There is no GPU here: another device stands in for one.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.rooms.locks.bubblewrap import CODE
from autograder.rooms.locks.limits import MiB
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents import pool as parents
from autograder.rooms.parents import warm
from autograder.rooms.parents.pool import ParentForEach
from autograder.rooms.parents.warm import Room
from tests.autograder.rooms.alone import DEVICE, ROOT, made, small
from tests.autograder.rooms.asking import SECRET, SMALL, ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux"),
]


@pytest.fixture(scope="module", params=["wrapped", "gpu"])
def parent(request: pytest.FixtureRequest) -> Iterator[ParentForEach]:
    """Each kind of parent, made by a process that has a secret in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_TEST_SECRET", SECRET)
        patch.setattr(parents, "gpus", lambda: [DEVICE])
        gpu = request.param == "gpu"
        with made(wrapped=not gpu, gpu=gpu) as parent:
            yield parent


@pytest.fixture(scope="module")
def room(parent: ParentForEach) -> Iterator[Room]:
    """One room of each kind, for attacks that it survives."""
    with parent.open(small(parent)) as room:
        yield room


def test_the_parents_code_is_all_that_it_imports(tmp_path: Path) -> None:
    """Does what serves rooms start where no other file of the autograder is to be seen?"""
    for file in CODE:
        place = tmp_path / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if file.is_dir() else shutil.copy)(file, place)
    start = (
        "import sys; sys.meta_path = [i for i in sys.meta_path if 'editable' not in repr(i)]\n"
        f"sys.path[:] = [{str(tmp_path)!r}, *sys.path, {str(ROOT)!r}]\n"
        "import autograder.rooms.parents.process as process; print(process.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", start], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.startswith(str(tmp_path)), done.stderr


def family(room: Room) -> Callable[[], int]:
    """Counts the processes of a room, which are in one pid namespace, also when it has ended."""
    space = os.readlink(f"/proc/{room.pid}/ns/pid")

    def count() -> int:
        found = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                found += os.readlink(folder / "ns" / "pid") == space
            except OSError:
                continue
        return found

    return count


def test_no_rights(room: Room) -> None:
    """Is a room without capabilities, without a way to gain them, filtered, and its own user?"""
    status = ask(room.socket, "answer = open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert fields["Uid"].split() == ["1000"] * 4
    for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
        space = ask(room.socket, f"import os; answer = os.readlink('/proc/self/ns/{kind}')")
        assert space != os.readlink(f"/proc/self/ns/{kind}")


def test_mounts_are_read_only(room: Room, parent: ParentForEach) -> None:
    """Is every mount of a room read-only, but for its own, its devices and the kernel's /proc?"""
    lines = ask(room.socket, "answer = open('/proc/self/mountinfo').read()").splitlines()
    flags = {line.split()[4]: line.split()[5].split(",") for line in lines}
    writable = {place for place, said in flags.items() if "ro" not in said}
    assert {place for place in writable if not place.startswith("/dev/")} <= {"/room", "/proc"}
    assert (str(DEVICE) in writable) or not parent.gpu


@pytest.mark.parametrize(
    "place",
    [
        "/etc/shadow",
        "/root/.bashrc",
        "/sys/kernel",
        "/var/log",
        "/dev/mem",
        "/run",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/1/cwd/etc/shadow",
        str(ROOT / "solutions"),
        str(ROOT / "pyproject.toml"),
        str(ROOT / "autograder" / "grading" / "grade.py"),
        str(ROOT / "autograder" / "rooms" / "examiner"),
        str(ROOT / ".git"),
    ],
)
def test_places_that_are_not_there(room: Room, place: str) -> None:
    """Can a room read the machine's secrets, the solutions, its parent or the grader?"""
    if place == "/proc/1/environ":  # a room's first process is itself where it has its own numbers
        answer = ask(room.socket, "answer = open('/proc/1/environ').read()")
        assert SECRET not in answer
        return
    source = f"import os; p = {place!r}; answer = os.listdir(p) if os.path.isdir(p) else open(p)"
    if place == "/proc/1/mem":
        source = "import os; assert os.getpid() != 1, 'itself'; open('/proc/1/mem', 'r+b')"
    answer = ask(room.socket, source)
    assert answer.startswith(("FileNotFoundError", "PermissionError", "AssertionError: itself"))


@pytest.mark.parametrize(
    "place",
    [
        *("/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/sys/kernel/x"),
        *(str(folder / "x") for folder in (Path(sys.prefix), ROOT / "course_lib", ROOT / "data")),
    ],
)
def test_writing_outside(room: Room, place: str) -> None:
    """Can a room write anywhere but to its own desk?"""
    answer = ask(room.socket, f"open({place!r}, 'a').write('1')")
    assert answer.startswith(("OSError: [Errno 30]", "PermissionError", "FileNotFoundError"))


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_PACKET", "AF_NETLINK", "AF_VSOCK"])
def test_network(room: Room, family: str) -> None:
    """Can a room open any socket but those between its own processes?"""
    source = f"import socket as s; s.socket(s.{family}, s.SOCK_RAW)"
    assert ask(room.socket, source).startswith("OSError")


def test_abstract_sockets(room: Room) -> None:
    """Can a room reach an abstract unix socket of the machine, which no file protects?"""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0course-{os.getpid()}")
        listening.listen()
        source = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0course-{os.getpid()}')"
        assert ask(room.socket, source).startswith(("ConnectionRefusedError", "PermissionError"))


NAMES = """
ptrace process_vm_readv process_vm_writev mount umount2 pivot_root unshare setns clone3 bpf chroot
io_uring_setup keyctl userfaultfd perf_event_open memfd_create mknodat
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_system_calls(room: Room, name: str) -> None:
    """Does a dangerous system call exist in a room?"""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"answer = libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno()"
    )
    assert ask(room.socket, source) == "(-1, 38)"  # ENOSYS


def test_inherited_descriptors(room: Room) -> None:
    """Does a room hold any descriptor but the standard three and its socket?"""
    source = (
        "import os\nopen_ones = {}\n"
        "for n in range(256):\n"
        "    try: open_ones[n] = os.readlink(f'/proc/self/fd/{n}')\n"
        "    except OSError: pass\n"
        "answer = sorted(link.split(':')[0] for link in open_ones.values())"
    )
    assert ask(room.socket, source) == str(["/dev/null"] * 3 + ["socket"])


def test_environment(room: Room) -> None:
    """Is the environment of a room the white list and nothing else?"""
    names = set(ask(room.socket, "import os; answer = ' '.join(os.environ)").split())
    assert names <= {*warm.ENVIRONMENT, "COURSE_DATA", "LC_CTYPE"}


def test_requests_to_devices(room: Room, parent: ParentForEach) -> None:
    """May only a room with a GPU talk to NVIDIA's drivers, and may none type for a terminal?"""
    request = "import fcntl; fcntl.ioctl(0, {}, bytes(16))"
    for number in (0xC020462B, 37, 0x30000001):  # of /dev/nvidiactl and of /dev/nvidia-uvm
        answer = ask(room.socket, request.format(number))
        assert answer.startswith("OSError: [Errno 25]" if parent.gpu else "OSError: [Errno 38]")
    assert ask(room.socket, request.format(0x5412)).startswith("OSError: [Errno 38]")  # TIOCSTI


def test_devices(room: Room, parent: ParentForEach) -> None:
    """Has a room the GPU's devices, open to reading and writing, and only where it may?"""
    number = f"import os; answer = os.stat({str(DEVICE)!r}).st_rdev"
    use = f"import os; os.open({str(DEVICE)!r}, os.O_RDWR)"
    if parent.gpu:
        assert ask(room.socket, number) == str(DEVICE.stat().st_rdev)
        assert ask(room.socket, use).startswith("OSError: [Errno 6]")  # it leads to no terminal
    elif "no Landlock" not in parent.tier:
        assert ask(room.socket, use).startswith("PermissionError")


def test_addresses(room: Room, parent: ParentForEach) -> None:
    """Can a room with a GPU reserve addresses as CUDA does, and is memory bounded all the same?"""
    reserve = (
        "import ctypes; libc = ctypes.CDLL(None); libc.mmap.restype = ctypes.c_long\n"
        "answer = libc.mmap(None, ctypes.c_size_t(1 << 40), 0, 0x4022, -1, 0) != -1"
    )
    assert ask(room.socket, reserve) == str(parent.gpu)
    assert ask(room.socket, "b = bytearray(300 << 20)").startswith("MemoryError")


def test_signals_to_parents(parent: ParentForEach) -> None:
    """Can a room stop or end its parent, the grader, or another room?"""
    with parent.open(small(parent)) as other, parent.open(small(parent)) as room:
        source = "import os\nfor n in ({}):\n    try: os.kill(n, {})\n    except OSError: pass"
        targets = f"{os.getpid()}, {other.pid}, os.getppid() or 999999"
        for number in (9, 19):
            ask(room.socket, source.format(targets, number))
        assert ask(other.socket, "answer = 1") == "1"
        room.kill()
        assert room.ended() == "The room was ended by SIGKILL."


def test_fork_bomb(parent: ParentForEach) -> None:
    """Is a fork bomb held to the room's processes, and are they all gone after kill()?"""
    source = (
        "import os, signal\nanswer = 0\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0: signal.pause()\n"
        "        answer += 1\n"
        "except BlockingIOError: pass"
    )
    with parent.open(small(parent)) as room:
        count = family(room)
        assert 10 < int(ask(room.socket, source)) < SMALL.processes
        assert count() > 10
        room.kill()
        assert count() == 0


def test_daemon(parent: ParentForEach) -> None:
    """Does a process that left its session and its parent die with a room that ends itself?"""
    source = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        while True: time.sleep(0.01)\n"
        "    os._exit(0)\n"
        "answer = os.wait()[1]"
    )
    with parent.open(small(parent)) as room:
        count = family(room)
        assert ask(room.socket, source) == "0"
        assert count() >= 2
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, "import os; os._exit(3)")
        assert room.ended(within=10) == "The room ended itself with code 3."
        room.kill()
        assert count() == 0


def test_memory_of_daemons(parent: ParentForEach) -> None:
    """Is a room ended whose orphans take what one process may, each?"""
    source = (
        "import os, signal\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        if os.fork() == 0:\n"
        "            b = bytearray(os.urandom(1 << 20)) * 100\n"
        "            signal.pause()\n"
        "        os._exit(0)\n"
        "signal.pause()"
    )
    with parent.open(small(parent)) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert "264 MB of memory" in room.ended(within=10)


def test_disk_fill(parent: ParentForEach) -> None:
    """Are all writable places of a room bounded together?"""
    fill = (
        "import os\nanswer = 0\n"
        "for folder in ('/room/home', '/room/tmp', '/dev/shm') * 20:\n"
        "    try:\n"
        "        with open(f'{folder}/{answer}', 'wb', 0) as file:\n"
        "            for _ in range(3): answer += file.write(bytes(1 << 20))\n"
        "    except OSError: pass\n"
    )
    with parent.open(small(parent)) as room:
        assert 4 * MiB < int(ask(room.socket, fill)) <= SMALL.disk


def test_hidden_packages(parent: ParentForEach) -> None:
    """Is a hidden package or module neither importable nor readable as files?"""
    hides = small(parent, hidden_packages=("tqdm", "course_lib.oracle", "six"))
    with parent.open(hides) as room:
        for name in hides.hidden_packages:
            answer = ask(room.socket, f"import {name}")
            assert answer.startswith(("ModuleNotFoundError: ", "PermissionError"))
        assert ask(room.socket, "import course_lib.checks, numpy; answer = 1") == "1"
        assert ask(room.socket, "import tqdm.auto").startswith("ModuleNotFoundError")


def test_honest_work(parent: ParentForEach) -> None:
    """Has a room its files, and can it run programs, plot, read the data and use processes?"""
    source = (
        "import subprocess, multiprocessing, matplotlib, os, tempfile, pathlib\n"
        "matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\nfrom course_lib import data\n"
        "plt.plot([1, 2]); plt.savefig('plot.png')\n"
        "assert data.digits().images.ndim == 4\n"
        "assert open('helper.txt').read() == 'hello'\n"
        "assert os.getcwd() == '/room/home' and tempfile.gettempdir() == '/room/tmp'\n"
        "if os.path.islink('/tmp'): pathlib.Path('/tmp/a').write_text('1')\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    assert pool.map(abs, [-1, 2]) == [1, 2]\n"
        "answer = subprocess.run(['sh', '-c', 'ls | wc -l'], capture_output=True, text=True).stdout"
    )
    with parent.open(Confinement(gpu=parent.gpu), {"helper.txt": b"hello"}) as room:
        assert ask(room.socket, source).strip() == "2"
