"""What a check sees of the notebook that it stands in."""

from typing import Any

import numpy as np


def test_the_latest_names_are_in_sight():
    """Are the lengths those of the names that came last, where a notebook has very many?"""
    space: dict[str, Any] = {"early": np.zeros(5)}
    space |= {f"x{number}": number for number in range(1000)}
    space |= {"late": np.zeros((2, 7))}
    check = "from course_lib.checks.sight import lengths_in_sight\nseen = lengths_in_sight()"
    exec(compile(check, "<check>", "exec"), space)
    assert space["seen"] == {2, 7}
