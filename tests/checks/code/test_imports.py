"""Which answers use a package that their exercise hides, and which only name it?"""

import types
from typing import Any

import pytest
import scipy.spatial.distance  # noqa: F401, loaded as in a notebook that imports it
import torch  # noqa: F401

from course_lib.checks.code.imports import hidden_use, sentence

HIDES = ["torch", "scipy", "sklearn", "course_lib.oracle"]
SETUP = "import numpy as np\nfrom course_lib import checks, data, oracle\n"
USED = {
    "a module": ("import torch\ndef f(x): return torch.tensor(x)", "torch"),
    "a module within": (
        "def f(x):\n    import scipy.linalg\n    return scipy.linalg.norm(x)",
        "scipy",
    ),
    "another name": ("import scipy.linalg as la\ndef f(x): return la.norm(x)", "scipy"),
    "another name within": (
        "def f(x):\n    import scipy.linalg as la\n    return la.norm(x)",
        "scipy",
    ),
    "a function": (
        "from scipy.spatial.distance import cdist\ndef f(x): return cdist(x, x)",
        "scipy",
    ),
    "two functions within": (
        "def f(x):\n    from scipy.linalg import inv, norm\n    return norm(x)",
        "scipy",
    ),
    "a ufunc": ("from scipy.special import expit\ndef f(x): return expit(x)", "scipy"),
    "a built-in function": ("from torch import relu\ndef f(x): return relu(x)", "torch"),
    "an alias": ("import torch\nmake = torch.tensor\ndef f(x): return make(x)", "torch"),
    "a value": ("import torch\nzero = torch.zeros(2)\ndef f(x): return x + zero", "torch"),
    "the oracle": ("def f(x): return oracle.knn.l2_distances(x, x)", "course_lib.oracle"),
    "the oracle in its package": (
        "import course_lib\ndef f(x): return course_lib.oracle.l2_distances(x, x)",
        "course_lib.oracle",
    ),
    "the oracle within": (
        "def f(x):\n    from course_lib import oracle as o\n    return o.l2_distances(x, x)",
        "course_lib.oracle",
    ),
    "a helper": ("import torch\ndef g(x): return torch.tensor(x)\ndef f(x): return g(x)", "torch"),
    "a helper of a helper": (
        "import torch\nclass G:\n    def __call__(self, x):\n        return h(x)\n"
        "def h(x): return torch.exp(x)\ng = G()\ndef f(x): return g(x)",
        "torch",
    ),
    "a lambda": ("import torch\nf = lambda x: torch.tensor(x)", "torch"),
    "a comprehension": ("import torch\ndef f(x): return [torch.tensor(v) for v in x]", "torch"),
    "a function within": (
        "def f(x):\n    import torch\n    def g():\n        return torch.tensor(x)\n    return g()",
        "torch",
    ),
    "a closure": (
        "import torch\ndef make(t):\n    return lambda x: t.exp(x)\nf = make(torch)",
        "torch",
    ),
    "a method": ("import torch\nclass f:\n    def step(self, x): return torch.exp(x)", "torch"),
    "a static method": (
        "import torch\nclass f:\n    @staticmethod\n    def step(x): return torch.exp(x)",
        "torch",
    ),
    "a property": (
        "import torch\nclass f:\n    @property\n    def x(self):\n        return torch.ones(1)",
        "torch",
    ),
    "a base": ("import torch\nclass f(torch.nn.Module):\n    pass", "torch"),
    "a decorator": ("import torch\n@torch.no_grad()\ndef f(x): return x", "torch"),
    "a cache": (
        "import functools, torch\n@functools.lru_cache\ndef f(x): return torch.tensor(x)",
        "torch",
    ),
    "a partial": (
        "import functools, torch\nf = functools.partial(torch.full, (2,))",
        "torch",
    ),
    "import_module": (
        "import importlib\ndef f(x): return importlib.import_module('scipy.signal').convolve(x, x)",
        "scipy",
    ),
    "import_module alone": (
        "from importlib import import_module\n"
        "def f(x):\n    torch = import_module('torch')\n    return torch.exp(x)",
        "torch",
    ),
    "__import__": ("def f(x): return __import__('scipy').linalg.norm(x)", "scipy"),
    "np.vectorize": (
        "import math, scipy.special\nf = np.vectorize(lambda x: scipy.special.gamma(x))",
        "scipy",
    ),
}
FREE = {
    "an import": "import torch\ndef f(x): return x",
    "an import within": "def f(x):\n    import torch, scipy.linalg as la\n"
    "    from scipy.linalg import norm\n    return x",
    "numpy": "def f(x): return np.linalg.norm(np.exp(x)) + len(x)",
    "a package's name": "def f(x): return 'scipy', __import__('math').pi, dict(a='torch')",
    "an annotation": "import torch\ndef f(x: torch.Tensor) -> torch.Tensor:\n    return x",
    "a name of its own": "from torch import exp\n"
    "def f(torch):\n    exp = torch + 1\n    return exp",
    "a captured name of its own": "from torch import exp\n"
    "def f(x):\n    exp = x\n    return lambda: exp",
    "an attribute": "from scipy.linalg import norm\ndef f(x): return np.linalg.norm(x)",
    "another function": "import torch\ndef g(x): return torch.tensor(x)\ndef f(x): return x",
    "checks and data": "def f(x): return data.course_images, checks.equal",
    "recursion": "def f(x): return f(x - 1) if x else g(x)\ndef g(x): return f(x)",
    "not there": "def f(x): return nothing(x)",
    "a function that is none": "f = 3.5",
    "a class that breaks": "class M(type):\n    def __getattr__(self, name): raise KeyError\n"
    "class A(metaclass=M):\n    pass\nclass B:\n    def __getattr__(self, name):\n        1 / 0\n"
    "a, b = A(), B()\ndef f(x): return A, a, b",
}


def notebook(text: str) -> dict[str, object]:
    space: dict[str, object] = {"__name__": "__main__"}
    exec(SETUP + text, space)
    return space


@pytest.fixture(autouse=True)
def main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes find their module by name."""
    monkeypatch.setitem(__import__("sys").modules, "__main__", types.ModuleType("__main__"))


@pytest.mark.parametrize(("text", "package"), USED.values(), ids=USED)
def test_used(text: str, package: str):
    """Is the package named that an answer reaches, by whatever way?"""
    assert hidden_use([len, notebook(text)["f"]], HIDES) == sentence(package)


@pytest.mark.parametrize(("text", "package"), USED.values(), ids=USED)
def test_allowed(text: str, package: str):
    """Is nothing said of a package that the exercise does not hide?"""
    assert hidden_use([notebook(text)["f"]], ["sklearn", "tensorflow", "torch.utils.data"]) == ""


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_free(text: str):
    """Does an import that the answer does not use cost nothing?"""
    assert hidden_use([notebook(text)["f"]], HIDES) == ""


def test_module_of_the_students(tmp_path, monkeypatch):
    """Are a student's modules beside the notebook followed, and installed ones not?"""
    (tmp_path / "course_mine.py").write_text(
        "import torch\ndef g(x):\n    return torch.tensor(x)\ndef h(x):\n    return x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    used = notebook("import course_mine\ndef f(x):\n    return course_mine.g(x)\n")["f"]
    free = notebook("import course_mine\ndef f(x):\n    return course_mine.h(x)\n")["f"]
    star = notebook("from course_mine import *\ndef f(x):\n    return g(x)\n")["f"]
    assert hidden_use([used], HIDES) == hidden_use([star], HIDES) == sentence("torch")
    assert hidden_use([free], HIDES) == ""


def test_the_checks_own():
    """Is what a check takes for itself, a module or a value of one, no use of the answer's?"""
    space = notebook("import torch\nx = torch.ones(2)\ndef f(x): return x")
    assert hidden_use([space["oracle"], space["torch"], space["x"], 3, space["f"]], HIDES) == ""


def test_functions_of_the_check():
    """Are functions and classes that a check defines, to help itself, left out of what is asked?"""
    check = (
        "from course_lib.checks.sight import named_in_sight\n"
        "def own(x): return oracle.softmax(x)\n"
        "class Own:\n    def step(self): return oracle.softmax(own(1))\n"
        "f(2)\nseen = named_in_sight()"
    )
    space: dict[str, Any] = notebook("def f(x): return x")
    exec(compile(check, "<check>", "exec"), space)
    assert space["f"] in space["seen"]
    assert not {"own", "Own"} & {getattr(one, "__name__", "") for one in space["seen"]}
    assert hidden_use(space["seen"], HIDES) == ""


def test_asked_elsewhere():
    """Is a function that stands for one in another process asked there?"""

    class Handle:
        def _course_hidden_use(self, hides):
            return sentence(hides[0])

    assert hidden_use([Handle()], HIDES) == sentence("torch")


def test_what_the_check_lends():
    """Is a function of a hidden package that a check names, to lend it to an answer, its own?"""
    check = (
        "from course_lib.checks.sight import named_in_sight\n"
        "step, _ = oracle.lent.rnn_steps()\n"
        "f(step)\nseen = named_in_sight()"
    )
    space: dict[str, Any] = notebook("def f(x): return x")
    exec(compile(check, "<check>", "exec"), space)
    assert space["f"] in space["seen"]
    assert hidden_use(space["seen"], HIDES) == ""


def test_functions_of_the_set_up():
    """May a function of the set-up cell use the oracle for a check?"""
    check = (
        "from course_lib.checks.sight import named_in_sight\n"
        "lent()\nseen, others = named_in_sight(['lent']), named_in_sight()"
    )
    space: dict[str, Any] = notebook("def lent(): return 1")
    exec(compile(check, "<check>", "exec"), space)
    assert space["lent"] not in space["seen"]
    assert space["lent"] in space["others"]
