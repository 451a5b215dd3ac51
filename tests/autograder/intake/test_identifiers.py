"""Who is in the class, and how is each known?"""

import pytest
from nbgrader.api import Gradebook

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.identifiers import Person, enter, everybody

DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@DATABASES
def test_round_trip(classroom: Classroom) -> None:
    """Does what is entered come back, in nbgrader's own columns where it has them?"""
    ada = Person("ada", "Ada", "Li", "Ada@u.edu")
    for kind, value in (("lms", "34"), ("canvas", "34"), ("section", "A"), ("section", "B")):
        ada.add(kind, value)
    with gradebook.opened(classroom) as book:
        enter(book, [ada])
        enter(book, [ada, Person("bo")])
        people = everybody(book, ["cy"])
    assert people == {"ada": ada, "bo": Person("bo"), "cy": Person("cy")}
    assert people["ada"].value("section") == "A, B"
    assert people["ada"].values("email") == {"ada@u.edu"}
    with Gradebook(classroom.db, classroom.coursedir.course_id) as book:
        row = book.find_student("ada")
        assert (row.first_name, row.last_name, row.email, row.lms_user_id) == (
            "Ada",
            "Li",
            "Ada@u.edu",
            "34",
        )


@DATABASES
def test_what_is_there_stays(classroom: Classroom) -> None:
    """Does an entry without a name or address leave those that the gradebook has?"""
    with gradebook.opened(classroom) as book:
        book.add_student("ada", first_name="Ada", email="a@u.edu", lms_user_id="7")
        enter(book, [Person("ada", last="Li")])
        ada = everybody(book)["ada"]
    assert (ada.first, ada.last, ada.email, ada.value("lms")) == ("Ada", "Li", "a@u.edu", "7")


def test_names() -> None:
    """Is a person shown by name, else by key, and spelled in both orders?"""
    assert Person("al", "Ada", "Li").name == "Ada Li"
    assert Person("al").name == "al"
    assert Person("al", "Ada", "Li").spellings == {"adali", "liada"}
    assert not Person("al").on_roster
