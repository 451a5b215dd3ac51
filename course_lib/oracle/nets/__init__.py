"""Small nets that train in seconds, into which a lesson puts its reader's own functions."""

from course_lib.oracle.nets.modules import accuracy, answers, fit_modules, scaled
from course_lib.oracle.nets.normalized import NormNet
from course_lib.oracle.nets.sequence import SequenceNet
from course_lib.oracle.nets.small import SmallNet
from course_lib.oracle.nets.text import TextNet, text_loss, text_params

__all__ = [
    "NormNet",
    "SequenceNet",
    "SmallNet",
    "TextNet",
    "accuracy",
    "answers",
    "fit_modules",
    "scaled",
    "text_loss",
    "text_params",
]
