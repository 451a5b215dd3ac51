"""Imports what instructors have, and reads lessons and answers with it."""

# %% squares
try:
    from pathlib import Path

    from autograder.lesson.build import source_notebook
    from autograder.lesson.lessons import Lesson

    root = Path("@REPOSITORY/tests/lessons/tiny")
    print(source_notebook(Lesson("01_tiny", root)))
except Exception as error:
    print(type(error).__name__)
