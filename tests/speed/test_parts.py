"""The lesson's answers as the loop uses them, beside what PyTorch has ready."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn

from tests.speed.small import PARTS


@pytest.mark.parametrize("smoothing", [0.0, 0.2, 1.0])
def test_label_smoothing(smoothing: float) -> None:
    """Is the loss that of PyTorch's own cross-entropy with label smoothing?"""
    generator = torch.Generator().manual_seed(0)
    logits = 5 * torch.randn(20, 7, generator=generator)
    labels = torch.randint(7, (20,), generator=generator)
    due = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    torch.testing.assert_close(PARTS.smoothed_cross_entropy(logits, labels, smoothing), due)


def test_average() -> None:
    """Is the average that of swa_utils over parameters and floating-point statistics?"""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    theirs = AveragedModel(model, avg_fn=get_ema_avg_fn(0.7), use_buffers=True)
    ours = None
    for _ in range(4):
        model.train()(torch.randn(8, 3))
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(torch.randn(weight.shape))
        theirs.update_parameters(model)
        ours = PARTS.average_weights(ours, model.state_dict(), 0.7)
    for name, value in theirs.module.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(ours[name], value, msg=name)
    assert int(ours["1.num_batches_tracked"]) == 4
