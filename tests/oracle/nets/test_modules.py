"""Does the lent training loop of lesson 08 train?"""

import numpy as np
import torch
from torch import nn

from course_lib import oracle

RNG = np.random.default_rng(0)
LABELS = RNG.integers(2, size=120)
IMAGES = (100 * RNG.random(size=(120, 3, 4, 4)) + 100 * LABELS[:, None, None, None]).astype(
    np.uint8
)


def small_net() -> nn.Module:
    torch.manual_seed(0)
    parts = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2)
    return nn.Sequential(*parts)


def test_it_learns_to_tell_bright_from_dark() -> None:
    """Does the loss fall, and are nearly all images right afterwards?"""
    net = small_net()
    losses = oracle.nets.fit_modules(net, IMAGES, LABELS, 6, batch_size=20)
    assert len(losses) == 36
    assert np.mean(losses[-6:]) < np.mean(losses[:6]) / 2
    assert oracle.nets.accuracy(net, IMAGES, LABELS) > 0.95


def test_the_same_seed_trains_the_same_net() -> None:
    """Are two runs of one seed equal, and those of two seeds not?"""
    runs = [
        oracle.nets.fit_modules(small_net(), IMAGES, LABELS, 1, seed=seed) for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_answers_are_given_in_eval_mode() -> None:
    """Does an answer depend on its own image alone?"""
    net = small_net()
    oracle.nets.fit_modules(net, IMAGES, LABELS, 1)
    together, alone = oracle.nets.answers(net, IMAGES), oracle.nets.answers(net, IMAGES[:1])
    assert together[0] == alone[0]
    assert not net.training


def test_pixels_are_scaled() -> None:
    """Does 0 become -1, and 255 become 1?"""
    ends = np.array([0, 255], np.uint8).reshape(1, 1, 1, 2)
    assert oracle.nets.scaled(ends).flatten().tolist() == [-1.0, 1.0]
