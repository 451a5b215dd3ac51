"""Is an author told what a lesson's text leaves a reader without?"""

from pathlib import Path

import pytest

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from autograder.soundness.prose_rules import prose_breaches

LESSON = """# %% [markdown]
# # 16 A lesson
#
# ### Exercise 16.1: the spread
# 5 points · about 10 minutes · easy

# %% [markdown] hint="one"
# Look there.

# %% answer="one"
x = 1

# %% check="one" points=3
assert x

# %% check="one-more" points=2
assert x

# %% [markdown]
# ### Exercise 16.2: why
# 1 point · about 5 minutes · medium

# %% [markdown] written="why" points=1
# Write here.

# %% [markdown]
# ### Exercise 16.3: more
# 0 points · about 20 minutes · hard · optional

# %% answer="two"
y = 1

# %% check="two" points=0
assert y

# %% [markdown]
# ## What you built
#
""" + "".join(
    f"# {n}. Why?\n#\n#    <details><summary>Answer</summary>\n#\n#    So.\n#\n#    </details>\n#\n"
    for n in range(1, 6)
)
SECTION = "A word of it. " * 10 + "Most often wrong: a sign, to be seen at once."
WALK = f"# Walkthrough\n\n## one\n{SECTION}\n\n## two\n{SECTION}\n"


def breaches(root: Path, text: str = LESSON, walkthrough: str | None = WALK) -> str:
    """What is said of a lesson with this text and these walkthroughs."""
    lesson = Lesson("16_lesson", root)
    lesson.source.parent.mkdir(parents=True)
    lesson.source.write_text(text, encoding="utf-8")
    if walkthrough is not None:
        lesson.walkthrough.write_text(walkthrough, encoding="utf-8")
    return "\n".join(prose_breaches(lesson, source_notebook(lesson)))


def test_nothing_is_said_of_a_whole_lesson(tmp_path: Path) -> None:
    """Do headings over several checks, an answer in words and an optional exercise all pass?"""
    assert breaches(tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("### Exercise 16.1: the", "### The", "one has no heading `### Exercise 16.1: ...`"),
        ("Exercise 16.3", "Exercise 16.4", "two has no heading `### Exercise 16.3: ...`"),
        ("Exercise 16.2", "Exercise 6.2", "why has no heading `### Exercise 16.2: ...`"),
        ("5 points ·", "4 points ·", "its heading says 4 points, and its checks give 5"),
        ("# 1 point ·", "# 2 points ·", "its heading says 2 points, and its checks give 1"),
        ("10 minutes · easy", "10 min · easy", "`5 points · about 15 minutes · easy`"),
        ("minutes · easy", "minutes · simple", "one: beneath its heading"),
        (" · optional", "", "two: an exercise is optional where it has no points"),
        ("· easy", "· easy · optional", "one: an exercise is optional"),
        ('hint="one"', 'hint="two"', "The hints of two stand right before"),
        ("## What you built", "## The end", "no closing page"),
        ("# 5. Why?", "# Why?", "asks 4 questions"),
        ("<summary>Answer<", "<summary>An answer<", "Question 1 of the closing page"),
        ("# Look there.", "# <summary>Hint: look</summary>", "cells of their own"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """Is each lack named with its exercise or its place?"""
    assert old in LESSON
    assert reason in breaches(tmp_path, LESSON.replace(old, new, 1))


@pytest.mark.parametrize(
    ("walkthrough", "reason"),
    [
        (None, "it is not there"),
        (WALK.replace("## two", "## three"), "not the exercises in their order: three, two"),
        (
            WALK.replace("Most often", "Sometimes", 1),
            "one has no 40 words, or no `Most often wrong",
        ),
        (f"## one\n{SECTION}\n## two\nMost often wrong: it.", "two has no 40 words"),
    ],
)
def test_walkthroughs(tmp_path: Path, walkthrough: str | None, reason: str) -> None:
    """Is a missing, misnamed, short or silent walkthrough told?"""
    assert reason in breaches(tmp_path, walkthrough=walkthrough)
