"""Do values of a student's, or a library's, kinds of dict, list and tuple pass as in the notebook?

Each check here is run twice: over the functions themselves, as in a notebook, and over a room's.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.rooms.examiner.link import Link
from course_lib import checks

Linked = Callable[..., Link]
Check = Callable[..., None]
SETUP = "import collections, typing\nimport numpy as np\n"


def as_result(f: Any) -> None:
    checks.equal(f(np.ones(2)), {"a": np.ones(2), "b": [1, 2]})


def as_config(step: Any) -> None:
    """As update rules are checked: what comes back goes in again."""
    w, config = step(np.ones(2), None)
    w, config = step(w, config)
    checks.equal(w, np.full(2, -2.0))
    checks.equal(dict(config), {"steps": 2, "velocity": np.full(2, 2.0)})
    config["steps"] = 10  # what the check writes is seen
    checks.equal(step(w, copy.deepcopy(config))[1]["steps"], 11)
    checks.equal(step(w, config)[1]["steps"], 11)


def as_given(step: Any) -> None:
    """As a check sees what a function did to the dict that it was given."""
    config: dict[str, Any] = {"size": (1, 2)}
    step(np.ones(2), config)
    checks.equal(config, {"size": (3, 4), "found": {"a": 1}})


def as_pair(f: Any) -> None:
    out, cache = f(np.ones(2))
    checks.equal(f(np.ones(2)), (np.ones(2), [np.ones(2), 1]))
    checks.equal(out, np.ones(2))
    checks.equal(len(cache), 2)


def as_cache(pair: Any) -> None:
    """As a backward pass is checked through the student's forward."""
    forward, backward = pair
    _, cache = forward(np.ones(2))
    checks.equal(backward(np.full(2, 3.0), cache), np.full(2, 3.0))
    checks.equal(backward(np.full(2, 3.0), copy.deepcopy(cache)), np.full(2, 3.0))


STEP = """
def f(w, config):
    if config is None:
        config = {made}
        config["velocity"] = np.zeros(2)
        config["steps"] = 0
    config["velocity"] = config["velocity"] + 1
    config["steps"] += 1
    return w - config["velocity"], config
"""
CASES: dict[str, tuple[Check, str]] = {
    f"{made} as a config": (as_config, STEP.format(made=made))
    for made in (
        "{}",
        "collections.defaultdict(float)",
        "collections.OrderedDict()",
        "collections.Counter()",
        "collections.defaultdict(lambda: 0)",
    )
} | {
    "a default that is used": (
        as_config,
        "def f(w, config):\n    config = config or collections.defaultdict(int)\n"
        "    config['steps'] += 1\n    config['velocity'] = config['velocity'] + np.ones(2)\n"
        "    return w - config['velocity'], config",
    ),
    "a dict of the student's own": (
        as_config,
        "class Config(dict):\n    @property\n    def speed(self): return self['velocity']\n"
        + STEP.format(made="Config()").replace('config["velocity"] + 1', "config.speed + 1"),
    ),
    "a defaultdict": (
        as_result,
        "def f(x):\n    d = collections.defaultdict(list, a=x)\n"
        "    d['b'].append(1)\n    d['b'].append(2)\n    return d",
    ),
    "an ordered dict": (as_result, "def f(x): return collections.OrderedDict(b=[1, 2], a=x)"),
    "a list of the student's own": (
        as_result,
        "class Rows(list):\n    pass\ndef f(x): return {'a': x, 'b': Rows([1, 2])}",
    ),
    "a given dict that is changed": (
        as_given,
        "def f(w, config):\n    config['size'] = (3, 4)\n"
        "    config['found'] = collections.Counter('a')",
    ),
    "a namedtuple": (
        as_pair,
        "Result = collections.namedtuple('Result', 'out cache')\n"
        "def f(x): return Result(x, [x, 1])",
    ),
    "a typed namedtuple": (
        as_pair,
        "class Result(typing.NamedTuple):\n    out: typing.Any\n    cache: typing.Any = ()\n"
        "    def half(self): return self.out / 2\ndef f(x): return Result(x, [x, 1])",
    ),
    "a library's tuple": (
        as_pair,
        "def f(x):\n    import torch\n    return torch.Size([1]) and (x, [x, 1])",
    ),
    "a namedtuple as cache": (
        as_cache,
        "Cache = collections.namedtuple('Cache', 'x shape')\n"
        "def forward(x): return x, Cache(x, x.shape)\n"
        "def backward(dout, cache): return dout * cache.x.reshape(cache.shape)\n"
        "f = forward, backward",
    ),
    "a namedtuple of the student's own as cache": (
        as_cache,
        "class Cache(collections.namedtuple('Cache', 'x')):\n"
        "    def times(self, dout): return dout * self.x\n"
        "def forward(x): return x, Cache(x)\n"
        "def backward(dout, cache): return cache.times(dout)\n"
        "f = forward, backward",
    ),
    "a cache that cannot be read": (
        as_cache,
        "class Cache(dict):\n    pass\n"
        "def forward(x): return x, Cache(x=x, odd=np.array([object()]), again=x)\n"
        "def backward(dout, cache): return dout * cache['x'] * cache['again']\n"
        "f = forward, backward",
    ),
    "a library's tuple as cache": (
        as_cache,
        "def forward(x): return x, np.linalg.eigh(np.eye(2))\n"
        "def backward(dout, cache): return dout * cache.eigenvalues\n"
        "f = forward, backward",
    ),
}


@pytest.mark.parametrize(("check", "cell"), CASES.values(), ids=CASES)
def test_as_in_the_notebook(linked: Linked, check: Check, cell: str):
    """Does a check pass over the room's functions that passes over the functions themselves?"""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(SETUP + cell, space)
    check(space["f"])
    check(linked(SETUP, cell).ask("names", ["f"])["f"])


def test_overridden_methods_are_not_asked(linked: Linked):
    """Is what an object holds read by no method of its class, which could say anything?"""
    cell = (
        "class Liar(dict):\n    def items(self): return [('a', 2)]\n"
        "    def __getitem__(self, key): return 2\n    def __eq__(self, other): return True\n"
        "    def __iter__(self): return iter(['a'])\n    keys = __iter__\n"
        "class Long(list):\n    def __iter__(self): return iter([1, 2])\n"
        "    def __len__(self): return 2\n    def __getitem__(self, key): return key + 1\n"
        "def f(): return Liar(b=1)\ndef g(): return Long([7])"
    )
    space = linked(cell).ask("names", ["f", "g"])
    for f, due in ((space["f"], {"a": 2}), (space["g"], [1, 2])):
        with pytest.raises(checks.NotYet):
            checks.equal(f(), due)
    assert dict.items(space["f"]()) == {"b": 1}.items()
    assert [*space["g"]()] == [7]


def test_methods_are_there(linked: Linked):
    """Can a check ask an object of such a class for more than what it holds?"""
    cell = (
        "class Net(dict):\n    rate = 3\n    def loss(self, x): return x + self['b']\n"
        "def f(): return Net(b=1)"
    )
    net = linked(cell).ask("names", ["f"])["f"]()
    assert net.loss(2) == 3
    assert net.rate == 3
    with pytest.raises(AttributeError):
        net.nothing  # noqa: B018


def test_lent_functions_get_them(linked: Linked):
    """Do they come to a function of the check's, and back from it, as what they are?"""
    cell = (
        "from collections import defaultdict\n"
        "def f(g):\n    d = g(defaultdict(list, a=[1]))\n    d['b'].append(2)\n    return d"
    )
    f = linked(cell).ask("names", ["f"])["f"]
    seen = []
    checks.equal(f(lambda d: (seen.append(dict(d)), d)[1]), {"a": [1], "b": [2]})
    assert seen == [{"a": [1]}]
