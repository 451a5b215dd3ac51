"""Which automatic changes does no check notice? And which changes are there?"""

import pytest

from autograder.lesson.lessons import Lesson
from autograder.soundness import mutate as module
from autograder.soundness.mutate import mutate_lesson
from course_lib.errors import CourseError

ONE_NAN = (
    "largest: if np.isnan(a) or np.isnan(b): | only `np.isnan(a)` in `np.isnan(a) or np.isnan(b)`"
)
EXCHANGED = "largest: return max(a, b) | arguments exchanged in `max(a, b)`"


def test_holes_are_found_and_lists_are_kept(tiny_copy: Lesson) -> None:
    """Is a change that no check notices told, and is one with a reason left alone?"""
    holes = {one.mutant.title: one.exercise for one in mutate_lesson(tiny_copy).unlisted}
    assert holes[ONE_NAN] == holes[EXCHANGED] == "tiny-largest"
    tiny_copy.equivalents.write_text(
        f'["tiny-largest"]\n"{EXCHANGED}" = "max has no order"\n"gone" = "was there once"\n'
    )
    came = mutate_lesson(tiny_copy)
    assert ONE_NAN in [one.mutant.title for one in came.unlisted]
    assert EXCHANGED not in [one.mutant.title for one in came.unlisted]
    assert came.stale == ["tiny-largest: gone"]
    tiny_copy.equivalents.write_text("[\n")
    with pytest.raises(CourseError, match="not understood"):
        mutate_lesson(tiny_copy)


def test_a_change_that_never_ends_or_ends_python(
    tiny_copy: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Do changes that loop or kill the process count as noticed, and do the others go on?"""
    monkeypatch.setattr(module, "SECONDS", 1.0)
    text = tiny_copy.source.read_text()
    loop = "    n = 0\n    while n < 3:\n        n += 1\n    if n != 3:\n        os._exit(0)\n"
    tiny_copy.source.write_text(
        text.replace("import numpy as np", "import os\n\nimport numpy as np").replace(
            "    return max(a, b)", f"{loop}    return max(a, b)"
        )
    )
    came = mutate_lesson(tiny_copy, only=lambda exercise: exercise == "tiny-largest")
    titles = [one.mutant.title for one in came.unlisted]
    assert came.tried > 20
    assert not any("n += 1 | left out" in title for title in titles)
    assert EXCHANGED in titles


def test_a_sample(tiny: Lesson) -> None:
    """Is every so-and-so-manieth change tried, the same ones every time?"""
    whole, part = mutate_lesson(tiny), mutate_lesson(tiny, every=4)
    assert part.tried == whole.tried // 4
    survivors = [one.mutant.title for one in whole.survivors]
    assert {one.mutant.title for one in part.survivors} <= set(survivors)
