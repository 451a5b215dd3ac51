"""How the course draws: one style, a caption and alt text for every figure.

A topic is a name here: `figures.conv.feature_browser`.
"""

from typing import TYPE_CHECKING

from course_lib.figures.images import image_grid
from course_lib.figures.running import watch_cells as _watch_cells
from course_lib.figures.shared import as_pictures, curves, loss_curves
from course_lib.figures.sliders import interactive
from course_lib.figures.style import new_figure, show
from course_lib.figures.timing import timings
from course_lib.topics import loaded_when_used

if TYPE_CHECKING:  # a type checker loads nothing when it is used
    from course_lib.figures import architectures as architectures
    from course_lib.figures import augmentation as augmentation
    from course_lib.figures import backprop as backprop
    from course_lib.figures import captioning as captioning
    from course_lib.figures import conv as conv
    from course_lib.figures import detection as detection
    from course_lib.figures import dragging as dragging
    from course_lib.figures import dropout as dropout
    from course_lib.figures import generative as generative
    from course_lib.figures import grading as grading
    from course_lib.figures import graph as graph
    from course_lib.figures import images as images
    from course_lib.figures import knn as knn
    from course_lib.figures import linear as linear
    from course_lib.figures import norm as norm
    from course_lib.figures import pytorch as pytorch
    from course_lib.figures import rnn as rnn
    from course_lib.figures import scoreboard as scoreboard
    from course_lib.figures import speed as speed
    from course_lib.figures import style as style
    from course_lib.figures import text as text
    from course_lib.figures import timing as timing
    from course_lib.figures import train as train
    from course_lib.figures import visual as visual
    from course_lib.figures import watching as watching

__all__ = [
    "as_pictures",
    "curves",
    "image_grid",
    "interactive",
    "loss_curves",
    "new_figure",
    "show",
    "timings",
]

__getattr__, __dir__ = loaded_when_used(globals(), __path__)

_watch_cells()
