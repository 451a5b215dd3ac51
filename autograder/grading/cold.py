"""Where is a submission run? In a cold kernel of its own, in a folder of its own.

Not a safe place: what a student wrote runs with the rights of the grader, beside the hidden tests.
"""

import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.grading.verdicts import Graded, graded
from course_lib.errors import CourseError
from course_lib.execute import run_notebook
from course_lib.files import write
from course_lib.runner import Limits

# Rooms run side by side: more threads would wait for each other, and sums come out in one order.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class ColdRoom:
    """A fresh kernel for each submission.

    seed: what the checks draw their random numbers from, beside their titles
    files: what lies beside the notebook, by name
    labels: of images that students predict, as `autograder.classroom.unlabelled` reads them
    """

    limits: Limits
    seed: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    labels: str = ""

    def run(self, notebook: NotebookNode) -> Graded:
        """Run an assembled notebook, all but its experiments, and read the verdicts off it."""
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="room-", ignore_cleanup_errors=True) as folder:
            for name, content in self.files.items():
                with suppress(CourseError):  # a name that this disk cannot have
                    write(Path(folder) / name, content)
            secrets = {"COURSE_SEED": self.seed, "COURSE_UNLABELLED": self.labels}
            done = run_notebook(
                notebook,
                self.limits,
                cwd=Path(folder),
                environment={**os.environ, **ONE_THREAD, **secrets},
            )
        return graded(done, time.monotonic() - begun, self.limits)
