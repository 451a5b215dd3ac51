"""A small site: the guides, the reference, lesson 00, and a lesson with all that lessons have."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from autograder.lesson.lessons import Lesson, repository
from course_lib.files import write

ROOT = repository(Path(__file__))
SLIDERS = '''# %% [markdown]
# # 02 Sliders
#
# Afterwards you can move a line.
#
# Begin with [lesson 00](../00_start_here/00_start_here.ipynb).
# [Lesson 09](../09_pytorch/09_pytorch.ipynb) has no page here.
#
# A figure is shown by `figures.show`, or by `figures.interactive`.
#
# The slope is $m = \\frac{a}{b}$, and
#
# $$y = m\\,x + \\lVert c \\rVert, \\qquad
# \\hat y = \\begin{cases} 1 & y \\ge 0\\\\ 0 & y < 0\\end{cases}$$
#
# `np.lib.stride_tricks.sliding_window_view(padded, window_shape)[:, :, ::stride]` is long, and
# $432 + 6 \\cdot 2304 + (4608 + 5 \\cdot 9216) + (18432 + 5 \\cdot 36864) + (147 + 5 \\cdot 5898)$.

# %% setup="line"
from dataclasses import dataclass

import numpy as np

from course_lib import checks, figures


@dataclass(frozen=True)
class LineState:
    slope: int = 1
    style: str = "-"


print("a < b & `c`")

# %% [markdown]
# ## The line
#
# <details><summary>Hint: multiply</summary>
#
# Use `*`, and $m$.
# </details>


# %% answer="line"
def line(x: np.ndarray, slope: float) -> np.ndarray:
    """A line through 0. x: (N,) float; returns: (N,) float"""
    ### BEGIN SOLUTION
    return slope * x
    ### END SOLUTION


# %% check="line" points=100
with checks.verdict("the line"):
    checks.equal(line(np.arange(3.0), 2.0), np.array([0.0, 2.0, 4.0]), "y")
    ### BEGIN HIDDEN TESTS
    checks.equal(line(np.full(7, 0.123456), 3.0), np.full(7, 0.370368), "y of hidden numbers")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
def draw(state: LineState):
    figure, (axes,) = figures.new_figure(3, 2)
    axes.plot([0, 1], line(np.array([0.0, 1.0]), state.slope), state.style)
    axes.set(ylim=(-10, 10), xlabel="x", ylabel="y")
    return figure


figures.interactive(
    draw,
    LineState(),
    caption="A line. Move its slope.",
    alt="A line that rises from 0 to 1.",
    slope=(-9, 9, 1),
    style=[("solid", "-"), ("dashed", "--")],
)
'''


def course_with_sliders(folder: Path) -> Lesson:
    """The lesson with sliders, in a new course."""
    lesson = Lesson("02_sliders", folder)
    write(lesson.source, SLIDERS)
    write(folder / "notebooks" / "09_pytorch" / "09_pytorch.ipynb", "")
    return lesson


@pytest.fixture
def sliders(tmp_path: Path) -> Lesson:
    """The lesson with sliders, in a folder of its own."""
    return course_with_sliders(tmp_path / "course")


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `write_site` wrote for two lessons; not to be written to."""
    from autograder.site.whole import write_site

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # the folder that all its processes share
        folder = folder.parent
    folder = folder / "small-site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "html").is_dir():
            shutil.copytree(
                ROOT / "solutions" / "00_start_here",
                folder / "course" / "solutions" / "00_start_here",
            )
            lessons = [
                Lesson("00_start_here", folder / "course"),
                course_with_sliders(folder / "course"),
            ]
            write_site(ROOT, lessons, folder)
    return folder


@pytest.fixture(scope="session")
def html(small_site: Path) -> Path:
    """The pages of the small site; not to be written to."""
    return small_site / "html"
