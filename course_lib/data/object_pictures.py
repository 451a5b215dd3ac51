"""Pictures of one to four objects on one ground, for lesson 13: where each is, and what it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_lib.data import exact
from course_lib.data.exact import Floats
from course_lib.data.layers import (
    Chance,
    backdrop,
    illuminate,
    levels,
    object_colours,
    object_coordinates,
    object_cover,
    strew_marks,
)
from course_lib.data.renderer import boxes_of
from course_lib.data.scenes import CLASSES, COLOURS, MARKS, Scenes, draw_scenes

SIDE = 64
MOST = 4  # objects in a picture
LEAST_SEEN = 40  # pixels; an object of which less is seen is left out of the picture
_TRIES = 8  # places drawn for an object; the first that is free is taken
_APART = 0.6  # a place is free where centres are this share of the two radii apart, or more
_CHUNK = 64  # pictures at a time
_PLACES, _NUMBER = 101, 102  # purposes of random words, apart from those of the layers


@dataclass(frozen=True)
class ObjectPictures:
    """N pictures, and for each the M objects that are seen in it, the nearest one last."""

    images: NDArray[np.uint8]  # (N, 3, 64, 64), channels red, green, blue
    boxes: tuple[NDArray[np.int64], ...]  # (M, 4) left, top, right, bottom in pixels, ends excluded
    labels: tuple[NDArray[np.int64], ...]  # (M,) index into classes
    masks: tuple[NDArray[np.bool_], ...]  # (M, 64, 64), True where the object is seen
    occlusion: tuple[Floats, ...]  # (M,) share of the object that nearer ones hide
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)


def draw_object_pictures(count: int, seed: int) -> ObjectPictures:
    """Draw `count` pictures; one seed gives the same bytes on every machine.

    Each has one ground, one light and one to four objects of different sizes, which may hide parts
    of each other. A box is the smallest around what is seen of its object.
    """
    scenes = _scenes(count, seed)
    present = _present(scenes)
    images = np.empty((count, 3, SIDE, SIDE), dtype=np.uint8)
    parts: list[tuple[NDArray[np.bool_], Floats]] = []
    for start in range(0, count, _CHUNK):
        stop = min(start + _CHUNK, count)
        images[start:stop], seen, hidden = _paint_pictures(
            [one.take(slice(start, stop)) for one in scenes], present[start:stop]
        )
        parts += list(zip(seen, hidden))
    masks, occlusion, labels = [], [], []
    for number, (seen, hidden) in enumerate(parts):
        there = seen.any(axis=(1, 2))
        masks.append(seen[there])
        occlusion.append(hidden[there])
        labels.append(np.array([one.labels[number] for one in scenes], np.int64)[there])
    boxes = tuple(boxes_of(mask) for mask in masks)
    return ObjectPictures(images, boxes, tuple(labels), tuple(masks), tuple(occlusion), CLASSES)


def _scenes(count: int, seed: int) -> list[Scenes]:
    """A set of scenes for the first objects of all pictures, one for the second ones, and so on."""
    drawn = draw_scenes(MOST * count, seed)
    sets = [drawn.take(slice(number, None, MOST)) for number in range(MOST)]
    ground = sets[0].backdrop
    words = exact.words_of(sets[0].seeds, MOST * (1 + 2 * _TRIES), _PLACES)
    words = words.reshape(count, MOST, 1 + 2 * _TRIES)
    sizes = 6 + 8 * exact.uniform(words[:, :, 0])
    places = 8 + (SIDE - 16) * exact.uniform(words[:, :, 1:]).reshape(count, MOST, 2, _TRIES)
    chosen = _free_places(places, sizes)
    placed = []
    for number, one in enumerate(sets):
        same = one.colour == ground  # such an object could not be seen
        placed.append(
            one.replace(
                x=chosen[:, number, 0],
                y=chosen[:, number, 1],
                size=sizes[:, number],
                backdrop=ground,
                colour=np.where(same, (one.colour + 1) % len(COLOURS), one.colour),
            )
        )
    return placed


def _free_places(places: Floats, sizes: Floats) -> Floats:
    """For every object the first of its places that is far enough from earlier ones, or the last.

    places: (N, M, 2, T); sizes: (N, M), radii; returns: (N, M, 2)
    """
    rows = np.arange(len(places))
    chosen = places[:, :, :, -1].copy()
    for number in range(places.shape[1]):
        free = np.ones((len(places), places.shape[3]), dtype=np.bool_)
        for earlier in range(number):
            step = places[:, number] - chosen[:, earlier, :, None]
            apart = np.float32(_APART) * (sizes[:, number] + sizes[:, earlier])[:, None]
            free &= (step * step).sum(axis=1) >= apart * apart
        first = np.where(free.any(axis=1), free.argmax(axis=1), free.shape[1] - 1)
        chosen[:, number] = places[rows, number, :, first]
    return chosen


def _present(scenes: list[Scenes]) -> NDArray[np.bool_]:
    """(N, M): is this object in its picture? The first one always is."""
    number = 1 + exact.below(exact.words_of(scenes[0].seeds, 1, _NUMBER)[:, 0], MOST)
    return np.arange(MOST) < number[:, None]


def _paint_pictures(
    scenes: list[Scenes], present: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], Floats]:
    """Images (N, 3, 64, 64), masks (N, M, 64, 64), and the hidden shares (N, M)."""
    first = scenes[0]
    coordinates = [object_coordinates(one, SIDE) for one in scenes]
    covers = np.stack([object_cover(one, *uv) for one, uv in zip(scenes, coordinates)], axis=1)
    covers *= present[:, :, None, None]
    seen, hidden = _seen(covers)
    chance = Chance(first, SIDE)
    canvas = backdrop(first, chance)
    strew_marks(canvas, chance, np.minimum(2 * first.clutter, MARKS))
    for number, (one, (u, v)) in enumerate(zip(scenes, coordinates)):
        colours = object_colours(one, Chance(one, SIDE), u, v)
        canvas += covers[:, number, None] * (colours - canvas)
    strew_marks(canvas, chance, first.clutter // 2)
    illuminate(canvas, first, chance)
    return levels(canvas), seen, hidden


def _seen(covers: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """What is seen of each object, and the share that is hidden; sets too small ones to 0.

    covers: (N, M, H, W), changed in place; the last object is the nearest
    """
    count = covers.shape[1]
    for number in range(count - 1, -1, -1):  # leaving one out uncovers those behind it only
        nearer = (covers[:, number + 1 :] > 0.5).any(axis=1)
        visible = (covers[:, number] > 0.5) & ~nearer
        covers[visible.sum(axis=(1, 2)) < LEAST_SEEN, number] = 0
    whole = covers > 0.5
    nearer = np.zeros_like(whole)
    for number in range(count - 2, -1, -1):
        nearer[:, number] = nearer[:, number + 1] | whole[:, number + 1]
    seen = whole & ~nearer
    area = whole.sum(axis=(2, 3))
    hidden = 1 - seen.sum(axis=(2, 3)) / np.maximum(area, 1)
    return seen, hidden.astype(np.float32)
