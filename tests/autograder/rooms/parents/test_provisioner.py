"""Tests that notebooks run in locked rooms through jupyter_client, nbclient and nbgrader."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.classroom.folder import Classroom
from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from autograder.rooms.locks import landlock
from autograder.rooms.parents import provisioner
from autograder.rooms.parents.provisioner import NAME, RoomProvisioner, write_kernelspec
from course_lib.notebooks import as_text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
GROUP, OBJECT = (
    "jupyter_client.kernel_provisioners",
    "autograder.rooms.parents.provisioner:RoomProvisioner",
)


@pytest.fixture(autouse=True)
def _kernelspec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernelspec and its provisioner, as an installation would offer them."""
    write_kernelspec(tmp_path / "jupyter" / "kernels", ("tqdm",))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    factory = KernelProvisionerFactory.instance()
    monkeypatch.setitem(factory.provisioners, NAME, EntryPoint(NAME, OBJECT, GROUP))


@pytest.fixture(scope="module", autouse=True)
def _no_parent_is_left() -> Iterator[None]:
    yield
    for parent, _ in provisioner._parents.values():
        parent.close()
    provisioner._parents.clear()


def run(*sources: str, timeout: int = 60) -> list[NotebookNode]:
    """The outputs of each cell."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name=NAME, allow_errors=True, timeout=timeout).execute()
    return [cell.outputs for cell in notebook.cells]


def test_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does the command of the documentation install the kernel, and say where?"""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["provisioner", "torch"])
    provisioner.main()
    spec = json.loads((tmp_path / "share/jupyter/kernels" / NAME / "kernel.json").read_text())
    assert spec["metadata"]["kernel_provisioner"]["config"] == {"hidden_packages": ["torch"]}
    assert str(tmp_path) in capsys.readouterr().out


def test_nbclient() -> None:
    """Do values, prints, plots, magics, shell commands and errors come back as from any kernel?"""
    value, printed, plot, magic, shell, error = run(
        "1 + 1",
        "print('Grüße')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "%timeit -n1 -r1 1",
        "!echo hi",
        "1 / 0",
    )
    assert value[0].data["text/plain"] == "2"
    assert printed[0].text == "Grüße\n"
    assert "image/png" in plot[0].data
    assert "per loop" in magic[0].text
    assert shell[0].text.strip() == "hi"
    assert error[0].ename == "ZeroDivisionError"


def test_the_kernel_is_locked() -> None:
    """Is the kernel process 1 of a room without files, network, hidden packages or neighbours?"""
    number, shadow, network, package, folders = run(
        "import os; os.getpid()",
        "open('/etc/shadow')",
        "import socket; socket.socket()",
        "import tqdm",
        "import glob; len(glob.glob('/var/tmp/rooms-*/*'))",
    )
    assert number[0].data["text/plain"] == "1"
    assert shadow[0].ename == "FileNotFoundError"
    assert network[0].ename == "OSError"
    assert package[0].ename == "ModuleNotFoundError"
    assert folders[0].data["text/plain"] == "1"


def test_rooms_share_nothing() -> None:
    """Does one kernel see what another wrote?"""
    assert run("open('a', 'w').write('1')", "import os; os.listdir()")[1][0].data["text/plain"] == (
        "['a']"
    )
    assert run("import os; os.listdir()")[0][0].data["text/plain"] == "[]"


def test_too_slow() -> None:
    """Does nbclient's time limit end a loop in a room, and is the room gone?"""
    with pytest.raises(CellTimeoutError):
        run("import time\nwhile True: time.sleep(0.01)", timeout=1)
    assert run("1")[0][0].data["text/plain"] == "1"


def test_what_is_left_behind() -> None:
    """Is the folder of a kernel's sockets gone after its notebook?"""
    run("1")
    for _, shared in provisioner._parents.values():
        assert list(shared.iterdir()) == []


def test_a_restart_with_a_changed_file() -> None:
    """Does a restarted kernel listen as before where the connection file was written over?"""
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        before = manager.get_connection_info()
        ports = json.loads(Path(manager.connection_file).read_text())
        changed = {**ports, "key": "theirs", "ip": "/tmp/elsewhere"}
        Path(manager.connection_file).write_text(json.dumps(changed))
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        assert client.execute_interactive("1 + 1", timeout=30)["content"]["status"] == "ok"
        assert manager.get_connection_info() == before
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_only_the_process_differs() -> None:
    """Is what jupyter_client asks of a provisioner all there?"""
    asked = ("poll", "wait", "send_signal", "kill", "terminate", "launch_kernel", "cleanup")
    assert all(name in vars(RoomProvisioner) for name in asked)


@pytest.mark.slow
def test_unmodified_nbgrader(tiny: Lesson, classroom: Classroom, tmp_path: Path) -> None:
    """Does `nbgrader autograde` run in locked rooms and give the full answers full points?"""
    info = tmp_path / "path" / "course_room-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: course-room\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{NAME} = {OBJECT}\n")
    for student in ("ada", "grace"):
        folder = classroom.folder / "submitted" / student / tiny.name
        folder.mkdir(parents=True)
        notebook = source_notebook(tiny)
        notebook.cells.append(new_code_cell("import os; print('process', os.getpid())"))
        (folder / f"{tiny.name}.ipynb").write_text(as_text(notebook))
    config = classroom.folder / "nbgrader_config.py"  # ours refuses: see tests/test_formgrader.py
    lines = config.read_text().splitlines(keepends=True)
    config.write_text("".join(line for line in lines if "Refusal" not in line))
    command = [sys.executable, "-m", "nbgrader", "autograde", tiny.name, "--create"]
    done = subprocess.run(
        [*command, f"--Execute.kernel_name={NAME}"],
        cwd=classroom.folder,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "path")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for student in ("ada", "grace"):
        graded = json.loads(
            (
                classroom.folder / "autograded" / student / tiny.name / f"{tiny.name}.ipynb"
            ).read_text()
        )
        outputs = [output for cell in graded["cells"] for output in cell.get("outputs", [])]
        assert not [output for output in outputs if output["output_type"] == "error"]
        with Gradebook(classroom.db) as book:
            submission = book.find_submission(tiny.name, student)
            assert submission.score == submission.max_score > 0
        assert any("process 1" in "".join(output.get("text", [])) for output in outputs)


@pytest.mark.skipif(not landlock.version(), reason="this Linux has no Landlock")
def test_the_disk_of_the_machine() -> None:
    """Can a kernel make no file in the folder that it shares with the machine, by any name?"""
    (outputs,) = run(
        """
import json, os
folder = os.path.dirname(json.load(open("/room/tmp/kernel.json"))["ip"])
for make in (lambda path: open(path, "w"), os.mkdir, lambda path: os.symlink("/dev/zero", path)):
    try:
        make(folder + "/mine")
    except PermissionError:
        print("refused")
"""
    )
    assert outputs[0].text.split() == ["refused"] * 3
