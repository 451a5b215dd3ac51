"""How is work spread over processes so that one that dies takes nothing else with it?"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.context import BaseContext
from types import FrameType
from typing import NoReturn, TypeVar

# A task that has run for so many seconds lets another begin beside it, up to so many more than
# there are to be: eight submissions that never end hold up nobody.
PATIENCE, MORE = 10, 8

Task = TypeVar("Task")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Task], Result], tasks: Iterable[Task], workers: int
) -> Generator[tuple[Task, Result | None]]:
    """Each task with what `work` made of it, in the order in which they finish.

    None stands for a task whose process died twice, the second time with nothing beside it. Where
    tasks take long, up to MORE processes more than `workers` run.
    `work` and the tasks are pickled. Closing the iterator, or Ctrl-C, ends the processes.
    """
    context = _context(work)
    waiting = deque(tasks)
    while waiting:
        # Which of the tasks that ran when a process died was its end cannot be told, so no more
        # run than there are processes, and each of these gets a process of its own afterwards.
        suspects: list[Task] = []
        with _pool(context, min(workers + MORE, len(waiting))) as pool:
            running: dict[Future[Result], Task] = {}
            begun: dict[Future[Result], float] = {}
            try:
                while not suspects and (waiting or running):
                    while waiting and len(running) < workers + min(MORE, _slow(running, begun)):
                        try:
                            future = pool.submit(_interruptible, work, waiting[0])
                        except OSError as error:
                            if not running:
                                raise
                            # It starts a process with pipes that another's death has just closed.
                            raise BrokenProcessPool from error
                        running[future], begun[future] = waiting.popleft(), time.monotonic()
                    again = 1 if waiting else None  # seconds
                    for future in wait(running, again, return_when=FIRST_COMPLETED).done:
                        task = running.pop(future)
                        if isinstance(future.exception(), BrokenProcessPool):
                            suspects.append(task)
                        else:
                            yield task, future.result()
            except BrokenProcessPool:
                pass  # a process died between two tasks; what ran is suspect
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
            suspects.extend(running.values())
        for task in suspects:
            yield task, _alone(context, work, task)


def _slow(running: Iterable[Future[Result]], begun: Mapping[Future[Result], float]) -> int:
    """How many of these have run for long."""
    now = time.monotonic()
    return sum(now - begun[future] > PATIENCE for future in running)


def _alone(context: BaseContext, work: Callable[[Task], Result], task: Task) -> Result | None:
    with _pool(context, 1) as pool:
        try:
            return pool.submit(_interruptible, work, task).result()
        except BrokenProcessPool:
            return None


def get_ready(*modules: str) -> None:
    """Start the process of which workers are copies, if it does not run yet. It imports these
    modules, once for all, while this process goes on.

    They must start no threads, which a copy would lose.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver  # cannot be imported on Windows

        forkserver.set_forkserver_preload(["__main__", *modules])
        with _interrupts_ignored():  # by it too, also while it imports
            forkserver.ensure_running()


def interrupt_all(number: int, frame: FrameType | None) -> NoReturn:
    """A handler of signals: what Ctrl-C at a terminal does, which reaches the workers, too."""
    for worker in multiprocessing.active_children():
        if worker.pid:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGINT)
    raise KeyboardInterrupt


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say so
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _context(work: Callable[..., object]) -> BaseContext:
    """How processes start: not as copies of this one, whose threads and database are its own."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    get_ready(getattr(work, "func", work).__module__)  # of a partial, what it calls
    return multiprocessing.get_context("forkserver")


def _pool(context: BaseContext, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, context, initializer=_begin)


def _begin() -> None:
    """A process neither stops at Ctrl-C while it waits for work, nor outlives the coordinator."""
    _ignore_interrupts()
    threading.Thread(target=_end_with_coordinator, daemon=True).start()


def _end_with_coordinator() -> None:
    if coordinator := multiprocessing.parent_process():
        coordinator.join()
    os._exit(1)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interruptible(work: Callable[[Task], Result], task: Task) -> Result:
    """Ctrl-C reaches the work, which cleans up."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return work(task)
    finally:
        _ignore_interrupts()
