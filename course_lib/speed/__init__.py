"""Lesson 15's recipe: a ConvNet trained in seconds on a GPU, in a minute or two on a CPU.

The loop and the net are here; the tricks are functions that the lesson's exercises ask for, handed
over as `Parts`. A `Recipe` says which are on. Importing this package imports PyTorch.
"""

from course_lib.speed.devices import best, choose, join, leave
from course_lib.speed.net import Net
from course_lib.speed.parts import Parts
from course_lib.speed.recipe import RECIPES, TRICKS, Recipe
from course_lib.speed.run import Clock, History, Run
from course_lib.speed.training import train

__all__ = [
    "RECIPES",
    "TRICKS",
    "Clock",
    "History",
    "Net",
    "Parts",
    "Recipe",
    "Run",
    "best",
    "choose",
    "join",
    "leave",
    "train",
]
