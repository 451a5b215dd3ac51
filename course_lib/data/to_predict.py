"""Which images does a class predict without having seen a label?"""

import contextlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import files
from course_lib.data import folder, scenes
from course_lib.data.cifar10_files import CLASSES as PHOTOGRAPHED
from course_lib.data.cifar10_files import cifar10
from course_lib.data.images import Images
from course_lib.data.renderer import SIDE, render
from course_lib.data.scenes import Scenes, draw_scenes
from course_lib.data.shape_images import SHA256, shapes
from course_lib.errors import CourseError

COUNT = 2_000
FILE = "unlabelled.npz"  # of a class, beside the notebook
# The scenes for readers without a class. The seed stands here, so their labels are no secret.
PUBLIC_SEED = 94
_CACHE = f"unlabelled-public-{SHA256['test'][:8]}.npz"
_LOADERS = {"shapes": shapes, "cifar10": cifar10}
_CLASSES = {"shapes": scenes.CLASSES, "cifar10": PHOTOGRAPHED}


@dataclass(frozen=True)
class Unlabelled:
    """Images whose classes are to be predicted."""

    images: NDArray[np.uint8]  # (N, 3, 32, 32)
    name: str  # "shapes" or "cifar10": of which kind they are
    source: str  # one line: where they come from

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of their numbers."""
        return _CLASSES[self.name]

    def labelled(self, split: str = "train") -> Images:
        """Images of the same kind with their labels, to train on.

        raises: CourseError where CIFAR-10 is asked for and absent
        """
        return _LOADERS[self.name](split)


def unlabelled(path: str | Path = FILE) -> Unlabelled:
    """The 2,000 images to predict: those of a class, else the public ones for self-study.

    path: the file that a class gets, beside the notebook; need not exist
    returns: always the same images in the same order
    raises: CourseError where the file is there and damaged

    The labels of a class's file are its instructor's. Those of the public images anybody can
    render, so that a score on them proves something to its owner alone.
    """
    file = Path(path)
    if file.exists():
        found = _read(file)
        if found is None:
            raise CourseError(
                f"{file} is damaged. Take it from the class's zip again, or remove it to work on "
                "the public images."
            )
        return found
    cached = folder.find(_CACHE)
    found = _read(cached) if cached else None
    if found is None:
        found = Unlabelled(render(public_scenes()).images, "shapes", "")
        # A full disk or a read-only course costs the time of rendering, nothing else.
        with contextlib.suppress(CourseError):
            files.write(folder.data_folder() / _CACHE, packed(found.images, found.name))
    about = f"the public set: rendered from seed {PUBLIC_SEED}, so its labels are no secret"
    return Unlabelled(found.images, found.name, about)


def public_scenes() -> Scenes:
    """What is seen in the public images."""
    return draw_scenes(COUNT, PUBLIC_SEED)


def packed(images: NDArray[np.uint8], name: str) -> bytes:
    """What the file of a class holds: (N, 3, 32, 32) uint8 and what kind they are of."""
    buffer = io.BytesIO()
    np.savez(buffer, images=images, name=np.array(name))
    return buffer.getvalue()


def _read(file: Path) -> Unlabelled | None:
    """What a file holds; None where it is cut off or altered (zip keeps a checksum)."""
    try:
        with np.load(file, allow_pickle=False) as archive:
            images: NDArray[Any] = archive["images"]
            name = str(archive["name"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, AttributeError):
        return None
    whole = images.dtype == np.uint8 and images.shape == (COUNT, 3, SIDE, SIDE)
    about = f"{FILE}: {COUNT:,} images of {name}, drawn for your class; their labels are not here"
    return Unlabelled(images, name, about) if whole and name in _LOADERS else None
