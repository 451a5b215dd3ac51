"""Does an answer read a name that only a check defines?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import all_lessons, repository
from autograder.soundness.mistakes import Mistake, planted
from autograder.soundness.rehearse import rehearse_notebook
from course_lib import checks
from course_lib.cells import grade_id, is_setup
from course_lib.checks import box, session
from course_lib.execute import run_notebook
from course_lib.outcomes import outcomes_of
from course_lib.runner import Limits

SETUP = "from course_lib import checks\nimport math"
CHECK = "with checks.verdict('slope') as rng:\n    x, w, math = 3, 2, 1\n    checks.equal({}, 6)"
LINE = "    x, w, b, conv_param = cache\n"
BORROWED = {
    "a name": ("def f(cache): return 2 * x", "x"),
    "several": ("def f(cache): return w * x", "w and x"),
    "within": ("def f(cache):\n    def g(): return 2 * x\n    return g()", "x"),
    "a comprehension": ("def f(cache): return sum(x for _ in range(2))", "x"),
    "a helper": ("def g(): return 2 * x\ndef f(cache): return g()", "x"),
    "a method": ("class F:\n    def __call__(self, cache): return 2 * x\nf = F()", "x"),
    "the generator": ("def f(cache):\n    rng.normal()\n    return 6", "rng"),
}
FREE = {
    "an argument": "def f(x): return 2 * x[0]",
    "a local name": "def f(cache):\n    x, w = cache\n    return w * x",
    "an import of the first cell": "def f(cache): return 6 * math",
    "its own global": "def f(cache):\n    global x\n    x, w = cache\n    return w * x",
    "its own cell": "x = 3\ndef f(cache): return 2 * x",
    "a builtin": "def f(cache): return min(6, *map(int, [7]))",
    "an attribute": "def f(cache):\n    f.x = 6\n    return f.x",
    "a helper that is not called": "def g(): return x\ndef f(cache): return 6",
    "a class of its own": "class G:\n    x = 3\n    y = x\ndef f(cache): return 2 * G.y",
}


@pytest.fixture
def shell(monkeypatch):
    """A notebook's shell, of which no cell has run yet."""
    for name in ("_given", "_experimental", "_elsewhere", "_right"):
        monkeypatch.setattr(session, name, set())
    shell = InteractiveShell.instance()
    shell.user_ns["__name__"] = "__main__"
    yield shell
    InteractiveShell.clear_instance()


def run(shell, *cells, experiment=""):
    """The verdict's text after the last of these cells, the experiment first."""
    checks._watch()
    with capture_output() as captured:
        shell.run_cell(experiment, cell_id="experiment-1")
        for cell in cells:
            shell.run_cell(cell, store_history=True)
    boxes = [one.data["text/plain"] for one in captured.outputs if box.MIME in one.data]
    return boxes[-1]


@pytest.mark.parametrize(("answer", "names"), BORROWED.values(), ids=BORROWED)
def test_borrowed(shell, answer, names):
    """Is a name told that an answer takes from the check, the first time and the next?"""
    for _ in range(2):
        said = run(shell, SETUP, answer, CHECK.format("f((3, 2))"))
        assert said.startswith(f"Not yet: slope. Your code uses {names}, which only the check def")


@pytest.mark.parametrize("answer", FREE.values(), ids=FREE)
def test_free(shell, answer):
    """Is nobody accused who has the name from elsewhere?"""
    use = CHECK.replace("math", "m") if "math" not in answer else CHECK
    assert run(shell, SETUP, answer, use.format("f((3, 2))")).startswith("Right: slope.")


@pytest.mark.parametrize(
    "cell", ["x = 4", "%time x = 4", "from math import *\nx = pi", "for x in (1, 2): pass"]
)
def test_a_cell_of_the_students_own(shell, cell):
    """May an answer read what another cell defines, whether before the check or after it?"""
    answer, use = "def f(cache): return 6 + 0 * x", CHECK.format("f((3, 2))")
    assert run(shell, SETUP, cell, answer, use).startswith("Right: slope.")
    assert run(shell, use, cell, use).startswith("Right: slope.")


def test_a_name_of_an_earlier_check(shell):
    """Is a name told that a check gave which ran earlier in this kernel?"""
    answer, first = "def f(cache): return 2 * x", CHECK.format("6")
    second = "with checks.verdict('again'):\n    checks.equal(f(1), 6)"
    assert "Your code uses x, which only the check" in run(shell, SETUP, first, answer, second)


def test_a_name_of_an_experiment(shell):
    """Is a name told that only an experiment gave, and none that another cell gives as well?"""
    answer, use = "def f(cache): return 6 + 0 * speed", CHECK.format("f(1)")
    said = run(shell, SETUP, answer, use, experiment="speed = 3")
    assert said.startswith("Not yet: slope. Your code uses speed, which only an experiment defines")
    assert run(shell, "speed = 4", use).startswith("Right: slope.")
    assert "which only an experiment" in run(
        shell, answer.replace("speed", "pi"), use, experiment="from math import *"
    )


def test_a_helper_in_the_cell_of_a_check(shell):
    """Does what the student adds to a check's cell count as the student's?"""
    answer, use = "def f(cache): return twice(cache[0])", CHECK.format("f((3, 2))")
    own = "def twice(x): return 2 * x\n"
    assert run(shell, SETUP, answer, own + use).startswith("Right: slope.")


def test_what_is_not_written_uses_nothing(shell):
    """Is an untouched stub no more than that?"""
    answer = "def f(cache):\n    raise NotImplementedError\n    return x"
    assert "uses" not in run(shell, SETUP, answer, CHECK.format("f((3, 2))"))


def _without_its_line():
    lesson = next(one for one in all_lessons(repository()) if one.name.startswith("05"))
    forgets = Mistake("conv-backward", "The cache is not unpacked.", swap={LINE: ""})
    notebook = planted(source_notebook(lesson), forgets)
    wanted = ("conv-forward", "conv-backward", "conv-backward-check", "conv-backward-bare-check")
    notebook.cells = [c for c in notebook.cells if is_setup(c) or grade_id(c) in wanted]
    return notebook


def test_a_backward_pass_that_does_not_unpack_its_cache(tmp_path):
    """Is it told in a real kernel, and in a rehearsal, that the names are the check's?"""
    notebook = _without_its_line()
    done = run_notebook(notebook, Limits(cell_seconds=60), cwd=tmp_path)
    told = {f"kernel {one.check}": one.reason for one in outcomes_of(done)}
    told |= {f"rehearsal {name}": one.reasons for name, one in rehearse_notebook(notebook).items()}
    assert len(told) == 4
    for where, reason in told.items():
        assert reason.startswith("Your code uses conv_param, x and w, which only"), where
