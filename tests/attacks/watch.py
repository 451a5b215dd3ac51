"""What is secret and what is watched while attackers are graded? Whatever they reach is noted."""

import contextlib
import ctypes
import hashlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

SECRET = "kept-from-everybody-" + os.urandom(6).hex()
REPOSITORY = Path(__file__).parents[2]
SUBREAPER = 36  # Linux's prctl that makes the orphans of this process its children
WRITTEN_BY_GRADING = re.compile(r"(autograded|feedback|logs|gradebook\.db)")


@dataclass
class Seen:
    """What attackers reached."""

    arrived: list[str] = field(default_factory=list)  # by any socket
    left: list[str] = field(default_factory=list)  # processes that were still running
    changed: list[str] = field(default_factory=list)  # files, new ones and lost ones too
    killed: bool = False  # the process that had nothing to do with them


@contextlib.contextmanager
def targets(seen: Seen, outside: Path) -> Iterator[dict[str, str]]:
    """A variable, sockets and a process that are nobody's business.

    yields: the sockets' PORT and the process's PID
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("PIXELS_ATTACK_SECRET", SECRET)
        port = _listen(stack, seen.arrived, outside)
        command = [sys.executable, "-c", "import time; time.sleep(600)", SECRET]
        target = stack.enter_context(subprocess.Popen(command))
        stack.callback(target.kill)
        yield {"PORT": str(port), "PID": str(target.pid)}
        seen.killed = target.poll() is not None


@contextlib.contextmanager
def watched(seen: Seen, *folders: Path) -> Iterator[None]:
    """Note the files that change and the processes that stay; these are ended."""
    prctl = ctypes.CDLL(None).prctl
    server = {child for child in psutil.Process().children() if child.name() == "postgres"}
    processes, files = _processes(server), _files(folders)
    prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield
        for process in _processes(server) - processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    seen.left.append(" ".join(process.cmdline()))
                    process.kill()
    finally:
        prctl(SUBREAPER, 0, 0, 0, 0)
    seen.changed += sorted({path for path, _ in files ^ _files(folders)}) + list(_strays())


def _processes(server: set[psutil.Process]) -> set[psutil.Process]:
    """All that run below this one, but for those of a database server, which come and go."""
    children = set(psutil.Process().children()) - server
    return children.union(*(child.children(recursive=True) for child in children))


def _files(folders: tuple[Path, ...]) -> set[tuple[str, str]]:
    """Each file of less than 1 MB with its content's hash, but for what grading itself writes."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 1_000_000:
                name = path.relative_to(folder).as_posix()
                if not WRITTEN_BY_GRADING.match(name):
                    closed = not os.access(path, os.R_OK)  # as a student's file may be
                    content = b"" if closed else path.read_bytes()
                    found.add((name, hashlib.sha256(content).hexdigest()))
    return found


def _strays() -> Iterator[str]:
    """What attackers leave where everybody may write, in the course's code and at home."""
    home = Path.home()
    places = ["/tmp", "/dev/shm", "/var/tmp", "/run", REPOSITORY / "course_lib", home]
    for place in [*places, home / ".config", home / ".ipython" / "profile_default" / "startup"]:
        for path in Path(place).glob("pixels[-_]attack*"):
            yield str(path)
            path.unlink()


def _listen(stack: contextlib.ExitStack, arrived: list[str], folder: Path) -> int:
    """Sockets of four kinds; returns the port of the first two."""
    port = 0
    for family, kind in [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_UNIX, socket.SOCK_STREAM),
        (socket.AF_UNIX, socket.SOCK_DGRAM),
    ]:
        server = stack.enter_context(socket.socket(family, kind))
        named = str(folder / "socket") if kind == socket.SOCK_DGRAM else f"\0pixels-attack-{port}"
        server.bind(("127.0.0.1", port) if family == socket.AF_INET else named)
        port = port or server.getsockname()[1]
        if kind == socket.SOCK_STREAM:
            server.listen()
        thread = threading.Thread(target=_note, args=(server, arrived), daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(_end, server)
    return port


def _note(server: socket.socket, arrived: list[str]) -> None:
    what = f"{server.family.name}, {server.type.name}"
    with contextlib.suppress(OSError):
        while True:
            if server.type == socket.SOCK_DGRAM:
                if not server.recv(100):
                    return
            else:
                server.accept()[0].close()
            arrived.append(what)


def _end(server: socket.socket) -> None:
    """Let whoever waits at it go; a datagram socket without a peer says that it has none."""
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)
