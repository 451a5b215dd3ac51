"""What a check sees of the notebook that it stands in."""

from typing import Any

import numpy as np


def test_the_checks_names_are_in_sight():
    """Are arrays and lengths those of the names that the check reads or gives, wherever they were
    given first, and whatever else the notebook holds?"""
    space: dict[str, Any] = {"early": np.zeros(5), "other": np.zeros(11)}
    space |= {f"x{number}": number for number in range(1000)}
    space |= {"np": np, "late": np.zeros((2, 7))}
    check = (
        "from course_lib.checks.sight import arrays_in_sight, lengths_in_sight\n"
        "early, made = early + 1, [late for _ in 'a'] and np.ones(3)\n"
        "seen, arrays = lengths_in_sight(), arrays_in_sight()"
    )
    exec(compile(check, "<check>", "exec"), space)
    assert space["seen"] == {2, 3, 5, 7}
    assert space["arrays"].keys() == {"early", "made", "late"}
    assert space["arrays"]["early"].tolist() == [1] * 5


def test_attributes_are_no_names_of_the_notebook():
    """Is `bench.loss` no use of a variable `loss` that another cell left behind, and is a name that
    only a comprehension or a lambda of the check reads one?"""
    space: dict[str, Any] = {"bench": print, "loss": "a", "inner": "b", "later": "c", "name": "d"}
    check = (
        "from course_lib.checks.sight import named_in_sight\n"
        "x = hasattr(bench, 'loss') and bench.loss\n"
        "y = [inner for name in (1,)], lambda: later\n"
        "seen = named_in_sight()"
    )
    exec(compile(check, "<check>", "exec"), space)
    assert [one for one in space["seen"] if isinstance(one, str)] == ["b", "c"]
