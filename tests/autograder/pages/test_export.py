"""The scores as a table."""

import csv

import pytest
from nbgrader.apps.exportapp import ExportApp

from autograder.classroom import gradebook
from autograder.pages.export import export_scores
from course_lib.errors import CourseError

LESSON = "01_tiny"
HEAD = ["student", LESSON, f"{LESSON} of", "tiny-largest", "tiny-squares"]
pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def scored(classroom):
    """A class of two, one of whom has no submission."""
    points = {"tiny-squares-check": 40, "tiny-largest-check": 0, "tiny-largest-nan-check": 20}
    with gradebook.opened(classroom) as book:
        gradebook.record(book, LESSON, "ada, the first", None, points, {})
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada, the first").manual_score = 2.5
        book.db.commit()
        book.add_student("bo")
    return classroom


def rows(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_table(scored, tmp_path):
    """Does every student have a row with scores, manual ones included, that add up?"""
    assert rows(export_scores(scored, tmp_path / "scores.csv")) == [
        HEAD,
        ["ada, the first", "62.5", "100", "22.5", "40"],
        ["bo", "", "100", "", ""],
    ]


def test_plugin(scored, tmp_path, monkeypatch):
    """Does nbgrader's own export command write the same table, for the students asked for?"""
    monkeypatch.chdir(scored.folder)
    app = ExportApp()
    target = tmp_path / "by_nbgrader.csv"
    app.initialize(
        ["--exporter=autograder.pages.export.TableExporter", f"--to={target}", "--student=['bo']"]
    )
    app.start()
    assert rows(target) == [HEAD, ["bo", "", "100", "", ""]]


def test_unknown_lesson(scored, tmp_path):
    """Is a lesson that the gradebook does not hold named, and no file written?"""
    with pytest.raises(CourseError, match="does not know 07_other"):
        export_scores(scored, tmp_path / "scores.csv", ["07_other"])
    assert not (tmp_path / "scores.csv").exists()


def test_no_formula(classroom, tmp_path):
    """Is a name that a spreadsheet would compute the text that it is, in every program?"""
    evil = ['=HYPERLINK("http://evil")', "@SUM(1)", "-2+3", "=1+1|cmd", "\uff1d1+1", " =1", "+1"]
    points = {"tiny-squares-check": 40, "tiny-largest-check": 0, "tiny-largest-nan-check": 20}
    with gradebook.opened(classroom) as book:
        for student in [*evil, "x;=1+1", "a\x1b[2Jb"]:
            gradebook.record(book, LESSON, student, None, points, {})
    path = export_scores(classroom, tmp_path / "scores.csv")
    names = {row[0]: row[1:] for row in rows(path)}
    assert {f"'{name}" for name in evil} <= names.keys()
    assert r"a\x1b[2Jb" in names
    assert set(map(tuple, names.values())) - {tuple(HEAD[1:])} == {("60", "100", "20", "40")}
    for sign in ",;\t":  # as a spreadsheet separates, which need not be as the file does
        with path.open(newline="") as file:
            cells = {cell for row in csv.reader(file, delimiter=sign) for cell in row}
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@|\uff1d")]


def test_for_excel(scored, tmp_path):
    """Does the table begin with the mark by which Excel knows UTF-8, where it is asked for?"""
    plain = export_scores(scored, tmp_path / "plain.csv").read_bytes()
    assert (
        export_scores(scored, tmp_path / "excel.csv", excel=True).read_bytes()
        == b"\xef\xbb\xbf" + plain
    )
