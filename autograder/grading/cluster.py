"""How is work spread over the workers of a Dask cluster? As `autograder.grading.spread` does here.

docs/clusters.md says how to start one. Tasks and results travel as pickles: its machines must be
trusted as this one is.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from course_lib.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")

SECONDS = 15  # for the scheduler to answer


def spread(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    scheduler: str,
    carried: Callable[[Task], Task] = lambda task: task,
) -> Generator[tuple[Task, Result | None]]:
    """Each task with what `work` made of it, in the order in which they finish.

    None stands for a task whose worker died twice, the second time with nothing beside it.
    carried: makes of a task, when its turn comes, what is sent for it
    raises: CourseError where the scheduler cannot be reached or is lost, or a worker lacks the
    course
    """
    waiting = deque(tasks)
    if not waiting:
        return
    with _connected(scheduler) as client:
        # Which of the tasks that a dead worker held was its end cannot be told, so each of these
        # is tried again after all others, when nothing else runs.
        suspects: list[Task] = []
        for task, alive, result in _once(client, work, waiting, carried):
            if alive:
                yield task, result
            else:
                suspects.append(task)
        for suspect in suspects:
            for task, alive, result in _once(client, work, deque([suspect]), carried):
                yield task, result if alive else None


def _once(
    client: "Client",
    work: Callable[[Task], Result],
    waiting: deque[Task],
    carried: Callable[[Task], Task],
) -> Iterator[tuple[Task, bool, Any]]:
    """Each task with whether its worker lived, and the result."""
    from distributed import KilledWorker, as_completed

    running: dict[str, Task] = {}
    finished = as_completed(loop=client.loop)
    while waiting or running:
        # Results hold whole notebooks: no more are under way than keep every worker busy. A cluster
        # that grows with its load sees some that wait.
        while waiting and len(running) < 2 * sum(client.nthreads().values()) + 2:
            task = waiting.popleft()
            future = client.submit(work, carried(task), pure=False, retries=0)
            running[future.key] = task
            finished.add(future)
        future = next(finished)
        task = running.pop(future.key)
        error = future.exception()
        if isinstance(error, KilledWorker):
            yield task, False, None
        elif isinstance(error, ModuleNotFoundError):
            raise CourseError(
                f"A worker of the cluster lacks a part of the course: {error}. "
                "Install the same version there as here."
            ) from error
        else:
            yield task, True, future.result()
        future.release()


@contextmanager
def _connected(address: str) -> "Iterator[Client]":
    try:
        from distributed import CancelledError, Client
    except ModuleNotFoundError as error:
        raise CourseError(
            "--scheduler needs Dask: install it with pip install -e '.[instructor,cluster]'."
        ) from error
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {address}. See docs/clusters.md for how to start one."
        ) from error
    try:
        allowed = client.run_on_scheduler(_allow_failures, 0)
        try:
            yield client
        finally:
            with suppress(Exception):  # the scheduler may be gone
                client.run_on_scheduler(_allow_failures, allowed)
    except (CancelledError, OSError) as error:
        raise CourseError(
            f"The Dask scheduler at {address} was lost. What was graded stays graded: "
            "start it and run the command again."
        ) from error
    finally:
        client.close(timeout=SECONDS)


def _allow_failures(failures: int, dask_scheduler: Any = None) -> int:
    """Set how many deaths of its workers a task survives; returns what it was (Dask's own: 3)."""
    before = int(dask_scheduler.allowed_failures)
    dask_scheduler.allowed_failures = failures
    return before
