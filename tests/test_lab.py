"""Is JupyterLab started as students need it, and the user's own configuration left alone?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyterlab_server.config import get_federated_extensions, get_page_config

from course_lib.lab import CONFIGURATION, command, environment


def test_the_environment_comes_first_and_keeps_what_was_there() -> None:
    """Are the programs of this Python found first, and the user's paths after them?"""
    tools = str(Path(sys.executable).parent)
    around = environment({"PATH": "/usr/bin", "JUPYTER_CONFIG_PATH": "/mine", "HOME": "/home/me"})
    assert around == {
        "PATH": f"{tools}{os.pathsep}/usr/bin",
        "JUPYTER_CONFIG_PATH": f"{CONFIGURATION}{os.pathsep}/mine",
        "HOME": "/home/me",
    }
    assert environment({})["PATH"] == tools  # an empty part of a PATH is the current folder


@pytest.mark.slow
def test_jupyterlab_reads_this_configuration(tmp_path: Path) -> None:
    """Does JupyterLab itself, asked what it would do, serve the home page, end idle kernels and
    leave nbgrader's parts out; and does it without the environment do none of it?"""
    start = [*command(tmp_path, []), "--show-config-json", "--allow-root"]
    before = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "mine")}

    def config(around: dict[str, str]) -> str:
        return subprocess.run(start, env=around, capture_output=True, text=True, check=True).stdout

    ours, theirs = config(environment(before)), config(before)
    assert '"cull_idle_timeout": 3600' in ours
    assert '"course_lib.desk.server": true' in ours
    assert '"nbgrader.server_extensions.formgrader": false' in ours
    assert "cull_idle_timeout" not in theirs
    assert '"shell_command": [' in ours


def test_the_page_has_no_menu_of_instructors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is nbgrader's extension off on the page, and the course's own script on it?"""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(CONFIGURATION))
    folder = str(CONFIGURATION / "labextensions")
    page = get_page_config([folder])
    assert page["disabledExtensions"] == ["@jupyter/nbgrader"]
    assert "course-desk" in get_federated_extensions([folder])
    (script,) = page["federated_extensions"]
    assert (CONFIGURATION / "labextensions" / script["name"] / script["load"]).is_file()
