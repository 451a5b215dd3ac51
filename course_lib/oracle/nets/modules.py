"""Lesson 08: a loop that trains a net of PyTorch's modules, for a figure."""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Array: TypeAlias = NDArray[Any]


def fit_modules(
    net: "torch.nn.Module",
    images: Array,
    labels: Array,
    epochs: int,
    *,
    lr: float = 3e-3,
    batch_size: int = 50,
    seed: int = 0,
) -> list[float]:
    """Train with AdamW and one cycle of the learning rate.

    net: of (N, C, H, W) float32 images; it is changed, and left in train mode
    images: (N, C, H, W) uint8; labels: (N,) int
    lr: the highest learning rate; seed: of the order of the images
    returns: the loss of every step
    """
    import torch
    from torch.nn.functional import cross_entropy

    X, y = scaled(images), torch.from_numpy(np.asarray(labels, np.int64))
    net.train()
    order = np.random.default_rng(seed)
    steps = epochs * (len(X) // batch_size)
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=max(steps, 1))
    losses = []
    for _ in range(epochs):
        rows = order.permutation(len(X))[: len(X) // batch_size * batch_size]
        for batch in np.split(rows, len(rows) // batch_size):
            optimizer.zero_grad()
            loss = cross_entropy(net(X[batch]), y[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    return losses


def answers(net: "torch.nn.Module", images: Array) -> Array:
    """The class with the highest score of each image, in eval mode; images: (N, C, H, W) uint8."""
    import torch

    net.eval()
    with torch.no_grad():
        parts = [net(part).argmax(dim=1) for part in torch.split(scaled(images), 500)]
    return np.asarray(torch.cat(parts).numpy())


def accuracy(net: "torch.nn.Module", images: Array, labels: Array) -> float:
    """Share of images that the net answers right in eval mode, 0 to 1."""
    return float(np.mean(answers(net, images) == labels))


def scaled(images: Array) -> "torch.Tensor":
    """uint8 images as float32 from -1 to 1, channels last in memory."""
    import torch

    pixels = torch.from_numpy(np.asarray(images)).float() / 127.5 - 1
    return pixels.contiguous(memory_format=torch.channels_last)
