"""What test_devices starts under torchrun: gradients of one step, or a run, written by rank 0.

worker.py gradients OUT CHECKPOINT    # and, beside OUT, whole.pt: a run's weights
worker.py run OUT CHECKPOINT [STEP]   # at this step the processes are killed
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import torch

from course_lib import speed
from course_lib.speed import devices
from course_lib.speed.loop import Job, Loop
from tests.speed.small import PARTS, RECIPE, TRAIN, fixed_statistics, trained, weights

ALIKE = replace(RECIPE.without("flip", "shift"), epochs=0.25, batch=32)  # one step


def gradients() -> torch.Tensor:
    """Of the first batch's loss, batch norm as in evaluation mode; all parameters in a row."""
    net = speed.Net(ALIKE, len(TRAIN.classes))
    images, labels = torch.from_numpy(TRAIN.images), torch.from_numpy(TRAIN.labels)
    loop = Loop(Job(ALIKE, PARTS, images, labels, TRAIN.source, 0), net)
    with fixed_statistics():
        loop.epoch()
    return torch.cat([one.grad.flatten() for one in net.parameters() if one.grad is not None])


def run(path: Path, last: int | None) -> torch.Tensor:
    """The weights that a run ends with, if it does."""

    def deadly(step: int, *rest: float) -> float:
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return PARTS.learning_rate(step, *rest)  # type: ignore[misc]

    return weights(trained(parts=replace(PARTS, learning_rate=deadly), checkpoint=path))


def main() -> None:
    """Does what was asked."""
    torch.set_num_threads(1)
    speed.join()
    what, out, checkpoint, *more = sys.argv[1:]
    results = {out: run(Path(checkpoint), int(more[0]) if more else None)}
    if what == "gradients":
        results = {str(Path(out).with_name("whole.pt")): results[out], out: gradients()}
    if devices.rank_and_world()[0] == 0:
        for name, result in results.items():
            torch.save(result, name)
    speed.leave()


if __name__ == "__main__":
    main()
