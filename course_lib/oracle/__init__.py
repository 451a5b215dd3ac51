"""The right results, by PyTorch's own operators in float64. NumPy in, NumPy out.

The checks compare with these, and later lessons build on them, so that a mistake costs once.
A topic is a name here: `oracle.conv.windows`.
"""

from typing import TYPE_CHECKING

from course_lib.oracle.layers import gradients, with_gradients
from course_lib.oracle.lent import lend
from course_lib.oracle.threads import one_thread
from course_lib.topics import loaded_when_used

if TYPE_CHECKING:  # a type checker loads nothing when it is used
    from course_lib.oracle import architectures as architectures
    from course_lib.oracle import augment as augment
    from course_lib.oracle import blocks as blocks
    from course_lib.oracle import captioning as captioning
    from course_lib.oracle import conv as conv
    from course_lib.oracle import detection as detection
    from course_lib.oracle import detector as detector
    from course_lib.oracle import dropout as dropout
    from course_lib.oracle import generative as generative
    from course_lib.oracle import knn as knn
    from course_lib.oracle import layers as layers
    from course_lib.oracle import lent as lent
    from course_lib.oracle import linear as linear
    from course_lib.oracle import nets as nets
    from course_lib.oracle import norm as norm
    from course_lib.oracle import pytorch as pytorch
    from course_lib.oracle import rnn as rnn
    from course_lib.oracle import samples as samples
    from course_lib.oracle import segmentation as segmentation
    from course_lib.oracle import speed as speed
    from course_lib.oracle import train as train
    from course_lib.oracle import transformer as transformer
    from course_lib.oracle import visual as visual

__all__ = ["gradients", "lend", "one_thread", "with_gradients"]

__getattr__, __dir__ = loaded_when_used(globals(), __path__)
