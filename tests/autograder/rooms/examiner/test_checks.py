"""What the checks say in the examiner's room."""

import os
from collections.abc import Callable

import pytest

from autograder.rooms.examiner.checks import Examiner
from autograder.rooms.examiner.link import Link
from course_lib.checks import box
from course_lib.runner import Stopped

Linked = Callable[..., Link]
SET_UP = "%matplotlib inline\nimport numpy as np\nfrom course_lib import checks"
CHECK = (
    "with checks.verdict('doubles') as rng:\n"
    "    x = rng.normal(size=3)\n    checks.equal(double(x), 2 * x)\n"
)
RIGHT = "def double(x):\n    return 2 * x"


def examined(link: Link, check: str = CHECK, seed: str = "") -> tuple[bool, str]:
    """Whether the check passed, and all that its outputs say."""
    examiner = Examiner(seed)
    examiner.set_up("setup", SET_UP)
    outputs = examiner.check("check", check, link, []).outputs()
    boxes = [output.data[box.MIME] for output in outputs if box.MIME in output.get("data", {})]
    failed = any(output.output_type == "error" for output in outputs)
    return bool(boxes and boxes[-1]["passed"] and not failed), str(outputs)


def test_right_and_wrong(linked: Linked):
    """Does a right answer pass, and a wrong one get its sentence in a box and an error?"""
    assert examined(linked(RIGHT))[0]
    passed, said = examined(linked("def double(x):\n    return x"))
    assert not passed
    assert "Not yet: doubles. " in said
    assert "'ename': 'NotYet'" in said


def test_not_defined(linked: Linked):
    """Is a name that the student never defined, or deleted again, missing as in a kernel?"""
    for cells in [("pass",), (RIGHT, "del double")]:
        passed, said = examined(linked(*cells))
        assert not passed
        assert "double is not defined yet" in said


def test_latest_definition(linked: Linked):
    """Does the name's value at the time of the check count, whichever cell gave it?"""
    assert examined(linked("double = 3", RIGHT))[0]
    assert not examined(linked(RIGHT, "def double(x): return x"))[0]
    assert examined(
        linked("import functools, operator", "double = functools.partial(operator.mul, 2)")
    )[0]
    assert not examined(linked("double = 4.0"))[0]


@pytest.mark.parametrize(
    "attack",
    [
        "import numpy as np\nnp.testing.assert_allclose = np.allclose = lambda *a, **k: True",
        "np = checks = rng = None",
        "import builtins\nbuiltins.AssertionError = builtins.isinstance = lambda *a: True",
        "from course_lib import checks\nchecks.equal = lambda *a, **k: None",
        "import course_lib.checks.judging as v, contextlib\nv.verdict = contextlib.nullcontext",
        "import ast\nget_ipython().ast_transformers.append(ast.NodeTransformer())",
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])",
        "import sys\nsys.modules['course_lib.checks'] = sys.modules['numpy'] = sys",
        "import os\nos.environ['COURSE_SEED'] = '1'",
        "def double(x):\n    import sys\n    f = sys._getframe()\n    while f:\n"
        "        f.f_globals['expected'] = f.f_locals.get('x')\n        f = f.f_back\n    return x",
        "class Same:\n    def __eq__(self, o): return True\n    __array_priority__ = 99\n"
        "    def __array__(self, *a, **k): raise KeyError\n    shape = (3,); dtype = float\n"
        "double = lambda x: Same()",
        "from IPython.display import display\nfrom course_lib.checks import box\n"
        "def double(x):\n    display(box.bundle('doubles', True), raw=True)\n"
        "    print('Right: doubles.')",
        "def double(x):\n    import gc\n    return [o for o in gc.get_objects() if len(o) == 3][0]",
    ],
)
def test_no_work(linked: Linked, attack: str):
    """Does a student who patches a room, lies, or prints a verdict earn nothing for no work?"""
    try:
        passed, _ = examined(linked("def double(x):\n    return x", attack, seconds=5))
    except Stopped:
        passed = False  # it broke its own room
    assert not passed


def test_patches_hurt_only_their_room(linked: Linked):
    """Is the examiner's own NumPy untouched, and the next student's room as well?"""
    link = linked("import numpy as np\nnp.ndarray = np.abs = np.sum = None", RIGHT)
    examined(link)
    assert examined(linked(RIGHT))[0]


def test_seed(linked: Linked):
    """Are random numbers drawn by seed, and does the student's room not know it?"""
    spy = (
        "import os\nseen = []\ndef double(x):\n"
        "    seen.append((x.tolist(), os.environ.get('COURSE_SEED')))\n    return 2 * x"
    )
    link = linked(spy)
    for seed in ("a", "a", "b"):
        examined(link, seed=seed)
    (first, _), (again, _), (other, known) = link.ask("names", ["seen"])["seen"]
    assert first == again != other
    assert known is None
    assert "COURSE_SEED" not in os.environ


def test_room_ends_or_hangs(linked: Linked):
    """Is a room that dies, hangs, or sends nonsense in a call told from a wrong answer?"""
    for body, fate in [
        ("__import__('os')._exit(0)", "KernelDied"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "KernelDied"),
        ("[None for _ in iter(int, 1)]", "TooLong"),
        (
            "[o._sock.send(b'garbage' * 99) for o in __import__('gc').get_objects()"
            " if type(o).__name__ == '_Server']",
            "KernelDied",
        ),
    ]:
        link = linked(f"def double(x):\n    return {body}")
        link.give(2)
        with pytest.raises(Stopped) as stopped:
            examined(link)
        assert stopped.value.fate == fate


def test_loop_that_swallows_interrupts(linked: Linked):
    """Is a room ended whose loop will not be interrupted?"""
    loop = (
        "import time\ndef double(x):\n    while True:\n        try:\n            time.sleep(9)\n"
        "        except BaseException: pass"
    )
    link = linked(loop)
    link.give(2)
    with pytest.raises(Stopped):
        examined(link)
    assert not link.alive


SERVER = "next(o for o in __import__('gc').get_objects() if type(o).__name__ == '_Server')"


@pytest.mark.parametrize(
    "sent",
    [
        "(0, 'return', None, {}, [])",
        "(s + 1, 'return', x, {}, [])",
        "('callback', 1, (x,), {})",
        "('callback', 99, 5, 6)",
        "('callback', [], (), {})",
        "('answer', x)",
        "[1, 2, 3, 4, 5]",
        "(s, 'raise', None, {}, [])",
        "(s, 'raise', (1, 2, 3, 4, 5, 6), {}, [])",
        "(s, 'raise', ('E', ['KeyError'] * 9, 'm', True, ['a b', 10**9, 'x'], 't'), {}, [])",
        "(s, 'return', x, {0: 'other', 5: 1, 'x': 2}, [])",
        "(s, 'return', x, [], 4)",
        "(s, 'refused', 5, {}, 'no')",
    ],
)
def test_forged_messages(linked: Linked, sent: str):
    """Does a message that the student forges end in a lost check, and in no other harm?"""
    forge = (
        "from autograder.rooms.wire import frames\ndef double(x):\n"
        f"    server = {SERVER}\n    s = 2\n"
        f"    frames.send(server._sock, frames.pack({sent}, server._refer))\n    return x"
    )
    link = linked(forge)
    link.give(3)
    try:
        passed, _ = examined(link)
    except Stopped:
        passed = False
    assert not passed


def test_lent_function_is_no_oracle(linked: Linked):
    """Can a function that one check lends answer another check?"""
    cell = (
        "kept = []\ndef use(f):\n    kept.append(f)\n    return 0\n"
        "def double(x):\n    return kept[0](x)"
    )
    link = linked(cell)
    lend = "with checks.verdict('use'):\n    checks.equal(use(lambda x: 2 * x), 0)\n"
    assert examined(link, lend)[0]
    passed, said = examined(link)
    assert not passed
    assert "lent for one check" in said


def test_names_do_not_reach_the_examiner(linked: Linked):
    """Do only names that a check takes from answers come over, never its imports?"""
    link = linked("np = checks = oracle = 'mine'", RIGHT, "x = 'mine'")
    assert examined(link)[0]


def test_a_room_gives_no_more_than_it_is_asked_for(linked: Linked):
    """Does a room gain nothing that answers with a NumPy of its own for the check's?"""
    forge = (
        "import numpy as np\nfrom autograder.rooms.inside import student\n"
        "class Mine:\n    def abs(self, x): return 0.0 * x\n"
        "def double(x): return 0.0 * x\n"
        "student._Server.do_names = lambda self, names: (\n"
        "    'return', {'double': double, 'np': Mine()}, {})"
    )
    check = (
        "with checks.verdict('sizes') as rng:\n"
        "    x = rng.normal(size=3)\n    checks.equal(double(x), np.abs(x))\n"
    )
    passed, said = examined(linked(forge), check)
    assert not passed
    assert "Every entry is 0" in said
