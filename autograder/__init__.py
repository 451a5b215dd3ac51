"""What instructors run: build the release, grade submissions, report."""

import course_lib  # noqa: F401 - before nbformat: see there
from autograder.lean import bare

bare("nbgrader")
