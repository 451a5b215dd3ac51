"""What a picture is laid together of: its backdrop, the marks on it, objects, light and grain.

Everything is float32 on a square of `side` pixels, and the same to the bit on every machine.
"""

import numpy as np
from numpy.typing import NDArray

from course_lib.data import exact
from course_lib.data.exact import Floats
from course_lib.data.outlines import OUTLINES
from course_lib.data.scenes import CLASSES, COLOURS, MARKS, PATTERNS, Scenes

_PALETTE = np.array(list(COLOURS.values()), dtype=np.float32)


class Chance:
    """All that is incidental in a scene, drawn from its seed in a fixed order."""

    def __init__(self, scenes: Scenes, side: int) -> None:
        """side: of the pictures, in pixels"""
        self.side = side
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


def _grid(side: int) -> tuple[Floats, Floats]:
    """Pixel centres, x (1, 1, side) and y (1, side, 1)."""
    centres = np.arange(side, dtype=np.float32) + np.float32(0.5)
    return centres[None, None, :], centres[None, :, None]


def _spread(condition: Floats) -> Floats:
    """(N,) to (N, 1, 1)."""
    return condition[:, None, None]


def backdrop(scenes: Scenes, chance: Chance) -> Floats:
    """(N, 3, side, side): one colour running into another in a chosen direction, with clouds."""
    tint = 0.24 * exact.uniform(chance.words(3)) - 0.12
    near = _PALETTE[scenes.backdrop] + tint
    far = 0.4 * near + 0.6 * chance.colours(1)[0]
    ((cos, sin),) = chance.directions()
    x, y = _grid(chance.side)
    middle = chance.side / 2
    slope, level = chance.between(0, 0.05), chance.between(0.2, 0.4)
    across = cos * (x - middle) + sin * (y - middle)
    mix = level[0] + slope[0] * across + 0.5 * _clouds(chance, 6)
    mix = np.clip(mix, 0, 1)[:, None]
    near, far = near[..., None, None], far[..., None, None]
    canvas: Floats = near + mix * (far - near)
    return canvas


def _clouds(chance: Chance, cells: int) -> Floats:
    """(N, side, side) smooth noise in [-1, 1): random values on a lattice, interpolated."""
    lattice = 2 * exact.uniform(chance.words((cells + 1) ** 2)) - 1
    lattice = lattice.reshape(-1, cells + 1, cells + 1)
    side = chance.side
    position = (np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(cells / side)
    low = position.astype(np.int64)
    t = position - low
    t = t * t * (3 - 2 * t)
    rows = lattice[:, low] + t[:, None] * (lattice[:, low + 1] - lattice[:, low])
    clouds: Floats = rows[:, :, low] + t * (rows[:, :, low + 1] - rows[:, :, low])
    return clouds


def object_coordinates(scenes: Scenes, side: int) -> tuple[Floats, Floats]:
    """u, v (N, side, side): every pixel as seen from the object, in its radii."""
    x, y = _grid(side)
    right, down = x - _spread(scenes.x), y - _spread(scenes.y)
    cos, sin = exact.direction(_spread(scenes.angle))
    size = _spread(scenes.size)
    root: Floats = np.sqrt(_spread(scenes.stretch))
    u: Floats = (cos * right + sin * down) / (size * root)
    v: Floats = (cos * down - sin * right) * root / size
    bent: Floats = u + _spread(scenes.bend) * (v * v - np.float32(0.4))
    return bent, v


def object_cover(scenes: Scenes, u: Floats, v: Floats) -> Floats:
    """(N, side, side) in [0, 1]: how much of each pixel the object covers."""
    outside = np.empty_like(u)
    for label, name in enumerate(CLASSES):
        rows = np.flatnonzero(scenes.labels == label)
        outside[rows] = OUTLINES[name](u[rows], v[rows])
    cover: Floats = np.clip(0.5 - outside * _spread(scenes.size), 0, 1)
    return cover


def object_colours(scenes: Scenes, chance: Chance, u: Floats, v: Floats) -> Floats:
    """(N, 3, side, side): the object's colour, darkened or lightened by its pattern."""
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


def strew_marks(canvas: Floats, chance: Chance, count: NDArray[np.int64]) -> None:
    """Strew strokes and dots: the first `count` (N,) of those that a scene's seed decides."""
    x, y = _grid(chance.side)
    xs, ys = chance.between(0, chance.side, MARKS), chance.between(0, chance.side, MARKS)
    lengths, widths = chance.between(-2, 6, MARKS), chance.between(1.2, 2.2, MARKS)
    directions, colours = chance.directions(MARKS), chance.colours(MARKS)
    for i in range(int(count.max(initial=0))):
        right, down = x - xs[i], y - ys[i]
        cos, sin = directions[i]
        along = np.maximum(np.abs(cos * right + sin * down) - np.maximum(lengths[i], 0), 0)
        across = cos * down - sin * right
        cover = np.clip(widths[i] - np.sqrt(along * along + across * across), 0, 1)
        paint(canvas, cover * (i < count)[:, None, None], colours[i])


def beam_cover(scenes: Scenes, chance: Chance) -> Floats:
    """(N, side, side) in [0, 1]: a beam over the share `occlusion` of the object, from one side."""
    x, y = _grid(chance.side)
    ((cos, sin),) = chance.directions()
    hidden = 2 * _spread(scenes.occlusion) * _spread(scenes.size)
    width = np.maximum(chance.between(4, 10)[0], hidden)
    depth = cos * (x - _spread(scenes.x)) + sin * (y - _spread(scenes.y))
    edge = _spread(scenes.size) - hidden
    beam = np.clip(depth - edge + 0.5, 0, 1) * np.clip(edge + width - depth + 0.5, 0, 1)
    return np.where(_spread(scenes.occlusion) > 0, beam, 0).astype(np.float32)


def illuminate(canvas: Floats, scenes: Scenes, chance: Chance) -> None:
    """Light that fades across the picture, then the grain of the sensor."""
    x, y = _grid(chance.side)
    ((cos, sin),) = chance.directions()
    middle = chance.side / 2
    fade = (cos * (x - middle) + sin * (y - middle)) * np.float32(1.6 / chance.side)
    light = _spread(scenes.light) * (1 - _spread(scenes.shadow) * fade)
    canvas *= light[:, None]
    side = chance.side
    size = 3 * side * side
    grain = exact.octets(chance.words(size // 4)).reshape(-1, 2, 3, side, side).astype(np.float32)
    canvas += (grain[:, 0] + grain[:, 1] - 255) * _spread(scenes.noise)[:, None] / 255


def paint(canvas: Floats, cover: Floats, colour: Floats) -> None:
    """Lay one colour a picture, (N, 3), over the canvas where `cover` (N, side, side) says so."""
    # Most of a picture stays as it is, so only the covered pixels are fetched: (P, 3).
    row, y, x = np.nonzero(cover)
    below = canvas[row, :, y, x]
    canvas[row, :, y, x] = below + cover[row, y, x, None] * (colour[row] - below)


def levels(canvas: Floats) -> NDArray[np.uint8]:
    """Brightness of 0 to 1 as bytes; what is darker or brighter is cut off."""
    # Adding a half and cutting off rounds; clipping first keeps the cast within a byte.
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)
