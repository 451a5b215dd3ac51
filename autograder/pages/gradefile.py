"""Which file does a learning system take back? One with its own headings, ids and order.

Either a new file, or the system's own export with the scores filled in. The forms are those of
Canvas (instructure/canvas-lms, lib/gradebook_exporter.rb) and Moodle (gradebook export and
mod/assign/feedback/offline/importgradeslib.php) as their code has them; those of Brightspace,
Blackboard and Gradescope are as public scripts read and write them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom
from autograder.classroom.gradebook import Marks
from autograder.intake.headings import People, people_in
from autograder.intake.identifiers import Person, everybody
from autograder.intake.people import spelled
from autograder.intake.roster import students_of
from autograder.intake.sheet import Sheet, read_sheet
from autograder.pages.export import no_formula
from course_lib.errors import CourseError
from course_lib.files import write


@dataclass(frozen=True)
class System:
    """How a system's gradebook looks: for each heading what stands below it, as in `_cell`."""

    columns: Mapping[str, str]
    score: str  # heading of a lesson's column; LESSON and POINTS are replaced
    knows_by: tuple[str, ...]  # kinds of ids, one of which it must have to know somebody
    points: str = ""  # what the first column says in a line of points possible
    last: tuple[str, str] | None = None  # a heading at the end, and what stands below it
    encoding: str = "utf-8"
    delimiter: str = ","


SYSTEMS = {
    "canvas": System(
        {
            "Student": "last, first",
            "ID": "canvas",
            "SIS User ID": "number",
            "SIS Login ID": "login",
            "Section": "section",
        },
        "LESSON",
        ("canvas", "number", "login"),
        points="    Points Possible",
    ),
    "moodle": System(
        {
            "First name": "first",
            "Last name": "last",
            "ID number": "number",
            "Email address": "email",
        },
        "Assignment: LESSON (Real)",
        ("number", "email"),
    ),
    "brightspace": System(
        {"OrgDefinedId": "#number", "Username": "login"},
        "LESSON Points Grade",
        ("number", "login"),
        last=("End-of-Line Indicator", "#"),
        encoding="utf-8-sig",
    ),
    "blackboard": System(
        {
            "Last Name": "last",
            "First Name": "first",
            "Username": "login",
            "Student ID": "number",
        },
        "LESSON [Total Pts: POINTS Score]",
        ("login", "number"),
    ),
    "gradescope": System(
        {
            "First Name": "first",
            "Last Name": "last",
            "SID": "number",
            "Email": "email",
            "Sections": "section",
        },
        "LESSON",
        ("email", "number"),
    ),
    "csv": System(
        {
            "student": "key",
            "first name": "first",
            "last name": "last",
            "email": "email",
            "number": "number",
            "login": "login",
            "section": "section",
        },
        "LESSON",
        (),
    ),
}
# What systems write around the name that an instructor gave a column.
_AROUND = re.compile(
    r"^(Assignment|Aufgabe|Devoir|Tarea|Opdracht): ?| \(\d+\)$| \((Real|Punkte|Brut)\)$"
    r"| Points Grade.*$| \[(Total|Gesamt).*$| ?\|\d+$"
)
_NUMBER = re.compile(r"[-+]?[\d.,]*%?")  # or the - that stands for none
# By these the system knows people; one with such a sign in it could compute something.
_IDS = {"canvas", "lms", "number", "login", "email", "participant", "key"}
_COMPUTES = re.compile(r"[=(|!\[,;]")
_OF_POINTS = re.compile(r"(?:MaxPoints:|Total Pts: ?(?:up to )?)(\d+(?:[.,]\d+)?)")


@dataclass(frozen=True)
class Written:
    """What came of it: scores entered, students with scores whom the file lacks, and remarks."""

    path: Path
    scores: int
    lacking: tuple[str, ...]
    remarks: tuple[str, ...]


class LmsExporter(ExportPlugin):  # type: ignore[misc]
    """`nbgrader export --exporter=autograder.pages.gradefile.LmsExporter` writes such a file."""

    system = Unicode("canvas", help="canvas, moodle, ...").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write to --to, for --assignment where it is given."""
        lessons = [str(one) for one in self.assignment]
        write(Path(self.to or "scores.csv"), new_file(gradebook, self.system, lessons).raw())


def export_for(
    classroom: Classroom,
    system: str,
    to: Path,
    lessons: list[str],
    into: Path | None = None,
    columns: Mapping[str, str] | None = None,
) -> Written:
    """Write the scores of lessons in the form of a system; blank where nothing is graded.

    into: the system's own export, which is filled in and written to `to`
    columns: heading of a lesson in that file, where its name does not tell
    raises: CourseError where the system is unknown, or no column is the lesson's
    """
    with gradebook.opened(classroom) as book:
        for lesson in lessons:
            gradebook.require(book, lesson)
        lateness.assign(book, classroom)
        if into is None:
            sheet = new_file(book, system, lessons)
            count = _scores(sheet, len(_system(system).columns))
            filled = Written(to, count, (), _unknown(book, system))
        else:
            sheet, filled = _filled(book, read_sheet(into), to, lessons, columns or {})
    write(to, sheet.raw())
    return filled


def new_file(book: Gradebook, name: str, lessons: list[str]) -> Sheet:
    """A gradebook as `name` would export it, with all students of the class."""
    system = _system(name)
    marks = _marks(book, lessons)
    possible = {lesson: _number(_possible(of_all)) for lesson, of_all in marks.items()}
    head = list(system.columns)
    for lesson, points in possible.items():
        head.append(system.score.replace("LESSON", lesson).replace("POINTS", points))
    ends, ending = ([system.last[0]], [system.last[1]]) if system.last else ([], [])
    rows = [[*head, *ends]]
    if system.points:
        blank = [""] * (len(system.columns) - 1)
        rows.append([system.points, *blank, *possible.values(), *ending])
    for key, person in sorted(everybody(book).items()):
        cells = [no_formula(_cell(person, what)) for what in system.columns.values()]
        scores = [_score(of_all.get(key)) for of_all in marks.values()]
        rows.append([*cells, *scores, *ending])
    return Sheet(rows, system.encoding, system.delimiter, "\n")


def _system(name: str) -> System:
    if name not in SYSTEMS:
        raise CourseError(f"There is no form for {name}. It is one of {', '.join(SYSTEMS)}.")
    return SYSTEMS[name]


def _marks(book: Gradebook, lessons: list[str]) -> dict[str, dict[str, Marks]]:
    return {
        lesson: {one.student: one for one in gradebook.marks(book, lesson)}
        for lesson in lessons or gradebook.lessons(book)
    }


def _possible(of_all: Mapping[str, Marks]) -> float:
    return next((one.possible for one in of_all.values()), 0.0)


def _cell(person: Person, what: str) -> str:
    if what == "last, first":
        return f"{person.last}, {person.first}" if person.first else person.last or person.key
    if what == "last":
        return person.last or ("" if person.first else person.key)
    if what == "#number":
        return f"#{person.value('number')}" if person.value("number") else ""
    if what in ("key", "first", "email"):
        return str(getattr(person, what))
    return person.value(what)


def _score(marks: Marks | None, factor: float = 1.0) -> str:
    """Blank where nothing was graded: a system takes 0 for a score."""
    return _number(marks.score * factor) if marks and marks.checks else ""


def _number(value: float) -> str:
    return f"{round(value, 4):.10g}"


def _unknown(book: Gradebook, name: str) -> tuple[str, ...]:
    """Whom the system cannot know, said in a sentence."""
    kinds = _system(name).knows_by
    people = everybody(book).values()
    keys = sorted(one.key for one in people if not any(one.values(kind) for kind in kinds))
    if not kinds or not keys:
        return ()
    return (
        f"{name} knows people by {' or '.join(kinds)}, and none is known of {', '.join(keys)}. "
        "Give its list to `course roster`, or fill in its own export with --into.",
    )


def _scores(sheet: Sheet, before: int) -> int:
    names = sheet.rows[1:] if sheet.rows[0][0] != "Student" else sheet.rows[2:]
    return sum(bool(cell) and cell != "#" for row in names for cell in row[before:])


def _filled(
    book: Gradebook, sheet: Sheet, to: Path, lessons: list[str], columns: Mapping[str, str]
) -> tuple[Sheet, Written]:
    """The system's own file with our scores in it; all else stays as it was."""
    listed = people_in(sheet)
    rows = [list(row) for row in sheet.rows]
    marks = _marks(book, lessons)
    of_lesson = {
        lesson: _column(listed, rows, lesson, lessons, columns)
        for lesson in marks
        if lessons or _is_there(listed, rows, lesson, columns)
    }
    if not of_lesson:
        raise CourseError(f"No column is a lesson's. {_how(rows[listed.heading])}")
    people = everybody(book)
    (first, *_) = of_lesson
    found, asked = students_of(listed, people, first)
    remarks = [f"line {line} stays as it is: {why}" for line, why in asked.items()]
    comma = sheet.delimiter == ";" and any(
        re.fullmatch(r"\d+,\d+", cell) for row in rows for cell in row
    )
    count = 0
    for lesson, column in of_lesson.items():
        theirs = _their_points(listed, rows, column)
        ours = _possible(marks[lesson])
        factor = theirs / ours if theirs and ours else 1.0
        if factor != 1:
            remarks.append(
                f"{lesson}: {ours:g} points here are {theirs:g} there, so all are scaled."
            )
        for line, student in found.items():
            row = rows[line - 1]
            row += [""] * (column + 1 - len(row))
            score = _score(marks[lesson].get(student), factor)
            if score:  # what nobody has graded here stays as it is there
                row[column] = score.replace(".", ",") if comma else score
                count += 1
    scored = {key for of_all in marks.values() for key, one in of_all.items() if one.checks}
    lacking = tuple(sorted(scored - set(found.values())))
    safe = [_guarded(row, listed.columns) for row in rows]
    return sheet.with_rows(safe), Written(to, count, lacking, tuple(remarks))


def _guarded(row: list[str], meanings: list[str]) -> list[str]:
    """What a spreadsheet would compute becomes text; numbers and ids, which the system reads, stay.

    Students wrote some of it: names, email addresses, in Moodle's worksheet their answers.
    """
    return [
        cell
        if _NUMBER.fullmatch(cell) or (meaning in _IDS and not _COMPUTES.search(cell))
        else no_formula(cell)
        for cell, meaning in zip(row, [*meanings, *[""] * len(row)])
    ]


def _column(
    listed: People,
    rows: list[list[str]],
    lesson: str,
    lessons: list[str],
    columns: Mapping[str, str],
) -> int:
    """The index of the lesson's column.

    raises: CourseError where it is none or several
    """
    heads = rows[listed.heading]
    if lesson in columns:
        if columns[lesson] not in heads:
            raise CourseError(f"There is no column {columns[lesson]}. {_how(heads)}")
        return heads.index(columns[lesson])
    if listed.system == "worksheet" and len(lessons) == 1:
        return [spelled(head) for head in heads].index("grade")
    found = _alike(listed, heads, lesson)
    if len(found) != 1:
        count = "No column is" if not found else "Several columns may be"
        raise CourseError(f"{count} {lesson}'s. {_how(heads)}")
    return found[0]


def _is_there(
    listed: People, rows: list[list[str]], lesson: str, columns: Mapping[str, str]
) -> bool:
    return lesson in columns or len(_alike(listed, rows[listed.heading], lesson)) == 1


def _alike(listed: People, heads: list[str], lesson: str) -> list[int]:
    """Columns that are called as the lesson is; else those that hold its name."""
    wanted = spelled(lesson)
    free = [i for i, head in enumerate(heads) if i >= len(listed.columns) or not listed.columns[i]]
    bare = {i: spelled(_bare(heads[i])) for i in free}
    exact = [i for i, name in bare.items() if name == wanted]
    return exact or [i for i, name in bare.items() if wanted in name]


def _bare(head: str) -> str:
    while (shorter := _AROUND.sub("", head.strip())) != head:
        head = shorter
    return head


def _how(heads: list[str]) -> str:
    return f"Say which with --column LESSON=HEADING. The file has: {'; '.join(heads)}."


def _their_points(listed: People, rows: list[list[str]], column: int) -> float:
    """How many points the system gives for the lesson; 0 where the file does not tell."""
    head = rows[listed.heading]
    text = ""
    if found := _OF_POINTS.search(head[column]):
        text = found[1]
    elif listed.system == "worksheet":
        maxima = [i for i, name in enumerate(head) if spelled(name) == "maximumgrade"]
        first = listed.entries[0].line - 1 if listed.entries else 0
        text = rows[first][maxima[0]] if maxima else ""
    else:
        points = next((row for row in rows if row and row[0].strip() == "Points Possible"), [])
        text = points[column] if column < len(points) else ""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0
