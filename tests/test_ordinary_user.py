"""Graders are root in some containers and ordinary users elsewhere: what holds for root, as whom
the tests run in CI, has to hold for others."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
SOMEBODY = 61000  # a user without an account
# Another database says nothing about users.
OTHERS = "not postgresql"
# What a room may read differs by user; what it answers does not. What it may break or leave behind
# takes longer, and is tried with all others.
LEAKS = f"{OTHERS} and leaks"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("folder", "chosen"),
    [
        ("attacks/test_attacks.py", LEAKS),
        pytest.param("attacks", OTHERS, marks=pytest.mark.thorough),
        pytest.param("autograder/rooms", OTHERS, marks=pytest.mark.thorough),
    ],
)
def test_as_an_ordinary_user(folder: str, chosen: str) -> None:
    """Do the same locks hold the same attacks where the grader is not root?"""
    pytest_ = [sys.executable, "-m", "pytest", "-q", "--maxfail=3", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory(prefix="somebody-", dir="/tmp") as home:
        os.chown(home, SOMEBODY, SOMEBODY)
        done = subprocess.run(
            as_somebody([*pytest_, "-k", chosen, f"tests/{folder}"]),
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"HOME": home, "TMPDIR": home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
    if done.returncode:
        pytest.fail(done.stdout[-5000:] + done.stderr[-1000:], pytrace=False)


def as_somebody(command: list[str]) -> list[str]:
    """A command, run as an ordinary user who may read the interpreter and the checkout.

    Folders on the way that are closed to others, such as /root, are shown empty but for these.
    """
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    changed = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups"]
    steps = ["stage=$(mktemp -d)"]
    for top in sorted({folder for path in needed for folder in path.parents}):
        inside = [path for path in needed if top in path.parents]
        if not top.stat().st_mode & 1:
            for n, path in enumerate(inside):
                steps += [f"mkdir $stage/{n}", f"mount --bind {path} $stage/{n}"]
            steps += [f"mount -t tmpfs -o mode=755 none {top}"]
            for n, path in enumerate(inside):
                steps += [f"mkdir -p {path}", f"mount --move $stage/{n} {path}"]
            break
    else:
        return [*changed, *command]
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip(f"{top} is closed to other users, and this root may not mount around it")
    return [
        "unshare",
        "-m",
        "sh",
        "-c",
        " && ".join([*steps, 'exec "$@"']),
        "sh",
        *changed,
        *command,
    ]
