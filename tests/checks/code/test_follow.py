"""What do a student's own functions use? Is it read off their code, and nothing of it run?"""

import functools
import inspect
import json
import statistics
import sys
import types

import numpy as np
import pytest

from course_lib.checks.code import follow
from tests.checks.writing import notebook


def used(function):
    """Name, line of the function, and attributes of each use."""
    code = function.__code__
    return [
        (use.name, use.line - code.co_firstlineno + 1, use.path)
        for use in follow.uses(code, function.__globals__ | follow.closure(function))
        if use.name in "ghmt" or isinstance(use.value, types.ModuleType)
    ]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("def f(x):\n    return g(x)", [("g", 2, ())]),
        ("def f(x):\n    y = x\n    return m.sub.call(y)", [("m", 3, ("sub", "call"))]),
        ("def f(x):\n    g = 1\n    return g", []),
        ("def f(x):\n    return [g(v) for v in x]", [("g", 2, ())]),
        (
            "def f(x):\n    def inner():\n        return h(g)\n    return 1",
            [("h", 3, ()), ("g", 3, ())],
        ),
        ("def f(x):\n    t.calls += 1", [("t", 2, ("calls",))]),
        ("def f(x):\n    import os.path as p\n    return p.join(x)", [("p", 3, ("join",))]),
        ("def f(x):\n    import os.path as p\n    return x", []),
        ("def f(x):\n    return __import__('json').loads(x)", [("json", 2, ())]),
    ],
)
def test_names_that_are_used(text, due):
    """Is each use found with its line and attributes, and what is only named like one not?"""
    assert used(notebook(text, setup="def g(x): 1 / 0\nh = g\nm = t = g")) == due


def test_an_import_within_bears_its_full_name():
    """Does an import inside a function stand for what it imports, which is not loaded for that?"""
    text = "def f(x):\n    from nowhere.deep import thing as t\n    return t(x)"
    function = notebook(text)
    (use,) = [use for use in follow.uses(function.__code__, {}) if use.name == "t"]
    assert use.value.__name__ == "nowhere.deep.thing"
    assert "nowhere" not in sys.modules


def test_closures_are_pythons():
    """Are the names from around a function those that `inspect` finds, with their values?"""

    def make(a, b):
        def inner():
            return a + b

        def early():
            return late

        if a < 0:
            late = 0
        return inner, early

    inner, early = make(1, 2)
    assert follow.closure(inner) == inspect.getclosurevars(inner).nonlocals == {"a": 1, "b": 2}
    assert follow.closure(early) == {"late": None}  # which has no value yet
    assert follow.closure(make) == {}


def test_whose_code_it_is(tmp_path):
    """Are notebooks and files beside them told apart from every library and from the course?"""
    assert follow.is_students({"__name__": "__main__"})
    assert follow.is_students({"__name__": "mine", "__file__": str(tmp_path / "mine.py")})
    for module in (json, np, pytest, statistics, follow):
        assert not follow.is_students(vars(module))
    assert not follow.is_students({"__name__": "built-in"})
    assert not follow.is_students_class(np.ndarray)
    assert follow.is_students_class(type("Mine", (), {"__module__": "__main__"}))


def test_what_something_is_made_of():
    """Are the parts of partials, properties, methods and cached functions found, and no more?"""

    def plain(x):
        return x

    class Breaks:
        def __getattr__(self, name):
            raise RuntimeError

    assert follow.wrapped(functools.partial(plain, 1)) == [plain]
    assert follow.wrapped(functools.lru_cache(plain)) == [plain]
    assert follow.wrapped(property(plain)) == [plain]
    assert follow.wrapped(staticmethod(plain)) == [plain, plain]
    assert follow.wrapped(np.vectorize(plain)) == [plain]
    assert follow.wrapped(plain) == follow.wrapped(Breaks()) == []
