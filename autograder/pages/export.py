"""How do the scores leave the class? As one CSV table.

`course export` writes it, and so does
`nbgrader export --exporter=autograder.pages.export.TableExporter`.
"""

import csv
import io
import unicodedata
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom
from course_lib.files import write
from course_lib.printable import shown

FILE = "scores.csv"


class TableExporter(ExportPlugin):  # type: ignore[misc]
    """The table of `course export` as a plugin of `nbgrader export`."""

    def export(self, gradebook: Gradebook) -> None:
        """Write to --to, for --assignment and --student where they are given."""
        lessons, students = (
            [str(one) for one in chosen] for chosen in (self.assignment, self.student)
        )
        write(Path(self.to or FILE), table(gradebook, lessons, students))


def export_scores(
    classroom: Classroom, to: Path, lessons: list[str] | None = None, *, excel: bool = False
) -> Path:
    """Write the scores of a class to `to`: of all its lessons, or of those given.

    excel: begin with the mark by which Excel knows UTF-8
    """
    with gradebook.opened(classroom) as book:
        for lesson in lessons or []:
            gradebook.require(book, lesson)
        lateness.assign(book, classroom)
        write(to, ("\ufeff" if excel else "") + table(book, lessons or [], []))
    return to


def table(book: Gradebook, lessons: list[str], students: list[str]) -> str:
    """The scores as CSV: a row for each student, and for each lesson its score, what could be had,
    and the points of every exercise. Empty lists stand for all.
    """
    head = ["student"]
    rows: dict[str, list[str]] = {}
    for lesson in lessons or gradebook.lessons(book):
        exercises = gradebook.exercises(book, lesson)
        head += [lesson, f"{lesson} of", *exercises]
        for marks in gradebook.marks(book, lesson):
            points = [
                sum(marks.checks.get(check, 0.0) for check in checks)
                for checks in exercises.values()
            ]
            # Blank and not 0 where nothing was graded.
            earned = [f"{n:g}" if marks.checks else "" for n in (marks.score, *points)]
            cells = [earned[0], f"{marks.possible:g}", *earned[1:]]
            rows.setdefault(marks.student, [marks.student]).extend(cells)
    text = io.StringIO()
    # All in quotes: a spreadsheet that separates by semicolons finds no cell of its own in a name.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(map(no_formula, head))
    writer.writerows(
        [no_formula(student), *points]
        for student, (_, *points) in rows.items()
        if not students or student in students
    )
    return text.getvalue()


def no_formula(text: str) -> str:
    """What a spreadsheet would compute, as the text that it is."""
    text = shown(text)
    begins = unicodedata.normalize("NFKC", text).lstrip(" '\"")[:1]  # full-width signs count, too
    return f"'{text}" if begins and begins in "=+-@|" else text
