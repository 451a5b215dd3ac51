"""How far has a student come?"""

from nbformat.v4 import new_notebook

from course_lib.progress import Progress, progress_of
from tests.saved import check, solution


def test_an_exercise_is_right_when_all_its_checks_are():
    """Are two checks of one exercise one exercise?"""
    cells = [
        solution("a"),
        check("a", "", passed=True),
        check("a-ties", "", passed=True),
        solution("b"),
        check("b", "", passed=True),
        check("b-ties", "", passed=None),
        solution("c"),
        check("c", "", passed=False),
        solution("d"),
        check("d", "", passed=None),
    ]
    assert progress_of(new_notebook(cells=cells)) == Progress(right=1, not_yet=2, not_run=1)
