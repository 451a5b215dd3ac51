"""The one form in which every data set comes."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_lib.errors import CourseError

SPLITS = ("train", "test")


@dataclass(frozen=True)
class Images:
    """Labelled images, with their class names and where they come from."""

    images: NDArray[Any]  # (N, C, H, W) uint8 in 0..255, or float32 in [0, 1]
    labels: NDArray[np.int64]  # (N,) index into classes
    classes: tuple[str, ...]
    split: str  # "train" or "test"
    source: str  # one line: where it comes from
    name: str  # "shapes", "cifar10" or "digits"

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, n: int) -> "Images":
        """The first n images. In every set the classes are mixed, so this is a fair sample.

        raises: CourseError where there are fewer than n
        """
        if not 0 <= n <= len(self):
            raise CourseError(
                f"{self.name} ({self.split}) has {len(self)} images, so {n} cannot be taken. "
                f"Ask for 0 to {len(self)}."
            )
        return replace(self, images=self.images[:n], labels=self.labels[:n])

    def flat(self, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One row an image, (N, C * H * W) of `dtype`, always a copy; values are not rescaled."""
        rows: NDArray[Any] = self.images.reshape(
            len(self), math.prod(self.images.shape[1:])
        ).astype(dtype)
        return rows


def chosen(split: str, dtype: DTypeLike) -> tuple[str, np.dtype[Any]]:
    """Split and dtype as a loader wants them.

    raises: CourseError where either is not one of those offered
    """
    if split not in SPLITS:
        raise CourseError(f"There is no split {split!r}. Choose 'train' or 'test'.")
    try:
        wanted = np.dtype(dtype)
    except TypeError:
        wanted = np.dtype(object)
    if wanted not in (np.uint8, np.float32):
        raise CourseError(f"Images come as np.uint8 or np.float32, not as {dtype!r}. Choose one.")
    return split, wanted


def as_dtype(images: NDArray[np.uint8], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The images as they are for uint8; divided by 255 for float32."""
    if dtype == np.uint8:
        return images
    scaled = images.astype(np.float32)
    scaled /= np.float32(255)  # in place: a second copy of CIFAR-10 would take 600 MB
    return scaled
