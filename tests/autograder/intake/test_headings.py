"""What do the columns of a list mean?"""

import pytest

from autograder.intake.headings import people_in
from autograder.intake.sheet import Sheet
from course_lib.errors import CourseError

CANVAS = [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_knn (123)", "Final Score"],
    ["", "", "", "", "", "Manual Posting", ""],
    ["    Points Possible", "", "", "", "", "100", "(read only)"],
    ["Li, Ada", "34", "S1", "al12", "A and B", "7", ""],
    ["Student, Test", "99", "", "", "A", "", ""],
]
# system, rows, and of the first person: name and fields
LISTS = {
    "canvas": (CANVAS, "Ada Li", {"canvas": "34", "number": "S1", "login": "al12"}),
    "moodle": (
        [
            ["First name", "Last name", "ID number", "Email address", "Course total (Real)"],
            ["Ada", "Li", "S1", "ada@u.edu", "3"],
        ],
        "Ada Li",
        {"number": "S1", "email": "ada@u.edu"},
    ),
    "worksheet": (
        [
            ["Identifier", "Full name", "Email address", "Grade", "Last modified (submission)"],
            ["Participant 77", "Ada Li", "ada@u.edu", "", "-"],
        ],
        "Ada Li",
        {"participant": "Participant 77", "handed_in": "-"},
    ),
    "brightspace": (
        [
            ["OrgDefinedId", "Username", "Last Name", "First Name", "End-of-Line Indicator"],
            ["#S1", "#al12", "Li", "Ada", "#"],
        ],
        "Ada Li",
        {"number": "S1", "login": "al12"},
    ),
    "gradescope": (
        [["First Name", "Last Name", "SID", "Email", "Sections"], ["Ada", "Li", "S1", "a@u", "A"]],
        "Ada Li",
        {"number": "S1", "email": "a@u", "section": "A"},
    ),
    "blackboard": (
        [
            ["Last Name", "First Name", "Username", "Student ID", "Availability"],
            ["Li", "Ada", "al12", "S1", "Yes"],
        ],
        "Ada Li",
        {"login": "al12", "number": "S1"},
    ),
    "": ([["Name", "E-Mail-Adresse"], ["Ada Li", "a@u"]], "Ada Li", {"email": "a@u"}),
    "Canvas, names in two columns": (
        [["LastName", "FirstName", "ID", "SIS Login ID", "Section"], ["Li", "Ada", "34", "a", "A"]],
        "Ada Li",
        {"canvas": "34", "login": "a"},
    ),
    "nbgrader": (
        [["id", "first_name", "last_name", "email", "lms_user_id"], ["al", "Ada", "Li", "", "34"]],
        "Ada Li",
        {"key": "al", "lms": "34"},
    ),
    "German Moodle": (
        [["Vorname", "Nachname", "ID-Nummer", "E-Mail-Adresse"], ["Ada", "Li", "S1", "a@u"]],
        "Ada Li",
        {"number": "S1", "email": "a@u"},
    ),
}

SYSTEMS = ("canvas", "moodle", "worksheet", "brightspace", "gradescope", "blackboard")


@pytest.mark.parametrize("kind", LISTS)
def test_people(kind: str) -> None:
    """Are the people of each system's list found, and no line of another use?"""
    rows, name, fields = LISTS[kind]
    found = people_in(Sheet(rows))
    assert len(found.entries) == 1
    (entry,) = found.entries
    assert entry.name == name
    assert fields.items() <= entry.fields.items()
    assert rows[entry.line - 1][0] in (*entry.fields.values(), f"#{entry.fields.get('number')}")
    assert found.system == ("canvas" if "Canvas" in kind else kind if kind in SYSTEMS else "")


def test_no_people() -> None:
    """Is a table without people told what it lacks?"""
    with pytest.raises(CourseError, match=r"needs one of the headings\s+Name"):
        people_in(Sheet([["colour", "weight"], ["red", "3"]]))
