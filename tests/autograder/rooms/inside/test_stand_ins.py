"""What does an answer find where a lesson hides a package from it?"""

from collections.abc import Callable

import numpy as np
import pytest

from autograder.rooms.examiner.link import Link
from course_lib.checks.code.imports import hidden_use, sentence

HIDDEN = ("torch", "scipy", "course_lib.oracle")


def test_hidden_packages(linked: Callable[..., Link]):
    """Can an answer use what the lesson hides, and does the set-up cell still run?"""
    link = linked(
        "from course_lib import checks, data, figures, oracle",
        "def use():\n    return oracle.l2_distances",
        "def get():\n    import torch\n    return torch.ones(2)",
        "def part():\n    from course_lib.oracle import knn\n    return knn()",
        "import importlib\ndef other():\n    return importlib.import_module('torch')",
        "from importlib.util import find_spec\ndef ask():\n    return find_spec('torch').origin",
        hidden=HIDDEN,
    )
    assert link.outputs.take() == []
    space = link.ask("names", ["use", "get", "part", "other", "ask"])
    assert space["ask"]() is None  # whoever only asks whether it is there is not stopped
    for name, package in (("use", "course_lib.oracle"), ("part", "course_lib.oracle")):
        with pytest.raises(ModuleNotFoundError, match=f"{package} is not available"):
            space[name]()
    for name in ("get", "other"):
        with pytest.raises(ModuleNotFoundError, match="torch is not available"):
            space[name]()


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\ndef f(x): return x",
        "import torch.nn.functional as F, scipy.linalg\ndef f(x): return x",
        "from torch import *\ndef f(x): return x",
        "from scipy.spatial.distance import cdist, pdist as p\ndef f(x): return x",
        "import torch\ndef f(x: torch.Tensor, dtype=torch.float32) -> torch.nn.Module: return x",
        "import torch\nmake = torch.nn.Linear\nclass A:\n    kind = torch.int\ndef f(x): return x",
        "def f(x):\n    import torch, course_lib.oracle as o\n    return x",
        "def f(x):\n    from scipy import linalg, io as i\n    return x",
        "import course_lib.oracle\ndef f(x): return course_lib.checks and x",
        "import sys\ndef f(x):\n    return x if 'torch' not in sys.modules else 0",
    ],
)
def test_unused_imports(linked: Callable[..., Link], cell: str):
    """Does an import that nothing uses cost nothing, in its cell or in what the cell defines?"""
    link = linked(cell, hidden=HIDDEN)
    assert link.outputs.take() == []
    f = link.ask("names", ["f"])["f"]
    assert f(3.0) == 3.0
    assert hidden_use([f], HIDDEN) == ""


@pytest.mark.parametrize(
    ("cell", "package"),
    [
        ("import torch\ndef f(x): return torch.exp(x)", "torch"),
        ("import torch.nn.functional as F\ndef f(x): return F.relu(x)", "torch"),
        ("from scipy.spatial.distance import cdist\ndef f(x): return cdist(x, x)", "scipy"),
        ("import scipy.special\ng = scipy.special.expit\ndef f(x): return 1 + g(x)", "scipy"),
        ("import torch\nzero = torch.int8\ndef f(x): return zero + x", "torch"),
        ("import torch\ndef g(x): return torch.exp(x)\ndef f(x): return g(x)", "torch"),
        (
            "from course_lib import oracle\ndef f(x): return oracle.layers.relu(x)",
            "course_lib.oracle",
        ),
        ("import course_lib\ndef f(x): return course_lib.oracle.a(x)", "course_lib.oracle"),
        ("def f(x):\n    import scipy.linalg as la\n    return la.inv(x)", "scipy"),
        ("def f(x):\n    from torch import exp\n    return exp(x)", "torch"),
    ],
)
def test_used_imports(linked: Callable[..., Link], cell: str, package: str):
    """Is the use told by the sentence that the notebook has, before the call and in it?"""
    link = linked(cell, hidden=HIDDEN)
    f = link.ask("names", ["f"])["f"]
    assert hidden_use([f], HIDDEN) == sentence(package)
    with pytest.raises(ModuleNotFoundError) as refused:
        f(np.ones((2, 2)))
    assert str(refused.value) == sentence(package)


def test_libraries_are_told_no(linked: Callable[..., Link]):
    """Does a library that tries to import a hidden package still find it missing?"""
    cell = (
        "import sys, types\nspace = {'__name__': 'library', '__file__': '/usr/lib/library.py'}\n"
        "exec('try:\\n    import torch\\nexcept ImportError:\\n    torch = None', space)\n"
        "def f():\n    return space['torch'], 'torch' in sys.modules"
    )
    assert linked(cell, hidden=HIDDEN).ask("names", ["f"])["f"]() == (None, False)


def test_modules_of_the_students(linked: Callable[..., Link]):
    """Is a module that lies beside the notebook as free to import as the notebook?"""
    text = b"import torch\ndef f(x): return x\ndef g(x): return torch.exp(x)"
    link = linked("from mine import f, g", hidden=HIDDEN, files={"mine.py": text})
    space = link.ask("names", ["f", "g"])
    assert space["f"](1) == 1
    assert hidden_use([space["f"]], HIDDEN) == ""
    assert hidden_use([space["g"]], HIDDEN) == sentence("torch")
    with pytest.raises(ModuleNotFoundError, match="torch is not available"):
        space["g"](1)
