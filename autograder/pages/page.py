"""What does a student get back? A page with their work, the verdicts and the points."""

from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from autograder.pages.exporter import Marks, PageExporter
from autograder.pages.view import StudentView
from autograder.rooms.locks.restrain import within
from autograder.submission.markup import sanitized

TEMPLATES = Path(__file__).parent / "templates"
SECONDS = 10.0  # that a page may take before it is made without colours


class FeedbackExporter(PageExporter):
    """The student's page, whatever the class's settings and nbgrader's say of templates."""

    def __init__(self, config: Config | None = None, **traits: Any) -> None:
        ours = Config(config or {})
        ours.Exporter.default_preprocessors = []  # nbgrader's way: those of a step alone
        ours.HTMLExporter.template_name = "course_feedback"
        ours.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
        ours.HTMLExporter.optimistic_validation = True  # once, not after each preprocessor
        ours.HTMLExporter.sanitize_html = True  # with the filter given here
        ours.HTMLExporter.filters = {"clean_html": sanitized}
        super().__init__(config=ours, **traits)


class Refusal(NotebookExporter):  # type: ignore[misc]
    """Stops nbgrader's own `autograde` before it runs or removes anything."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        lesson = getattr(getattr(self.parent, "coursedir", None), "assignment_id", "")
        reason = (
            "nbgrader would run students' code unprotected, beside the hidden tests. "
            f"Run `course grade {lesson}` in its place."
        )
        self.log.error(reason)
        raise NbGraderException(reason)


def page_of(path: Path, student: str, lesson: str, marks: dict[str, Any]) -> str:
    """The page of an executed notebook; one that takes too long is made plain.

    marks: of this student, as `marks_of` found them
    """
    for plain in (False, True):
        exporter = _exporter()
        exporter.plain = plain
        named = {"student": student, "assignment": lesson, "notebook": lesson}
        notebook, resources = nbformat.read(path, as_version=4), {"nbgrader": named}
        try:
            with within(SECONDS, _TooLong):
                for step in (Marks().tell({student: marks}), StudentView()):
                    notebook, resources = step.preprocess(notebook, resources)
                return exporter.from_notebook_node(notebook, resources)[0]
        except _TooLong:
            continue
    raise TimeoutError(f"it takes more than {SECONDS:g} s")


class _TooLong(BaseException):  # no filter may take it for an error of the text
    """The time for a page is up."""


@cache
def _exporter() -> FeedbackExporter:
    exporter = FeedbackExporter()
    exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
    return exporter
