"""Where one part of a result is wrong: what is said of it and the others?"""

import numpy as np
import pytest

from tests.checks.comparing import said

DX, DW = np.arange(12.0).reshape(3, 4), np.arange(8.0).reshape(4, 2) ** 2
DB = np.array([1.5, 5.25, -2.0])
DUE = DX, DW, DB


@pytest.mark.parametrize(
    ("mine", "due"),
    [
        ((DX, DX, DB), "dw: This is what dx should be."),
        ((DX, DB, 2 * DW), "dw: This is what db should be."),
        ((DX.T, DW, DB), "It is transposed. dw and db are right."),
        ((DX, 2 * DW, DB), "dx and db are right."),
        ((DX, DW + 1j, 3 * DB), "dx is right, db is wrong, too."),
        ((DX + 0.5, DW, DB), "dw and db are right."),
    ],
)
def test_what_the_parts_tell(mine: tuple[np.ndarray, ...], due: str) -> None:
    """Is a part known that is another's value, and is said which others are right?"""
    assert due in said(mine, DUE, "dx, dw, db")


def test_small_numbers_tell_nothing() -> None:
    """Is a row of zeros and ones not taken for another part?"""
    zeros, ones = np.zeros(3), np.ones(3)
    found = said((ones, ones), (zeros, ones), "dw, db")
    assert "should be" not in found
    assert found.endswith("db is right.")


def test_parts_without_names() -> None:
    """Is nothing added where the parts of a result have no names?"""
    assert "right" not in said((DX, DW), (DX, 2 * DW), "result")
