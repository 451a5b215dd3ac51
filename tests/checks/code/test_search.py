"""Where does what a function uses hold a loop, whatever its clothes?"""

import pytest

from course_lib import checks
from course_lib.checks import table
from course_lib.checks.code.search import first_found
from tests.checks.writing import notebook, said

pytestmark = pytest.mark.usefixtures("main")

HELPERS = {
    "a for loop": "def g(x):\n    for v in x:\n        x = x + v\n    return x",
    "a while loop": "def g(x):\n    while x.sum() > 1:\n        x = x / 2\n    return x",
    "a list comprehension": "def g(x):\n    y = 1\n    return np.array([v + y for v in x])",
    "a set comprehension": "def g(x):\n    return {v for v in x}",
    "a dict comprehension": "def g(x):\n    return {v: 1 for v in x}",
    "a generator": "def g(x):\n    return sum(v for v in x)",
    "a loop within a function": "def g(x):\n    def h():\n        for v in x: pass\n    return h()",
    "map": "def g(x):\n    return list(map(abs, x))",
    "filter": "def g(x):\n    return list(filter(None, x))",
    "reduce": "from functools import reduce\ndef g(x):\n    return reduce(np.add, x)",
    "recursion": "def g(x):\n    return x[0] + g(x[1:]) if len(x) else 0",
    "recursion of two": "def h(x):\n    return g(x[1:])\ndef g(x):\n"
    "    return h(x) if len(x) else 0",
    "recursion within": "def g(x):\n    def h(x):\n        return h(x[1:]) if len(x) else 0\n"
    "    return h(x)",
    "a lambda": "g = lambda x: [v for v in x]",
    "a helper of a helper": "def h(x):\n    return [v for v in x]\ndef g(x):\n    return h(x)",
    "an alias of a helper": "def h(x):\n    return [v for v in x]\ng = h",
    "a partial": "import functools\ndef h(a, x):\n    return [v for v in x]\n"
    "g = functools.partial(h, 1)",
    "a partial of reduce": "import functools\ng = functools.partial(functools.reduce, np.add)",
    "a closure": "def make(a):\n    def h(x):\n        return [v for v in x]\n    return h\n"
    "g = make(1)",
    "a closure that has it": "def h(x):\n    return [v for v in x]\ndef make(k):\n"
    "    return lambda x: k(x)\ng = make(h)",
    "a default": "def h(x):\n    return [v for v in x]\ndef g(x, h=h):\n    return h(x)",
    "a default by name": "def h(x):\n    return [v for v in x]\ndef g(x, *, h=h):\n    return h(x)",
    "an asynchronous loop": "async def g(x):\n    async for v in x: pass",
    "a base": "class H:\n    def run(self, x):\n        return [v for v in x]\n"
    "class G(H):\n    pass\none = G()\ndef g(x):\n    return one.run(x)",
    "a call by its long name": "def h(x):\n    return [v for v in x]\n"
    "def g(x):\n    return h.__call__(x)",
    "a decorator": "def each(k):\n    return lambda x: [k(v) for v in x]\n"
    "@each\ndef g(x):\n    return x",
    "a cached function": "import functools\n@functools.cache\ndef g(x):\n    return [v for v in x]",
    "an object that is called": "class G:\n    def __call__(self, x):\n"
    "        return [v for v in x]\n"
    "g = G()",
    "an object's method": "class G:\n    def run(self, x):\n        return [v for v in x]\n"
    "one = G()\ndef g(x):\n    return one.run(x)",
    "a static method": "class G:\n    @staticmethod\n    def run(x):\n"
    "        return [v for v in x]\n"
    "def g(x):\n    return G.run(x)",
}


ALIASES = {
    "functools.reduce": "from functools import reduce as r\ndef f(x):\n    return r(np.add, x)",
    "functools.reduce in its module": "import functools\ndef f(x):\n"
    "    return functools.reduce(np.add, x)",
    "functools.reduce in a module of another name": "import functools as t\ndef f(x):\n"
    "    return t.reduce(np.add, x)",
    "functools.reduce imported within": "def f(x):\n"
    "    from functools import reduce as r; return r(np.add, x)",
    "functools.reduce in a module imported within": "def f(x):\n"
    "    import functools as t; return t.reduce(np.add, x)",
    "itertools.starmap": "import itertools\ndef f(x):\n    return list(itertools.starmap(pow, x))",
    "itertools.accumulate": "from itertools import accumulate\ndef f(x):\n"
    "    return list(accumulate(x, max))",
    "map()": "m = map\ndef f(x):\n    return list(m(abs, x))",
    "map() of another name": "def f(x):\n    m = map; return list(m(abs, x))",
    "filter()": "m = filter\ndef f(x):\n    return list(m(None, x))",
    "np.vectorize": "v = np.vectorize\ndef f(x):\n    return v(abs)(x)",
    "np.vectorize made before": "v = np.vectorize(abs)\ndef f(x):\n    return v(x)",
    "np.vectorize by its name": "from numpy import vectorize as v\ndef f(x):\n    return v(abs)(x)",
    "np.apply_along_axis": "v = np.apply_along_axis\ndef f(x):\n    return v(sum, 0, x)",
    "np.frompyfunc made before": "v = np.frompyfunc(abs, 1, 1)\ndef f(x):\n    return v(x)",
    "recursion": "def f(x):\n    return x[0] + f(x[1:]) if len(x) else 0",
}


FREE = {
    "no loop": "def f(x):\n    return x @ x.T  # for all rows, while x.map is no map",
    "an unused helper": "def g(x): return [v for v in x]\ndef f(x): return x + 1",
    "a helper without a loop": "def g(x): return x + 1\ndef f(x): return g(x)",
    "loops of packages": "import statistics, functools\ndef f(x):\n"
    "    return statistics.fmean(x) + np.linalg.norm(x) + np.einsum('i,i', x, x)",
    "a ufunc's reduce": "import functools\ndef f(x):\n    return np.add.reduce(x)",
    "a ufunc's reduce beside functools": "import functools\ng = functools.partial(np.sum, axis=0)\n"
    "def f(x):\n    return np.maximum.reduce(functools.partial(np.sum, axis=0)(x))",
    "an unused import": "from functools import reduce\ndef f(x):\n    import itertools\n"
    "    return x",
    "a filter that is an array": "def f(x, filter=None):\n    filter = np.ones(3)\n"
    "    return filter * x",
    "a global filter that is an array": "filter = np.ones(3)\ndef f(x):\n    return filter * x",
    "an attribute of its own": "def f(x):\n    f.calls += 1\n    return x",
    "a method that is not called": "class G:\n    def run(self, x): return x\n"
    "    def other(self, x): return [v for v in x]\ng = G()\ndef f(x):\n    return g.run(x)",
    "course_lib": "from course_lib.oracle import conv\ndef f(x): return conv.windows(x, x)",
    "a generator without a loop": "def g(x):\n    yield from x\ndef f(x): return g(x)",
    "a thousand helpers": "\n".join(f"def h{i}(x): return h{i + 1}(x)" for i in range(1500))
    + "\ndef h1500(x): return x\ndef f(x): return h0(x)",
    "a class that breaks": "class B:\n    def __getattr__(self, name):\n        1 / 0\n"
    "b = B()\ndef f(x): return b",
}


@pytest.mark.parametrize("helper", HELPERS.values(), ids=HELPERS)
def test_in_a_helper(helper: str):
    """Is a loop found in what the function uses, by whatever way?"""
    failure = said(notebook(f"{helper}\ndef f(x):\n    return g(x)\n"))
    assert failure.reason.startswith("No Python loop is allowed here, and line ")
    assert first_found(notebook(f"{helper}\ndef f(x):\n    return x\n")) is None


@pytest.mark.parametrize(("name", "text"), ALIASES.items(), ids=ALIASES)
def test_another_name(name: str, text: str):
    """Is a loop in other clothes found under another name, and its line told?"""
    what = name.partition(" ")[0]
    assert f"line 2 of f holds {what}, which is a loop inside." in said(notebook(text)).reason


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_no_loop(text: str):
    """Does what holds no loop of the student's pass?"""
    checks.without_loops(notebook(text))


def test_modules_of_the_students(tmp_path, monkeypatch):
    """Are a student's modules beside the notebook followed?"""
    text = "def g(x):\n    return [v for v in x]\ndef h(x):\n    return x\n"
    (tmp_path / "course_loops.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    for use in ("course_loops.g(x)", "m.g(x)", "g(x)"):
        start = "import course_loops, course_loops as m\nfrom course_loops import *\n"
        failure = said(notebook(f"{start}def f(x):\n    return {use}\n"))
        assert "line 2 of g, which f uses, holds a loop." in failure.reason
    checks.without_loops(notebook("import course_loops\ndef f(x):\n    return course_loops.h(x)\n"))


def test_what_the_set_up_defines():
    """Do functions, lambdas and objects of the set-up cells cost nothing, and imports as ever?"""
    setup = (
        "import functools\ndef g(x): return [v for v in x]\nl = lambda x: [v for v in x]\n"
        "class G:\n    def __call__(self, x): return [v for v in x]\no = G()\n"
        "v = np.vectorize(abs)\n"
    )
    given = table.Table("", {"t": table.Check("t", "t", 1.0)}, ["functools", *"glGov"])
    with table.given(given):
        for use in ("g(x)", "l(x)", "G()(x)", "o(x)", "v(x)", "mine(x)", "made(x)"):
            text = f"mine, made = g, G()\ndef f(x):\n    return {use}\n"
            function = notebook(text, setup=setup)
            with checks.verdict("t"):
                checks.without_loops(function)
            said(function)  # where no check says what the set-up defines
        reduced = notebook("def f(x):\n    return functools.reduce(np.add, x)\n", setup=setup)
        with pytest.raises(checks.NotYet, match=r"holds functools\.reduce"), checks.verdict("t"):
            checks.without_loops(reduced)


def test_the_place_in_a_helper():
    """Is the helper named, and its line quoted?"""
    failure = said(notebook(f"{HELPERS['a list comprehension']}\ndef f(x):\n    return g(x)\n"))
    assert "line 3 of g, which f uses, holds a loop." in failure.reason
    assert failure.evidence == "Line 3: `return np.array([v + y for v in x])`."
    failure = said(notebook("g = lambda x: [v for v in x]\ndef f(x):\n    return g(x)\n"))
    assert "line 1 of a lambda, which f uses, holds a loop." in failure.reason
