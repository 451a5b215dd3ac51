"""Are nbgrader's own commands and formgrader's buttons safe on this class?

They are by the last lines of its settings. A class that was begun with an earlier version of the
course lacks them.
"""

from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.classroom.folder import CONFIG, class_in
from course_lib.files import write

LINES = """
# nbgrader's own commands and formgrader's buttons on this class: pages that run no script and show
# no hidden test, a table that holds no formula, and no student's code outside of a locked room.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"clean_html": "autograder.submission.markup.sanitized"}
c.Autograde.exporter_class = "autograder.pages.page.Refusal"
c.GenerateFeedback.exporter_class = "autograder.pages.page.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "autograder.pages.exporter.Marks",
    "autograder.pages.view.StudentView",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.ExportApp.plugin_class = "autograder.pages.export.TableExporter"
"""
# What stood there before.
EARLIER = """
# Pages that show a submission must not run the scripts that it brings.
c.HTMLExporter.sanitize_html = True
"""


def guard(folder: Path) -> str:
    """Bring the settings of a class up to date, unless that could undo what its owner set.

    returns: a sentence about what was done, or is to be done; "" where all is well
    raises: CourseError where the folder is no class
    """
    config = class_in(folder).config
    needed = _needed()
    if _holds(config, needed):
        return ""
    path = folder.resolve() / CONFIG
    others = path.read_text(encoding="utf-8").removesuffix(EARLIER)
    if not any(name in others for name in needed):
        try:
            write(path, others.rstrip("\n") + "\n" + LINES)
        except OSError:
            pass
        else:
            return (
                f"{path} was from an earlier version: its last lines are new, and keep nbgrader's "
                "own commands and formgrader's buttons from running students' code."
            )
    return (
        f"{path} lacks the lines that make nbgrader's own commands safe: `nbgrader autograde` and "
        "formgrader's button would run students' code with your rights. Add the last block of "
        "lines from the settings of a new class, which `course release --course new` makes."
    )


def _needed() -> Config:
    config = Config()
    exec(LINES, {"c": config})
    return config


def _holds(settings: Any, needed: Any) -> bool:
    """Is every needed setting there? A list may have more."""
    if isinstance(needed, dict):
        return isinstance(settings, dict) and all(
            name in settings and _holds(settings[name], value) for name, value in needed.items()
        )
    if isinstance(needed, list):
        return isinstance(settings, list) and set(needed) <= set(settings)
    return bool(settings == needed)
