"""One kernel process: started in private, given one cell at a time, killed at once."""

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.checks import box
from course_lib.errors import CourseError
from course_lib.outcomes import DIED, TOO_LONG
from course_lib.runner import write_error

# What an interrupted cell gets to wind up before its kernel is killed.
_GRACE_SECONDS = 2.0

# What nbclient logs, the outputs say too.
_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())


class Kernel:
    """One process. `usable` turns False when it died or would not listen."""

    def __init__(self, output_bytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="course-"))
        # Sockets in a private folder: two notebooks at once cannot race for a port.
        private: dict[str, Any] = {"connection_file": str(self.folder / "kernel.json")}
        if sys.platform != "win32":
            private |= {"transport": "ipc", "ip": str(self.folder / "socket")}
        self.manager = AsyncKernelManager(kernel_spec_manager=_ThisPython(), **private)
        self.cells: list[NotebookNode] = []  # that ran, by number
        self.client = _Client(
            NotebookNode(cells=self.cells, metadata={}),
            km=self.manager,
            allow_errors=True,
            on_cell_executed=_keep_error,
            log=_LOG,
        )
        self.client.output_bytes = output_bytes
        self.usable = False

    async def start(self, cwd: Path, environment: Mapping[str, str]) -> None:
        # The user's own IPython start-up files would make results differ between machines.
        env = {**environment, "IPYTHONDIR": str(self.folder / "ipython")}
        try:
            await self.client.async_start_new_kernel(cwd=str(cwd), env=env)
            await self.client.async_start_new_kernel_client()
        except (RuntimeError, OSError) as error:
            raise CourseError(
                f"The notebook's kernel did not start: {error}. "
                "`python -m ipykernel --version` should print a version."
            ) from error
        self.usable = True

    async def run(self, cell: NotebookNode, seconds: float) -> str:
        """returns: TOO_LONG, DIED, or "" where the cell came to its end"""
        self.cells.append(cell)
        running = asyncio.ensure_future(self.client.async_execute_cell(cell, len(self.cells) - 1))
        dying = asyncio.ensure_future(self._death())
        self.usable, fate = False, ""
        try:
            ended = await _first(running, dying, seconds)
            if not ended:
                fate = TOO_LONG
                await self.manager.interrupt_kernel()
                ended = await _first(running, dying, _GRACE_SECONDS)
            if running not in ended:
                return fate or DIED
            # A student's code holds the kernel's key and can forge messages that break the client.
            self.usable = running.exception() is None and await self.manager.is_alive()
            return fate or ("" if running.exception() is None else DIED)
        finally:
            for task in (running, dying):
                task.cancel()
            await asyncio.gather(running, dying, return_exceptions=True)

    async def stop(self) -> None:
        """Kill the process and all that it started, at once: nothing in it needs saving."""
        # jupyter_client would do the same, and look every 0.1 s whether it is done.
        provisioner = self.manager.provisioner
        if group := getattr(provisioner, "pgid", None):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
            if process := provisioner.process:
                process.wait()
        if self.client.kc is not None:
            self.client.kc.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _death(self) -> None:
        while await self.manager.is_alive():
            await asyncio.sleep(0.1)


async def _first(
    running: "asyncio.Future[Any]", dying: "asyncio.Future[Any]", seconds: float
) -> "set[asyncio.Future[Any]]":
    ended, _ = await asyncio.wait(
        {running, dying}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
    )
    return ended


class _ThisPython(KernelSpecManager):  # type: ignore[misc]
    """Knows one kernel, the Python of the course: a notebook may name one that is not here."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=launch, language="python", display_name="Python 3 (ipykernel)")


class _Client(NotebookClient):  # type: ignore[misc]
    """nbclient, with an end to what a cell may print."""

    output_bytes = 1_000_000
    _cell = -1
    _used = _used_by_errors = _used_by_verdicts = 0

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        if cell_index != self._cell:
            self._cell = cell_index
            self._used = self._used_by_errors = self._used_by_verdicts = 0
        if msg["msg_type"] in ("status", "execute_input", "clear_output"):
            return super().process_message(msg, cell, cell_index)
        content = msg["content"]
        if msg["msg_type"] == "error":
            content["evalue"] = content["evalue"][:10_000]
            content["traceback"] = [line[:10_000] for line in content["traceback"][-50:]]
            self._used_by_errors += len(json.dumps(content, default=str))
            if self._used_by_errors > self.output_bytes:
                return None
            return super().process_message(msg, cell, cell_index)
        size = len(json.dumps(content, default=str))
        verdict = box.MIME in content.get("data", {}) and size < 100_000
        self._used_by_verdicts += size * verdict
        verdict = verdict and self._used_by_verdicts < self.output_bytes
        before, self._used = self._used, self._used + size
        if verdict or self._used <= self.output_bytes:
            return super().process_message(msg, cell, cell_index)
        if before <= self.output_bytes:
            if msg["msg_type"] == "stream":
                content["text"] = content["text"][: self.output_bytes - before]
                super().process_message(msg, cell, cell_index)
            limit = f"The output was cut: this cell wrote more than {self.output_bytes:,} bytes.\n"
            cell.outputs.append(new_output("stream", name="stderr", text=limit))
        return None


def _keep_error(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None) -> None:
    """A cell that failed says so, even where a student's code has silenced IPython's report."""
    reply = execute_reply["content"] if execute_reply else {}
    shown = any(output.output_type == "error" for output in cell.outputs)
    if reply.get("status") == "error" and not shown:
        write_error(cell, str(reply.get("ename", "Error")), str(reply.get("evalue", ""))[:10_000])
