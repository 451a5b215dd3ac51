"""The right results, by PyTorch's own operators in float64. NumPy in, NumPy out.

The checks compare with these, and later lessons build on them, so that a mistake costs once.
"""

from course_lib.oracle.layers import (
    affine,
    gradients,
    relu,
    sigmoid,
    softmax_layer,
    svm_layer,
    tanh,
    two_layer_loss,
)
from course_lib.oracle.linear import (
    elastic_net,
    gradient,
    hog,
    hue_histogram,
    softmax_loss,
    svm_loss,
)
from course_lib.oracle.neighbours import (
    fold_indices,
    knn_labels,
    l1_distances,
    l2_distances,
    principal_components,
)
from course_lib.oracle.training import (
    activation,
    activation_backward,
    descend,
    learning_rates,
    maxout,
    net_loss,
    net_scores,
    prelu,
    signal_std,
    standardised,
    whitened,
)

__all__ = [
    "activation",
    "activation_backward",
    "affine",
    "descend",
    "elastic_net",
    "fold_indices",
    "gradient",
    "gradients",
    "hog",
    "hue_histogram",
    "knn_labels",
    "l1_distances",
    "l2_distances",
    "learning_rates",
    "maxout",
    "net_loss",
    "net_scores",
    "prelu",
    "principal_components",
    "relu",
    "sigmoid",
    "signal_std",
    "softmax_layer",
    "softmax_loss",
    "standardised",
    "svm_layer",
    "svm_loss",
    "tanh",
    "two_layer_loss",
    "whitened",
]
