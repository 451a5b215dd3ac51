import numpy as np
import pytest

from course_lib import data


def test_a_table_pays_what_its_counts_say():
    """Are the bits those of counted shares, and is what was never seen dear but possible?"""
    train, codes = np.array([0, 1, 0, 1, 0, 2]), np.array([0, 1, 0, 0])
    after_0, after_1 = {1: 2, 2: 1}, {0: 2}
    due = [
        np.log2(3),
        -np.log2((after_0[1] + 0.05) / (3 + 0.15)),
        -np.log2((after_1[0] + 0.05) / (2 + 0.15)),
        -np.log2(0.05 / (3 + 0.15)),
    ]
    assert data.table_bits(train, codes, 3, memory=1) == pytest.approx(due)


def test_a_longer_memory_knows_more():
    """On a text with a period of three, is a memory of two sure and one of one not?"""
    train = np.tile([0, 1, 0, 2], 500)
    one, two = (data.table_bits(train, train[:100], 3, memory)[5:].mean() for memory in (1, 2))
    assert two < 0.01 < 0.4 < one
