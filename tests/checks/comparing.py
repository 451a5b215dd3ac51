"""How do tests ask what a comparison says?"""

import numpy as np

from course_lib import checks

DUE = np.random.default_rng(0).normal(size=(5, 4))


def said(actual, expected, *args, **kwargs):
    """The verdict's reason and evidence; "" where the value passes."""
    try:
        checks.equal(actual, expected, *args, **kwargs)
    except checks.NotYet as failure:
        return f"{failure.reason} {failure.evidence}".strip()
    return ""


class Yes:
    """Says yes to every question."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __array__(self, *args, **kwargs):
        return DUE
