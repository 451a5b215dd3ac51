"""How the course draws: one style, a caption and alt text for every figure."""

from course_lib.figures.images import difference_strip, image_grid
from course_lib.figures.interactive import interactive
from course_lib.figures.neighbours import (
    MapState,
    cross_validation,
    decision_map,
    distance_matrix,
    fold_diagram,
    projections,
)
from course_lib.figures.style import COLOURS, MARKERS, Captioned, new_figure, show
from course_lib.figures.timing import timings

__all__ = [
    "COLOURS",
    "MARKERS",
    "Captioned",
    "MapState",
    "cross_validation",
    "decision_map",
    "difference_strip",
    "distance_matrix",
    "fold_diagram",
    "image_grid",
    "interactive",
    "new_figure",
    "projections",
    "show",
    "timings",
]
