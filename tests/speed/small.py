"""What the tests of speed share: a set, a recipe and parts that train in a blink."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.speedrun import answers
from course_lib import speed
from course_lib.data import Images

PARTS = answers()
RECIPE = replace(
    speed.RECIPES["small"],
    name="tiny",
    widths=(4, 8, 8),
    batch=32,
    epochs=2.5,
    bias_epochs=1.0,
    lr=0.1,
    bias_factor=4.0,
    logit_scale=1.0,
    views=2,
)


def images(count: int, split: str = "train") -> Images:
    """Noise of 16 x 16 pixels; the label says which half is bright, in which channel."""
    rng = np.random.default_rng([count, len(split)])
    labels = rng.integers(4, size=count)
    pixels = rng.integers(100, size=(count, 3, 16, 16), dtype=np.uint8)
    for image, label in zip(pixels, labels):
        top = 8 * (label // 2)
        image[label % 2, top : top + 8] += 100
    return Images(pixels, labels, ("a", "b", "c", "d"), split, "noise", "noise")


TRAIN, TEST = images(128), images(40, "test")


def trained(recipe: speed.Recipe = RECIPE, seed: int = 0, **more: object) -> speed.Run:
    """A run on the CPU."""
    given = {"parts": PARTS, "train_set": TRAIN, "test_set": TEST} | more
    return speed.train(recipe, device="cpu", seed=seed, **given)  # type: ignore[arg-type]


def weights(run: speed.Run) -> Tensor:
    """All of a net's parameters and statistics, in a row."""
    return torch.cat([one.detach().double().flatten() for one in run.net.state_dict().values()])


@contextmanager
def fixed_statistics() -> Iterator[None]:
    """Inside, batch norm takes no statistics, so that no image depends on the others."""

    def forward(norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
        return functional.batch_norm(
            x, norm.running_mean, norm.running_var, norm.weight, norm.bias, False
        )

    with mock.patch.object(nn.BatchNorm2d, "forward", forward):
        yield
