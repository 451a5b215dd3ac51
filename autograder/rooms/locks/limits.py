"""How much may a room use?"""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MiB = 1 << 20
SIGNALS = 1_000  # waiting signals and timers, which all rooms of an ordinary user share


@dataclass(frozen=True)
class Allowance:
    """What one room may use; sizes in bytes.

    memory: private memory of one process, beyond what came with the warm parent; with `disk`
        besides, also what all processes take together
    disk, files: what its home, /tmp and /dev/shm hold together
    processes: processes and threads at one time
    cpu_seconds: processor time of one process
    threads: of PyTorch in one operation; in a control group, the processors that a room keeps busy
    gpu: whether it may use the machine's GPUs; CUDA reserves more addresses than there is memory,
        so the address space is then not bounded
    """

    memory: int = 2048 * MiB
    disk: int = 256 * MiB
    files: int = 10_000
    processes: int = 64
    open_files: int = 256
    cpu_seconds: int = 600
    threads: int = 1
    gpu: bool = False


def apply(allowance: Allowance) -> None:
    """Hold this process and its children to an allowance; they cannot raise it again."""
    size, data = _memory_now()
    addresses = size + 2 * allowance.memory + allowance.disk
    for what, most in (
        # Data counts private memory and fails with a clean MemoryError; the address space bounds
        # what it does not count, shared memory, and is wide since libraries reserve without using.
        (resource.RLIMIT_DATA, data + allowance.memory),
        (resource.RLIMIT_AS, resource.RLIM_INFINITY if allowance.gpu else addresses),
        (resource.RLIMIT_NPROC, allowance.processes),
        (resource.RLIMIT_NOFILE, allowance.open_files),
        (resource.RLIMIT_FSIZE, allowance.disk),
        (resource.RLIMIT_CPU, allowance.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, SIGNALS),
    ):
        _, ceiling = resource.getrlimit(what)
        if most == resource.RLIM_INFINITY:
            continue
        value = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (value, value))


def first_to_go(proc: int) -> None:
    """Let the kernel end this process before any other where the machine runs out of memory."""
    with suppress(OSError):
        score = os.open("self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(score, b"1000")
        finally:
            os.close(score)


def _memory_now() -> tuple[int, int]:
    """Address space and private data of this process, bytes."""
    pages = Path("/proc/self/statm").read_text().split()
    return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()
