"""How does nbclient, or an unmodified nbgrader, run a notebook in a locked room?

By a kernelspec that names this provisioner, which `python -m autograder.rooms.parents.provisioner`
makes. Everything that starts kernels through jupyter_client then gets a room, forked from one warm
parent a process.
"""

import asyncio
import atexit
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

from autograder.rooms.inside import kernel
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents import warm
from autograder.rooms.parents.opened import Room
from course_lib import files

NAME = "course-room"
_BOUND_SECONDS = 30
_parents: dict[tuple[str, ...], tuple[warm.WarmParent, Path]] = {}


def write_kernelspec(folder: Path, hidden_packages: tuple[str, ...] = ()) -> Path:
    """Make the kernelspec `course-room` below a folder of kernelspecs, such as
    `<sys.prefix>/share/jupyter/kernels`. returns: the new folder"""
    spec = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (locked room)",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {
            "kernel_provisioner": {
                "provisioner_name": NAME,
                "config": {"hidden_packages": list(hidden_packages)},
            }
        },
    }
    files.write(folder / NAME / "kernel.json", json.dumps(spec, indent=1) + "\n")
    return folder / NAME


def main() -> None:
    """Install the kernelspec; it hides the packages that are named on the command line."""
    folder = Path(sys.prefix, "share", "jupyter", "kernels")
    print(f"Installed {write_kernelspec(folder, tuple(sys.argv[1:]))}. Use it by its name, {NAME}.")


class RoomProvisioner(LocalProvisioner):  # type: ignore[misc]
    """A kernel that is a room: `jupyter_client`'s own provisioner but for its process."""

    preload = List(Unicode(), list(warm.PRELOAD)).tag(config=True)
    hidden_packages = List(Unicode()).tag(config=True)
    room: Room | None = None
    folder: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Put the kernel's sockets in a folder of its own, which the room alone shares.

        raises: CourseError where no room can be locked
        """
        _, shared = _parent(tuple(self.preload))
        manager = self.parent
        if self.folder is None:
            # Short: the path of a unix socket has at most 107 bytes.
            self.folder = Path(tempfile.mkdtemp(prefix="", dir=shared))
            manager.transport = "ipc"
            manager.cache_ports = False
            manager.connection_file = str(self.folder / "c.json")
            manager.ip = str(self.folder / "s")
        return dict(await super().pre_launch(**kwargs))

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Open the room and wait until its kernel listens."""
        assert self.folder is not None
        parent, _ = _parent(tuple(self.preload))
        confinement = Confinement(
            hidden_packages=tuple(self.hidden_packages), folder=self.folder.name
        )
        self.room = await asyncio.to_thread(parent.open, confinement)
        # Not from the file, which the room before a restart could have replaced.
        ports = {**self.connection_info, "key": self.connection_info["key"].decode()}
        self.room.socket.settimeout(_BOUND_SECONDS)
        self.room.socket.sendall(json.dumps(ports).encode() + b"\n")
        with suppress(OSError):  # a kernel that ended is found by poll()
            await asyncio.to_thread(self.room.socket.recv, 1)
        self.pid = self.pgid = self.room.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    @property
    def has_process(self) -> bool:
        return self.room is not None

    async def poll(self) -> int | None:
        """None while the kernel runs."""
        return None if self.room and not self.room.ended() else 0

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        if self.room:
            self.room.close()
        self.room = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt or end the room. The room's own kind of end, SIGTERM too, is SIGKILL."""
        if self.room is None:
            return
        if signum == signal.SIGINT:
            self.room.interrupt()
        elif signum != 0:
            self.room.kill()

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if self.folder and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)


def _parent(preload: tuple[str, ...]) -> tuple[warm.WarmParent, Path]:
    """This process's warm parent of kernels, and the folder that it shares with their rooms."""
    if preload not in _parents:
        shared = Path(tempfile.mkdtemp(prefix="rooms-", dir="/var/tmp"))
        atexit.register(shutil.rmtree, shared, ignore_errors=True)
        os.chmod(shared, 0o711)
        parent = warm.WarmParent(
            preload=(*preload, *kernel.PRELOAD),
            entry="autograder.rooms.inside.kernel:serve",
            shared=shared,
            netlink=True,
        )
        atexit.register(parent.close)
        _parents[preload] = parent, shared
    return _parents[preload]


if __name__ == "__main__":
    main()
