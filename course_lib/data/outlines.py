"""The ten outlines: how far a point lies outside a shape of about unit radius.

Each takes coordinates u (to the right) and v (downwards) and returns numbers of the same shape:
negative inside, 0 on the outline, and near it growing like the distance.
"""

from collections.abc import Callable

import numpy as np

from course_lib.data.exact import Floats

Outline = Callable[[Floats, Floats], Floats]


def _radius(u: Floats, v: Floats) -> Floats:
    r: Floats = np.sqrt(u * u + v * v)
    return r


def _rectangle(u: Floats, v: Floats, half_width: float, half_height: float) -> Floats:
    outside: Floats = np.maximum(np.abs(u) - half_width, np.abs(v) - half_height)
    return outside


def _arrow(u: Floats, v: Floats) -> Floats:
    """Points up: a triangular head on a shaft."""
    shaft = _rectangle(u, v - 0.35, 0.26, 0.6)
    head = np.maximum(v + 0.02, np.abs(u) * 0.76 - (v + 1) * 0.65)
    outside: Floats = np.minimum(shaft, head)
    return outside


def _circle(u: Floats, v: Floats) -> Floats:
    return _radius(u, v) - 0.85


def _crescent(u: Floats, v: Floats) -> Floats:
    outside: Floats = np.maximum(_radius(u, v) - 0.95, 0.75 - _radius(u - 0.45, v))
    return outside


def _cross(u: Floats, v: Floats) -> Floats:
    outside: Floats = np.minimum(_rectangle(u, v, 0.95, 0.28), _rectangle(u, v, 0.28, 0.95))
    return outside


def _heart(u: Floats, v: Floats) -> Floats:
    """A square on its corner with a half disc on each of its two upper sides."""
    p, q = (u + v - 0.2) * 0.70710678, (u - v + 0.2) * 0.70710678
    square = _rectangle(p, q, 0.56, 0.56)
    lobes = np.minimum(_radius(p + 0.56, q), _radius(p, q - 0.56)) - 0.56
    outside: Floats = np.minimum(square, lobes)
    return outside


def _hourglass(u: Floats, v: Floats) -> Floats:
    outside: Floats = np.maximum(np.abs(v) - 0.9, (np.abs(u) - np.abs(v) * 0.8 - 0.08) * 0.78)
    return outside


def _ring(u: Floats, v: Floats) -> Floats:
    outside: Floats = np.abs(_radius(u, v) - 0.7) - 0.24
    return outside


def _square(u: Floats, v: Floats) -> Floats:
    return _rectangle(u, v, 0.78, 0.78)


# Normals of the five lines of a star with a point at the top: sines, cosines of 36 and 72 degrees.
_PENTAGON = (
    (0.58778525, 0.80901699),
    (-0.58778525, 0.80901699),
    (0.95105652, -0.30901699),
    (-0.95105652, -0.30901699),
    (0.0, -1.0),
)


def _star(u: Floats, v: Floats) -> Floats:
    """Five points: inside lies what is beyond at most one of five lines, so the second largest."""
    largest = second = np.full_like(u, -np.inf)
    for a, b in _PENTAGON:
        beyond = a * u + b * v - 0.36
        second = np.maximum(second, np.minimum(largest, beyond))
        largest = np.maximum(largest, beyond)
    return second


def _triangle(u: Floats, v: Floats) -> Floats:
    """Points up."""
    outside: Floats = np.maximum(v - 0.6, np.abs(u) * 0.86602540 - v * 0.5 - 0.5)
    return outside


OUTLINES: dict[str, Outline] = {
    "arrow": _arrow,
    "circle": _circle,
    "crescent": _crescent,
    "cross": _cross,
    "heart": _heart,
    "hourglass": _hourglass,
    "ring": _ring,
    "square": _square,
    "star": _star,
    "triangle": _triangle,
}
