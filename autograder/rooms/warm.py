"""Where do rooms come from? Each is a fork of a warm parent, which has imported what they need."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Self

from autograder.rooms.belongings import packed
from autograder.rooms.bubblewrap import Wrapping
from autograder.rooms.mounts import DESK, TEMPORARY
from autograder.rooms.parent import MESSAGE
from autograder.rooms.sandbox import Confinement, Forbidden, check_machine
from course_lib.data.folder import folder as data_folder
from course_lib.errors import CourseError

NUMPY = ("numpy", "numpy.testing", "matplotlib.pyplot", "matplotlib.backends.backend_agg")
SHELL = (
    *("IPython.core.interactiveshell", "matplotlib_inline.backend_inline"),
    # What IPython imports as it starts, with its first cell and its first traceback.
    *("IPython.core.application", "IPython.core.completerlib", "IPython.core.logger"),
    *("IPython.core.oinspect", "IPython.core.magics.execution", "asyncio", "bdb", "stack_data"),
    *("executing", "pygments.lexers.python", "pygments.formatters.terminal256"),
)
COURSE = ("course_lib.checks", "course_lib.data", "course_lib.figures")
PRELOAD = (*NUMPY, *SHELL, *COURSE)
TORCH = ("torch", "torch.nn", "torch.optim", "torch.utils.data")
START_SECONDS, OPEN_SECONDS = 120, 20

# All that a room's environment holds: one thread a pool, since rooms run side by side, and one
# hash seed, since the same submission has to get the same score.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": str(DESK),
    "TMPDIR": str(TEMPORARY),
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": str(TEMPORARY / "matplotlib"),
    "IPYTHONDIR": str(TEMPORARY / "ipython"),
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
_START = "import sys; sys.path[:] = {}; from autograder.rooms.parent import main; main({})"


class Room:
    """A process that runs what a student wrote.

    socket: connected to the entry that the warm parent was given
    pid: of its first process, as this process sees it
    """

    def __init__(
        self, connection: socket.socket, process: int, report: int, parent: "WarmParent"
    ) -> None:
        self.socket, self.pid = connection, _number(process)
        self._process, self._report, self._parent = process, report, parent
        self._ended = ""

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the room; code that holds the interpreter may not hear it."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End every process of the room; returns when they are gone."""
        self._signal(signal.SIGKILL)
        if not self._parent.locked:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        _readable(self._process, OPEN_SECONDS)
        if self._parent.once:
            self._parent.wait()

    def ended(self, within: float = 0) -> str:
        """How the room came to its end, in words; "" where it is still open after these seconds."""
        if not self._ended and self._process >= 0 and _readable(self._process, within):
            status = {}
            if _readable(self._report, OPEN_SECONDS):
                status = json.loads(os.read(self._report, MESSAGE) or b"{}")
            self._ended = status.get("why") or _told(status.get("ended"))
        return self._ended

    def close(self) -> None:
        """Kill what is left of the room and let go of it."""
        if self._process < 0:
            return
        self.kill()
        self.ended()
        self.socket.close()
        os.close(self._process)
        os.close(self._report)
        self._process = -1
        if self._parent.once:
            self._parent.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _signal(self, number: int) -> None:
        if self._process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, number)


class WarmParent:
    """A process that has imported `preload` and opens rooms until it is closed.

    preload: modules that every room starts with
    readable: files and folders that rooms see besides the interpreter, its packages and course_lib
    environment: variables that rooms have besides ENVIRONMENT
    entry: "module:function" that gets each room's socket and never returns
    shared: a folder with a folder for each room in it, see Confinement.folder
    netlink: whether rooms may ask for their network interfaces, as ZeroMQ does
    devices: GPUs that rooms see; None for rooms that may not use one
    once: whether the parent ends with the first room that it opens
    wrapping: bubblewrap's command, for a parent that opens one room in what bubblewrap makes
    user: as whom to start it, for root; as this process where None
    locked: False for rooms without any protection
    raises: CourseError where rooms cannot be locked here, or a module cannot be imported;
        Forbidden where Linux alone is in the way
    """

    def __init__(
        self,
        *,
        preload: Sequence[str] = PRELOAD,
        readable: Sequence[Path] | None = None,
        environment: Mapping[str, str] | None = None,
        entry: str = "autograder.rooms.student:serve",
        shared: Path | None = None,
        netlink: bool = False,
        devices: Sequence[Path] | None = None,
        once: bool = False,
        wrapping: Wrapping | None = None,
        user: int | None = None,
        locked: bool = True,
    ) -> None:
        check_machine()
        if readable is None:
            readable = course_data()
        self.locked, self.once, self._lock = locked, once, threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        paths = [path for path in sys.path if os.path.isabs(path)]
        self._end = "The warm parent of the students' rooms has ended. Run the command again."
        if wrapping:
            self._end = "bubblewrap, which is installed, could not keep a student's room."
        before, handed = (wrapping.command, wrapping.descriptors) if wrapping else ((), ())
        start = [sys.executable, "-P", "-c", _START.format(paths, theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                [*before, *start],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                cwd="/",
                env={**ENVIRONMENT, "COURSE_DATA": str(data_folder()), **(environment or {})},
                pass_fds=[theirs.fileno(), *handed],
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else (),
            )
        wishes = {
            "preload": list(preload),
            "readable": [str(path) for path in readable],
            "entry": entry,
            "shared": str(shared) if shared else "",
            "netlink": netlink,
            "devices": None if devices is None else [str(path) for path in devices],
            "once": once,
            "wrapped": wrapping is not None,
            "locked": locked,
        }
        try:
            with suppress(ConnectionError):  # where it has ended, its last words say why
                self._control.send(json.dumps(wishes).encode())
            self.tier = str(self._answer(START_SECONDS)[0]["tier"])
        except BaseException:
            self.close()
            raise

    def open(
        self, confinement: Confinement | None = None, files: Mapping[str, bytes] | None = None
    ) -> Room:
        """A new room, locked before this returns.

        files: what lies in its folder, by name
        raises: CourseError where the room cannot be locked or the parent has gone
        """
        ours, theirs = socket.socketpair()
        # Whole messages: that the room is locked, later how it ended.
        reports = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        report, their_report = (end.detach() for end in reports)
        try:
            with theirs, self._lock:
                wishes = json.dumps(asdict(confinement or Confinement())).encode()
                handed = [their_report, *([packed(files)] if files else [])]
                try:
                    socket.send_fds(self._control, [wishes], [theirs.fileno(), *handed])
                finally:
                    for descriptor in handed:
                        os.close(descriptor)
                _, process = self._answer(OPEN_SECONDS)
        except (OSError, CourseError) as error:
            ours.close()
            os.close(report)
            if isinstance(error, CourseError):
                raise
            self._control.close()  # a late answer would be taken for that to the next request
            raise CourseError(self._gone()) from error
        room = Room(ours, process, report, self)
        if not _readable(report, OPEN_SECONDS):
            room.close()
            raise CourseError("A student's room did not open in time.")
        said = json.loads(os.read(report, MESSAGE) or b"{}")
        if "refused" in said or "ended" in said:
            room.close()
            raise CourseError(str(said.get("refused", "A student's room ended as it opened.")))
        return room

    def close(self) -> None:
        """End the parent and every room that is left."""
        self._control.close()
        self.wait()
        self._errors.close()

    def wait(self) -> None:
        """Wait until the parent, and with it every process of its rooms, has ended by itself."""
        try:
            self._process.wait(OPEN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _answer(self, seconds: float) -> tuple[dict[str, object], int]:
        self._control.settimeout(seconds)
        message, handed = b"", [-1]
        with suppress(ConnectionError):
            message, handed, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
        if not message:
            raise CourseError(self._gone())
        answer = json.loads(message)
        if "refused" in answer:
            raise (Forbidden if answer.get("forbidden") else CourseError)(str(answer["refused"]))
        return answer, handed[0] if handed else -1

    def _gone(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        said = f" Its last words: {lines[-1]}" if lines else ""
        return f"{self._end}{said}"


def course_data() -> list[Path]:
    """The folder of the course's data, where there is one."""
    return [folder] if (folder := data_folder()).is_dir() else []


def _readable(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _number(process: int) -> int:
    with open(f"/proc/self/fdinfo/{process}") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def _told(code: object) -> str:
    if not isinstance(code, int):
        return "The room ended."
    if code >= 0:
        return f"The room ended itself with code {code}."
    with suppress(ValueError):
        return f"The room was ended by {signal.Signals(-code).name}."
    return f"The room was ended by signal {-code}."
