"""Which file does a learning system take back?"""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.apps.exportapp import ExportApp

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom, class_in
from autograder.intake.identifiers import Person, enter
from autograder.pages.gradefile import SYSTEMS, export_for
from course_lib.errors import CourseError

LESSON = "01_tiny"


@pytest.fixture
def scored(classroom: Classroom) -> Classroom:
    """Ada has 62.5 of 100 points, nothing of Bo's is graded."""
    ada = Person("ada", "Ada", "Li", "ada@u.edu")
    for kind, value in (("canvas", "34"), ("number", "S1"), ("login", "al12"), ("section", "A")):
        ada.add(kind, value)
    points = {"tiny-squares-check": 40, "tiny-largest-check": 2.5, "tiny-largest-nan-check": 20}
    with gradebook.opened(classroom) as book:
        gradebook.record(book, LESSON, "ada", None, points, {})
        enter(book, [ada, Person("bo", "Bo", "=Neil")])
    return classroom


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file, delimiter=delimiter))


NEW = {
    "canvas": [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON],
        ["    Points Possible", "", "", "", "", "100"],
        ["Li, Ada", "34", "S1", "al12", "A", "62.5"],
        ["'=Neil, Bo", "", "", "", "", ""],
    ],
    "moodle": [
        ["First name", "Last name", "ID number", "Email address", f"Assignment: {LESSON} (Real)"],
        ["Ada", "Li", "S1", "ada@u.edu", "62.5"],
        ["Bo", "'=Neil", "", "", ""],
    ],
    "brightspace": [
        ["OrgDefinedId", "Username", f"{LESSON} Points Grade", "End-of-Line Indicator"],
        ["#S1", "al12", "62.5", "#"],
        ["", "", "", "#"],
    ],
    "blackboard": [
        ["Last Name", "First Name", "Username", "Student ID", f"{LESSON} [Total Pts: 100 Score]"],
        ["Li", "Ada", "al12", "S1", "62.5"],
        ["'=Neil", "Bo", "", "", ""],
    ],
    "gradescope": [
        ["First Name", "Last Name", "SID", "Email", "Sections", LESSON],
        ["Ada", "Li", "S1", "ada@u.edu", "A", "62.5"],
        ["Bo", "'=Neil", "", "", "", ""],
    ],
    "csv": [
        ["student", "first name", "last name", "email", "number", "login", "section", LESSON],
        ["ada", "Ada", "Li", "ada@u.edu", "S1", "al12", "A", "62.5"],
        ["bo", "Bo", "'=Neil", "", "", "", "", ""],
    ],
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_new_file(scored: Classroom, tmp_path: Path, system: str) -> None:
    """Has a new file the system's headings and ids, and nothing where nothing is graded?"""
    written = export_for(scored, system, tmp_path / "out.csv", [LESSON])
    assert rows(tmp_path / "out.csv") == NEW[system]
    assert (written.scores, written.lacking) == (1, ())
    # Of Bo nothing is known but the name, by which only our own table knows anybody.
    assert ["bo" in one for one in written.remarks] == ([] if system == "csv" else [True])


# What each system exports, with Ada's score as it must come back, and what it may be called there.
THEIRS = {
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),01_tiny (812),Final Score\n"
        ",,,,,,Manual Posting,\n"
        "    Points Possible,,,,,10,100,(read only)\n"
        '"Li, Ada",34,S1,al12,A,9,,90\n"Neil, Bo",35,,,A,8,5,80\n"Student, Test",9,,,A,,,\n',
        "62.5",
    ),
    "Canvas, of ten points": (
        "Student,ID,SIS Login ID,Section,01_tiny (812)\n    Points Possible,,,,10\n"
        '"Li, Ada",34,al12,A,\n',
        "6.25",
    ),
    "Moodle": (
        "First name,Last name,ID number,Email address,Assignment: 01_tiny (Real),Last downloaded\n"
        "Ada,Li,S1,ada@u.edu,-,17\n",
        "62.5",
    ),
    "Moodle's worksheet": (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
        "Participant 77,Ada Li,ada@u.edu,Submitted,,100.00,-\n",
        "62.5",
    ),
    "Moodle in German": (
        "Vorname;Nachname;E-Mail-Adresse;Aufgabe: 01_tiny (Punkte);Essay\nAda;Li;ada@u.edu;;7,5\n",
        "62,5",
    ),
    "Brightspace": (
        "OrgDefinedId,Username,01 Tiny Points Grade <Numeric MaxPoints:50 Weight:10>,"
        "End-of-Line Indicator\n#S1,#al12,,#\n",
        "31.25",
    ),
    "Blackboard": (
        "Last Name\tFirst Name\tUsername\tStudent ID\tAvailability\t"
        "01_tiny [Total Pts: 100 Score] |1182\nLi\tAda\tal12\tS1\tYes\t\n",
        "62.5",
    ),
    "Gradescope": (
        "First Name,Last Name,SID,Email,01_tiny,01_tiny - Max Points\nAda,Li,S1,ada@u.edu,,100\n",
        "62.5",
    ),
}


@pytest.mark.parametrize("kind", THEIRS)
def test_their_own_file(scored: Classroom, tmp_path: Path, kind: str) -> None:
    """Is a system's own export filled in, and nothing else in it changed?"""
    text, score = THEIRS[kind]
    theirs = tmp_path / "theirs.csv"
    encoding = "utf-16" if kind == "Blackboard" else "utf-8"
    theirs.write_text(text, encoding=encoding)
    export_for(scored, "csv", tmp_path / "out.csv", [LESSON], theirs)
    delimiter = next(sign for sign in "\t;," if sign in text.partition("\n")[0])
    before = list(csv.reader(text.splitlines(), delimiter=delimiter))
    raw = (tmp_path / "out.csv").read_bytes().decode(encoding)
    after = list(csv.reader(raw.splitlines(), delimiter=delimiter))
    changed = {
        (row[0], new)
        for row, other in zip(before, after, strict=True)
        for old, new in zip(row, other, strict=True)
        if old != new
    }
    assert {new for _, new in changed} == {score}
    assert len(changed) == 1


def test_scaled_and_lacking(scored: Classroom, tmp_path: Path) -> None:
    """Is it said that points are scaled, who is in no line, and which lines name nobody?"""
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(
        "OrgDefinedId,Username,01_tiny Points Grade <Numeric MaxPoints:50>\n#S9,eve,\n"
    )
    written = export_for(scored, "csv", tmp_path / "out.csv", [LESSON], theirs)
    assert written.lacking == ("ada",)
    assert any("100 points here are 50 there" in one for one in written.remarks)
    assert any("line 2 stays as it is" in one for one in written.remarks)


def test_late(scored: Classroom, tmp_path: Path) -> None:
    """Is what lateness costs taken off by the rule that holds now?"""
    config = scored.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.Course.late = {"percent_a_day": 10}\n')
    late = class_in(scored.folder)
    with gradebook.opened(late) as book:
        gradebook.set_time(book, LESSON, "ada", datetime(2027, 1, 2, 12))
        lateness.set_due(book, LESSON, datetime(2027, 1, 1, 13))
    export_for(late, "csv", tmp_path / "out.csv", [LESSON])
    assert rows(tmp_path / "out.csv")[1][-1] == "52.5"


def test_which_column(scored: Classroom, tmp_path: Path) -> None:
    """Is a column that no name tells asked for, and taken when it is named?"""
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("Name,Email,First homework\nAda Li,ada@u.edu,\n")
    with pytest.raises(CourseError, match=r"--column LESSON=HEADING.*First homework"):
        export_for(scored, "csv", tmp_path / "out.csv", [LESSON], theirs)
    assert not (tmp_path / "out.csv").exists()
    columns = {LESSON: "First homework"}
    export_for(scored, "csv", tmp_path / "out.csv", [LESSON], theirs, columns)
    assert rows(tmp_path / "out.csv")[1] == ["Ada Li", "ada@u.edu", "62.5"]


def test_unknown(scored: Classroom, tmp_path: Path) -> None:
    """Are an unknown system and lesson named, with the right ones?"""
    with pytest.raises(CourseError, match="one of canvas, moodle"):
        export_for(scored, "kanvas", tmp_path / "out.csv", [LESSON])
    with pytest.raises(CourseError, match="does not know 07_other"):
        export_for(scored, "canvas", tmp_path / "out.csv", ["07_other"])


def test_plugin(scored: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does nbgrader's own export command write the same file?"""
    monkeypatch.chdir(scored.folder)
    app = ExportApp()
    target = tmp_path / "out.csv"
    exporter = "autograder.pages.gradefile.LmsExporter"
    app.initialize([f"--exporter={exporter}", f"--to={target}", "--LmsExporter.system=moodle"])
    app.start()
    assert rows(target) == NEW["moodle"]


def test_no_formula_in_their_own_file(scored: Classroom, tmp_path: Path) -> None:
    """Is what students wrote in a system's export the text that it is, and are ids as they were?"""
    theirs = tmp_path / "theirs.csv"
    head = ["First name", "Last name", "ID number", "Email address", "01_tiny", "Online text"]
    evil = ["Ada;=1+1", "Li", "-S1", "=SUM(1)@u.edu", "-", "@SUM(1)\t=1+1"]
    with theirs.open("w", newline="") as file:
        csv.writer(file).writerows([head, evil, ["Bo", "N", "+49", "bo@u.edu", "-5", "x,=1"]])
    export_for(scored, "csv", tmp_path / "out.csv", [LESSON], theirs)
    assert rows(tmp_path / "out.csv") == [
        head,
        ["Ada;'=1+1", "Li", "-S1", "'=SUM(1)@u.edu", "-", "'@SUM(1)\\t=1+1"],
        ["Bo", "N", "+49", "bo@u.edu", "-5", "x,'=1"],
    ]
