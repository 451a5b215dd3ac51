"""The loop: is each trick of the recipe taken, and nothing else?"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from course_lib import speed
from tests.speed.small import PARTS, RECIPE, trained, weights

FULL = replace(RECIPE, muon=True, jitter=0.1, cutout=3, progressive=18, precision="bf16", epochs=2)


@pytest.mark.parametrize("trick", [name for name in speed.TRICKS if name != "compile"])
def test_every_trick_can_go_alone(trick: str) -> None:
    """Does the recipe run without this one trick, and is the outcome another than with it?"""
    with_it, without = trained(FULL), trained(FULL.without(trick))
    assert all(np.isfinite(without.losses))
    if trick == "views":  # only the evaluation
        assert torch.equal(weights(with_it), weights(without))
    elif trick != "channels_last":
        assert not torch.equal(weights(with_it), weights(without))


def test_fp16() -> None:
    """Does the loop leave scaling to the student's step, every step?"""
    asked: list[bool] = []

    def step(loss: torch.Tensor, optimizer: object, scaler: dict[str, float]) -> bool:
        assert set(scaler) == {"scale", "good", "interval"}
        assert PARTS.mixed_precision_step
        asked.append(PARTS.mixed_precision_step(loss, optimizer, scaler))
        return asked[-1]

    parts = replace(PARTS, mixed_precision_step=step)
    run = trained(replace(RECIPE, precision="fp16"), parts=parts)
    assert len(asked) == len(run.losses)
    assert any(asked)


def test_rates() -> None:
    """Does the rate rise to its peak where the recipe says, and end where it says?"""
    rates = trained(replace(RECIPE, start=0.5, end=0.0, peak_at=0.4)).history.rates
    assert rates[0] == 0.5
    assert rates[4] == max(rates) == 1.0  # 0.4 of 10 steps
    assert rates[-1] == pytest.approx(1 / 6)  # one of six steps down is left
    assert set(trained(RECIPE.without("triangular")).history.rates) == {1.0}
