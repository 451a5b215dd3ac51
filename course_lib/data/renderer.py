"""Pictures of scenes: the same bytes for the same scenes on every machine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_lib.data.layers import (
    Chance,
    backdrop,
    beam_cover,
    illuminate,
    levels,
    object_colours,
    object_coordinates,
    object_cover,
    paint,
    strew_marks,
)
from course_lib.data.scenes import Scenes
from course_lib.data.sentences import captions

SIDE = 32
_CHUNK = 64  # scenes at a time: what they need stays in the processor's cache


@dataclass(frozen=True)
class Rendered:
    """Pictures of N scenes and what is known about them."""

    images: NDArray[np.uint8]  # (N, 3, 32, 32), channels red, green, blue
    masks: NDArray[np.bool_]  # (N, 32, 32), True where the object is seen
    boxes: NDArray[np.int64]  # (N, 4) left, top, right, bottom of the mask in pixels, ends excluded
    captions: tuple[str, ...]


def render(scenes: Scenes) -> Rendered:
    """Render scenes; each picture depends on its own scene only, never on its neighbours."""
    images = np.empty((len(scenes), 3, SIDE, SIDE), dtype=np.uint8)
    masks = np.empty((len(scenes), SIDE, SIDE), dtype=np.bool_)
    for start in range(0, len(scenes), _CHUNK):
        part = slice(start, start + _CHUNK)
        images[part], masks[part] = _render(scenes.take(part))
    return Rendered(images, masks, boxes_of(masks), captions(scenes))


def boxes_of(masks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The smallest box around each mask, as in Rendered; zeros for an empty mask."""
    columns, rows = np.any(masks, axis=1), np.any(masks, axis=2)
    left, top = columns.argmax(axis=1), rows.argmax(axis=1)
    right = masks.shape[2] - columns[:, ::-1].argmax(axis=1)
    bottom = masks.shape[1] - rows[:, ::-1].argmax(axis=1)
    seen = columns.any(axis=1)[:, None]
    return np.where(seen, np.stack([left, top, right, bottom], axis=1), 0).astype(np.int64)


def _render(scenes: Scenes) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    chance = Chance(scenes, SIDE)
    canvas = backdrop(scenes, chance)
    strew_marks(canvas, chance, (scenes.clutter + 1) // 2)
    u, v = object_coordinates(scenes, SIDE)
    cover = object_cover(scenes, u, v)
    canvas += cover[:, None] * (object_colours(scenes, chance, u, v) - canvas)
    strew_marks(canvas, chance, scenes.clutter // 2)
    beam = beam_cover(scenes, chance)
    paint(canvas, beam, chance.colours(1)[0])
    illuminate(canvas, scenes, chance)
    return levels(canvas), (cover > 0.5) & (beam < 0.5)
