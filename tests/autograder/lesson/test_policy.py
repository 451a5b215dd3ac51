"""What may an answer import, and who says so?"""

import pytest
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.locked import LockedRoom
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.lesson.policy import NUMPY_LESSON, check_policies, lesson_policy, policy_of
from autograder.rooms.parents.pool import Parents
from autograder.rooms.parents.warm import WarmParent
from autograder.soundness.lint import problems_of
from autograder.submission.assemble import assemble_notebook
from autograder.submission.frame import frame_of
from autograder.submission.submitted import read
from course_lib.cells import grade_id
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from course_lib.runner import Limits

ROLES = {
    "setup": {"locked": True, "solution": False, "grade": False},
    "solution": {"locked": False, "solution": True, "grade": False},
    "check": {"locked": True, "solution": False, "grade": True, "points": 10},
}
CHECK = "with checks.verdict({0!r}):\n    checks.equal({0}(), True)"
ANSWER = """
def {0}():
    import {1}
    return {1}.version is not None
"""


def cell(name: str, role: str, source: str, **room: object) -> NotebookNode:
    marks = {"grade_id": name, "schema_version": 3, "task": False, **ROLES[role]}
    return new_code_cell(source, id=name, metadata={"nbgrader": marks, **room})


def lesson(package: str, setup: dict[str, object], check: dict[str, object]) -> NotebookNode:
    """Two exercises, whose answers import a package; the second one's check has a policy."""
    cells = [
        cell("x-setup", "setup", "import numpy as np\nfrom course_lib import checks", **setup),
        cell("x-free", "solution", ANSWER.format("free", package)),
        cell("x-free-check", "check", CHECK.format("free")),
        cell("x-held", "solution", ANSWER.format("held", package)),
        cell("x-held-check", "check", CHECK.format("held"), **check),
        cell("x-after", "solution", ANSWER.format("after", package)),
        cell("x-after-check", "check", CHECK.format("after")),
    ]
    return new_notebook(cells=cells)


def said(notebook: NotebookNode, parent: WarmParent) -> dict[str, str]:
    result = LockedRoom(Limits(cell_seconds=20), "", parent).run(notebook)
    return {verdict.check: verdict.message for verdict in result.verdicts}


def test_a_lesson_that_says_nothing(parent: WarmParent):
    """Does a lesson without a policy keep what would answer in the student's place away?"""
    messages = said(lesson("scipy", {}, {}), parent)
    assert all("scipy is not" in message for message in messages.values())


def test_policies_of_a_lesson_and_of_a_check(parent: WarmParent):
    """Does one exercise of a lesson that allows a package hold to a stricter rule, it alone?"""
    allowed, forbidden = {"room": {"hides": []}}, {"room": {"hides": ["scipy"]}}
    messages = said(lesson("scipy", allowed, forbidden), parent)
    assert messages.pop("x-held-check").startswith(
        "Your code raised ModuleNotFoundError: scipy is not"
    )
    assert set(messages.values()) == {""}


def test_a_student_cannot_say(tiny: Lesson):
    """Does the policy come from the lesson, whatever the submitted file's metadata hold?"""
    source = source_notebook(tiny)
    source.cells[1].metadata["room"] = {"hides": ["scipy"]}
    released = release_notebook(source, tiny.source)
    ground = frame_of(source, released)
    submitted = from_dict(released)
    for one in submitted.cells:
        one.metadata["room"] = {"hides": []}
    assembled = assemble_notebook(ground, read(as_text(submitted).encode()))
    assert lesson_policy(assembled).hides == ("scipy",)
    for one in assembled.cells:
        if grade_id(one) != "tiny-setup":
            assert "room" not in one.metadata


@pytest.mark.parametrize(
    "said",
    [
        "torch",
        ["torch"],
        {"hides": "torch"},
        {"hides": [1]},
        {"hide": []},
        {"hides": [], "gpu": 1},
        {},
    ],
)
def test_a_policy_that_is_none(said: object):
    """Does the build refuse metadata that it does not understand, and name the cell?"""
    with pytest.raises(CourseError, match="x-held-check"):
        check_policies(lesson("scipy", {}, {"room": said}))


def test_a_policy_where_none_counts():
    """Is a policy on an answer cell, where it would do nothing, refused?"""
    notebook = lesson("scipy", {}, {})
    notebook.cells[1].metadata["room"] = {"hides": []}
    with pytest.raises(CourseError, match="x-free"):
        check_policies(notebook)


def test_lint(tiny_copy: Lesson):
    """Does `course build` tell of a policy that is not understood?"""
    text = tiny_copy.source.read_text()
    tiny_copy.source.write_text(text.replace('# %% setup="tiny"', '# %% setup="tiny" room="x"'))
    (breach,) = problems_of(tiny_copy)
    assert "tiny-setup" in breach


def test_no_policy():
    """Does a cell that says nothing go by its lesson?"""
    check = lesson("scipy", {}, {}).cells[2]
    assert policy_of(check, NUMPY_LESSON) is NUMPY_LESSON


@pytest.mark.slow
def test_torch_where_it_is_allowed():
    """Does a lesson that allows PyTorch get rooms that have imported it, and that can train?"""
    answer = """
def free():
    import sys
    warm = "torch" in sys.modules
    import torch
    w = torch.zeros(3, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.1)
    (w - 1).square().sum().backward()
    optimiser.step()
    return bool(warm and torch.allclose(w, torch.tensor(0.2)))
"""
    notebook = lesson("torch", {"room": {"hides": ["course_lib.oracle"]}}, {})
    notebook.cells[1].source = answer
    with Parents() as parents:
        result = LockedRoom(Limits(), "", parents).run(notebook)
    assert {verdict.message for verdict in result.verdicts} == {""}
