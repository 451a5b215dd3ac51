"""CIFAR-10, read from the official files."""

from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_lib.data import folder, safe_unpickle
from course_lib.data.images import Images, as_dtype, chosen
from course_lib.errors import CourseError

FOLDER = "cifar-10-batches-py"
BATCHES = {"train": [f"data_batch_{i}" for i in range(1, 6)], "test": ["test_batch"]}
CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_PIXELS = 3 * 32 * 32


def cifar10(split: str = "train", *, dtype: DTypeLike = np.uint8) -> Images:
    """60,000 small photographs of ten classes: 50,000 to train on, 10,000 to test.

    split: "train" or "test"
    dtype: np.uint8 (0..255) or np.float32 (0 to 1)
    returns: images (N, 3, 32, 32), labels (N,) int64; a new array each call
    raises: CourseError where the set is absent or a file of it is damaged
    source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009
    """
    split, wanted = chosen(split, dtype)
    place = cifar10_folder()
    if place is None:
        raise CourseError(
            f"CIFAR-10 is not in {folder.data_folder()}. Run `course data get cifar10` (170 MB), "
            f"or set COURSE_DATA to the folder that holds {FOLDER}."
        )
    parts = [_batch(place / name) for name in BATCHES[split]]
    images = np.concatenate([images for images, _ in parts]).reshape(-1, 3, 32, 32)
    return Images(
        images=as_dtype(images, wanted),
        labels=np.concatenate([labels for _, labels in parts]),
        classes=CLASSES,
        split=split,
        source="CIFAR-10, A. Krizhevsky, Learning Multiple Layers of Features, 2009",
        name="cifar10",
    )


def cifar10_folder() -> Path | None:
    """The folder of the official files in COURSE_DATA or in `data`; None where there is none."""
    return folder.find(FOLDER)


def _batch(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """One file: images (N, 3072) uint8, labels (N,) int64."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error.strerror}). Run `course data get cifar10`: it brings "
            "what is missing."
        ) from error
    content = safe_unpickle.loads(raw, str(path))
    batch = content if isinstance(content, dict) else {}
    images, labels = batch.get(b"data"), batch.get(b"labels")
    if not (
        isinstance(images, np.ndarray)
        and isinstance(labels, list)
        and images.dtype == np.uint8
        and images.shape == (len(labels), _PIXELS)
        and all(type(label) is int and 0 <= label < len(CLASSES) for label in labels)
    ):
        raise CourseError(
            f"{path} is no batch of CIFAR-10. Run `course data verify cifar10` to see which files "
            "differ from the official ones."
        )
    return images, np.array(labels, dtype=np.int64)
