"""Does a function do without Python loops, and without what it is to write itself?"""

from typing import Any

import pytest

from course_lib import checks
from course_lib.checks.code.search import Found
from tests.checks.writing import notebook, said

pytestmark = pytest.mark.usefixtures("main")

LOOPS = {
    "for i in range(3): x = x + i": "a for loop",
    "while x < 3: x = x + 1": "a while loop",
    "x = [i for i in x]": "a list comprehension",
    "x = {i for i in x}": "a set comprehension",
    "x = {i: i for i in x}": "a dict comprehension",
    "x = sum(i for i in x)": "a generator",
    "x = list(map(abs, x))": "map()",
    "x = list(filter(None, x))": "filter()",
    "x = np.vectorize(abs)(x)": "np.vectorize",
    "x = np.apply_along_axis(sum, 0, x)": "np.apply_along_axis",
    "x = np.apply_over_axes(np.sum, x, [0])": "np.apply_over_axes",
    "x = np.frompyfunc(abs, 1, 1)(x)": "np.frompyfunc",
}


@pytest.mark.parametrize("body", LOOPS)
def test_each_kind(body: str):
    """Is every way to loop found and its line quoted?"""
    failure = said(notebook(f"def f(x):\n    y = 1\n    {body}\n    return x\n"))
    assert f"line 3 of f holds {LOOPS[body]}" in failure.reason
    assert body.split(":")[0] in failure.evidence


def test_a_share():
    """Does a loop cost its share, and no more?"""
    function = notebook("def g(x): return [v for v in x]\ndef f(x):\n    return g(x)\n")
    shown: list[Any] = []
    with (
        checks.box.shown_to(shown.append),  # type: ignore[attr-defined]
        pytest.raises(checks.NotYet),
        checks.verdict("t"),
    ):
        checks.without_loops(function, share=0.1)
    assert shown[0].share == 0.9


def test_an_offered_source():
    """Can a stand-in for a function in another process offer its text, and be asked there?"""

    class Proxy:
        __course_source__ = "def f(x):\n    return [i for i in x]\n"
        __name__ = "f"

        def __call__(self, x):
            return x

        def _course_search(self, names, setup):
            return Found("g", 4, "map(), which is a loop inside", "return map(abs, x)")

    assert "line 2 of f holds a list comprehension" in said(Proxy()).reason
    Proxy.__course_source__ = "def f(x):\n    return g(x)\n"
    assert "line 4 of g, which f uses, holds map()" in said(Proxy()).reason


def test_no_source():
    """Is a function without source refused rather than waved through?"""
    assert "cannot be read" in said(len).reason


NAMED = {
    "itself": "def f(x, y):\n    return F.cross_entropy(x, y)",
    "a class": "def f(x, y):\n    from torch import nn\n    return nn.CrossEntropyLoss()(x, y)",
    "a helper": "def g(x, y):\n    return F.cross_entropy(x, y)\ndef f(x, y):\n    return g(x, y)",
    "an alias": "ce = F.cross_entropy\ndef f(x, y):\n    return ce(x, y)",
    "an object": "from torch import nn\nloss = nn.CrossEntropyLoss()\ndef f(x, y):\n"
    "    return loss(x, y)",
    "an import within": "def f(x, y):\n    from torch.nn.functional import cross_entropy as c\n"
    "    return c(x, y)",
    "a partial": "import functools\nloss = functools.partial(F.cross_entropy, reduction='sum')\n"
    "def f(x, y):\n    return loss(x, y)",
    "a name in a text": "def g(x, y):\n    return getattr(F, 'cross_entropy')(x, y)\n"
    "def f(x, y):\n    return g(x, y)",
}


@pytest.mark.parametrize("text", NAMED.values(), ids=NAMED)
def test_without(text: str):
    """Is what a function must write itself found in it, and in what it uses?"""
    function = notebook(text, setup="import torch.nn.functional as F")
    names = ("CrossEntropyLoss", "cross_entropy")
    with pytest.raises(checks.NotYet, match=r"write: do without it\. Line [23] of [fg]"):
        checks.without(function, *names)
    checks.without(function, "log_softmax", "softmax_cross_entropy")


def test_without_what_packages_use():
    """Is a package's own use of a name, and that of a helper that is not used, no use?"""
    text = (
        "def g(x, y):\n    return F.cross_entropy(x, y)\ndef f(x, y):\n    return F.nll_loss(x, y)"
    )
    checks.without(notebook(text, setup="import torch.nn.functional as F"), "cross_entropy")


CLASSES = {
    "a method": "class f:\n    def forward(self, x):\n        return F.relu(x)",
    "a helper": "def g(x):\n    return F.relu(x)\n\n\nclass f:\n    def forward(self, x):\n"
    "        return g(x)",
    "an alias": "g = F.relu\n\n\nclass f:\n    def forward(self, x):\n        return g(x)",
    "a decorated method": "class f:\n    @torch.no_grad()\n    def forward(self, x):\n"
    "        return F.relu(x)",
    "what it is made from": "class f(nn.ReLU):\n    def other(self, x):\n        return x",
}


@pytest.mark.parametrize("text", CLASSES.values(), ids=CLASSES)
def test_without_in_a_class(text: str):
    """Are all methods of a notebook's class searched, and what they use?"""
    setup = "import torch\nimport torch.nn.functional as F\nfrom torch import nn"
    made = notebook(text, setup=setup)
    with pytest.raises(checks.NotYet, match=r"is what you are asked to write"):
        checks.without(made, "relu", "ReLU")
    checks.without(made, "gelu", "GELU")
