"""Whose fault is an error?"""

from course_lib.checks.blame import blamed

__tracebackhide__ = True  # this module only passes calls on
SETUP = "def lend(answer):\n    def inner():\n        return answer(seed=1)\n    return inner()\n"
ANSWER = "def answer():\n    return 1\ndef failing(seed):\n    return 1 / 0\n"


def _error(call):
    space = {}
    exec(compile(SETUP + ANSWER, "<cell>", "exec"), space)
    try:
        eval(call, space)
    except Exception as error:
        return error
    raise AssertionError


def test_functions_of_the_set_up_are_not_the_readers():
    """Where a set-up function calls an answer that takes no such argument, is no line blamed?"""
    told = blamed(_error("lend(answer)"), ["lend"])
    assert told.startswith("Your function cannot be called as its docstring says.")
    assert "line" not in told


def test_an_error_within_the_answer_is_the_readers():
    """And where the answer itself fails, is its own line told?"""
    told = blamed(_error("lend(failing)"), ["lend"])
    assert "line 2 of failing" in told
