"""Where do rooms come from? Each is a fork of a warm parent, which has imported what they need."""

import json
import os
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

from autograder.rooms.locks.bubblewrap import Wrapping
from autograder.rooms.locks.mounts import DESK, TEMPORARY
from autograder.rooms.locks.sandbox import Confinement, Forbidden, check_machine
from autograder.rooms.parents.forks import MESSAGE
from autograder.rooms.parents.opened import Room, readable
from autograder.rooms.parents.pack import packed
from course_lib.data.folder import data_folder as data_folder
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
    # In a script or by subprocess, installers are refused by themselves, and not by a time limit.
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_OFFLINE": "1",
}
_START = (
    "import sys; sys.path[:] = {}; from autograder.rooms.parents.process import main; main({}, {})"
)


class Opener:
    """A connection over which a warm parent is asked for rooms.

    tier: what holds them, in words
    """

    locked, once = True, False
    tier = ""

    def __init__(self, control: socket.socket) -> None:
        self._control, self._lock = control, threading.Lock()

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
        if not readable(report, OPEN_SECONDS):
            room.close()
            raise CourseError("A student's room did not open in time.")
        reply = json.loads(os.read(report, MESSAGE) or b"{}")
        if "refused" in reply or "ended" in reply:
            room.close()
            raise CourseError(str(reply.get("refused", "A student's room ended as it opened.")))
        return room

    def close(self) -> None:
        """Let go of the parent; the rooms that were opened here end."""
        self._control.close()

    def wait(self) -> None:
        """Return at once: somebody else ends this parent."""

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
        return "The warm parent of the students' rooms has ended."


class BorrowedParent(Opener):
    """Another process's warm parent.

    address: as `WarmParent.address`
    raises: CourseError where nobody answers there
    """

    def __init__(self, address: str, tier: str) -> None:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            control.connect(address)
        except OSError as error:
            control.close()
            raise CourseError(self._gone()) from error
        super().__init__(control)
        self.tier = tier


class WarmParent(Opener):
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
    wait: False returns while it imports; `ready` waits then
    address: where other processes of this user may ask it for rooms, see BorrowedParent
    raises: CourseError where rooms cannot be locked here, or a module cannot be imported;
        Forbidden where Linux alone is in the way
    """

    def __init__(
        self,
        *,
        preload: Sequence[str] = PRELOAD,
        readable: Sequence[Path] | None = None,
        environment: Mapping[str, str] | None = None,
        entry: str = "autograder.rooms.inside.student:serve",
        shared: Path | None = None,
        netlink: bool = False,
        devices: Sequence[Path] | None = None,
        once: bool = False,
        wrapping: Wrapping | None = None,
        user: int | None = None,
        locked: bool = True,
        wait: bool = True,
    ) -> None:
        check_machine()
        if readable is None:
            readable = course_data()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(ours)
        self.locked, self.once = locked, once
        self._folder = tempfile.TemporaryDirectory(prefix="rooms-")  # its owner's alone
        self.address = str(Path(self._folder.name) / "door")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        paths = [path for path in sys.path if os.path.isabs(path)]
        self._end = "The warm parent of the students' rooms has ended. Run the command again."
        if wrapping:
            self._end = "bubblewrap, which is installed, could not keep a student's room."
        before, handed = (wrapping.command, wrapping.descriptors) if wrapping else ((), ())
        with theirs, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
            door.bind(self.address)
            door.listen()
            code = _START.format(paths, theirs.fileno(), -1 if once else door.fileno())
            start = [sys.executable, "-P", "-c", code]
            self._process = subprocess.Popen(
                [*before, *start],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                cwd="/",
                env={**ENVIRONMENT, "COURSE_DATA": str(data_folder()), **(environment or {})},
                pass_fds=[theirs.fileno(), *([] if once else [door.fileno()]), *handed],
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
        except BaseException:
            self.close()
            raise
        if wait:
            self.ready()

    def ready(self) -> Self:
        """Itself, once it can open rooms. raises: as when it is made"""
        try:
            if not self.tier:
                self.tier = str(self._answer(START_SECONDS)[0]["tier"])
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """End the parent and every room that is left."""
        super().close()
        self.wait()
        self._errors.close()
        self._folder.cleanup()

    def wait(self) -> None:
        """Wait until the parent, and with it every process of its rooms, has ended by itself."""
        try:
            self._process.wait(OPEN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _gone(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        reply = f" Its last words: {lines[-1]}" if lines else ""
        return f"{self._end}{reply}"


def course_data() -> list[Path]:
    """The folder of the course's data, where there is one."""
    return [folder] if (folder := data_folder()).is_dir() else []
