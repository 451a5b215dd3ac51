"""How surprised is a table of what followed what?"""

import numpy as np
from numpy.typing import NDArray


def table_bits(
    train: NDArray[np.int64], codes: NDArray[np.int64], kinds: int, memory: int = 3
) -> NDArray[np.float64]:
    """Bits that a table of counts pays for each character of a text.

    train: (L,) int, the text that is counted; codes: (M,) int, the text that is guessed; M > memory
    kinds: how many characters there are
    memory: how many characters the table looks back
    returns: (M,) float64; the first `memory` characters are guesses among all
    """
    longer = _found(train, codes, kinds, memory + 1)
    shorter = _found(train, codes, kinds, memory)[:-1]
    # A twentieth of a count for what has not been seen: nothing is impossible.
    share = (longer + 0.05) / (shorter + 0.05 * kinds)
    return np.concatenate([np.full(memory, np.log2(kinds)), -np.log2(share)])


def _found(
    train: NDArray[np.int64], codes: NDArray[np.int64], kinds: int, size: int
) -> NDArray[np.int64]:
    """For each run of `size` characters of `codes`, how often it stands in `train`."""
    known, counts = np.unique(_numbered(train, kinds, size), return_counts=True)
    asked = _numbered(codes, kinds, size)
    places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[places] == asked, counts[places], 0)


def _numbered(codes: NDArray[np.int64], kinds: int, size: int) -> NDArray[np.int64]:
    """A number for each run of `size` characters."""
    runs = np.lib.stride_tricks.sliding_window_view(codes, size)
    return np.asarray(runs @ kinds ** np.arange(size)[::-1])
