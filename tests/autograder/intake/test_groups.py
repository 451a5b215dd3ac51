"""Who hands in together? One submission, several people."""

import zipfile
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.collect import Answers, Collected, collect_lesson
from autograder.intake.identifiers import everybody
from autograder.intake.roster import enrol
from course_lib.errors import CourseError

LESSON = "01_tiny"
LIST = (
    "Student,ID,SIS Login ID,Group\n"
    '"Li, Wei",34,wli,"Team 5, Lab 1"\n"Neil, Bo",36,bneil,"Team 5, Lab 2"\n'
    '"Park, Cy",37,cpark,Lab 2\n"Ray, Di",38,dray,"Team 6, Lab 1"\n'
)


@pytest.fixture
def grouped(classroom: Classroom, tmp_path: Path) -> Classroom:
    """A class with teams, and labs that nobody hands in with."""
    (tmp_path / "list.csv").write_text(LIST)
    enrol(classroom, tmp_path / "list.csv")
    return classroom


def collected(
    classroom: Classroom, folder: Path, names: dict[str, str], groups: str = "Team"
) -> Collected:
    path = folder / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return collect_lesson(classroom, LESSON, path, Answers(groups=groups))


def texts(classroom: Classroom) -> dict[str, str]:
    return {who: classroom.submitted(who, LESSON).read_text() for who in classroom.handed_in()}


def test_one_hands_in_for_all(grouped: Classroom, tmp_path: Path) -> None:
    """Has each member what one of them handed in, and whoever is in no team their own alone?"""
    names = {f"liwei_34_901_{LESSON}.ipynb": "wei", f"parkcy_37_902_{LESSON}.ipynb": "cy"}
    names[f"raydi_38_903_{LESSON}.ipynb"] = "di"
    done = collected(grouped, tmp_path, names)
    assert texts(grouped) == {"wli": "wei", "bneil": "wei", "cpark": "cy", "dray": "di"}
    assert f"Team 5: liwei_34_901_{LESSON}.ipynb is handed in by bneil, wli." in done.remarks
    assert not done.nothing
    assert not done.left_out


def test_two_of_a_team(grouped: Classroom, tmp_path: Path) -> None:
    """Does the newer file count for both, and is the older one named?"""
    names = {f"liwei_34_901_{LESSON}.ipynb": "old", f"neilbo_36_902_{LESSON}.ipynb": "new"}
    done = collected(grouped, tmp_path, names)
    assert texts(grouped) == {"wli": "new", "bneil": "new"}
    reason = done.left_out[f"liwei_34_901_{LESSON}.ipynb"]
    assert reason == "There is a newer one of the group Team 5."


def test_under_the_groups_name(grouped: Classroom, tmp_path: Path) -> None:
    """Is what Moodle calls by the team's name everybody's in it?"""
    names = {
        f"Team 5_71_assignsubmission_file_/{LESSON}.ipynb": "five",
        f"Team 6_72_assignsubmission_file_/{LESSON}.ipynb": "six",
    }
    collected(grouped, tmp_path, names)
    assert texts(grouped) == {"wli": "five", "bneil": "five", "dray": "six"}


def test_only_where_it_is_said(grouped: Classroom, tmp_path: Path) -> None:
    """Does a submission stay one person's where no groups are named?"""
    collected(grouped, tmp_path, {f"liwei_34_901_{LESSON}.ipynb": "wei"}, groups="")
    assert texts(grouped) == {"wli": "wei"}


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ("*", r"bneil is in 2 groups, Lab 2, Team 5.*--groups Lab"),
        ("Squad", "Nobody of this class is in a group called Squad"),
    ],
)
def test_asked(grouped: Classroom, tmp_path: Path, groups: str, sentence: str) -> None:
    """Is it asked, with nothing collected, which groups are meant?"""
    with pytest.raises(CourseError, match=sentence):
        collected(grouped, tmp_path, {f"liwei_34_901_{LESSON}.ipynb": "wei"}, groups)
    assert not texts(grouped)


def test_a_later_list_moves_people(grouped: Classroom, tmp_path: Path) -> None:
    """Are people in the groups of the last list, and in those alone?"""
    (tmp_path / "later.csv").write_text('Student,ID,Group\n"Neil, Bo",36,Team 6\n')
    enrol(grouped, tmp_path / "later.csv")
    with gradebook.opened(grouped) as book:
        people = everybody(book)
    assert people["bneil"].values("group") == {"Team 6"}
    assert people["wli"].values("group") == {"Team 5", "Lab 1"}
