"""What did the grader note in an executed notebook?"""

import json
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.verdicts import Verdict


@dataclass(frozen=True)
class Results:
    """The `course` metadata of a notebook in autograded/."""

    fingerprint: str
    seconds: float
    problem: str
    exercises: dict[str, str]  # the exercise of each check
    verdicts: tuple[Verdict, ...]
    id: str = ""  # of this very run, by which the gradebook tells whose marks it holds
    tier: str = ""  # what kept the student's code from the machine


def read_results(path: Path) -> Results | None:
    """The results noted in a notebook; None where it is missing or is not from this grader."""
    try:
        saved = json.loads(path.read_bytes())["metadata"]["course"]
        return Results(
            str(saved["fingerprint"]),
            float(saved["seconds"]),
            str(saved["problem"]),
            dict(saved["exercises"]),
            tuple(Verdict(**verdict) for verdict in saved["verdicts"]),
            str(saved.get("id", "")),
            str(saved.get("tier", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
