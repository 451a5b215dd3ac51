"""How much can a locked room use up, and does it leave anything?"""

import os
import resource
import sys
import time

import pytest

from autograder.rooms.locks import mounts
from autograder.rooms.locks.limits import SIGNALS, Allowance, apply
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents import watch
from autograder.rooms.parents.forks import AHEAD
from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import SMALL, ask, family, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


def test_fork_bomb(confined: WarmParent) -> None:
    """Is a fork bomb held to the room's processes, and are they all gone after kill()?"""
    before = family(confined)
    source = (
        "import os, signal\nanswer = 0\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0: signal.pause()\n"
        "        answer += 1\n"
        "except BlockingIOError: pass"
    )
    with confined.open(SMALL) as room:
        assert int(ask(room.socket, source)) < SMALL.processes
        room.kill()
        assert family(confined) == before


def test_each_room_counts_its_own_processes(confined: WarmParent) -> None:
    """Does a room that used up its processes leave the next its own?"""
    bomb = "import os, signal\nwhile True:\n    if os.fork() == 0: signal.pause()"
    with confined.open(SMALL) as first:
        assert ask(first.socket, bomb).startswith("BlockingIOError")
        fork = "import os\nif os.fork() == 0: os._exit(0)\nanswer = os.wait()[1]"
        assert said(confined, fork) == "0"


def test_thread_bomb(confined: WarmParent) -> None:
    """Do threads count as processes do?"""
    source = (
        "import threading, time\nanswer = 0\n"
        "try:\n"
        "    while True:\n"
        "        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
        "        answer += 1\n"
        "except RuntimeError: pass"
    )
    assert int(said(confined, source)) < SMALL.processes


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
def test_memory_bomb(confined: WarmParent, source: str) -> None:
    """Does a room that wants too much memory get an error, and go on?"""
    with confined.open(SMALL) as room:
        assert ask(room.socket, source).startswith(("MemoryError", "_ArrayMemory", "OSError"))
        assert ask(room.socket, "answer = 1") == "1"


def test_memory_bomb_of_many_processes(confined: WarmParent) -> None:
    """Is a room ended whose processes each take what one may?"""
    source = (
        "import os, signal\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        b = bytearray(os.urandom(1 << 20)) * 100\n"
        "        signal.pause()\n"
        "signal.pause()"
    )
    with confined.open(SMALL) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert "264 MB of memory" in room.ended(within=10)


def test_disk_fill(confined: WarmParent) -> None:
    """Are all writable places of a room bounded together, in bytes and in files?"""
    fill = (
        "import os\nanswer = 0\n"
        "for folder in ('/room/home', '/room/tmp', '/dev/shm') * 20:\n"
        "    try:\n"
        "        with open(f'{folder}/{answer}', 'wb', 0) as file:\n"
        "            for _ in range(3): answer += file.write(bytes(1 << 20))\n"
        "    except OSError: pass\n"
    )
    assert int(said(confined, fill)) <= SMALL.disk
    many = "import os\nfor n in range(1000): open(str(n), 'w').close()"
    assert said(confined, many).startswith("OSError: [Errno 28]")


def test_leaked_descriptors(confined: WarmParent) -> None:
    """Is a room that never closes a file held to its number of open files?"""
    source = "import os\nn = 0\ntry:\n    while True: n = os.dup(0)\nexcept OSError: answer = n"
    assert int(said(confined, source)) < SMALL.open_files


def test_terminals(confined: WarmParent) -> None:
    """Is one room held to a few of the machine's terminals, and does another still get one?"""
    greedy = (
        "import os, builtins\nbuiltins.kept = []\ntry:\n"
        "    while True: builtins.kept.append(os.open('/dev/ptmx', os.O_RDWR))\n"
        "except OSError: answer = len(builtins.kept)"
    )
    with confined.open(SMALL) as room:
        assert 0 < int(ask(room.socket, greedy)) <= mounts.MOST_TERMINALS
        assert said(confined, "import os; answer = len(os.openpty())") == "2"


@pytest.mark.parametrize("call", ["inotify_init", "fanotify_init", "memfd_create"])
def test_what_users_share(confined: WarmParent, call: str) -> None:
    """Is there no call that takes from what all rooms of one user share, such as inotify's?"""
    source = (
        f"import ctypes, errno; libc = ctypes.CDLL(None, use_errno=True)\nlibc.{call}(b'', 0)\n"
    )
    assert said(confined, source + "answer = errno.errorcode[ctypes.get_errno()]") == "ENOSYS"


def test_signals_that_wait(confined: WarmParent) -> None:
    """Are a room's timers bounded, of which a user has a number?"""
    source = (
        "import ctypes, resource\nlibc = ctypes.CDLL(None); n = 0\n"
        "one = ctypes.c_void_p()\n"
        "while n < 5000 and libc.timer_create(1, None, ctypes.byref(one)) == 0: n += 1\n"
        "answer = n"
    )
    assert 0 < int(said(confined, source)) <= SIGNALS


def test_more_than_its_processors(confined: WarmParent) -> None:
    """Is a room ended, in words, whose processes keep more processors at work than it has, while
    one that keeps a single one at work goes on?"""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one processor")
    work = "import os, time; until = time.monotonic() + {}\nwhile time.monotonic() < until: pass"
    with confined.open(Confinement(threads=1)) as honest:
        assert ask(honest.socket, work.format(2) + "\nanswer = 'done'") == "done"
    hogs = (
        "import os\nfor _ in range(40):\n    if os.fork() == 0:\n        number = 0; break\n"
        f"else:\n    number = 40\n{work.format(20)}\nif not number: os._exit(0)\n"
        "for _ in range(number): os.wait()\nanswer = sum(os.times()[:4])"
    )
    with confined.open(Confinement(threads=1)) as greedy:
        begun = time.monotonic()
        try:
            taken = float(ask(greedy.socket, hogs))
        except (EOFError, ConnectionError):
            assert "more than 1 processor" in greedy.ended(within=10)
        else:  # the machine was so busy that there was no more to take, but between two looks
            unseen = 4 * watch.EVERY * len(os.sched_getaffinity(0))
            assert taken < time.monotonic() - begun + AHEAD + unseen


def test_one_share_of_the_processors(confined: WarmParent) -> None:
    """Does a room stay one session, each of which Linux gives a share of its own, where it asks
    for sessions and for their terminals?"""
    source = """
import fcntl, os, pty, sys
def share():
    try:
        return open("/proc/self/autogroup").read()
    except FileNotFoundError:  # this kernel gives no such shares
        return ""
mine, (one, other) = share(), os.pipe()
if os.fork() == 0:
    os.setsid()
    fcntl.ioctl(pty.openpty()[1], 0x540E, 0)
    os.write(other, str((os.getsid(0), share() == mine)).encode())
    os._exit(0)
answer = os.getsid(0), os.read(one, 99).decode()
"""
    assert said(confined, source) == "(1, '(1, True)')"


def test_lowest_priority(confined: WarmParent) -> None:
    """Does whoever grades and works on the machine come before a room, which cannot change it?"""
    assert said(confined, "import os; answer = os.getpriority(os.PRIO_PROCESS, 0)") == "19"
    assert said(confined, "import os; os.setpriority(os.PRIO_PROCESS, 0, 0)").startswith(
        "PermissionError"
    )


def test_processor_time(confined: WarmParent) -> None:
    """Does an endless loop that swallows every exception end with its processor time?"""
    source = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    with confined.open(Confinement(cpu_seconds=1)) as room:
        with pytest.raises((EOFError, ConnectionError)):
            ask(room.socket, source)
        assert "SIGKILL" in room.ended(within=10)


def test_daemon(confined: WarmParent) -> None:
    """Does a process that left its session and its parent die with the room?"""
    before = family(confined)
    source = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        while True: time.sleep(0.01)\n"
        "    os._exit(0)\n"
        "answer = os.wait()[1]"
    )
    with confined.open(SMALL) as killed:
        assert ask(killed.socket, source) == "0"
        assert family(confined) == before + 2
        killed.kill()
        assert family(confined) == before
    with confined.open(SMALL) as left:
        ask(left.socket, source)
        with pytest.raises((EOFError, ConnectionError)):
            ask(left.socket, "import os; os._exit(3)")
        deadline = time.monotonic() + 10
        while family(confined) > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert family(confined) == before
        assert left.ended(within=10) == "The room ended itself with code 3."


def test_what_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is each resource held to what the room may use, and never raised above what holds already?"""
    told = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, most: told.update({what: most}))
    monkeypatch.setattr(resource, "getrlimit", lambda what: (resource.RLIM_INFINITY,) * 2)
    apply(Allowance(disk=1000, processes=7, open_files=50, cpu_seconds=9))
    due = {
        resource.RLIMIT_FSIZE: 1000,
        resource.RLIMIT_NPROC: 7,
        resource.RLIMIT_NOFILE: 50,
        resource.RLIMIT_CPU: 9,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: SIGNALS,
    }
    assert {what: told.get(what) for what in due} == {what: (n, n) for what, n in due.items()}
    assert {resource.RLIMIT_DATA, resource.RLIMIT_AS} < told.keys()
    monkeypatch.setattr(resource, "getrlimit", lambda what: (3, 3))
    apply(Allowance(processes=7))
    assert told[resource.RLIMIT_NPROC] == (3, 3)


@pytest.mark.slow
def test_a_room_that_works_for_long_comes_after_the_others(confined: WarmParent) -> None:
    """Does an endless loop leave the processors to those who come after it, for good?"""
    source = """
import os, time
while os.sched_getscheduler(0) != os.SCHED_IDLE and time.process_time() < 20:
    pass
try:
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
except PermissionError:
    answer = os.sched_getscheduler(0) == os.SCHED_IDLE, time.process_time() > 4
"""
    assert said(confined, source) == "(True, True)"
