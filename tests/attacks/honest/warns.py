"""Warns, logs and writes to stderr, at the top and at every call."""

# %% squares
import logging
import sys
import warnings

warnings.warn("this is old", DeprecationWarning)
logging.warning("at the top")


def sum_of_squares(x):
    warnings.warn("this may be slow")
    logging.error("in the call")
    print("to stderr", file=sys.stderr)
    np.float64(1.0) / np.float64(0.0)
    return float((x**2).sum())
