"""Random numbers and directions that come out the same, to the bit, on every machine.

NumPy keeps the raw stream of a bit generator fixed but may change what `Generator` makes of it, and
sin, cos, exp and pow differ between mathematical libraries. So numbers are made here from raw words
by integer arithmetic and by the operations that IEEE 754 rounds in one way only: + - * / and sqrt.
"""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Floats = NDArray[np.float32]


def words(seed: int, rows: int, columns: int) -> Words:
    """Raw words of PCG64, (rows, columns) uint64."""
    raw = np.random.PCG64(seed).random_raw(rows * columns)
    return np.asarray(raw, dtype=np.uint64).reshape(rows, columns)


def words_of(seeds: Words, columns: int, purpose: int) -> Words:
    """Words that depend on one seed a row and on nothing else: (N, columns) uint64.

    seeds: (N,) uint64
    purpose: keeps the words of different uses apart
    source: the output function of SplitMix64 (Steele, Lea and Flood, 2014)
    """
    counter = np.arange(1, columns + 1, dtype=np.uint64) + np.uint64(purpose << 32)
    z = seeds[:, None] + counter[None, :] * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Words = z ^ (z >> np.uint64(31))
    return mixed


def octets(raw: Words) -> NDArray[np.uint8]:
    """The eight bytes of every word, lowest first: (N, 8 * columns) uint8."""
    return np.ascontiguousarray(raw.astype("<u8")).view(np.uint8)


def uniform(raw: Words) -> Floats:
    """Uniform numbers in [0, 1), multiples of 2**-24, which float32 holds exactly."""
    return (raw >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)


def below(raw: Words, n: int) -> NDArray[np.int64]:
    """Integers in 0..n-1, each equally likely up to 2**-32."""
    return (((raw >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def direction(degrees: Floats) -> tuple[Floats, Floats]:
    """Cosine and sine of angles in degrees; the angle is met within 0.01 degrees.

    An angle is split into quarter turns and a rest of at most 45 degrees. With t near the tangent
    of half the rest, ((1 - t^2) / (1 + t^2), 2 t / (1 + t^2)) lies on the unit circle.
    """
    angle = np.asarray(degrees, dtype=np.float32)
    quarter = np.floor(angle / 90 + 0.5)
    half = (angle - 90 * quarter) * np.float32(0.008726646)
    square = half * half
    t = half * (1 + square * (np.float32(1 / 3) + square * np.float32(2 / 15)))
    cos, sin = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    step = quarter.astype(np.int64) % 4
    turned_cos = np.choose(step, [cos, -sin, -cos, sin])
    turned_sin = np.choose(step, [sin, cos, -sin, -cos])
    return turned_cos.astype(np.float32), turned_sin.astype(np.float32)
