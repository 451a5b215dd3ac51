"""How is code of our own stopped that takes too much? (Students' code is held from outside.)

A check may take too much over what a student's function returned, or asked of it.
"""

import contextlib
import ctypes
import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from course_lib.runner import DISTANT

_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


@contextlib.contextmanager
def within(seconds: float, error: type[BaseException]) -> Iterator[None]:
    """Raise `error` in the block once it has computed for so long.

    It comes between two steps of Python: a single long call into a library ends first. Only in the
    main thread of a POSIX system does it also end a wait, and elsewhere computing counts by the
    clock: both after DISTANT times as long.
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        yield from _by_alarm(seconds, error)
    else:
        yield from _from_beside(seconds, error)


def _by_alarm(seconds: float, error: type[BaseException]) -> Iterator[None]:
    def stop(signum: int, frame: object) -> None:
        raise error

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, DISTANT * seconds)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _from_beside(seconds: float, error: type[BaseException]) -> Iterator[None]:
    here, running, lock = threading.get_ident(), True, threading.Lock()

    def stop() -> None:
        with lock:
            if running:
                _raise_in(here, error)

    timer = threading.Timer(DISTANT * seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        # What was to be raised and has not been yet comes at the latest in the loop. To take it
        # back instead leaves CPython 3.11 looking for it for good, and a traced thread hangs.
        with contextlib.suppress(error):
            timer.cancel()
            with lock:
                running = False
            for _ in range(10):
                pass


@contextlib.contextmanager
def or_end(seconds: float) -> Iterator[None]:
    """End this process where the block takes so long, be it in a single call into a library.

    For processes that somebody waits for: what dies costs one submission.
    """
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def memory_within(size: int) -> Iterator[None]:
    """Let this process take at most `size` more bytes in the block: what wants more fails.

    Where the system can (Linux).
    """
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    import resource

    now = int(statm.read_text().split()[5]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    known = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([now + size, *known]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
