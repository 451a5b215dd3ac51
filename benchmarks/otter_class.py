"""A class as Otter-Grader wants it: the same checks in its format, and a command that grades all.

Otter's own way to grade a class starts a container for each submission; what runs in it is used
here alone, which is the faster.
"""

import json
import zipfile
from pathlib import Path

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from course_lib.cells import grade_id

_GRADE_ALL = """
import sys
from pathlib import Path
from otter.run import main
for submission in sorted(Path("submitted").glob("*/*/*.ipynb")):
    out = Path("otter", submission.parts[1])
    out.mkdir(parents=True)
    main(str(submission), autograder="otter.zip", output_dir=str(out), no_logo=True)
"""


def write_otter_class(light: Lesson, folder: Path, python: Path) -> list[str]:
    """Put Otter's configuration beside a class; returns the command that grades it."""
    with zipfile.ZipFile(folder / "otter.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"show_stdout": True}))
        for exercise in exercises_of(source_notebook(light)):
            for check in exercise.checks:
                name, points = grade_id(check), float(check.metadata.nbgrader.points)
                archive.writestr(f"tests/{name}.py", _test(name, points, check.source))
    return [str(python), "-c", _GRADE_ALL]


def _test(name: str, points: float, source: str) -> str:
    code = f">>> exec({source!r})\n"  # as lines of its own it would print what each call returns
    case = {"code": code, "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": name, "points": points, "suites": [suite]}
    return f"OK_FORMAT = True\ntest = {test!r}\n"
