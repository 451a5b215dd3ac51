"""Do the system calls that Python has no function for do what they are named after?"""

import errno
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.rooms.locks import linux

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
GETPID, CLOSE = {"x86_64": (39, 3), "aarch64": (172, 57)}.get(platform.machine(), (0, 0))


def test_a_system_call_by_its_number() -> None:
    """Does a call give back what the kernel says, and raise with the kernel's reason?"""
    assert linux.system_call(GETPID) == os.getpid()
    with pytest.raises(OSError, match=f"{CLOSE}: Bad file descriptor") as failed:
        linux.system_call(CLOSE, -1)
    assert failed.value.errno == errno.EBADF


def test_writing_below_an_open_folder(tmp_path: Path) -> None:
    """Is the file of that folder written, and none made that is not there?"""
    (tmp_path / "limit").write_text("")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        linux.write_at(folder, "limit", "max 5")
        with pytest.raises(FileNotFoundError):
            linux.write_at(folder, "other", "1")
    finally:
        os.close(folder)
    assert (tmp_path / "limit").read_text() == "max 5"


# What one process does for good, and what it prints of itself before and after.
FOR_GOOD = {
    "disowned": (
        "import ctypes\ndumpable = lambda: ctypes.CDLL(None).prctl(3)\n"
        "say(dumpable()); linux.disown(); say(dumpable()); linux.own_again(); say(dumpable())",
        "1 0 1",
    ),
    "adopted": (
        "linux.adopt_orphans()\nread, write = os.pipe()\n"
        "if not (child := os.fork()):\n"
        "    if not os.fork():\n"
        "        os.read(read, 1); os._exit(7)\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0); os.write(write, b'1')\n"
        "say(os.waitstatus_to_exitcode(os.wait()[1]))",
        "7",
    ),
    "without rights": (
        "linux.drop_capabilities()\n"
        "for line in open('/proc/self/status'):\n"
        "    if line.startswith(('CapPrm', 'CapEff', 'NoNewPrivs')): say(int(line.split()[1], 16))",
        "0 0 1",
    ),
    "filtered": (
        "import struct\n"
        "linux.drop_capabilities()\n"
        "load, jump, fail, allow = (0x20, 0, 0, 0), (0x15, 0, 1, GETPID), (6, 0, 0, 0x50000 + 5), "
        "(6, 0, 0, 0x7FFF0000)\n"
        "program = b''.join(struct.pack('HBBI', *step) for step in (load, jump, fail, allow))\n"
        "linux.filter_system_calls(program)\n"
        "try: linux.system_call(GETPID)\n"
        "except OSError as error: say(error.errno)\n"
        "say(os.getuid() >= 0)",
        "5 True",
    ),
}


@pytest.mark.parametrize(("source", "due"), FOR_GOOD.values(), ids=FOR_GOOD)
def test_what_a_process_does_for_good(source: str, due: str) -> None:
    """Does the kernel say of the process what the call was to make of it?"""
    start = "import os\nfrom autograder.rooms.locks import linux\n"
    start += f"GETPID = {GETPID}\nsay = lambda value: print(value, end=' ')\n"
    done = subprocess.run(
        [sys.executable, "-c", start + source], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.strip() == due, done.stderr
