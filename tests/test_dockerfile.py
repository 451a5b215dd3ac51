"""Could the Dockerfile be built? What can be told without an engine."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from autograder.classroom.release import BUNDLED
from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
TEXT = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
STEPS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in TEXT.splitlines()
    if line.strip() and not line.startswith("#")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COPIED = [source for word, rest in STEPS if word == "COPY" for source in rest.split()[:-1]]
IGNORED = (ROOT / ".dockerignore").read_text().split()


def test_steps_are_known() -> None:
    """Is every line an instruction that Docker knows, the first of them FROM?"""
    words = [word for word, _ in STEPS]
    assert words[0] == "FROM"
    assert set(words) <= {"FROM", "WORKDIR", "COPY", "RUN", "ENTRYPOINT", "CMD"}


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_is_there(source: str) -> None:
    """Does every file that the image copies exist, and does no line ignore it?"""
    assert (ROOT / source).exists()
    assert source not in IGNORED or f"!{source}" in IGNORED


def test_python_is_one_that_the_course_supports() -> None:
    """Does the image have a Python that pyproject.toml allows?"""
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim", STEPS[0][1])
    assert version
    assert (int(version[1]), int(version[2])) >= tuple(
        int(part) for part in PROJECT["requires-python"].removeprefix(">=").split(".")
    )


def test_extras_that_are_installed_exist() -> None:
    """Does pip find the extras that the image asks for?"""
    asked = re.findall(r"'\.\[(.+?)\]'", TEXT)
    assert asked
    assert {extra for group in asked for extra in group.split(",")} <= set(
        PROJECT["optional-dependencies"]
    )


def test_entry_is_a_console_command() -> None:
    """Does the image start a command that the package installs?"""
    (entry,) = (rest for word, rest in STEPS if word == "ENTRYPOINT")
    assert entry.strip('[]"') in PROJECT["scripts"]


def test_python_snippets_compile() -> None:
    """Is the Python in RUN lines valid?"""
    for word, rest in STEPS:
        if word == "RUN" and rest.startswith("python -c"):
            compile(shlex.split(rest)[2], "Dockerfile", "exec")


def test_the_image_can_release() -> None:
    """Does the image hold all that `course release` packs for students?"""
    for origin in BUNDLED:
        assert any(origin == source or origin.startswith(f"{source}/") for source in COPIED)
