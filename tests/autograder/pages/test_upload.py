"""Which zip of pages does a learning system take back?"""

import zipfile
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.collect import collect_lesson
from autograder.intake.identifiers import ROSTER, Person, enter
from autograder.pages.upload import pack_pages
from course_lib.errors import CourseError
from course_lib.files import write

LESSON = "01_tiny"
CANVAS = {
    f"liwei_34_901_{LESSON}.ipynb": f"liwei_34_901_{LESSON}.html",
    f"liwei_LATE_35_902_{LESSON} (1).ipynb": f"liwei_LATE_35_902_{LESSON} (1).html",
    f"neilbo_36_903_{LESSON}-1.IPYNB": f"neilbo_36_903_{LESSON}-1.html",
    f"İlker_37_904_{LESSON}.ipynb": f"İlker_37_904_{LESSON}.html",
}
MOODLE = {
    f"Li Wei_71_assignsubmission_file_/{LESSON}.ipynb": (
        f"Li Wei_71_assignsubmission_file_/{LESSON}.html"
    ),
    f"Zoé Ñandú_72_assignsubmission_file_/{LESSON}.ipynb.txt": (
        f"Zoé Ñandú_72_assignsubmission_file_/{LESSON}.html"
    ),
}
MOODLE_FLAT = {
    f"Li Wei_71_assignsubmission_file_{LESSON}.ipynb": (
        f"Li Wei_71_assignsubmission_file_{LESSON}.html"
    ),
    f"Bo Neil_72_assignsubmission_file_{LESSON}.ipynb": (
        f"Bo Neil_72_assignsubmission_file_{LESSON}.html"
    ),
}


def download(folder: Path, names: dict[str, str] | list[str]) -> Path:
    path = folder / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return path


@pytest.mark.parametrize("names", [CANVAS, MOODLE, MOODLE_FLAT], ids=["canvas", "moodle", "flat"])
def test_pages_bear_the_names_of_the_download(
    classroom: Classroom, tmp_path: Path, names: dict[str, str]
) -> None:
    """Has each page the name by which the system knows its student, and is it theirs?"""
    path = download(tmp_path, names)
    students = collect_lesson(classroom, LESSON, path).students
    assert len(students) == len(names)
    for student in students:
        write(classroom.feedback(student, LESSON), f"The page of {student}.")
    made = pack_pages(classroom, LESSON, path, tmp_path / "back.zip")
    assert (made.students, made.lacking) == (students, ())
    with zipfile.ZipFile(made.path) as archive:
        assert set(archive.namelist()) == set(names.values())
        pages = {archive.read(name).decode() for name in archive.namelist()}
    assert pages == {f"The page of {student}." for student in students}


def test_no_page(classroom: Classroom, tmp_path: Path) -> None:
    """Is whoever has no page named, and nothing written where nobody has one?"""
    path = download(tmp_path, CANVAS)
    first, *others = collect_lesson(classroom, LESSON, path).students
    with pytest.raises(CourseError, match="course feedback 01_tiny"):
        pack_pages(classroom, LESSON, path, tmp_path / "back.zip")
    assert not (tmp_path / "back.zip").exists()
    write(classroom.feedback(first, LESSON), "A page.")
    made = pack_pages(classroom, LESSON, path, tmp_path / "back.zip")
    assert (made.students, made.lacking) == ((first,), tuple(others))


def test_another_system(classroom: Classroom, tmp_path: Path) -> None:
    """Is a download refused in words from which nothing can be told of how to give pages back?"""
    path = download(tmp_path, [f"ada/{LESSON}.ipynb", f"bob/{LESSON}.ipynb"])
    collect_lesson(classroom, LESSON, path)
    with pytest.raises(CourseError, match="no download of Canvas or Moodle"):
        pack_pages(classroom, LESSON, path, tmp_path / "back.zip")


def test_notebooks_of_nobody(classroom: Classroom, tmp_path: Path) -> None:
    """Is a notebook named of which nobody can tell whose it is, such as a group's?"""
    with gradebook.opened(classroom) as book:
        ada = Person("ada", "Ada", "Li")
        ada.add(ROSTER, "moodle")
        enter(book, [ada])
    names = [f"{one}_assignsubmission_file_/{LESSON}.ipynb" for one in ("Ada Li_71", "Team B_72")]
    path = download(tmp_path, names)
    collect_lesson(classroom, LESSON, path)
    write(classroom.feedback("ada", LESSON), "A page.")
    made = pack_pages(classroom, LESSON, path, tmp_path / "back.zip")
    assert (made.students, made.lacking, made.nobodys) == (("ada",), (), (names[1],))
