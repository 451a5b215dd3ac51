"""The data set that ships with the course: rendered once, read from disk afterwards."""

import contextlib
import hashlib
import io
import zipfile

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_lib import files
from course_lib.data import folder
from course_lib.data.images import Images, as_dtype, chosen
from course_lib.data.renderer import SIDE, render
from course_lib.data.scenes import CLASSES, draw_scenes
from course_lib.errors import CourseError

COUNTS = {"train": 10_000, "test": 2_000}
SEEDS = {"train": 231, "test": 2016}
# Of the bytes of the images followed by those of the labels, each label one byte. A part of it is
# the version of the renderer and stands in the cache's name, so that no old cache is ever read.
SHA256 = {
    "train": "b7f44eaaace7fe06e47a3b12265563fcd6688123c2d71cfba308890f50a6fd3f",
    "test": "262a84a00b8e7201d16353b8c7acdcf29d607a6590bc4988ffe06d70839bee8b",
}

Pair = tuple[NDArray[np.uint8], NDArray[np.int64]]


def shapes(split: str = "train", *, dtype: DTypeLike = np.uint8) -> Images:
    """Ten outlines in cluttered scenes, drawn by this course: 10,000 to train on, 2,000 to test.

    split: "train" or "test"
    dtype: np.uint8 (0..255) or np.float32 (0 to 1)
    returns: images (N, 3, 32, 32), labels (N,) int64, as many of each class
    raises: CourseError for another split or dtype

    The first call renders for some seconds and leaves a file in the folder of data.
    """
    split, wanted = chosen(split, dtype)
    images, labels = _cached(split) or _rendered(split)
    return Images(
        images=as_dtype(images, wanted),
        labels=labels,
        classes=CLASSES,
        split=split,
        source=f"rendered by course_lib.data.render from seed {SEEDS[split]}",
        name="shapes",
    )


def shapes_verify() -> None:
    """Compare both splits, from the cache where there is one, with the bytes of the original.

    raises: CourseError where they differ
    """
    for split in COUNTS:
        if _digest(_cached(split) or _rendered(split)) != SHA256[split]:
            raise CourseError(
                f"shapes ({split}) differs from the original bytes. Delete {cache_name(split)} in "
                f"{folder.data_folder()} and try again; if that does not help, please report it "
                f"with the version of NumPy ({np.__version__})."
            )


def cache_name(split: str) -> str:
    """The file name of a split in the folder of data."""
    return f"shapes-{split}-{SHA256[split][:8]}.npz"


def _rendered(split: str) -> Pair:
    scenes = draw_scenes(COUNTS[split], SEEDS[split])
    pair = render(scenes).images, scenes.labels
    buffer = io.BytesIO()
    np.savez(buffer, images=pair[0], labels=pair[1])
    # A full disk or a read-only course costs the time of rendering, nothing else.
    with contextlib.suppress(CourseError):
        files.write(folder.data_folder() / cache_name(split), buffer.getvalue())
    return pair


def _cached(split: str) -> Pair | None:
    """What the cache holds; None where it is absent, cut off or altered (zip keeps a checksum)."""
    path = folder.find(cache_name(split))
    if path is None:
        return None
    try:
        with np.load(path, allow_pickle=False) as archive:
            images, labels = archive["images"], archive["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, AttributeError):
        return None
    whole = images.shape == (COUNTS[split], 3, SIDE, SIDE) and images.dtype == np.uint8
    whole = whole and labels.shape == (COUNTS[split],) and labels.dtype == np.int64
    return (images, labels) if whole else None


def _digest(pair: Pair) -> str:
    images, labels = pair
    return hashlib.sha256(images.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
