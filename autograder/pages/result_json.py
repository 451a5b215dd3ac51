"""How do other programs read what one notebook earned?

Gradescope's form is that of its documentation (gradescope-autograders.readthedocs.io, "Autograder
Specifications"), GitHub Classroom's that of its `autograding-grading-reporter`.
"""

import base64
import copy
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from nbformat import from_dict

from autograder.grading.single import Single
from autograder.pages.view import StudentView
from course_lib.cells import grade_id, is_check

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


@dataclass(frozen=True)
class Row:
    """One check, as its student may see it: nothing of a hidden test is in it.

    message: why it did not pass, "" where it did; evidence: the values that show it
    """

    check: str
    exercise: str
    title: str
    earned: float
    possible: float
    message: str
    evidence: str
    seconds: float
    visibility: str = VISIBILITIES[0]


def rows_of(single: Single, visibility: str = VISIBILITIES[0]) -> list[Row]:
    """The checks of a notebook, in order."""
    graded = single.graded
    notebook = copy.deepcopy(graded.notebook)
    notebook.metadata.course = from_dict(
        {
            "verdicts": [asdict(verdict) for verdict in graded.verdicts],
            "exercises": single.frame.owners,
            "problem": graded.problem,
        }
    )
    verdicts = {verdict.check: verdict for verdict in graded.verdicts}
    for cell in notebook.cells:
        if name := grade_id(cell):
            cell.metadata.nbgrader.comment = ""
            cell.metadata.nbgrader.score = verdicts[name].earned if name in verdicts else 0
    page, resources = StudentView().preprocess(notebook, {"nbgrader": {"notebook": single.lesson}})
    titles = {one["id"]: one["title"] for one in resources["course"]["exercises"]}
    rows = []
    for cell in filter(is_check, page.cells):
        verdict, shown = verdicts[grade_id(cell)], cell.metadata.verdict
        owner = single.frame.owners[verdict.check]
        title = f"{titles[owner]}: {shown.what}"
        rows.append(
            Row(
                verdict.check,
                owner,
                title,
                verdict.earned,
                verdict.possible,
                shown.reason,
                shown.evidence,
                round(verdict.seconds, 3),
                visibility,
            )
        )
    return rows


def plain(single: Single, visibility: str = VISIBILITIES[0]) -> dict[str, Any]:
    """Everything: the lesson, its score, and each check with points, message and visibility."""
    rows = rows_of(single, visibility)
    return {
        "lesson": single.lesson,
        "score": _sum(row.earned for row in rows),
        "possible": _sum(row.possible for row in rows),
        "problem": single.graded.problem,
        "accuracy": single.accuracy,
        "seconds": round(single.graded.seconds, 3),
        "tier": single.graded.tier,
        "checks": [asdict(row) for row in rows],
    }


def for_gradescope(single: Single, visibility: str = VISIBILITIES[0]) -> dict[str, Any]:
    """What Gradescope takes as results.json."""
    tests = [
        {
            "name": row.title,
            "score": row.earned,
            "max_score": row.possible,
            "status": "failed" if row.message else "passed",
            "output": _text(row),
            "output_format": "text",
            "visibility": row.visibility,
        }
        for row in rows_of(single, visibility)
    ]
    result: dict[str, Any] = {
        "output": single.graded.problem,
        "output_format": "text",
        "execution_time": round(single.graded.seconds),
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    if single.accuracy is not None:
        percent = round(100 * single.accuracy, 2)
        result["leaderboard"] = [{"name": "Right (%)", "value": percent, "order": "desc"}]
    return result


def for_github(single: Single) -> str:
    """What a step of a workflow hands to GitHub Classroom's reporter, in its base64."""
    rows = rows_of(single)
    tests = [
        {
            "name": row.title,
            "status": "fail" if row.message else "pass",
            "score": row.earned,
            "message": _text(row),
            "test_code": "",
            "filename": "",
            "line_no": 0,
            "duration": f"{row.seconds:g} s",
        }
        for row in rows
    ]
    possible = _sum(row.possible for row in rows)
    status = "fail" if any(row.message for row in rows) else "pass"
    result = {"version": 1, "status": status, "max_score": possible, "tests": tests}
    return base64.b64encode(json.dumps(result).encode()).decode()


def _text(row: Row) -> str:
    return "\n".join(part for part in (row.message, row.evidence) if part)


def _sum(points: Iterable[float]) -> float:
    return round(sum(points), 2)
