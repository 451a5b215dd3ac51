"""Whom does a locked room reach: networks, sockets, processes, environments, descriptors?"""

import os
import socket
import sys

import pytest

from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import SECRET, SMALL, ask, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")


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
def test_network(confined: WarmParent, what: str, source: str) -> None:
    """Can a room open any socket but those between its own processes?"""
    answer = said(confined, f"import socket as s; {source}")
    assert answer.startswith(("OSError", "gaierror", "URLError", "<urlopen", "PermissionError"))


def test_abstract_sockets(confined: WarmParent) -> None:
    """Can a room reach an abstract unix socket of the machine, which no file protects?"""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0course-{os.getpid()}")
        listening.listen()
        source = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0course-{os.getpid()}')"
        assert said(confined, source).startswith(("ConnectionRefusedError", "PermissionError"))


def test_signals_to_parents(confined: WarmParent) -> None:
    """Can a room signal the grader, its warm parent, or another room?"""
    with confined.open(SMALL) as other:
        for target in (os.getpid(), confined._process.pid, other.pid):
            assert said(confined, f"import os; os.kill({target}, 9)").startswith(
                "ProcessLookupError"
            )
        said(confined, "import os; os.kill(-1, 9); answer = os.getppid()")
        assert ask(other.socket, "answer = 1") == "1"


def test_secrets_of_the_environment(confined: WarmParent) -> None:
    """Is the grader's environment in the room's, in /proc/1/environ, or in its memory?"""
    assert SECRET not in said(confined, "import os; answer = dict(os.environ)")
    assert SECRET not in said(confined, "answer = open('/proc/1/environ').read()")
    memory = (
        "import re\nanswer = 0\nlook = re.compile(b'tell-[n]obody-[0]451')\n"
        "for line in open('/proc/self/maps'):\n"
        "    low, high = (int(part, 16) for part in line.split()[0].split('-'))\n"
        "    if 'rw' not in line or high - low > 1 << 27: continue\n"
        "    with open('/proc/self/mem', 'rb') as file:\n"
        "        file.seek(low)\n"
        "        answer += look.search(file.read(high - low)) is not None\n"
    )
    assert said(confined, memory) == "0"


def test_inherited_descriptors(confined: WarmParent) -> None:
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
        assert said(confined, source) == str(["/dev/null"] * 3 + ["socket"])
