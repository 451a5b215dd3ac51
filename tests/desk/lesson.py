"""A small lesson, as a reader has saved it."""

from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tests.saved import check, save, solution

FIRST = """# 05 Conv layers

Afterwards you can write `conv` and *pool*,
both with gradients.

**Time:** about 7 hours, 5 of them for the exercises.
**Needs:** [lesson 04](../04_nets/04_nets.ipynb), or ease
with NumPy. **Data:** none.

Answers use NumPy alone.

## What does it see?"""
EXERCISE = """## Beyond the edge

A **stride** of 2 skips every second place.

### Exercise 5.1: `padding`
6 points · about 15 minutes · easy

What stands beyond the edge?"""
LAST = """## What you built

1. How many *windows*
   are there?

   <details><summary>Answer</summary>

   Seven:

   $$(9 - 3) / 1 + 1$$

   </details>

2. Without an answer?

3. Why?

   <details><summary>Answer</summary>Because.</details>

Next, lesson 06."""


def cells(*passed: bool | None) -> list[NotebookNode]:
    """A lesson of two exercises, with what their checks said: right, wrong, or not run."""
    first, second = passed
    return [
        new_markdown_cell(FIRST, id="top"),
        new_markdown_cell(EXERCISE, id="padding-text"),
        solution("conv-pad"),
        check("conv-pad", "", passed=first),
        solution("conv-1d"),
        check("conv-1d", "", passed=second),
        new_markdown_cell(LAST, id="end"),
    ]


def course_of(folder: Path, *passed: bool | None, lesson: str = "05_conv_layers") -> Path:
    """A course of this lesson alone, or with one more lesson."""
    save(folder, lesson, *cells(*passed))
    return folder
