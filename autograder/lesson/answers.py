"""What do a lesson's answers define? For benchmarks, which time what is taught."""

from pathlib import Path
from typing import Any

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson
from course_lib.cells import is_setup


def answers_of(root: Path, name: str) -> dict[str, Any]:
    """The names after a lesson's set-up cells and answers, run in this process.

    root: the repository; name: the lesson's, such as 05_conv_layers
    """
    source = source_notebook(lesson(root, name))
    namespace: dict[str, Any] = {}
    for cell in source.cells:
        if cell.cell_type == "code" and is_setup(cell):
            exec(cell.source, namespace)
    for exercise in exercises_of(source):
        exec(exercise.solution.source, namespace)
    return namespace
