"""Batches as the net meets them: normalised, mirrored, shifted, varied; all on the device."""

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.speed.recipe import Recipe


def statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel, of pixels divided by 255.

    images: (N, C, H, W) uint8 -> two (C,) float32, on the images' device
    """
    # A channel at a time: a float copy of the whole set is four times its size.
    pairs = [torch.std_mean(images[:, channel].float()) for channel in range(images.shape[1])]
    std, mean = torch.stack([torch.stack(pair) for pair in pairs], 1) / 255
    return mean, std


def normalise(images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """(N, C, H, W) uint8 -> float32 with mean 0 and standard deviation 1 in each channel."""
    scale = 1 / (255 * std)
    return images.float() * scale[:, None, None] - (mean / std)[:, None, None]


def cutout(images: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """A square of zeros, the mean colour, at a place of its own in each image.

    The square lies within the image. Source: DeVries and Taylor, arXiv 1708.04552, whose squares
    may reach over the edge.
    """
    inside = []
    for length in images.shape[2:]:
        first = torch.rand(len(images), 1, device=images.device, generator=generator)
        first = (first * (length - size + 1)).floor()
        place = torch.arange(length, device=images.device)
        inside.append((place >= first) & (place < first + size))
    rows, columns = inside
    return images.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)


def jitter(images: Tensor, amount: float, generator: torch.Generator) -> Tensor:
    """Contrast times 1 - amount to 1 + amount, and brightness moved by -amount to amount."""
    shape = (2, len(images), 1, 1, 1)
    change = torch.rand(shape, device=images.device, generator=generator) * 2 - 1
    return images * (1 + amount * change[0]) + amount * change[1]


def resized(images: Tensor, size: int) -> Tensor:
    """(N, C, H, W) -> (N, C, size, size), by averaging over neighbours."""
    return functional.interpolate(images, size=(size, size), mode="bilinear", antialias=True)


def laid_out(images: Tensor, recipe: Recipe) -> Tensor:
    """The same images with their channels innermost in memory, if the recipe says so."""
    return images.contiguous(
        memory_format=torch.channels_last if recipe.channels_last else torch.contiguous_format
    )
