"""What a scene is made of, and how random scenes are drawn."""

import dataclasses
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.data import exact
from course_lib.data.exact import Floats, Words
from course_lib.data.outlines import OUTLINES
from course_lib.errors import CourseError

CLASSES = tuple(OUTLINES)
PATTERNS = ("plain", "striped", "checked", "dotted")
COLOURS = {
    "red": (0.84, 0.16, 0.16),
    "orange": (0.95, 0.55, 0.13),
    "yellow": (0.96, 0.86, 0.25),
    "green": (0.24, 0.62, 0.26),
    "teal": (0.16, 0.68, 0.66),
    "blue": (0.18, 0.36, 0.82),
    "purple": (0.50, 0.24, 0.66),
    "pink": (0.95, 0.58, 0.74),
    "brown": (0.45, 0.28, 0.16),
    "white": (0.94, 0.94, 0.92),
    "gray": (0.52, 0.53, 0.55),
    "black": (0.10, 0.10, 0.13),
}
COLOUR_NAMES = tuple(COLOURS)

# What is seen together in the world: the usual colours of an object, and of what lies behind it.
# They overlap between classes, as sky lies behind airplanes and behind birds. These shares, and
# the ranges in draw_scenes, place the rungs of the ladder in data/README.md: habits raise the
# linear classifier, a loose pose and changing light lower the nearest neighbour, and outline and
# pattern are left for the ConvNet to find.
_COLOUR_SHARE, _BACKDROP_SHARE, _PATTERN_SHARE = 0.82, 0.3, 0.5
_USUAL_COLOURS = {
    "arrow": (("white", "yellow"), ("blue", "gray")),
    "circle": (("red", "orange"), ("green", "teal")),
    "crescent": (("yellow", "white"), ("black", "blue")),
    "cross": (("red", "white"), ("white", "gray")),
    "heart": (("red", "purple"), ("pink", "white")),
    "hourglass": (("brown", "black"), ("orange", "brown")),
    "ring": (("yellow", "gray"), ("purple", "black")),
    "square": (("brown", "blue"), ("yellow", "green")),
    "star": (("yellow", "white"), ("red", "purple")),
    "triangle": (("green", "purple"), ("teal", "blue")),
}
_USUAL_PATTERN = {
    "arrow": "plain",
    "circle": "striped",
    "crescent": "plain",
    "cross": "plain",
    "heart": "dotted",
    "hourglass": "striped",
    "ring": "plain",
    "square": "checked",
    "star": "plain",
    "triangle": "dotted",
}


_OBJECT_HABITS = np.array(
    [[COLOUR_NAMES.index(colour) for colour in _USUAL_COLOURS[name][0]] for name in CLASSES]
)
_BACKDROP_HABITS = np.array(
    [[COLOUR_NAMES.index(colour) for colour in _USUAL_COLOURS[name][1]] for name in CLASSES]
)
_PATTERN_HABITS = np.array([[PATTERNS.index(_USUAL_PATTERN[name])] for name in CLASSES])

MARKS = 12
_DTYPES = {
    "labels": np.int64,
    "colour": np.int64,
    "pattern": np.int64,
    "backdrop": np.int64,
    "clutter": np.int64,
    "seeds": np.uint64,
}
_RANGES = {
    "labels": (0, len(CLASSES) - 1),
    "size": (1, 100),
    "stretch": (0.05, 20),
    "colour": (0, len(COLOURS) - 1),
    "pattern": (0, len(PATTERNS) - 1),
    "backdrop": (0, len(COLOURS) - 1),
    "light": (0, 100),
    "shadow": (0, 1),
    "clutter": (0, MARKS),
    "occlusion": (0, 1),
    "noise": (0, 1),
}


@dataclass(frozen=True)
class Scenes:
    """The conditions of N scenes: one array a condition, one entry a scene.

    `scenes.replace(light=0.5)` changes one condition and leaves all else as it was.

    raises: CourseError where a condition has the wrong shape or lies outside its range
    """

    labels: NDArray[np.int64]  # index into CLASSES
    x: Floats  # centre of the object, pixels from the left
    y: Floats  # centre of the object, pixels from the top
    size: Floats  # radius of the object, pixels
    angle: Floats  # rotation, degrees clockwise
    stretch: Floats  # viewpoint: width over height, 1 seen from the front
    bend: Floats  # deformation: how far the ends move aside from the middle, in radii
    colour: NDArray[np.int64]  # of the object, index into COLOUR_NAMES
    pattern: NDArray[np.int64]  # of the object, index into PATTERNS
    backdrop: NDArray[np.int64]  # colour behind the object, index into COLOUR_NAMES
    light: Floats  # brightness of the whole scene, 1 is neutral
    shadow: (
        Floats  # how much darker one side is than the middle, 0 to 1; the other side is brighter
    )
    clutter: NDArray[np.int64]  # number of marks strewn over the picture, 0 to MARKS
    occlusion: Floats  # share of the object's width behind a beam, 0 to 1
    noise: Floats  # largest error of the sensor, 1 is the whole range of brightness
    seeds: Words  # decides all that is incidental: tints, marks, directions, grain

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.seeds))
        for name in (field.name for field in fields(self)):
            value = np.asarray(getattr(self, name))
            if value.shape not in ((), (1,), (count,)):
                raise CourseError(
                    f"Scenes: {name} has shape {value.shape}, but there are {count} scenes. "
                    f"Give one number, or {count} of them."
                )
            low, high = _RANGES.get(name, (-np.inf, np.inf))
            if not ((value >= low) & (value <= high)).all():
                raise CourseError(f"Scenes: {name} must lie between {low} and {high}. Change it.")
            dtype = _DTYPES.get(name, np.float32)
            object.__setattr__(self, name, np.broadcast_to(value, (count,)).astype(dtype))

    def __len__(self) -> int:
        return len(self.seeds)

    def replace(self, **conditions: ArrayLike) -> "Scenes":
        """The same scenes with some conditions changed: one number for all, or one a scene."""
        return dataclasses.replace(self, **conditions)  # type: ignore[arg-type]  # made arrays above

    def take(self, indices: ArrayLike | slice) -> "Scenes":
        """The scenes at `indices`, in that order; the same index twice gives the scene twice."""
        return Scenes(*(getattr(self, field.name)[indices] for field in fields(self)))


def draw_scenes(count: int, seed: int) -> Scenes:
    """Draw `count` random scenes, the classes balanced and shuffled; one seed gives one result."""
    column = iter(exact.words(seed, count, 24).T)

    def between(low: float, high: float) -> Floats:
        return low + (high - low) * exact.uniform(next(column))

    def pick(n: int) -> NDArray[np.int64]:
        return exact.below(next(column), n)

    def habit(usual: NDArray[np.int64], share: float, n: int) -> NDArray[np.int64]:
        favourite = usual[labels, pick(usual.shape[1])]
        return np.where(between(0, 1) < share, favourite, pick(n))

    rank = np.argsort(np.argsort(next(column), kind="stable"), kind="stable")
    labels = (rank % len(CLASSES)).astype(np.int64)
    n = len(COLOURS)
    backdrop = habit(_BACKDROP_HABITS, _BACKDROP_SHARE, n)
    colour = habit(_OBJECT_HABITS, _COLOUR_SHARE, n)
    return Scenes(
        labels=labels,
        x=between(11.8, 20.2),
        y=between(11.8, 20.2),
        size=between(8, 12),
        angle=between(-30, 30),
        stretch=between(0.7, 1.3),
        bend=between(-0.3, 0.3),
        # An object of the backdrop's colour could not be seen: it gets another.
        colour=np.where(colour == backdrop, (colour + 1 + pick(n - 1)) % n, colour),
        pattern=habit(_PATTERN_HABITS, _PATTERN_SHARE, len(PATTERNS)),
        backdrop=backdrop,
        light=between(0.6, 1.3),
        shadow=between(0, 0.6),
        clutter=pick(8),
        occlusion=np.maximum(between(-0.4, 0.4), 0),
        noise=between(0.03, 0.13),
        seeds=next(column),
    )
