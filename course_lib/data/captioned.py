"""Pictures with a sentence each, for lesson 11: what there is to see, and where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_lib.data import exact
from course_lib.data.renderer import SIDE, render
from course_lib.data.scenes import Scenes, draw_scenes
from course_lib.data.sentences import captions

_PLACES = 103  # purpose of random words, apart from those of the layers
_NEITHER = 10.0  # a radius that a caption calls neither small nor large


@dataclass(frozen=True)
class CaptionedPictures:
    """N pictures, the sentence that says what is in each, and where its object is seen."""

    images: NDArray[np.uint8]  # (N, 3, 32, 32), channels red, green, blue
    captions: tuple[str, ...]
    masks: NDArray[np.bool_]  # (N, 32, 32), True where the object is seen

    def __len__(self) -> int:
        return len(self.images)


def draw_captioned(count: int, seed: int, free: bool = False) -> CaptionedPictures:
    """Draw `count` pictures; one seed gives the same bytes on every machine.

    free: small objects at any place, none hidden, whose captions tell no size; otherwise scenes as
        in `draw_scenes`, with objects near the middle
    """
    scenes = draw_scenes(count, seed)
    if not free:
        drawn = render(scenes)
        return CaptionedPictures(drawn.images, drawn.captions, drawn.masks)
    scenes = _moved(scenes)
    drawn = render(scenes)
    return CaptionedPictures(drawn.images, captions(scenes.replace(size=_NEITHER)), drawn.masks)


def _moved(scenes: Scenes) -> Scenes:
    """The same scenes with a small object, wholly in the picture, at a place of its own."""
    parts = exact.uniform(exact.words_of(scenes.seeds, 3, _PLACES))
    size = 5 + 2.5 * parts[:, 0]
    room = SIDE - 2 * size
    return scenes.replace(
        size=size, x=size + room * parts[:, 1], y=size + room * parts[:, 2], occlusion=0.0
    )
