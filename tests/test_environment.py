"""Do the three lists of what the course needs agree?"""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
EXTRAS = ("instructor", "site", "dev")
# conda-forge has other names for these
CONDA_NAMES = {
    "pytorch": "torch",
    "jupyter_client": "jupyter-client",
    "jupyter_server": "jupyter-server",
}


def _requirements(*extras: str) -> dict[str, Requirement]:
    lines = PROJECT["dependencies"] + [
        line for extra in extras for line in PROJECT["optional-dependencies"][extra]
    ]
    found = [Requirement(line) for line in lines]
    return {one.name: one for one in found if one.name != PROJECT["name"]}


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_conda_gives_what_pip_gives() -> None:
    """Has environment.yml what pyproject.toml and its instructor extra ask for, in their ranges?"""
    lines = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    # Not on conda-forge: taken from PyPI.
    lines += [line for line in CONDA["dependencies"][-1]["pip"] if not line.startswith("-e")]
    packages = [Requirement(line) for line in lines]
    conda = {CONDA_NAMES.get(one.name, one.name): one.specifier for one in packages}
    python = conda.pop("python")
    conda.pop("pip")
    assert conda == {name: one.specifier for name, one in _requirements("instructor").items()}
    assert str(python) == PROJECT["requires-python"]


def test_conda_installs_the_course_itself() -> None:
    """Does the environment end with the course, and come from conda-forge alone otherwise?"""
    assert CONDA["name"] == PROJECT["name"]
    assert CONDA["channels"] == ["conda-forge"]
    assert CONDA["dependencies"][-1]["pip"][-1] == "-e ."


@pytest.mark.parametrize("name", _requirements(*EXTRAS))
def test_tested_version_is_pinned(name: str) -> None:
    """Does constraints.txt pin this dependency, inside its range?"""
    pins = {re.sub(r"[-_.]+", "-", pin).lower(): version for pin, version in _pins().items()}
    assert _requirements(*EXTRAS)[name].specifier.contains(pins[name])


def test_constraints_are_exact() -> None:
    """Is every line one version of one package?"""
    assert all(re.fullmatch(r"[\w.+!-]+", version) for version in _pins().values())
