"""Attacks on the folder that is handed in: links, special files, shadows, too much."""

import os
import shutil
import socket
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from course_lib.notebooks import as_text
from tests.attacks.attack import LESSON, RIGHT, SQUARES, Attack, Ground, answered, put

Fill = Callable[[Path, Ground], None]
PRINT = """\
from pathlib import Path
for path in sorted(Path().rglob("*"))[:100]:
    try:
        print(path, path.read_text()[:5000])
    except (OSError, ValueError):
        pass
"""
FAKE = "def __getattr__(name):\n    return lambda *args, **kwargs: True\n"


def attack(group: str, earns: float, **answers: str) -> Callable[[Fill], Attack]:
    """Hand in these answers, then let the function add to the folder."""

    def made(fill: Fill) -> Attack:
        name, story = fill.__name__, str(fill.__doc__)
        hand_in = partial(_hand_in, fill, answers)
        return Attack(group, name, story, earns, hand_in, f"{group}-{name}")

    return made


def _hand_in(fill: Fill, answers: dict[str, str], folder: Path, ground: Ground) -> None:
    put(folder, as_text(answered(ground.released, **answers)).encode())
    fill(folder, ground)


def _notebook(folder: Path) -> Path:
    return folder / f"{LESSON}.ipynb"


@attack("points", 0)
def shadows(folder, ground):
    """Has modules beside the notebook that shadow NumPy, Matplotlib and the checks."""
    for name in ("numpy", "matplotlib", "course_lib", "torch", "sitecustomize", "json", "IPython"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(FAKE)
        (folder / f"{name}.py").write_text(FAKE)
    (folder / "conftest.py").write_text(FAKE)
    (folder / "ipython_config.py").write_text("c.InteractiveShellApp.exec_lines = ['passed = 1']")


@attack("points", 0)
def another_notebook(folder, ground):
    """Has a second notebook and the grader's own file names beside the first."""
    right = as_text(answered(ground.released, **RIGHT))
    (folder / "gradebook.db").write_text("")
    (folder / "nbgrader_config.py").write_text("raise SystemExit(0)")
    (folder / f"{LESSON}.ipynb.bak").write_text(right)
    (folder / "02_other.ipynb").write_text(right)


@attack("points", 0)
def timestamp(folder, ground):
    """Has a time of submission that no calendar knows."""
    (folder / "timestamp.txt").write_bytes(b"9999999-99-99 \xff\x00 UTC" * 1000)


@attack("points", 0)
def linked_notebook(folder, ground):
    """Is a link to another student's right notebook."""
    _notebook(folder).unlink()
    _notebook(folder).symlink_to(f"{ground.places['CLASS']}/submitted/moe/{LESSON}/{LESSON}.ipynb")


@attack("points", 0)
def linked_folder(folder, ground):
    """Is a folder that is a link to another student's."""
    shutil.rmtree(folder)
    folder.symlink_to(f"{ground.places['CLASS']}/submitted/moe/{LESSON}")


@attack("leaks", 0)
def linked_source(folder, ground):
    """Is a link to the instructor's own notebook, answers and hidden tests in it."""
    _notebook(folder).unlink()
    _notebook(folder).symlink_to(f"{ground.places['CLASS']}/source/{LESSON}/{LESSON}.ipynb")


@attack("leaks", 0)
def hard_linked_source(folder, ground):
    """Is a second name of the instructor's own notebook, answers and hidden tests in it."""
    _notebook(folder).unlink()
    os.link(f"{ground.places['CLASS']}/source/{LESSON}/{LESSON}.ipynb", _notebook(folder))


@attack("leaks", 0, squares=PRINT)
def linked_files(folder, ground):
    """Has links beside the notebook to a secret file, to folders and to itself, and prints them."""
    places = ground.places
    (folder / "secret.txt").symlink_to(f"{places['OUTSIDE']}/secret.txt")
    (folder / "up").symlink_to("../../..")
    (folder / "class").symlink_to(places["CLASS"])
    (folder / "self").symlink_to(".")
    (folder / "root").symlink_to("/proc/self/root")


@attack("leaks", 0, squares=PRINT)
def hard_links(folder, ground):
    """Has hard links beside the notebook to the instructor's notebook and to a secret file."""
    places = ground.places
    os.link(f"{places['CLASS']}/source/{LESSON}/{LESSON}.ipynb", folder / "source.txt")
    os.link(f"{places['OUTSIDE']}/secret.txt", folder / "secret.txt")


@attack("broken_input", 0)
def wrong_name(folder, ground):
    """Has the right notebook under another name."""
    _notebook(folder).rename(folder / "Untitled (final) v2.ipynb")


@attack("broken_input", 0)
def missing(folder, ground):
    """Is an empty folder."""
    _notebook(folder).unlink()


@attack("broken_input", 0)
def a_folder(folder, ground):
    """Has a folder under the notebook's name."""
    _notebook(folder).unlink()
    _notebook(folder).mkdir()


@attack("broken_input", 0)
def a_pipe(folder, ground):
    """Has a pipe under the notebook's name, from which a reader never gets anything."""
    _notebook(folder).unlink()
    os.mkfifo(_notebook(folder))


@attack("broken_input", 0)
def a_link_to_a_device(folder, ground):
    """Has a link to an endless device under the notebook's name."""
    _notebook(folder).unlink()
    _notebook(folder).symlink_to("/dev/zero")


@attack("broken_input", 100, **RIGHT)
def special_files(folder, ground):
    """Has pipes, sockets and a file without a reader's rights beside a right notebook."""
    os.mkfifo(folder / "pipe")
    here = os.getcwd()
    os.chdir(folder)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
    os.chdir(here)
    (folder / "locked").write_text("x")
    (folder / "locked").chmod(0)


@attack("broken_input", 100, **RIGHT)
def many_files(folder, ground):
    """Has 20,000 files beside a right notebook."""
    (folder / "many").mkdir()
    for number in range(20_000):
        (folder / "many" / str(number)).touch()


@attack("broken_input", 100, **RIGHT)
def large_file(folder, ground):
    """Has a file of 300 MB beside a right notebook."""
    with (folder / "large.bin").open("wb") as file:
        file.truncate(300_000_000)


@attack("broken_input", 100, **RIGHT)
def deep_folders(folder, ground):
    """Has 200 folders inside each other beside a right notebook."""
    (folder / "/".join(["deeper"] * 200)).mkdir(parents=True)


@attack("broken_input", 100, **RIGHT)
def odd_file_names(folder, ground):
    """Has files beside a right notebook with names no program likes."""
    for name in (b"new\nline", b"\xff\xfe", b"-rf", b"$(id)", b"a" * 255, b"<script>", b"CON "):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).touch()


@attack("broken_input", 100, **RIGHT)
def bomb(folder, ground):
    """Has an archive beside a right notebook that unpacks to 300 MB."""
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(300_000_000), compresslevel=1)


@attack(
    "honest", 100, squares="from mine import squares as sum_of_squares", largest=RIGHT["largest"]
)
def own_module(folder, ground):
    """Imports a module of its own that lies beside the notebook."""
    (folder / "mine.py").write_text(SQUARES.replace("sum_of_squares", "squares"))


@attack("honest", 100, squares="power = np.load('power.npy')\n" + SQUARES.replace("2", "power"),
        largest=RIGHT["largest"])  # fmt: skip
def own_data(folder, ground):
    """Reads data of its own that lies beside the notebook."""
    import numpy as np

    np.save(folder / "power.npy", np.array(2.0))
