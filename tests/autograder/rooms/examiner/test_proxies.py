"""What stands in the examiner's room for what a student defined."""

import copy
import inspect
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.proxies import definition, named, update
from course_lib import checks
from course_lib.checks import table
from course_lib.checks.behaviour import changes_show
from course_lib.checks.blame import blamed

Linked = Callable[..., Link]


def defined(link: Link, *names: str) -> list[Any]:
    """What the names stand for, as the examiner holds it."""
    space = link.ask("names", list(names))
    return [space[name] for name in names]


def test_function(linked: Linked):
    """Can a function be called by position and name, and asked for its name and parameters?"""
    (add,) = defined(linked("def add(a, b=1):\n    return a + b"), "add")
    assert add(1) == 2
    assert add(a=np.ones(2), b=2).tolist() == [3, 3]
    assert add.__name__ == "add"
    assert list(inspect.signature(add).parameters) == ["a", "b"]
    with pytest.raises(TypeError):
        inspect.getsource(add)


def test_object(linked: Linked):
    """Do attributes, methods, operators, items and length of an object work, and nothing else?"""
    cell = (
        "class V:\n    def __init__(self, x): self.x = x\n"
        "    def __add__(self, o): return V(self.x + getattr(o, 'x', o))\n"
        "    __radd__ = __add__\n    def __neg__(self): return V(-self.x)\n"
        "    def __getitem__(self, i): return i\n    def __len__(self): return 7\n"
        "    def __eq__(self, o): return True\n    def __bool__(self): return True\n"
        "    def __float__(self): return 1.0\n    def __array__(self, *a, **k): return 1 / 0\n"
        "    def __iter__(self): return iter([1])\n    def mean(self, **k): return 0.0\n"
        "    shape = (20, 400)\n    dtype = 'float64'\n"
    )
    (V,) = defined(linked(cell), "V")
    v = V(2)
    assert (v + 3).x == 5
    assert (3 + v).x == 5
    assert (v + v).x == 4
    assert (-v).x == -2
    assert v[1:2] == slice(1, 2)
    assert len(v) == 7
    v.x = np.arange(3)
    assert v.x.tolist() == [0, 1, 2]
    assert copy.deepcopy(v) is v
    for use in (
        lambda: v == 1,
        lambda: v != 1,
        lambda: v < 1,
        lambda: bool(v),
        lambda: float(v),
        lambda: int(v),
        lambda: range(v),
        lambda: list(v),
        lambda: 1 in v,
        lambda: np.asarray(v),
        lambda: np.mean(v),
        lambda: np.shape(v),
        lambda: np.abs(v),
        lambda: np.allclose(v, 0),
        lambda: isinstance(1, V),
    ):
        with pytest.raises(TypeError):
            use()
    with pytest.raises(checks.NotYet, match=r"Wrong type: .* yours is a value of type V"):
        checks.equal(v, np.zeros((20, 400)))


@pytest.mark.parametrize(
    "made",
    [
        "np.matrix([[1.0]])",
        "np.ma.array([1.0])",
        "type('Lying', (np.ndarray,), {'__eq__': lambda s, o: True})((1,))",
        "type('Int', (int,), {'__eq__': lambda s, o: True})(4)",
        "type('Text', (str,), {'__eq__': lambda s, o: True})('a')",
        "type('ndarray', (), {'__module__': 'numpy', 'shape': (1,), '__class__': np.ndarray})()",
    ],
)
def test_subclasses(linked: Linked, made: str):
    """Is an object of a class that only looks like data no data to the checks?"""
    (f,) = defined(linked(f"import numpy as np\ndef f(): return {made}"), "f")
    with pytest.raises(checks.NotYet, match="Wrong type"):
        checks.equal(f(), np.ones(1))


def test_named_tuples(linked: Linked):
    """Is a library's named tuple a tuple to a check, while a student's own keeps its names?"""
    link = linked(
        "import numpy as np\nfrom collections import namedtuple\nPair = namedtuple('Pair', 'a b')\n"
        "def eigen(): return np.linalg.eigh(np.diag([2.0, 1.0]))\n"
        "def forward(): return 3, Pair(1, 2)\ndef backward(cache): return cache.a - cache.b"
    )
    eigen, forward, backward = defined(link, "eigen", "forward", "backward")
    values, vectors = eigen()
    assert isinstance(eigen(), tuple)
    assert values.tolist() == [1.0, 2.0]
    assert np.abs(vectors).tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert backward(forward()[1]) == -1


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ("np.array([object()])", "holds Python objects"),
        ("(lambda x: x.append(x) or x)([])", "contains itself"),
        ("np.zeros(130_000_000, np.uint8)", "more than 128 MB"),
        ("__import__('functools').reduce(lambda x, _: [x], range(50), [])", "nested more than"),
        ("(i for i in __import__('itertools').count())", "more than 10,000 items"),
    ],
)
def test_what_does_not_travel(linked: Linked, made: str, sentence: str):
    """Is a result that is refused a verdict in a sentence, and does the room live on?"""
    link = linked(f"import numpy as np\ndef f(): return {made}")
    (f,) = defined(link, "f")
    with pytest.raises(checks.NotYet, match=sentence):
        f()
    assert link.alive


def test_changed_arguments(linked: Linked):
    """Are arguments what the function made of them: lists, dicts, generators; but the check's own
    arrays untouched, unless it watches for just that?"""
    cell = (
        "def change(x, items, config, rng, t=0):\n    x[0] = 9\n    items.append(1)\n"
        "    config['v'] += 1\n    config['n'] = 1\n    return rng.random()"
    )
    (change,) = defined(linked(cell), "change")
    x, items, v, rng = np.zeros(2), [0], np.zeros(2), np.random.default_rng(0)
    config = {"v": v}
    drawn = change(x, items, config, rng)
    twin = np.random.default_rng(0)
    assert drawn == twin.random()
    assert rng.random() == twin.random()
    assert items == [0, 1]
    assert config["v"].tolist() == [1, 1]
    assert config["n"] == 1
    assert (x.tolist(), v.tolist()) == ([0, 0], [0, 0])
    with pytest.raises(checks.NotYet, match="1st argument, x"):
        checks.leaves_alone(change, np.ones(2), [], {"v": v}, rng)


def test_made_up_generator_state():
    """Is a generator's state refused that drawing numbers does not lead to?"""
    rng = np.random.default_rng(0)
    for other in (np.random.default_rng(1), np.random.default_rng(0)):
        state = other.bit_generator.state
        state["state"]["state"] ^= 1 << 100
        other.bit_generator.state = state
        with pytest.raises(TypeError, match="drawing"):
            update(rng, other, arrays=False)


@pytest.mark.parametrize(
    "made",
    [
        "np.random.Generator(np.random.MT19937(0))",
        "np.random.Generator(np.random.Philox(0))",
        "np.random.Generator(np.random.SFC64(0))",
        "np.random.Generator(np.random.PCG64DXSM(0))",
        "np.random.RandomState(0)",
        "np.random.MT19937(0)",
    ],
)
def test_other_generators(linked: Linked, made: str):
    """Is another generator refused in words to a check, and does an answer's own stay with it?"""
    cell = (
        f"import numpy as np\ndef make():\n    return {{'rng': {made}}}\n"
        "def use(cache):\n    return type(cache['rng']).__name__"
    )
    make, use = defined(linked(cell), "make", "use")
    with pytest.raises(
        TypeError, match=r"only that of np\.random\.default_rng\(seed\) travels, no "
    ):
        use({"rng": eval(made, {"np": np})})
    assert use(make()) == made.removeprefix("np.random.").partition("(")[0]


def test_generator_in_a_dict(linked: Linked):
    """Is a generator that a check passes in a dict advanced like any, and none made up for it?"""
    cell = (
        "import numpy as np\ndef draw(p):\n    return p['rng'].random()\n"
        "def exchange(p):\n    p['rng'] = np.random.default_rng(1)"
    )
    draw, exchange = defined(linked(cell), "draw", "exchange")
    rng, twin = np.random.default_rng(0), np.random.default_rng(0)
    settings = {"rng": rng, "p": 0.5}
    assert [draw(settings), draw(settings)] == [twin.random(), twin.random()]
    assert settings["rng"] is rng
    assert rng.random() == twin.random()
    with pytest.raises(TypeError, match="drawing"):
        exchange(settings)


def test_namesakes(linked: Linked):
    """Does a student's own ValueError count as ValueError only if it is one, and is it named so?"""
    cell = (
        "class ValueError(Exception): pass\ndef f():\n    raise ValueError('x')\n"
        "import builtins\nclass KeyError(builtins.KeyError): pass\n"
        "def g():\n    raise KeyError('x')\n"
        "class Special(builtins.ValueError): pass\ndef h():\n    raise Special('x')"
    )
    f, g, h = defined(linked(cell), "f", "g", "h")
    with pytest.raises(checks.NotYet) as told:
        checks.raises(ValueError, f)
    assert "It raised your own ValueError: x" in str(told.value)
    checks.raises(KeyError, g)
    checks.raises(ValueError, h)


def test_exceptions(linked: Linked):
    """Do exceptions come back as the nearest built-in type, with message, name and place?"""
    cell = (
        "class Odd(KeyError): pass\ndef odd():\n    x = 1\n    raise Odd('k')\n"
        "def stub():\n    raise NotImplementedError\n"
        "def leave():\n    raise SystemExit(3)\n"
        "def stop():\n    raise StopIteration\n"
        "def letters():\n    b'\\xff'.decode()\n"
        "def group():\n    raise ExceptionGroup('g', [ValueError()])\n"
        "def key():\n    raise KeyboardInterrupt\n"
    )
    link = linked(cell)
    odd, stub, leave, stop, letters, group, key = defined(
        link, "odd", "stub", "leave", "stop", "letters", "group", "key"
    )
    with pytest.raises(KeyError) as caught:
        odd()
    assert type(caught.value).__name__ == "Odd"
    assert str(caught.value) == "'k'"
    assert blamed(caught.value) == ("Your code raised Odd: 'k' (line 3 of odd: `raise Odd('k')`).")
    with pytest.raises(NotImplementedError) as untouched:
        stub()
    assert untouched.value.args == ()
    with pytest.raises(SystemExit):
        leave()
    with pytest.raises(StopIteration):
        stop()
    with pytest.raises(UnicodeDecodeError, match="codec"):
        letters()
    with pytest.raises(Exception, match="g"):
        group()
    with pytest.raises(RuntimeError):
        key()


def test_students_function_as_argument(linked: Linked):
    """Does a student's function that a check passes on run in the student's room, as it is?"""
    link = linked("def twice(f, x):\n    return f(f(x))\ndef inc(x): return x + 1")
    twice, inc = defined(link, "twice", "inc")
    assert twice(inc, 1) == 3
    assert twice(lambda x: inc(x) * 2, 1) == 10  # a call within a callback within a call


def test_dropped_handles(linked: Linked):
    """Is an object forgotten in the room when the examiner holds it no more?"""
    cell = (
        "import gc, weakref\nclass A: pass\nseen = []\n"
        "def make():\n    a = A(); seen.append(weakref.ref(a)); return a\n"
        "def alive():\n    gc.collect(); return sum(r() is not None for r in seen)"
    )
    make, alive = defined(linked(cell), "make", "alive")
    held = make()
    for _ in range(3):
        make()
    assert alive() == 1
    del held
    assert alive() == 0


def test_definition():
    """Is a function's text that of its last definition, and none where it was made otherwise?"""
    first = "%matplotlib inline\nx = 1\n\n@dec\ndef f(a):\n    return a\n"
    assert definition("f", [first, "def g(): pass"]) == "@dec\ndef f(a):\n    return a\n"
    assert definition("f", [first, "def f(b): pass"]) == "def f(b): pass\n"
    assert definition("f", [first, "f = lambda a: 1"]) == ""
    assert definition("f", [first, "if True:\n    f = 3"]) == ""
    assert definition("f", ["def f(:"]) == ""
    assert definition("f", ["(" * 5000 + "f"]) == ""


def test_no_loops(linked: Linked):
    """Does the check for loops read the student's text through the proxy?"""
    cell = "def f(x):\n    return [v for v in x]"
    (f,) = defined(linked(cell), "f")
    with pytest.raises(checks.NotYet, match="line 2 of f holds a list comprehension"):
        checks.without_loops(named(f, lambda: definition("f", [cell])))
    with pytest.raises(checks.NotYet, match="cannot be read"):
        checks.without_loops(named(f, str))


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        (
            "def g(x):\n    return [v for v in x]\ndef f(x):\n    return g(x)",
            "line 2 of g, which f uses,",
        ),
        ("g = lambda x: [v for v in x]\ndef f(x):\n    return g(x)", "line 1 of a lambda, which f"),
        ("from functools import reduce as r\ndef f(x):\n    return r(max, x)", "line 2 of f holds"),
        ("def f(x):\n    return x[0] + f(x[1:]) if len(x) else 0", "line 2 of f holds recursion"),
    ],
)
def test_no_loops_in_a_helper(linked: Linked, cell: str, place: str):
    """Is a loop in what the function uses found in its room, and told as in the notebook?"""
    (f,) = defined(linked("def setup(x):\n    return [v for v in x]", cell), "f")
    with pytest.raises(checks.NotYet) as here:
        checks.without_loops(named(f, lambda: definition("f", [cell])))
    name = f"<a cell, {hash(cell)}>"
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(cell, name, "exec"), space)
    with pytest.raises(checks.NotYet) as there:
        checks.without_loops(space["f"])
    assert place in str(here.value)
    assert str(here.value) == str(there.value)


def test_no_loops_but_of_the_set_up(linked: Linked):
    """Does a helper of the set-up cell cost nothing in the room, and one of the answer's own?"""
    cell = "def f(x):\n    return g(x)"
    (f,) = defined(linked("def g(x):\n    return [v for v in x]", cell), "f")
    mine = named(f, lambda: definition("f", [cell]))
    lesson = table.Table("", {"t": table.Check("t", "t", 1.0)}, ["g"])
    with table.given(lesson), checks.verdict("t"):
        checks.without_loops(mine)
    with table.given(table.Table()), pytest.raises(checks.NotYet), checks.verdict("t"):
        checks.without_loops(mine)


def test_without_a_name_in_a_helper(linked: Linked):
    """Is what a function must write itself found in a helper of its room?"""
    cell = "def g(x):\n    return math.fsum(x)\ndef f(x):\n    return g(x)"
    (f,) = defined(linked("import math", cell), "f")
    mine = named(f, lambda: definition("f", [cell]))
    with pytest.raises(checks.NotYet, match="fsum is what you are asked to write"):
        checks.without(mine, "sum", "fsum")
    checks.without(mine, "sum", "prod")


@pytest.mark.parametrize(
    "answer",
    [
        "('', 1, '<b>forged</b>', '')",
        "('', -1, 'a loop', '')",
        "('', True, 'a loop', '')",
        "(1, 1, 'a loop', '')",
        "('', 1, 'a loop')",
        "'a loop'",
        "(3,)",
    ],
)
def test_what_a_room_says_of_loops(linked: Linked, answer: str):
    """Is only what the examiner could have said taken from a room?"""
    cell = (
        "def f(x): return x\nfrom course_lib.checks.code import search\n"
        f"search.search = lambda *_: {answer}"
    )
    (f,) = defined(linked(cell), "f")
    checks.without_loops(named(f, lambda: definition("f", [cell])))


def test_an_array_that_is_read_only(linked: Linked):
    """Does a check's read-only array stay as it is, where the room writes into its copy?"""
    cell = "def f(x):\n    x.flags.writeable = True\n    x[0] = 7\n    return x.sum()"
    (f,) = defined(linked(cell), "f")
    x = np.ones(3)
    x.flags.writeable = False
    token = changes_show.set(True)
    try:
        assert f(x) == 9
    finally:
        changes_show.reset(token)
    assert x.tolist() == [1, 1, 1]
