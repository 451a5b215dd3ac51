"""Pictures of scenes: the same bytes for the same scenes on every machine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_lib.data import exact
from course_lib.data.exact import Floats
from course_lib.data.outlines import OUTLINES
from course_lib.data.scenes import CLASSES, COLOURS, MARKS, PATTERNS, Scenes
from course_lib.data.sentences import captions

SIDE = 32
_CHUNK = 64  # scenes at a time: what they need stays in the processor's cache
_PALETTE = np.array(list(COLOURS.values()), dtype=np.float32)


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
    chance = _Chance(scenes)
    canvas = _backdrop(scenes, chance)
    _marks(canvas, chance, (scenes.clutter + 1) // 2)
    u, v = _object_coordinates(scenes)
    cover = _cover(scenes, u, v)
    canvas += cover[:, None] * (_object_colours(scenes, chance, u, v) - canvas)
    _marks(canvas, chance, scenes.clutter // 2)
    beam = _beam(scenes, chance)
    _paint(canvas, beam, chance.colours(1)[0])
    _illuminate(canvas, scenes, chance)
    # Adding a half and cutting off rounds; clipping first keeps the cast within a byte.
    levels = (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)
    return levels, (cover > 0.5) & (beam < 0.5)


class _Chance:
    """All that is incidental in a scene, drawn from its seed in a fixed order."""

    def __init__(self, scenes: Scenes) -> None:
        self._seeds = scenes.seeds
        self._purpose = 0

    def words(self, columns: int) -> NDArray[np.uint64]:
        self._purpose += 1
        return exact.words_of(self._seeds, columns, self._purpose)

    def between(self, low: float, high: float, columns: int = 1) -> tuple[Floats, ...]:
        """`columns` arrays (N, 1, 1) of uniform numbers."""
        values = low + (high - low) * exact.uniform(self.words(columns))
        return tuple(values.T[:, :, None, None])

    def colours(self, columns: int) -> tuple[Floats, ...]:
        """`columns` arrays (N, 3) of colours of the palette."""
        return tuple(_PALETTE[exact.below(self.words(columns), len(_PALETTE))].swapaxes(0, 1))

    def directions(self, columns: int = 1) -> tuple[tuple[Floats, Floats], ...]:
        """`columns` unit vectors, each as cosine and sine (N, 1, 1)."""
        return tuple(exact.direction(angle) for angle in self.between(0, 360, columns))


def _grid() -> tuple[Floats, Floats]:
    """Pixel centres, x (1, 1, 32) and y (1, 32, 1)."""
    centres = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    return centres[None, None, :], centres[None, :, None]


def _spread(condition: Floats) -> Floats:
    """(N,) to (N, 1, 1)."""
    return condition[:, None, None]


def _backdrop(scenes: Scenes, chance: _Chance) -> Floats:
    """(N, 3, 32, 32): one colour running into another in a chosen direction, with clouds."""
    tint = 0.24 * exact.uniform(chance.words(3)) - 0.12
    near = _PALETTE[scenes.backdrop] + tint
    far = 0.4 * near + 0.6 * chance.colours(1)[0]
    ((cos, sin),) = chance.directions()
    x, y = _grid()
    slope, level = chance.between(0, 0.05), chance.between(0.2, 0.4)
    mix = level[0] + slope[0] * (cos * (x - 16) + sin * (y - 16)) + 0.5 * _clouds(chance, 6)
    mix = np.clip(mix, 0, 1)[:, None]
    near, far = near[..., None, None], far[..., None, None]
    canvas: Floats = near + mix * (far - near)
    return canvas


def _clouds(chance: _Chance, cells: int) -> Floats:
    """(N, 32, 32) smooth noise in [-1, 1): random values on a lattice, interpolated in between."""
    lattice = 2 * exact.uniform(chance.words((cells + 1) ** 2)) - 1
    lattice = lattice.reshape(-1, cells + 1, cells + 1)
    position = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) * np.float32(cells / SIDE)
    low = position.astype(np.int64)
    t = position - low
    t = t * t * (3 - 2 * t)
    rows = lattice[:, low] + t[:, None] * (lattice[:, low + 1] - lattice[:, low])
    clouds: Floats = rows[:, :, low] + t * (rows[:, :, low + 1] - rows[:, :, low])
    return clouds


def _object_coordinates(scenes: Scenes) -> tuple[Floats, Floats]:
    """u, v (N, 32, 32): every pixel as seen from the object, in its radii."""
    x, y = _grid()
    right, down = x - _spread(scenes.x), y - _spread(scenes.y)
    cos, sin = exact.direction(_spread(scenes.angle))
    size = _spread(scenes.size)
    root: Floats = np.sqrt(_spread(scenes.stretch))
    u: Floats = (cos * right + sin * down) / (size * root)
    v: Floats = (cos * down - sin * right) * root / size
    bent: Floats = u + _spread(scenes.bend) * (v * v - np.float32(0.4))
    return bent, v


def _cover(scenes: Scenes, u: Floats, v: Floats) -> Floats:
    """(N, 32, 32) in [0, 1]: how much of each pixel the object covers."""
    outside = np.empty_like(u)
    for label, name in enumerate(CLASSES):
        rows = np.flatnonzero(scenes.labels == label)
        outside[rows] = OUTLINES[name](u[rows], v[rows])
    cover: Floats = np.clip(0.5 - outside * _spread(scenes.size), 0, 1)
    return cover


def _object_colours(scenes: Scenes, chance: _Chance, u: Floats, v: Floats) -> Floats:
    """(N, 3, 32, 32): the object's colour, darkened or lightened by its pattern."""
    tint = 0.2 * exact.uniform(chance.words(3)) - 0.1
    colour = (_PALETTE[scenes.colour] + tint)[..., None, None]
    (period,), (phase,) = chance.between(0.45, 0.7), chance.between(0, 1)
    a, b = _wave(u / period + phase), _wave(v / period + phase)
    patterns: dict[str, Floats] = {
        "plain": np.zeros_like(u),
        "striped": a,
        "checked": np.maximum(np.minimum(a, b), 1 - np.maximum(a, b)),
        "dotted": np.minimum(a, b),
    }
    pattern = np.choose(scenes.pattern[:, None, None], [patterns[name] for name in PATTERNS])
    inside = np.clip(4 * pattern - 1.5, 0, 1)
    brightness = (colour[:, 0] + colour[:, 1] + colour[:, 2])[:, None] / 3
    second = np.where(brightness > 0.5, colour * 0.45, colour * 0.4 + 0.6)
    painted: Floats = colour + inside[:, None] * (second - colour)
    return painted


def _wave(t: Floats) -> Floats:
    """A triangle wave of period 1 between 0 and 1."""
    return np.abs(2 * (t - np.floor(t)) - 1)


def _marks(canvas: Floats, chance: _Chance, count: NDArray[np.int64]) -> None:
    """Strew strokes and dots: the first `count` (N,) of those that a scene's seed decides."""
    x, y = _grid()
    xs, ys = chance.between(0, SIDE, MARKS), chance.between(0, SIDE, MARKS)
    lengths, widths = chance.between(-2, 6, MARKS), chance.between(1.2, 2.2, MARKS)
    directions, colours = chance.directions(MARKS), chance.colours(MARKS)
    for i in range(int(count.max(initial=0))):
        right, down = x - xs[i], y - ys[i]
        cos, sin = directions[i]
        along = np.maximum(np.abs(cos * right + sin * down) - np.maximum(lengths[i], 0), 0)
        across = cos * down - sin * right
        cover = np.clip(widths[i] - np.sqrt(along * along + across * across), 0, 1)
        _paint(canvas, cover * (i < count)[:, None, None], colours[i])


def _beam(scenes: Scenes, chance: _Chance) -> Floats:
    """(N, 32, 32) in [0, 1]: a beam over the share `occlusion` of the object, from one side."""
    x, y = _grid()
    ((cos, sin),) = chance.directions()
    hidden = 2 * _spread(scenes.occlusion) * _spread(scenes.size)
    width = np.maximum(chance.between(4, 10)[0], hidden)
    depth = cos * (x - _spread(scenes.x)) + sin * (y - _spread(scenes.y))
    edge = _spread(scenes.size) - hidden
    beam = np.clip(depth - edge + 0.5, 0, 1) * np.clip(edge + width - depth + 0.5, 0, 1)
    return np.where(_spread(scenes.occlusion) > 0, beam, 0).astype(np.float32)


def _illuminate(canvas: Floats, scenes: Scenes, chance: _Chance) -> None:
    """Light that fades across the picture, then the grain of the sensor."""
    x, y = _grid()
    ((cos, sin),) = chance.directions()
    fade = (cos * (x - 16) + sin * (y - 16)) * np.float32(1 / 20)
    light = _spread(scenes.light) * (1 - _spread(scenes.shadow) * fade)
    canvas *= light[:, None]
    size = 3 * SIDE * SIDE
    grain = exact.octets(chance.words(size // 4)).reshape(-1, 2, 3, SIDE, SIDE).astype(np.float32)
    canvas += (grain[:, 0] + grain[:, 1] - 255) * _spread(scenes.noise)[:, None] / 255


def _paint(canvas: Floats, cover: Floats, colour: Floats) -> None:
    """Lay one colour a picture, (N, 3), over the canvas where `cover` (N, 32, 32) says so."""
    # Most of a picture stays as it is, so only the covered pixels are fetched: (P, 3).
    row, y, x = np.nonzero(cover)
    below = canvas[row, :, y, x]
    canvas[row, :, y, x] = below + cover[row, y, x, None] * (colour[row] - below)
