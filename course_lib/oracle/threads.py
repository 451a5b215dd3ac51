"""One processor core for small matrices."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this context PyTorch and NumPy compute on one core.

    Several threads on matrices of a few hundred rows wait for each other most of the time, and on a
    busy machine all of the time.
    """
    import torch
    from threadpoolctl import threadpool_limits  # scikit-learn's

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)
