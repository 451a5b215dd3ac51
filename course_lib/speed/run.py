"""What a run tells: while it goes on, and when it has ended; and the clock that it is timed by."""

import sys
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from course_lib.speed.evaluate import Evaluation
from course_lib.speed.net import Net
from course_lib.speed.recipe import Recipe


@dataclass
class History:
    """What is known so far: given to `watch` once an epoch."""

    epochs: float
    epoch: int = 0  # how many are done
    losses: list[float] = field(default_factory=list)  # one a step
    rates: list[float] = field(
        default_factory=list
    )  # one a step: the factor on every learning rate
    accuracies: list[float] = field(default_factory=list)  # one an epoch, from one view
    seconds: float = 0.0  # without what watching costs


@dataclass
class Run:
    """A finished run. Accuracies are shares of the test set, from 0 to 1."""

    recipe: Recipe
    seed: int
    device: str
    accuracy: float  # with the recipe's views
    accuracy_single: float  # with one view
    seconds: float  # reset, whitening, augmentation, training and evaluation
    warmup_seconds: float  # compiling and a few steps whose results are thrown away, before that
    images_per_second: float
    peak_memory: int  # bytes: on a GPU of this run's tensors, else of the process since its start
    history: History
    notes: list[str]  # what the loop changed on its own, such as a batch halved
    evaluation: Evaluation

    @property
    def net(self) -> Net:
        """The trained net."""
        return self.evaluation.net

    @property
    def losses(self) -> list[float]:
        """One a step."""
        return self.history.losses

    @property
    def accuracies(self) -> list[float]:
        """One an epoch, from one view; empty where nobody watched."""
        return self.history.accuracies

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, C, H, W) uint8 -> (N, classes) float32: softmax of the mean over the views."""
        logits = self.evaluation.logits(torch.from_numpy(images).to(self.device))
        result: NDArray[np.float32] = logits.softmax(1).cpu().numpy()
        return result


class Clock:
    """Seconds between `start` and `stop`, added up: by events on a GPU, else by the system's clock.

    Both wait until the device has done all that it was given: a call returns when work is queued,
    not when it is done.
    """

    def __init__(self, device: torch.device) -> None:
        self.device, self.seconds, self._began = device, 0.0, 0.0
        if device.type == "cuda":
            self._events = [
                torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
                for _ in range(2)
            ]

    def start(self) -> None:
        """Goes on."""
        synchronize(self.device)
        if self.device.type == "cuda":
            self._events[0].record()
        else:
            self._began = time.perf_counter()

    def stop(self) -> None:
        """Pauses, and adds to `seconds`."""
        if self.device.type == "cuda":
            self._events[1].record()
        synchronize(self.device)
        if self.device.type == "cuda":
            self.seconds += self._events[0].elapsed_time(self._events[1]) / 1000
        else:
            self.seconds += time.perf_counter() - self._began


def synchronize(device: torch.device) -> None:
    """Waits until the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def peak_memory(device: torch.device) -> int:
    """Bytes: on a GPU the most that tensors took since the run began, else the process's peak."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
