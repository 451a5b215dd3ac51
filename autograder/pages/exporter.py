"""How do nbgrader and nbconvert make a page in a fraction of their time?

They do the same work for each page of a class: this does it once, or, where it changes nothing on
this page, not at all.
"""

import functools
import html
import re
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import DataTypeFilter, Highlight2HTML
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import GetGrades

from autograder.submission.markup import as_text, from_markdown

NO_TEXT = "No description has been provided for this image"
LONGEST = 50_000  # characters of a cell that are coloured: more would take minutes
_PICTURE = re.compile(r"<img\b(?![^>]*\balt=)")


class PageExporter(HTMLExporter):  # type: ignore[misc]
    """HTMLExporter without its second parsing of the page, which takes most of its time.

    That gives each picture a text; here a search for pictures without one does.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook."""
        self.register_filter("highlight_code", self._highlighted)
        self.register_filter("filter_data_type", DataTypeFilter(parent=self))
        page, resources = TemplateExporter.from_notebook_node(
            self, nb, self._init_resources(resources), **kw
        )
        return _PICTURE.sub(f'<img alt="{NO_TEXT}"', page), resources or {}

    plain = False  # everything as text: for a page that would take too long

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """A text's HTML, with the pictures pasted into it."""
        if self.plain:
            return as_text(source)
        return from_markdown(source, context.get("cell", {}).get("attachments"))

    def _highlighted(self, source: str, **more: object) -> str:
        return as_text(source) if self.plain else highlighted(source)


@functools.lru_cache(maxsize=500)
def _coloured(source: str) -> str:
    return str(Highlight2HTML()(source))


def highlighted(source: str, language: str | None = None, metadata: object = None) -> str:
    """A cell's source, coloured; checks are the same on every page."""
    if len(source) > LONGEST:
        more = f"[{len(source) - LONGEST} more characters]"
        return f"<pre>{html.escape(source[:LONGEST])}\n{more}</pre>"
    return _coloured(source)


class Marks(GetGrades):  # type: ignore[misc]
    """GetGrades, asking the gradebook once for a lesson and not for every cell of every student."""

    _known: dict[str, dict[str, Any]] | None = None

    def tell(self, known: dict[str, dict[str, Any]]) -> "Marks":
        """Take what `marks_of` found, and ask no gradebook."""
        self._known = known
        return self

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        given = resources["nbgrader"]
        if self._known is None:
            with Gradebook(given["db_url"]) as book:
                self._known = marks_of(book, given["assignment"], given["notebook"])
        if given["student"] not in self._known:
            raise MissingEntry(f"No marks of {given['student']} are in the gradebook.")
        marks = self._known[given["student"]]
        for cell in nb.cells:
            marked = cell.metadata.get("nbgrader", {})
            name = marked.get("grade_id", "")
            if marked.get("solution") or marked.get("task"):
                marked["comment"] = marks["comments"].get(name)
            if marked.get("grade") or marked.get("task"):
                marked["score"], marked["points"] = marks["points"][name]
        given["late_penalty"] = marks["penalty"]
        given["score"] = marks["score"] - marks["penalty"]
        given["max_score"] = marks["possible"]
        return nb, resources


def marks_of(book: Gradebook, lesson: str, notebook: str) -> dict[str, dict[str, Any]]:
    """By student: points (earned, possible) and comments by cell, and the sums."""
    submitted = SubmittedNotebook

    def of_lesson(*columns: object) -> Any:
        return (
            book.db.query(SubmittedAssignment.student_id, *columns)
            .select_from(submitted)
            .join(SubmittedAssignment, SubmittedAssignment.id == submitted.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .join(Notebook, Notebook.id == submitted.notebook_id)
            .filter(Assignment.name == lesson, Notebook.name == notebook)
        )

    known: dict[str, dict[str, Any]] = {}
    sums = of_lesson(submitted.score, submitted.max_score, submitted.late_submission_penalty)
    for student, score, possible, penalty in sums:
        known[student] = {"score": score, "possible": possible, "penalty": penalty or 0}
        known[student] |= {"points": {}, "comments": {}}
    points = of_lesson(BaseCell.name, Grade.score, Grade.max_score)
    for student, cell, score, possible in _with_cells(points, Grade):
        known[student]["points"][cell] = (score, possible)
    for student, cell, comment in _with_cells(of_lesson(BaseCell.name, Comment.comment), Comment):
        known[student]["comments"][cell] = comment
    return known


def _with_cells(query: Any, kind: type[Grade] | type[Comment]) -> Any:
    rows = query.join(kind, kind.notebook_id == SubmittedNotebook.id)
    return rows.join(BaseCell, BaseCell.id == kind.cell_id)
