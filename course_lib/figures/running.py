"""How long does a cell take here? One that runs for more than five seconds says so, with a bar.

Run again, it also says how long it took last time, and the bar fills. When it has ended, the bar is
a sentence, an ordinary output: it stays in a saved page. Cells need no line of code for it.
"""

import contextvars
import sys
import threading
import time
from typing import Any

AFTER = 5.0  # seconds before a cell is said to be long
EVERY = 1.0  # seconds between two updates


class Stopwatch:
    """Follows the cells that a notebook's shell runs.

    after, every: seconds
    """

    def __init__(self, shell: Any, after: float = AFTER, every: float = EVERY) -> None:
        self._shell, self._after, self._every = shell, after, every
        self._ended = threading.Event()
        self._follower: threading.Thread | None = None
        self._took: dict[str, float] = {}  # seconds of long cells that came to their end
        shell.events.register("pre_run_cell", self._begin)
        shell.events.register("post_run_cell", self._end)

    def stop(self) -> None:
        """Follow no more cells, this one included."""
        self._shell.events.unregister("pre_run_cell", self._begin)
        self._shell.events.unregister("post_run_cell", self._end)
        self._ended.set()

    def _begin(self, info: Any) -> None:
        self._ended = threading.Event()
        # In a copy of this context, by which the kernel knows whose output it is.
        run = contextvars.copy_context().run
        arguments = (self._follow, self._ended, time.perf_counter(), info.raw_cell)
        self._follower = threading.Thread(target=run, args=arguments, daemon=True)
        self._follower.start()

    def _end(self, result: Any) -> None:
        self._ended.set()
        if self._follower is not None:
            self._follower.join(timeout=self._every)
        if not result.success:  # how long it would have taken is not known
            self._took.pop(result.info.raw_cell, None)

    def _follow(self, ended: threading.Event, begun: float, cell: str) -> None:
        from IPython.display import display

        if ended.wait(self._after):
            return
        before = self._took.get(cell)
        place = display(
            while_running(time.perf_counter() - begun, before), raw=True, display_id=True
        )
        while not ended.wait(self._every):
            place.update(while_running(time.perf_counter() - begun, before), raw=True)
        self._took[cell] = time.perf_counter() - begun
        place.update(ran(self._took[cell]), raw=True)


def while_running(seconds: float, before: float | None = None) -> dict[str, str]:
    """What a long cell shows while it runs: how long it has, and a bar.

    before: how long it took the last time; the bar moves without a measure where that is not known
    """
    text, filled = f"Running for {seconds:.0f} s.", ""
    if before is not None:
        text = f"Running for {seconds:.0f} s; last time it took {before:.0f} s."
        filled = f' value="{min(seconds / before, 1):.2f}"'
    bar = f'<progress aria-label="Running"{filled}></progress>'
    return {"text/plain": text, "text/html": f"{text} {bar}"}


def ran(seconds: float) -> dict[str, str]:
    """What it shows afterwards."""
    text = f"This cell ran for {seconds:.0f} s."
    return {"text/plain": text, "text/html": text}


def watch_cells() -> None:
    """Begin to follow the notebook that imports this. Elsewhere, and in a room, nothing is done."""
    shell = _kernels_shell()
    if shell is not None and getattr(shell, "course_stopwatch", None) is None:
        shell.course_stopwatch = Stopwatch(shell)


def leave_cells() -> None:
    """Follow no more: where cells do more than a reader's do, their times would be wrong."""
    stopwatch: Stopwatch | None = getattr(_kernels_shell(), "course_stopwatch", None)
    if stopwatch is not None:
        stopwatch.stop()


def _kernels_shell() -> Any:
    # Where IPython was never imported it cannot be running; importing it to ask costs 0.3 s.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if type(shell).__module__.startswith("ipykernel.") else None
