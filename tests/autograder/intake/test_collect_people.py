"""Who is who in an archive of several hand-ins, and when did they hand in?"""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake.collect import Answers, collect_lesson
from autograder.intake.identifiers import IDENTIFIERS, ROSTER, Person, enter
from course_lib.errors import CourseError
from course_lib.printable import shown
from tests.autograder.intake.packing import LESSON, submitted, zipped


def _entries(place: Path, entries: Mapping[str, tuple[int, ...]]) -> Path:
    """A zip whose entries bear these times."""
    with zipfile.ZipFile(place, "w") as archive:
        for name, when in entries.items():
            archive.writestr(zipfile.ZipInfo(name, when), "work")  # type: ignore[arg-type]
    return place


def _time(classroom: Classroom, student: str) -> str:
    path = classroom.submitted(student, LESSON).parent / "timestamp.txt"
    return path.read_text() if path.is_file() else ""


def _due(classroom: Classroom, when: str) -> None:
    with gradebook.opened(classroom) as book:
        book.update_or_create_assignment(LESSON, duedate=when)


def test_namesakes(classroom: Classroom, tmp_path: Path) -> None:
    """Are two people of one name two, in the gradebook too, with their number and name?"""
    files = {f"liwei_{n}_{n}99_{LESSON}.ipynb": n for n in ("340934", "340999")}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "in.zip", files))
    assert collected.title == "Canvas download, 2 people"
    assert collected.students == ("liwei_340934", "liwei_340999")
    assert collected.left_out == {}
    assert set(submitted(classroom).values()) == {"340934", "340999"}
    with gradebook.opened(classroom) as book:
        row = book.find_student("liwei_340934")
        assert (row.last_name, row.lms_user_id) == ("liwei", "340934")


def test_the_same_number_later(classroom: Classroom, tmp_path: Path) -> None:
    """Is a person found again by Canvas's number under a new name, and a namesake not?"""
    first = {f"liwei_34_1_{LESSON}.ipynb": "1"}
    collect_lesson(classroom, LESSON, zipped(tmp_path / "1.zip", first))
    second = {f"chenwei_34_2_{LESSON}.ipynb": "2", f"liwei_35_3_{LESSON}.ipynb": "other"}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "2.zip", second))
    assert collected.students == ("liwei_34", "liwei_35")
    assert submitted(classroom)[f"liwei_34/{LESSON}/{LESSON}.ipynb"] == "2"


def test_moodles_numbers_hold_for_one_lesson(classroom: Classroom, tmp_path: Path) -> None:
    """Is a person known again by name where the number is another lesson's, and two are asked?"""
    name = "{}_{}_assignsubmission_file_/01_tiny.ipynb"
    people = [("Ada Li", 1), ("Wei Li", 2), ("Wei Li", 3), ("[CJ] Li", 4)]
    files = {name.format(*one): "work" for one in people}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "1.zip", files))
    assert collected.students == ("Ada Li_1", "CJ Li_4", "Wei Li_2", "Wei Li_3")
    with gradebook.opened(classroom) as book:  # what a download of the next lesson meets
        book.db.execute(IDENTIFIERS.update().values(kind="moodle 00_before"))
        book.db.commit()
        assert book.find_student("CJ Li_4").first_name == "[CJ]"
    files = {name.format(one, 10 + n): "work" for one, n in people}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "2.zip", files))
    assert collected.students == ("Ada Li_1", "CJ Li_4")
    reasons = [collected.left_out[name.format("Wei Li", n)] for n in (12, 13)]
    assert all("the class has Wei Li_2, Wei Li_3" in reason for reason in reasons)
    take = {name.format("Wei Li", 12): "Wei Li_3"}
    collected = collect_lesson(classroom, LESSON, tmp_path / "2.zip", Answers(take=take))
    assert collected.students == ("Ada Li_1", "CJ Li_4", "Wei Li_3")


def test_answers(classroom: Classroom, tmp_path: Path) -> None:
    """Is a file taken that the instructor names, for whom its folder names or they do?"""
    files = {"ada/homework.ipynb": "1", "stray.ipynb": "2", "bo/01_tiny.ipynb": "3"}
    source = zipped(tmp_path / "in.zip", files)
    collected = collect_lesson(classroom, LESSON, source)
    assert collected.students == ("bo",)
    assert "--take ada/homework.ipynb" in collected.left_out["ada/homework.ipynb"]
    take = {"ada/homework.ipynb": "", "stray.ipynb": "cy"}
    collected = collect_lesson(classroom, LESSON, source, Answers(take=take))
    assert collected.students == ("ada", "bo", "cy")
    assert submitted(classroom)["cy/01_tiny/01_tiny.ipynb"] == "2"
    assert collected.remarks == ("cy is new to the class.",)
    for wrong, student, message in (
        ("none.ipynb", "", "no such file"),
        ("stray.ipynb", "", "tells nobody"),
        ("stray.ipynb", "STUDENT", "in place of STUDENT"),
        ("stray.ipynb", "*", "has a \\* in it"),
    ):
        with pytest.raises(CourseError, match=message):
            collect_lesson(classroom, LESSON, source, Answers(take={wrong: student}))


def test_answer_for_another(classroom: Classroom, tmp_path: Path) -> None:
    """Does a file in one student's folder, taken for another, leave the first their own?"""
    files = {"ada/01_tiny.ipynb": "ada's", "ada/bos.ipynb": "bo's"}
    answers = Answers(take={"ada/bos.ipynb": "bo"})
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "in.zip", files), answers)
    assert collected.students == ("ada", "bo")
    assert submitted(classroom) == {
        f"ada/{LESSON}/{LESSON}.ipynb": "ada's",
        f"bo/{LESSON}/{LESSON}.ipynb": "bo's",
    }


def test_answer_for_a_name_that_cannot_be_seen(classroom: Classroom, tmp_path: Path) -> None:
    """Is a file named as it was printed?"""
    source = zipped(tmp_path / "in.zip", {f"nl\nname/{LESSON}.ipynb": "work"})
    (name,) = collect_lesson(classroom, LESSON, source).left_out
    answers = Answers(take={shown(name): "newline"})
    assert collect_lesson(classroom, LESSON, source, answers).students == ("newline",)


def test_roster(classroom: Classroom, tmp_path: Path) -> None:
    """Does everybody on the roster have a line, and is a stranger asked about, not let in?"""
    people = [Person("ada", "Ada", "Li"), Person("bo", "Bo", "Neil"), Person("cy")]
    for person in people:
        person.add(ROSTER, "list")
    with gradebook.opened(classroom) as book:
        enter(book, [*people, Person("guest")])
    files = {f"liada_5_6_{LESSON}.ipynb": "1", f"neilb_7_8_{LESSON}.ipynb": "2"}
    source = zipped(tmp_path / "in.zip", files)
    collected = collect_lesson(classroom, LESSON, source)
    assert collected.students == ("ada",)
    assert collected.nothing == ("Bo Neil (bo)", "cy")
    (question,) = collected.left_out.values()
    assert "not on the roster. It looks like bo." in question
    assert f"--take neilb_7_8_{LESSON}.ipynb=bo" in question
    take = {f"neilb_7_8_{LESSON}.ipynb": "bo"}
    assert collect_lesson(classroom, LESSON, source, Answers(take=take)).nothing == ("cy",)
    # The answer is kept: Canvas's number tells from now on.
    assert collect_lesson(classroom, LESSON, source).students == ("ada", "bo")


def test_gradescope(classroom: Classroom, tmp_path: Path) -> None:
    """Are people and times those of the export's own file, and a group's file each member's?"""
    export = (
        "submission_1:\n  :submitters:\n  - :name: Ada Li\n    :sid: '31'\n"
        "  - :name: Bo\n    :sid: '32'\n  :created_at: 2023-09-12 10:00:00 -02:00\n"
    )
    top = "assignment_9_export"
    files = {f"{top}/submission_1/{LESSON}.ipynb": "work", f"{top}/submission_metadata.yml": export}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "in.zip", files))
    assert collected.students == ("Ada Li_31", "Bo_32")
    assert collected.left_out == {}
    assert _time(classroom, "Bo_32") == "2023-09-12 12:00:00"
    files = {f"{top}/submission_1/{LESSON}.ipynb": "work"}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "2.zip", files))
    assert collected.students == ("submission_1",)
    assert "says who made which submission" in collected.remarks[0]


def test_times_of_entries(classroom: Classroom, tmp_path: Path) -> None:
    """Do a zip's entries tell times, unless the download wrote them all at once?"""
    names = [f"{student}/{LESSON}.ipynb" for student in ("ada", "bo")]
    apart = [(2024, 10, 1, 12, 0, 0), (2024, 10, 2, 9, 30, 0)]
    collect_lesson(classroom, LESSON, _entries(tmp_path / "1.zip", dict(zip(names, apart))))
    assert _time(classroom, "bo") == "2024-10-02 09:30:00"
    never = [(2024, 10, 1, 12, 0, 0), (2024, 0, 0, 0, 0, 0)]
    source = _entries(tmp_path / "3.zip", dict(zip(names, never)))
    assert collect_lesson(classroom, LESSON, source).students == ("ada", "bo")
    at_once = [(2024, 10, 3, 12, 0, 0), (2024, 10, 3, 12, 0, 4)]
    collect_lesson(classroom, LESSON, _entries(tmp_path / "2.zip", dict(zip(names, at_once))))
    assert _time(classroom, "bo") == ""


def test_late_in_canvas(classroom: Classroom, tmp_path: Path) -> None:
    """Is LATE the least lateness there is, and nobody else late by the time of the download?"""
    _due(classroom, "2024-10-01 12:00:00 UTC")
    names = [f"ada_LATE_1_2_{LESSON}.ipynb", f"bo_3_4_{LESSON}.ipynb"]
    times = [(2024, 10, 5, 12, 0, 0), (2024, 10, 6, 12, 0, 0)]
    source = _entries(tmp_path / "in.zip", dict(zip(names, times)))
    collected = collect_lesson(classroom, LESSON, source)
    assert (_time(classroom, "ada_1"), _time(classroom, "bo_3")) == ("2024-10-01 12:00:01", "")
    assert "ada_1" in collected.remarks[0]


def test_a_named_format(classroom: Classroom, tmp_path: Path) -> None:
    """Does the instructor's word on the format decide?"""
    source = zipped(tmp_path / "in.zip", {f"ada_1_2_{LESSON}.ipynb": "work"})
    assert collect_lesson(classroom, LESSON, source).students == ("ada_1",)
    answers = Answers(format="flat")
    assert collect_lesson(classroom, LESSON, source, answers).students == ("ada_1_2",)
    with pytest.raises(CourseError, match="no format kanvas"):
        collect_lesson(classroom, LESSON, source, Answers(format="kanvas"))


def test_bytes_that_are_no_letters(classroom: Classroom, tmp_path: Path) -> None:
    """Is somebody collected whose name another system wrote in another alphabet's bytes?"""
    place = tmp_path / "in" / os.fsdecode(b"A\xff\x1b_5_assignsubmission_file_")
    place.mkdir(parents=True)
    (place / "01_tiny.ipynb").write_text("work")
    assert collect_lesson(classroom, LESSON, tmp_path / "in").students == ("A_5",)
    with gradebook.opened(classroom) as book:
        assert book.find_student("A_5").last_name == r"A\udcff\x1b"
