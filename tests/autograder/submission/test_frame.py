"""What a lesson fixes: which functions nobody has written yet?"""

import ast

import pytest

from tests.autograder.submission.test_moved import FRAME


@pytest.mark.parametrize(
    ("text", "is_stub"),
    [
        ("def double(x):\n    raise NotImplementedError", True),
        ("def double(x):\n    'Mine.'\n    # soon\n    raise NotImplementedError()", True),
        ("def double(x: float, times: int = 2) -> float:\n    raise NotImplementedError", True),
        ("def double(x):\n    return 2 * x", False),
        ("def double(x):\n    x = 2 * x\n    raise NotImplementedError", False),
        ("def double(x):\n    raise ValueError", False),
        ("def other(x):\n    raise NotImplementedError", False),
    ],
)
def test_stubs(text: str, is_stub: bool) -> None:
    """Is an exercise's function known as unwritten, whatever was done to its first line?"""
    assert FRAME.landmarks.is_stub(ast.parse(text).body[0]) == is_stub
