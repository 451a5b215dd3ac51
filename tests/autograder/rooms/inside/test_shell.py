"""What a cell shows in a room, beside what it shows under a real kernel."""

import json
import os
import re
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.locked import LockedRoom
from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.outputs import clean
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.inside.shell import NO_EXIT, NO_INSTALL
from autograder.rooms.parents.warm import WarmParent
from course_lib.execute import run_notebook
from course_lib.runner import Limits, Stopped

ROOT = Path(__file__).parents[4]

# What is written past Python reaches a kernel's notebook a little later.
LATER = "\nimport time; time.sleep(0.2)"
CELLS = {
    "streams": "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "nothing printed": "print('', end='')",
    "descriptors": "import os\nos.write(1, b'raw \\xc3\\xa4\\n'); os.write(2, b'raw\\n');" + LATER,
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'hi'])" + LATER,
    "order": "print('a')\nsubprocess.run(['echo', 'b'])" + LATER + "\nprint('c')",
    "os.system": "r = os.system('echo out; echo err >&2')" + LATER + "\nr",
    "C": "import ctypes\nc = ctypes.CDLL(None)\nc.puts(b'from C')\nc.fflush(None)" + LATER,
    "fork": "if os.fork() == 0:\n    print('child', flush=True)\n    os._exit(0)\nos.wait();"
    + LATER,
    "process": (
        "import multiprocessing as m\n"
        "p = m.get_context('fork').Process(target=print, args=('p',))\n"
        "p.start(); p.join()" + LATER
    ),
    "real stdout": "print('real', file=sys.__stdout__, flush=True)" + LATER,
    "captured": "subprocess.run(['echo', 'b'], capture_output=True).stdout",
    "shell": "!echo shell",
    "failed shell": "!false\n_exit_code",
    "assigned shell": "lines = !echo one\nlines",
    "bash": "%%bash\necho hi\necho err >&2",
    "failed bash": "%%bash\nexit 3",
    "environment": "[os.environ.get(name) for name in ('TERM', 'PAGER', 'FORCE_COLOR')]",
    "thread": "import threading\nt = threading.Thread(target=print, args='t')\nt.start(); t.join()",
    "stdout": "sys.stdout.name, sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.writable()",
    "writelines": "sys.stdout.writelines(['a', 'b'])",
    "redirected": "import contextlib, io\nb = io.StringIO()\n"
    "with contextlib.redirect_stdout(b): print('in')\nb.getvalue()",
    "carriage return": "print('a\\rb')",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "inline": "%matplotlib inline",
    "show": "plt.figure(figsize=(1, 1))\nplt.show()\n1 + 1",
    "open figures": "plt.figure(figsize=(1, 1))\nplt.figure(figsize=(1, 2));",
    "axes": "plt.figure(figsize=(1, 1))\nplt.plot([1])",
    "closed figure": "fig, ax = plt.subplots(figsize=(1, 1))\nplt.close(fig)\nfig",
    "svg": "%config InlineBackend.figure_format = 'svg'\n"
    "plt.rcParams['svg.hashsalt'] = 'a'\nplt.figure(figsize=(1, 1));",
    "retina": "%config InlineBackend.figure_format = 'retina'\nplt.figure(figsize=(1, 1));",
    "animation": (
        "from IPython.display import HTML, display\n"
        "from matplotlib.animation import FuncAnimation\n"
        "fig, ax = plt.subplots(figsize=(1, 1))\n"
        "a = FuncAnimation(fig, lambda i: ax.plot([i]), frames=2)\nh = a.to_jshtml()\n"
        "plt.close(fig)\ndisplay(HTML(h[:20]))\nlen(h) > 1000"
    ),
    "result": "x = {'a': 1}\nx",
    "silent": "x;",
    "none": "None",
    "long": "list(range(2000))",
    "array": "import numpy as np\nnp.arange(3.0)",
    "precision": "%precision 3",
    "last": "5\n_ + 1",
    "in and out": "In[1][:6], len(Out) > 3",
    "main": "__name__, 'x' in globals(), type(get_ipython()).__name__",
    "html": "display(HTML('<b>x</b>'))\nHTML('<i>y</i>')",
    "rich": (
        "from IPython.display import JSON, SVG, Image, Javascript, Latex, Markdown, Math\n"
        "display(Markdown('*a*'), Latex('$x$'), Math('x'), JSON({'a': 1}), Javascript('1'))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>'))\n"
        "Image(b'\\x89PNG\\r\\n\\x1a\\n', format='png', width=3)"
    ),
    "raw": "display({'text/plain': 'raw'}, raw=True)",
    "metadata": "display(HTML('x', metadata={'isolated': True}))",
    "own html": "class R:\n    def _repr_html_(self):\n        return '<b>r</b>'\nR();\n"
    "class B:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': 'b'}\nB()",
    "own display": "class D:\n    def _ipython_display_(self):\n        print('myself')\nD()",
    "pretty": "class P:\n    def _repr_pretty_(self, p, cycle):\n        p.text('pretty')\nP()",
    "failing repr": (
        "def fail(self):\n    raise ValueError('no')\nclass X: pass\nX.__repr__ = fail\nX()"
    ),
    "failing html": "class Y: pass\nY._repr_html_ = fail\nY.__repr__ = lambda self: 'y'\nY()",
    "printed repr": "print(X())",
    "update": "shown = display('one', display_id='q')\nshown.update('two')",
    "clear": "from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
    "clear later": "for i in range(3):\n    clear_output(wait=True)\n    print(i)\n    display(i)",
    "tqdm": "from tqdm import tqdm\nfor i in tqdm(range(3), bar_format='{n_fmt}'): pass",
    "widget": "import ipywidgets\nslider = ipywidgets.IntSlider(3)\nslider",
    "shown widget": "display(ipywidgets.Label('x'))",
    "logging": "import logging\nlogging.warning('w')\nlogging.getLogger('a').error('e')",
    "logging set up": "logging.basicConfig(level=logging.INFO, force=True)\nlogging.info('now')",
    "warning": "import warnings\nwarnings.warn('careful')",
    "numpy's warning": "np.log(np.zeros(1))",
    "deprecation": "def old():\n    warnings.warn('old', DeprecationWarning)\nold()",
    "input": "name = input('who?')",
    "getpass": "import getpass\ngetpass.getpass()",
    "await": "import asyncio\nawait asyncio.sleep(0)\n5",
    "task": "async def two():\n    return 2\ntask = asyncio.create_task(two())",
    "awaited": "await task, await asyncio.gather(two(), two())",
    "loop": "type(asyncio.get_running_loop()).__name__",
    "asyncio.run": "one = two()\nasyncio.run(one)",
    "closed": "one.close()",
    "time": "%time y = 2",
    "cell time": "%%time\nz = 3\nprint(z)",
    "timeit": "%timeit -n 1 -r 1 pass",
    "cell timeit": "%%timeit -n 1 -r 1\npass",
    "capture": "%%capture said\nprint(1)\nprint(2, file=sys.stderr)\n3",
    "what was captured": "said.show()\nsaid.stdout, said.stderr",
    "writefile": "%%writefile s.py\nprint(__name__)\nq = 5",
    "run": "%run s.py\nq",
    "run nothing": "%run missing.py",
    "list": "!ls s.py\n%ls s.py",
    "load": "%load s.py",
    "autoreload": "%load_ext autoreload\n%autoreload 2",
    "html magic": "%%html\n<b>x</b>",
    "run_cell_magic": "get_ipython().run_cell_magic('capture', 'more', 'print(5)')\nmore.stdout",
    "run_line_magic": "get_ipython().run_line_magic('precision', '4')",
    "system": "get_ipython().system('echo system')",
    "who": "%who_ls dict",
    "help": "x?",
    "source": "def f(x):\n    return x.y\nf??",
    "builtin help": "help(f)",
    "inspect": "import inspect\ninspect.getsource(f)",
    "pickle": "import pickle\npickle.loads(pickle.dumps(R)) is R",
    "store": "%store x",
    "prun": "%prun -q pass",
    "env": "%env FOO=1",
    "rerun": "%rerun 1",
    "no such magic": "%nosuch",
    "no such cell magic": "%%nosuch\nx",
    "division": "1 / 0",
    "in a function": "f(3)",
    "in a package": "np.linalg.inv(np.zeros((2, 2)))",
    "syntax": "def oops(:",
    "indent": "if True:\nx = 1",
    "assertion": "assert 1 == 2, 'no'",
    "group": "raise ExceptionGroup('g', [ValueError(1)])",
    "plain": "%xmode Plain\n1 / 0",
    "context": "%xmode Context",
    "custom": "get_ipython().set_custom_exc((KeyError,), lambda *a, **k: print('c'))\n{}['a']",
    "sys.exit": "sys.exit(3)",
    "interrupt": "print('x')\nraise KeyboardInterrupt",
    "thread's error": "t = threading.Thread(target=f, args=(1,), name='T')\nt.start(); t.join()",
    "hook": "get_ipython().events.register('post_run_cell', lambda r: print('hook'))",
    "hooked": "await asyncio.sleep(0)\n1",
    "all expressions": "get_ipython().ast_node_interactivity = 'all'",
    "all": "1\n2",
    "reset": "%reset -f",
    "after reset": "'np' in globals(), 'In' in globals(), __name__",
}
VARYING = (
    (re.compile(r"\\u001b\[[0-9;]*m|\([^()]*, line|0x[0-9a-f]+"), ""),
    (re.compile(r"[\w/.-]*/ipykernel_\d+/\d+\.py|<ipython-input-[-0-9a-f]+>"), "CELL"),
    (re.compile(r"[\d.]+(e[+-]\d+)? (ns|µs|μs|us|ms|s)\b"), "TIME"),
    (re.compile(r'"model_id": "\w+"'), '"model_id": ""'),
    (re.compile(r"<dc:date>[^<]*"), ""),
    (re.compile(r', "File ipykernel/kernelbase\.py([^"\\]|\\.)*"'), ""),  # the kernel's own
)


def told(outputs: list[NotebookNode]) -> list[object]:
    """Outputs less colours, times and places; each stream once, as kernels cut them at will."""
    streams = dict.fromkeys(("stdout", "stderr"), "")
    others = []
    for output in clean(outputs, 10_000_000):
        text = json.dumps(output, ensure_ascii=False)
        for pattern, instead in VARYING:
            text = pattern.sub(instead, text)
        plain = json.loads(text)
        if output.output_type == "stream":
            streams[output.name] += plain["text"]
        else:
            others.append(plain)
    return [streams, others]


@pytest.fixture(scope="module")
def cells(
    parent: WarmParent, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[NotebookNode, NotebookNode]]:
    """Each cell of CELLS after a run in a kernel, and after one in a room."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS.values()])
    # Under pytest a kernel would leave descriptors 1 and 2 alone.
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    cold = run_notebook(
        notebook, Limits(), cwd=tmp_path_factory.mktemp("k"), environment=environment
    )
    warm = LockedRoom(Limits(), "", parent).run(notebook).notebook
    return dict(zip(CELLS, zip(cold.cells, warm.cells)))


@pytest.mark.slow
@pytest.mark.parametrize("name", CELLS)
def test_as_a_kernel(cells: dict[str, tuple[NotebookNode, NotebookNode]], name: str):
    """Does a cell end up with the outputs and the count that a real kernel gives it?"""
    real, ours = cells[name]
    assert told(ours.outputs) == told(real.outputs)
    assert ours.execution_count == real.execution_count


def shown(link: Link) -> list[NotebookNode]:
    return link.outputs.take()


def test_order_of_outputs(linked: Callable[..., Link]):
    """Does what programs write past Python stand between what was printed before and after?"""
    cell = (
        "import ctypes, os, subprocess, sys\n"
        "sys.setswitchinterval(60)  # no other thread gets its turn while Python runs\n"
        "write = ctypes.PyDLL(None).write\nfor i in range(50):\n    print(i)\n"
        "    subprocess.run(['echo', f'echo {i}']) if i % 10 == 0 else write(1, b'raw\\n', 4)\n"
        "os.write(1, b'\\xc3'); os.write(1, b'\\xa4');"
    )
    (output,) = shown(linked(cell))
    pairs = (f"{i}\n" + (f"echo {i}\n" if i % 10 == 0 else "raw\n") for i in range(50))
    assert output.text == "".join(pairs) + "ä"


LONG = ("print('x' * 300_000)", "import os; os.write(1, b'x' * 300_000);")


@pytest.mark.parametrize("cell", LONG)
def test_line_that_is_too_long(linked: Callable[..., Link], cell: str):
    """Is as much of a long line shown as there is room for, and that the rest is not?"""
    output, cut = shown(linked(cell))
    assert output.text == "x" * 100_000
    assert "more than 100,000 bytes" in cut.text


def test_program_that_writes_much(linked: Callable[..., Link]):
    """Does a program that writes 200 MB come to its end, with its output cut, and memory small?"""
    cell = (
        "import resource, subprocess\nsubprocess.run('yes | head -c 200000000', shell=True)\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
    )
    link = linked("1", cell)
    output, *_, cut = shown(link)[1:]
    assert len(output.text) < 130_000
    assert "more than 100,000 bytes" in cut.text
    before = linked("import resource", "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss")
    peak, usual = (one.ask("names", ["peak"])["peak"] for one in (link, before))
    assert peak < usual + 50_000  # KB


@pytest.mark.parametrize("program", ["yes", "sleep 60"])
def test_program_that_stays(linked: Callable[..., Link], program: str):
    """Does a cell end whose program holds the pipe open, and do later cells run?"""
    link = linked(f"import subprocess\np = subprocess.Popen({program!r}, shell=True)", "x = 7")
    assert link.alive
    assert link.ask("names", ["x"]) == {"x": 7}


@pytest.mark.parametrize("closed", ["os.close(1); os.close(2)", "os.closerange(1, 7)"])
def test_closed_descriptors(linked: Callable[..., Link], closed: str):
    """Does a room that loses its descriptors still show what Python prints?"""
    link = linked(f"import os\nkept = os.dup(9)\n{closed}", "print('still')")
    assert "still" in str(shown(link))


def test_forks_write_too(linked: Callable[..., Link]):
    """Are prints of forked processes shown, without one of them waiting for another's lock?"""
    cell = (
        "import multiprocessing, sys\n"
        "def work(i):\n    sys.stderr.write(f'{i}\\n')\n    return i\n"
        "with multiprocessing.get_context('fork').Pool(3) as pool:\n"
        "    print(sum(pool.map(work, range(30))))"
    )
    texts = {output.name: output.text for output in shown(linked(cell))}
    assert texts["stdout"] == "435\n"
    assert sorted(map(int, texts["stderr"].split())) == list(range(30))


def test_exit(linked: Callable[..., Link]):
    """Does exit() in any form end neither the cell nor the room, and say so?"""
    cells = ["exit()\na = 1", "quit", "exit(3)", "def f():\n    quit()\n    return a\nb = f()"]
    link = linked(*cells)
    (said,) = shown(link)
    assert said.text == NO_EXIT * 4
    assert link.ask("names", ["a", "b"]) == {"a": 1, "b": 1}


def test_where_a_room_differs(linked: Callable[..., Link]):
    """Is shown under its cell what a kernel would keep in a widget or lose on its terminal?"""
    link = linked(
        "import subprocess, sys\nsubprocess.run(['echo', 'one'], stdout=sys.stdout);",
        "import ipywidgets\n@ipywidgets.interact(x=(0, 3))\ndef show(x=1):\n    print('x', x)",
        "with ipywidgets.Output():\n    print('inside')",
        "from tqdm.auto import tqdm\nfor i in tqdm(range(3), bar_format='{n_fmt}'): pass",
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd",
    )
    outputs = shown(link)
    texts = "".join(output.get("text", "") for output in outputs)
    assert texts == "one\nx 1\ninside\n\r0\r3\n"
    assert next(output.ename for output in outputs if "ename" in output) == "Odd"


def test_interrupted_await(parent: WarmParent):
    """Is a coroutine that was stopped gone, and does the next cell run in the same room?"""
    cells = ["import asyncio\nn = 0", "while True:\n    n += 1\n    await asyncio.sleep(0)"]
    cells += ["before = n\nawait asyncio.sleep(0.1)\nbefore == n > 0"]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    done = LockedRoom(Limits(cell_seconds=2), "", parent).run(notebook).notebook
    assert [output.get("ename") for output in done.cells[1].outputs][-1] == "TooLong"
    assert done.cells[2].outputs[0].data["text/plain"] == "True"


def test_long_error(linked: Callable[..., Link]):
    """Is an error with a text of 20 MB cut, and nothing else lost?"""
    link = linked("raise ValueError('x' * 20_000_000)", "print('next')")
    error, after = shown(link)
    assert len(json.dumps(error)) < 50_000
    assert after.text == "next\n"


def test_no_installation_paths(linked: Callable[..., Link]):
    """Do outputs name files of packages without telling where this machine keeps them?"""
    cells = (
        "import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))",
        "import threading\nt = threading.Thread(target=len)\nt.start(); t.join()",
        "import warnings\nwarnings.warn('x', stacklevel=3)",
        "raise ValueError(np.__file__)",
        "print(threading.__file__)\nnp, np.__file__",
        "input()",
        "import torch",
        "%xmode Verbose",
        "np.linalg.inv(np.zeros((2, 2)))",
    )
    text = json.dumps(shown(linked(*cells, hidden=("torch",))))
    for folder in (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), str(ROOT), "~/"):
        assert folder not in text
    assert "numpy/linalg/_linalg.py" in text
    assert "autograder/rooms" not in text


def test_no_installation_paths_in_a_call(linked: Callable[..., Link]):
    """Is the same true of what a check is told that a student's function raised?"""
    link = linked(
        "import numpy as np\ndef f(g=None):\n"
        "    if g:\n        return g()\n"
        "    try:\n        np.linalg.inv(np.zeros((2, 2)))\n"
        "    except Exception as error:\n        raise ValueError(np.__file__) from error"
    )
    f = link.ask("names", ["f"])["f"]
    for args in ((), (lambda: 1 / 0,)):
        with pytest.raises((ValueError, ZeroDivisionError)) as caught:
            f(*args)
        told = str(caught.value) + caught.value.course_traceback
        assert sys.prefix not in told
        assert sys.base_prefix not in told
        assert str(ROOT) not in told
        assert "autograder/rooms" not in told
        assert "in f" in told


@pytest.mark.slow
def test_what_a_shell_line_leaves_running():
    """Does what a shell line started end with it, interrupted or not, and what a cell has started
    go on?"""
    sleep = f"sleep 98.{os.getpid()}"  # no other test's
    with WarmParent() as warm, warm.open() as room:
        link = Link(room, handle, 100_000)
        link.give(20)
        link.ask("begin", [], 100_000)
        link.ask("cell", f"import os, subprocess\nown = subprocess.Popen({sleep.split()})", 1)
        for line in (f"!sh -c '{sleep}; true'", f"!({sleep} &) ; true"):
            link.give(1)
            with suppress(Stopped):
                link.ask("cell", line, 2)
        link.give(20)
        link.outputs.take()
        cell = "import time\nfor _ in range(50):\n"
        pattern = sleep.replace(".", "[.]")  # which does not find itself
        cell += f"    count = subprocess.getoutput('pgrep -c -r R,S,T,D -f \"{pattern}\"')\n"
        cell += "    if count == '1':\n        break\n    time.sleep(0.1)\nprint(count)"
        link.ask("cell", cell, 3)
        assert link.outputs.take()[0]["text"] == "1\n"


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("!pip install torchvision", True),
        ("!pip3 install -q --upgrade pip", True),
        ("!  python3 -m pip install x", True),
        ("%pip install x", True),
        ("!uv pip install x", True),
        ("!sudo apt-get -y install graphviz", True),
        ("!conda install x", True),
        ("!pip --version > /dev/null; echo pip", False),
        ("!echo pip install x", False),
        ("pip = 'install'; print(pip)", False),
    ],
)
def test_nothing_is_installed(linked: Callable[..., Link], line: str, refused: bool) -> None:
    """Is an installer told at once that there is no network, while all else runs as it does?"""
    output, *_ = shown(linked(line))
    assert (NO_INSTALL in output.text) is refused


@pytest.mark.slow
def test_an_installer_in_a_script_does_not_wait_for_a_network(linked: Callable[..., Link]) -> None:
    """Does pip that a script starts say at once that it finds nothing, and not try again?"""
    cell = (
        "import subprocess, sys\nwords = [sys.executable, '-m', 'pip', 'install', 'nothing-so']\n"
        "print(subprocess.run(words, capture_output=True, text=True).stderr)"
    )
    (output,) = shown(linked(cell))
    assert "No matching distribution" in output.text or "No module named pip" in output.text
    assert "Retrying" not in output.text


def test_rooms_of_one_parent_share_no_shell(linked: Callable[..., Link]) -> None:
    """Is the shell of each room its own, though it is made once: its names, its folders?"""
    cell = (
        "import os\nip = get_ipython()\nhere = ip.starting_dir == os.getcwd()\n"
        "print('seen' in globals(), len(In), here, "
        "os.path.isdir(ip.profile_dir.startup_dir), sys.modules['__main__'].__dict__ is globals())"
        "\nseen = 1; os.rmdir(ip.profile_dir.pid_dir)"
    )
    for _ in range(2):
        (output,) = shown(linked(f"import sys\n{cell}"))
        assert output.text == "False 2 True True True\n"


def test_a_cell_is_transformed_once(linked: Callable[..., Link]) -> None:
    """Does a student's own transformer of cells see each cell, and a cell within a cell, once?"""
    link = linked(
        "seen = []\nget_ipython().input_transformers_post.append("
        "lambda lines: seen.append(len(lines)) or lines)"
    )
    link.ask("cell", "x = 1\nx\nget_ipython().run_cell('y = 2')\nx", 2)
    link.ask("cell", "print(seen)", 3)
    assert "[4, 1, 1]\n" in [output.get("text") for output in shown(link)]
