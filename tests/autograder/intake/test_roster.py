"""Who is in the class?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.identifiers import Person, enter, everybody
from autograder.intake.roster import enrol
from course_lib.errors import CourseError

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01_tiny (5)
    Points Possible,,,,,100
"Li, Wei",34,S34,wli,A,
"Li, Wei",35,S35,wli2,B,
"Neil, Bo",36,S36,bneil,A,
"""


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a list into a file."""

    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "list.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def people_of(classroom: Classroom) -> dict[str, Person]:
    with gradebook.opened(classroom) as book:
        return everybody(book)


def test_new_class(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Do names, logins, numbers and sections come into the gradebook, and namesakes as two?"""
    enrolled = enrol(classroom, listed(CANVAS))
    assert enrolled.title == "Canvas list"
    assert enrolled.new == ("bneil", "wli", "wli2")
    assert enrolled.asked == {}
    wei = people_of(classroom)["wli2"]
    assert (wei.first, wei.last, wei.value("section"), wei.value("lms")) == ("Wei", "Li", "B", "35")
    assert wei.on_roster
    assert enrol(classroom, listed(CANVAS)).new == ()


def test_who_is_there_already(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Are people found whom a download brought: by number, else by name?"""
    wei = Person("liwei_34", "", "liwei", identifiers={"canvas": {"34"}})
    with gradebook.opened(classroom) as book:
        enter(book, [wei, Person("neilbo")])
    enrolled = enrol(classroom, listed(CANVAS))
    assert enrolled.students == ("liwei_34", "neilbo", "wli2")
    assert people_of(classroom)["liwei_34"].name == "Wei Li"


def test_who_may_be_two(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Is a line asked about that two students may be, and does an answer enter it?"""
    with gradebook.opened(classroom) as book:
        enter(book, [Person("w1", "Wei", "Li"), Person("w2", "Wei", "Li")])
    path = listed("Name,Email\nWei Li,wei@u.edu\nAda,ada@u.edu\n")
    enrolled = enrol(classroom, path)
    assert enrolled.students == ("ada@u.edu",)
    assert "w1, w2" in enrolled.asked[2]
    assert enrol(classroom, path, take={"2": "w2"}).asked == {}
    assert people_of(classroom)["w2"].email == "wei@u.edu"
    with pytest.raises(CourseError, match="no person in line 9"):
        enrol(classroom, path, take={"9": "w2"})


def test_nothing_tells_them_apart(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Are two lines of one bare name asked about?"""
    assert set(enrol(classroom, listed("Name,Section\nWei Li,A\nWei Li,B\nAda,A\n")).asked) == {
        2,
        3,
    }


def test_two_groups(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Is one person in two lines, with the same address, one, in both groups?"""
    enrol(classroom, listed("Name;Email;Gruppe\nJosé;j@u;A\nJosé;j@u;B\n", "latin-1"))
    people = people_of(classroom)
    assert (people["j@u"].name, people["j@u"].value("group")) == ("José", "A, B")


def test_worksheet(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Are a Moodle worksheet's numbers and times kept for its lesson, and only with one?"""
    path = listed(
        "Identifier,Full name,Email address,Grade,Last modified (submission)\n"
        'Participant 77,Ada Li,a@u,,"Friday, 3 November 2023, 2:30 PM"\n'
        "Participant 78,Bo,b@u,,soon\nParticipant 79,Cy,c@u,,-\n"
    )
    with pytest.raises(CourseError, match="--lesson 01"):
        enrol(classroom, path)
    enrolled = enrol(classroom, path, "01_tiny")
    assert enrolled.title == "Moodle grading worksheet"
    assert enrolled.remarks == ("line 3: the time cannot be read: soon",)
    ada = people_of(classroom)[enrolled.students[0]]
    assert ada.value("moodle 01_tiny") == "77"
    assert ada.value("handed in 01_tiny") == "2023-11-03 14:30:00"
    listed(path.read_text().replace("3 November", "4 November"))
    enrol(classroom, path, "01_tiny")
    assert people_of(classroom)[ada.key].value("handed in 01_tiny") == "2023-11-04 14:30:00"


@pytest.mark.parametrize("name", ["*", "x" * 300, "=1+1"])
def test_odd_names(classroom: Classroom, listed: Callable[..., Path], name: str) -> None:
    """Is a person of any name entered, under a key that paths can hold?"""
    enrolled = enrol(classroom, listed(f"Name,Student ID\n{name},7\nAda,8\n"))
    assert len(enrolled.students) == 2
    assert enrolled.asked == {}


def test_nbgraders_own_list(classroom: Classroom, listed: Callable[..., Path]) -> None:
    """Is a list with nbgrader's keys matched by them, whatever the names are?"""
    with gradebook.opened(classroom) as book:
        enter(book, [Person("w1", "Wei", "Li"), Person("w2", "Wei", "Li")])
    text = "id,first_name,last_name,email\nw2,Wei,Li,two@u\nw3,Wei,Li,three@u\n"
    enrolled = enrol(classroom, listed(text))
    assert enrolled.students == ("w2",)
    assert set(enrolled.asked) == {3}
    assert people_of(classroom)["w2"].email == "two@u"
