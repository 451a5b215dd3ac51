"""Does one core compute, and as many as before afterwards?"""

import pytest
import torch
from threadpoolctl import threadpool_info

from course_lib import oracle


def test_one_thread_is_one_thread_and_then_as_before():
    """Do PyTorch and NumPy compute on one core within, and as before after, also after an error?"""
    before = torch.get_num_threads(), [pool["num_threads"] for pool in threadpool_info()]

    @oracle.one_thread()
    def within():
        assert torch.get_num_threads() == 1
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        raise KeyError

    with pytest.raises(KeyError):
        within()
    assert (torch.get_num_threads(), [pool["num_threads"] for pool in threadpool_info()]) == before
