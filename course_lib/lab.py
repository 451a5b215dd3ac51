"""How is JupyterLab started, so that it suits a student? With a configuration of its own.

What the user has configured stays as it is, and so does any other JupyterLab of theirs. The files
of `course_lib/jupyter` serve the home page, switch off what belongs to instructors (nbgrader's
menu), end kernels that nobody uses, and load the script that tells answers and checks apart.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

CONFIGURATION = Path(__file__).with_name("jupyter")


def command(root: Path, arguments: Sequence[str]) -> list[str]:
    """The command that starts JupyterLab with this Python.

    root: the folder that it shows
    arguments: files to open, and options of JupyterLab
    """
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.extra_labextensions_path={CONFIGURATION / 'labextensions'}",
        "--LabApp.default_url=/course",  # the home page, unless a lesson is named
        "--LabApp.expose_app_in_browser=True",  # by which it opens lessons in one tab
    ]
    if sys.platform != "win32":
        # A login shell, which JupyterLab may start, reads a PATH in which `course` is not.
        shell = [os.environ.get("SHELL") or "sh"]
        options.append(f"--ServerApp.terminado_settings=shell_command={json.dumps(shell)}")
    return [sys.executable, "-m", "jupyterlab", *options, *arguments]


def environment(before: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that JupyterLab, its kernels and its terminals get.

    before: those that are set
    """
    tools = str(Path(sys.executable).parent)
    found = [tools, *filter(None, [before.get("PATH")])]
    own = [str(CONFIGURATION), *filter(None, [before.get("JUPYTER_CONFIG_PATH")])]
    return {
        **before,
        "PATH": os.pathsep.join(found),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(own),
    }
