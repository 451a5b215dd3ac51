"""A run's state on disk, so that one that was stopped goes on to the same weights."""

import io
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from course_lib import files
from course_lib.errors import CourseError
from course_lib.speed import devices
from course_lib.speed.loop import Job, Loop
from course_lib.speed.run import History


def identity(job: Job) -> str:
    """What two runs must share so that one can go on from the other's checkpoint."""
    world = devices.rank_and_world()[1]
    return repr((replace(job.recipe, pieces=1), job.seed, world, job.source))


def save_loop(path: Path, loop: Loop) -> None:
    """Writes all that the rest of the run depends on."""
    loop.record()
    state = {
        "of": identity(loop.job),
        "net": loop.net.state_dict(),
        "optimizers": [one.state_dict() for one in loop.optimizer.optimizers],
        "average": loop.average,
        "scaler": loop.scaler,
        "step": loop.step,
        "history": asdict(loop.history),
    }
    save(path, state)


def resume_loop(path: Path, loop: Loop) -> None:
    """Goes on from what `save_loop` wrote, if it did."""
    if state := load(path, identity(loop.job), loop.job.images.device):
        loop.net.load_state_dict(state["net"])
        for one, its in zip(loop.optimizer.optimizers, state["optimizers"]):
            one.load_state_dict(its)
        loop.average, loop.scaler, loop.step = state["average"], state["scaler"], state["step"]
        loop.history = History(**state["history"])


def save(path: Path, state: dict[str, Any]) -> None:
    """Writes tensors, numbers, strings, lists and dicts; whole or not at all."""
    content = io.BytesIO()
    torch.save(state, content)
    files.write(path, content.getvalue())


def load(path: Path, of: str, device: torch.device) -> dict[str, Any] | None:
    """What `save` wrote, or None where there is nothing yet.

    of: what the run is; a checkpoint of another is refused
    """
    if not path.exists():
        return None
    try:
        # weights_only: a file that came from elsewhere runs no code.
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        its = state["of"]
    except Exception as error:
        raise CourseError(
            f"{path} is no checkpoint that can be read: {error}. Delete it to start again."
        ) from error
    if its != of:
        raise CourseError(
            f"{path} is a checkpoint of another run: {its}; this one is {of}. "
            "Name another file, or delete it to start again."
        )
    return state
