"""Tests that attack the room from inside; run as root, they run once more as an ordinary user."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
from room_entry import ask

from autograder.lessons import repository
from autograder.rooms import landlock, sandbox
from autograder.rooms.limits import MiB
from autograder.rooms.sandbox import Confinement
from autograder.rooms.warm import WarmParent
from course_lib.errors import CourseError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
ROOT = repository(Path(__file__))
SECRET = "tell-nobody-0451"
SMALL = Confinement(memory=256 * MiB, disk=8 * MiB, files=100, processes=20)


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    """A warm parent with NumPy, made by a process that has a secret in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_TEST_SECRET", SECRET)
        with WarmParent(preload=("numpy",), entry="room_entry:serve") as made:
            yield made


def said(parent: WarmParent, source: str, confinement: Confinement = SMALL) -> str:
    """What a new room answers to `source`."""
    with parent.open(confinement) as room:
        return ask(room.socket, source)


def family(parent: WarmParent) -> int:
    """How many processes the parent and its rooms have: children keep their parent's command."""
    mine = b"".join(arg.encode() + b"\0" for arg in parent._process.args)  # type: ignore[union-attr]
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            count += (folder / "cmdline").read_bytes() == mine
        except OSError:
            continue
    return count


def test_tier_says_what_holds() -> None:
    """Does the tier name each lock, and Landlock's version as this kernel has it?"""
    said = sandbox.tier()
    assert "namespaces" in said
    assert "seccomp" in said
    version = landlock.version()
    assert (f"Landlock {version}" if version else "no Landlock") in said


def test_a_room_has_no_rights(parent: WarmParent) -> None:
    """Is a room without capabilities, without a way to gain them, filtered, and its own user?"""
    status = said(parent, "answer = open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert fields["Uid"].split() == ["1000"] * 4
    assert fields["Groups"].strip() == ""
    assert fields["Pid"] == "1"


@pytest.mark.parametrize("kind", ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"])
def test_namespaces(parent: WarmParent, kind: str) -> None:
    """Has a room a namespace of its own of each kind?"""
    link = f"import os; answer = os.readlink('/proc/self/ns/{kind}')"
    with parent.open(SMALL) as one, parent.open(SMALL) as other:
        known = {os.readlink(f"/proc/self/ns/{kind}"), ask(one.socket, link)}
        assert ask(other.socket, link) not in known
        assert len(known) == 2


def test_mounts_are_read_only(parent: WarmParent) -> None:
    """Is every mount of a room read-only, but for its own and the devices?"""
    lines = said(parent, "answer = open('/proc/self/mountinfo').read()").splitlines()
    flags = {line.split()[4]: line.split()[5].split(",") for line in lines}  # the topmost of each
    writable = {place for place, said in flags.items() if "ro" not in said}
    assert writable - {"/room"} == {place for place in writable if place.startswith("/dev/")}
    assert {"/", "/usr", "/proc"} <= set(flags)


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
def test_places_that_are_not_there(parent: WarmParent, place: str) -> None:
    """Can a room read the machine's secrets, the solutions or the autograder?"""
    source = f"import os; p = {place!r}; answer = os.listdir(p) if os.path.isdir(p) else open(p)"
    assert said(parent, source).startswith(("FileNotFoundError", "PermissionError"))


def test_class_folder(parent: WarmParent, tmp_path: Path) -> None:
    """Can a room read a gradebook, by its path, a link, or the path from the root of a process?"""
    (tmp_path / "gradebook.db").write_text(SECRET)
    book = str(tmp_path / "gradebook.db")
    link = f"import os; os.symlink({book!r}, 'link'); answer = open('link').read()"
    assert said(parent, link).startswith("FileNotFoundError")
    for root in ("/proc/1/root", "/proc/self/root", "/proc/self/cwd/../.."):
        assert said(parent, f"open({root + book!r})").startswith(("FileNotFound", "Permission"))


def test_secrets_of_the_environment(parent: WarmParent) -> None:
    """Is the grader's environment in the room's, in /proc/1/environ, or in its memory?"""
    assert SECRET not in said(parent, "import os; answer = dict(os.environ)")
    assert SECRET not in said(parent, "answer = open('/proc/1/environ').read()")
    memory = (
        "import re\nanswer = 0\nlook = re.compile(b'tell-[n]obody-[0]451')\n"
        "for line in open('/proc/self/maps'):\n"
        "    low, high = (int(part, 16) for part in line.split()[0].split('-'))\n"
        "    if 'rw' not in line or high - low > 1 << 27: continue\n"
        "    with open('/proc/self/mem', 'rb') as file:\n"
        "        file.seek(low)\n"
        "        answer += look.search(file.read(high - low)) is not None\n"
    )
    assert said(parent, memory) == "0"


@pytest.mark.parametrize(
    "place",
    [
        *("/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/1/oom_score_adj", "/proc/sys/kernel/x"),
        *(str(folder / "x") for folder in (Path(sys.prefix), ROOT / "course_lib", ROOT / "data")),
    ],
)
def test_writing_outside(parent: WarmParent, place: str) -> None:
    """Can a room write anywhere but to its own desk?"""
    answer = said(parent, f"open({place!r}, 'a').write('1')")
    assert answer.startswith(("OSError: [Errno 30]", "PermissionError", "FileNotFoundError"))


def test_own_desk(parent: WarmParent) -> None:
    """Can a room write to its folder and the temporary ones, and does another see none of it?"""
    source = (
        "import os, tempfile, pathlib\n"
        "for p in ('/room/home/a', '/tmp/a', '/dev/shm/a', 'b'):\n"
        "    if p != '/tmp/a' or os.path.islink('/tmp'):  # not where the checkout is in /tmp\n"
        "        pathlib.Path(p).write_text('1')\n"
        "answer = os.getcwd(), sorted(os.listdir()), tempfile.gettempdir()"
    )
    assert said(parent, source) == "('/room/home', ['a', 'b'], '/room/tmp')"
    look = "import os; answer = os.listdir(), os.listdir('/room/tmp'), os.listdir('/dev/shm')"
    with parent.open(SMALL) as first:
        ask(first.socket, source)
        assert said(parent, look) == "([], [], [])"


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("TCP", "s.socket(s.AF_INET, s.SOCK_STREAM)"),
        ("UDP", "s.socket(s.AF_INET, s.SOCK_DGRAM)"),
        ("TCP 6", "s.socket(s.AF_INET6, s.SOCK_STREAM)"),
        ("raw", "s.socket(s.AF_INET, s.SOCK_RAW)"),
        ("packets", "s.socket(s.AF_PACKET, s.SOCK_RAW)"),
        ("netlink", "s.socket(s.AF_NETLINK, s.SOCK_RAW)"),
        ("virtual machines", "s.socket(s.AF_VSOCK, s.SOCK_STREAM)"),
        ("kernel crypto", "s.socket(s.AF_ALG, s.SOCK_SEQPACKET)"),
        ("DNS", "s.getaddrinfo('example.org', 80)"),
        ("HTTP", "import urllib.request as u; u.urlopen('http://127.0.0.1:80', timeout=2)"),
    ],
)
def test_network(parent: WarmParent, what: str, source: str) -> None:
    """Can a room open any socket but those between its own processes?"""
    answer = said(parent, f"import socket as s; {source}")
    assert answer.startswith(("OSError", "gaierror", "URLError", "<urlopen", "PermissionError"))


def test_abstract_sockets(parent: WarmParent) -> None:
    """Can a room reach an abstract unix socket of the machine, which no file protects?"""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0course-{os.getpid()}")
        listening.listen()
        source = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0course-{os.getpid()}')"
        assert said(parent, source).startswith(("ConnectionRefusedError", "PermissionError"))


NAMES = """
ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd mount umount2 pivot_root chroot
move_mount open_tree fsopen fsmount mount_setattr bpf perf_event_open userfaultfd io_uring_setup
io_uring_enter io_uring_register keyctl add_key request_key unshare setns clone3 init_module
finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff open_by_handle_at
name_to_handle_at quotactl acct settimeofday clock_settime adjtimex sethostname personality
memfd_create memfd_secret shmget msgget semget mknodat fanotify_init syslog vhangup iopl ioperm
modify_ldt lookup_dcookie nfsservctl move_pages mbind migrate_pages landlock_restrict_self
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_system_calls(parent: WarmParent, name: str) -> None:
    """Does a dangerous system call exist in a room?"""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number < 0:
        pytest.skip(f"{name} is not of this architecture")
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"answer = libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno()"
    )
    assert said(parent, source) == "(-1, 38)"  # ENOSYS


@pytest.mark.parametrize("flag", [0x80, 0x20000, 0x2000000, 0x10000000, 0x20000000, 0x40000000])
def test_clone_with_namespaces(parent: WarmParent, flag: int) -> None:
    """Can clone() make a namespace where unshare() cannot?"""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, "clone")
    source = (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"child = libc.syscall({number}, {flag} | 17, 0, 0, 0, 0)\n"
        "if child == 0: os._exit(0)\n"
        "answer = child, ctypes.get_errno()"
    )
    assert said(parent, source) == "(-1, 38)"


def test_typing_for_another_terminal(parent: WarmParent) -> None:
    """Can a room put characters into a terminal's input (TIOCSTI)?"""
    source = "import fcntl; fcntl.ioctl(0, 0x5412, b'x')"
    assert said(parent, source) == "OSError: [Errno 38] Function not implemented"


def test_fork_bomb(parent: WarmParent) -> None:
    """Is a fork bomb held to the room's processes, and are they all gone after kill()?"""
    before = family(parent)
    source = (
        "import os, signal\nanswer = 0\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0: signal.pause()\n"
        "        answer += 1\n"
        "except BlockingIOError: pass"
    )
    with parent.open(SMALL) as room:
        assert int(ask(room.socket, source)) < SMALL.processes
        room.kill()
        assert family(parent) == before


def test_each_room_counts_its_own_processes(parent: WarmParent) -> None:
    """Does a room that used up its processes leave the next its own?"""
    bomb = "import os, signal\nwhile True:\n    if os.fork() == 0: signal.pause()"
    with parent.open(SMALL) as first:
        assert ask(first.socket, bomb).startswith("BlockingIOError")
        fork = "import os\nif os.fork() == 0: os._exit(0)\nanswer = os.wait()[1]"
        assert said(parent, fork) == "0"


def test_thread_bomb(parent: WarmParent) -> None:
    """Do threads count as processes do?"""
    source = (
        "import threading, time\nanswer = 0\n"
        "try:\n"
        "    while True:\n"
        "        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
        "        answer += 1\n"
        "except RuntimeError: pass"
    )
    assert int(said(parent, source)) < SMALL.processes


@pytest.mark.parametrize(
    "source",
    [
        "b = bytearray(300 << 20)",
        "import numpy; a = numpy.ones(40_000_000)",
        "b = []\nwhile True: b.append(bytes(1 << 20))",
        "import mmap; mmap.mmap(-1, 2 << 30)",
        "import os; f = open('x', 'w'); f.truncate(2 << 30)",
    ],
)
def test_memory_bomb(parent: WarmParent, source: str) -> None:
    """Does a room that wants too much memory get an error, and go on?"""
    with parent.open(SMALL) as room:
        assert ask(room.socket, source).startswith(("MemoryError", "_ArrayMemory", "OSError"))
        assert ask(room.socket, "answer = 1") == "1"


def test_memory_bomb_of_many_processes(parent: WarmParent) -> None:
    """Is a room ended whose processes each take what one may?"""
    source = (
        "import os, signal\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        b = bytearray(os.urandom(1 << 20)) * 100\n"
        "        signal.pause()\n"
        "signal.pause()"
    )
    with parent.open(SMALL) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert "264 MB of memory" in room.ended(within=10)


def test_disk_fill(parent: WarmParent) -> None:
    """Are all writable places of a room bounded together, in bytes and in files?"""
    fill = (
        "import os\nanswer = 0\n"
        "for folder in ('/room/home', '/room/tmp', '/dev/shm') * 20:\n"
        "    try:\n"
        "        with open(f'{folder}/{answer}', 'wb', 0) as file:\n"
        "            for _ in range(3): answer += file.write(bytes(1 << 20))\n"
        "    except OSError: pass\n"
    )
    assert int(said(parent, fill)) <= SMALL.disk
    many = "import os\nfor n in range(1000): open(str(n), 'w').close()"
    assert said(parent, many).startswith("OSError: [Errno 28]")


def test_leaked_descriptors(parent: WarmParent) -> None:
    """Is a room that never closes a file held to its number of open files?"""
    source = "import os\nn = 0\ntry:\n    while True: n = os.dup(0)\nexcept OSError: answer = n"
    assert int(said(parent, source)) < SMALL.open_files


def test_processor_time(parent: WarmParent) -> None:
    """Does an endless loop that swallows every exception end with its processor time?"""
    source = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    with parent.open(Confinement(cpu_seconds=1)) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert "SIGKILL" in room.ended(within=10)


def test_signals_to_parents(parent: WarmParent) -> None:
    """Can a room signal the grader, its warm parent, or another room?"""
    with parent.open(SMALL) as other:
        for target in (os.getpid(), parent._process.pid, other.pid):
            assert said(parent, f"import os; os.kill({target}, 9)").startswith("ProcessLookupError")
        said(parent, "import os; os.kill(-1, 9); answer = os.getppid()")
        assert ask(other.socket, "answer = 1") == "1"


def test_daemon(parent: WarmParent) -> None:
    """Does a process that left its session and its parent die with the room?"""
    before = family(parent)
    source = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        while True: time.sleep(0.01)\n"
        "    os._exit(0)\n"
        "answer = os.wait()[1]"
    )
    with parent.open(SMALL) as killed:
        assert ask(killed.socket, source) == "0"
        assert family(parent) == before + 2
        killed.kill()
        assert family(parent) == before
    with parent.open(SMALL) as left:
        ask(left.socket, source)
        with pytest.raises((EOFError, ConnectionError)):
            ask(left.socket, "import os; os._exit(3)")
        deadline = time.monotonic() + 10
        while family(parent) > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert family(parent) == before
        assert left.ended(within=10) == "The room ended itself with code 3."


def test_inherited_descriptors(parent: WarmParent) -> None:
    """Does a room hold any descriptor but the standard three and its socket?"""
    source = (
        "import os\nopen_ones = {}\n"
        "for n in range(256):\n"
        "    try: open_ones[n] = os.readlink(f'/proc/self/fd/{n}')\n"
        "    except OSError: pass\n"
        "answer = sorted(link.split(':')[0] for link in open_ones.values())"
    )
    with open(os.devnull) as file:
        os.set_inheritable(file.fileno(), True)
        assert said(parent, source) == str(["/dev/null"] * 3 + ["socket"])


def test_hidden_packages(parent: WarmParent) -> None:
    """Is a hidden package neither imported already, nor importable, nor readable as files?"""
    hides = Confinement(hidden_packages=("torch", "tqdm", "course_lib.oracle"))
    with parent.open(hides) as room:
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
    assert said(parent, "import tqdm; answer = 1", Confinement()) == "1"


def test_hiding_what_is_loaded(parent: WarmParent) -> None:
    """Is a room refused that is to hide what its parent has already imported?"""
    with pytest.raises(CourseError, match="hide numpy"):
        parent.open(Confinement(hidden_packages=("numpy",)))


def test_honest_work(parent: WarmParent) -> None:
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
    assert said(parent, source, Confinement()).strip() == "1"


def test_landlock_by_itself(tmp_path: Path) -> None:
    """Does Landlock hold without the other locks: reading, writing, and signals to others?"""
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret").write_text(SECRET)
    source = (
        "import sys\nfrom pathlib import Path\nfrom autograder.rooms import landlock, linux\n"
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


def test_refused_where_namespaces_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Linux forbids namespaces, does a sentence say so instead of an open room?"""
    from autograder.rooms import linux

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


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_all_of_this_as_an_ordinary_user() -> None:
    """Do the same locks hold the same attacks where the grader is not root?"""
    done = subprocess.run(
        as_somebody([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def as_somebody(command: list[str]) -> list[str]:
    """A command, run as an ordinary user who may read the interpreter and the checkout.

    Folders on the way that are closed to others, such as /root, are shown empty but for these.
    """
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    steps = ["stage=$(mktemp -d)"]
    for top in sorted({folder for path in needed for folder in path.parents}):
        inside = [path for path in needed if top in path.parents]
        if not top.stat().st_mode & 1:
            for n, path in enumerate(inside):
                steps += [f"mkdir $stage/{n}", f"mount --bind {path} $stage/{n}"]
            steps += [f"mount -t tmpfs -o mode=755 none {top}"]
            for n, path in enumerate(inside):
                steps += [f"mkdir -p {path}", f"mount --move $stage/{n} {path}"]
            break
    steps += ['exec setpriv --reuid 1234 --regid 1234 --clear-groups env HOME=/tmp "$@"']
    return ["unshare", "-m", "sh", "-c", " && ".join(steps), "sh", *command]
