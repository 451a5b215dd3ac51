"""Whose notebooks are in this folder or zip?"""

import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.intake import collect as module
from autograder.intake import download
from autograder.intake.collect import Answers, collect_lesson
from autograder.intake.identifiers import IDENTIFIERS, ROSTER, Person, enter
from course_lib.errors import CourseError
from course_lib.printable import shown

BLACKBOARD = (
    r"[^/]*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>LESSON)\.ipynb$"
)


def _folder(place: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def _zip(place: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return place


def _submitted(classroom: Classroom) -> dict[str, str]:
    folder = classroom.folder / "submitted"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


LAYOUTS = {
    "folder a student": ("ada/01_tiny.ipynb", "ada"),
    "nbgrader": ("ada/01_tiny/01_tiny.ipynb", "ada"),
    "underscore": ("ada_l/01_tiny.ipynb", "ada_l"),
    "whole bundle": ("ada/notebooks/01_tiny/01_tiny.ipynb", "ada"),
    "download twice": ("ada/01_tiny (1).ipynb", "ada"),
    "Moodle": ("Ada Li_77_assignsubmission_file_/01_tiny.ipynb", "Ada Li_77"),
    "Moodle, flat": ("Ada Li_77_assignsubmission_file_01_tiny.ipynb", "Ada Li_77"),
    "Canvas": ("liada_123_456_01_tiny.ipynb", "liada_123"),
    "Canvas, late and again": ("liada_LATE_123_456_01_tiny-2.ipynb", "liada_123"),
    "flat": ("ada_01_tiny.ipynb", "ada"),
}


@pytest.mark.parametrize("pack", [_folder, _zip])
@pytest.mark.parametrize(("name", "student"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(
    classroom: Classroom, tmp_path: Path, pack: object, name: str, student: str
) -> None:
    """Is the notebook found under this name, for this student?"""
    source = pack(tmp_path / "in", {name: "work"})  # type: ignore[operator]
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == (student,)
    assert collected.left_out == {}
    assert _submitted(classroom) == {f"{student}/01_tiny/01_tiny.ipynb": "work"}


@pytest.mark.parametrize(
    "name",
    [
        "01_tiny.ipynb",
        "01_tiny/01_tiny.ipynb",
        "notebooks/01_tiny/01_tiny.ipynb",
        "ada/final.ipynb",
        "ada/02_more.ipynb",
        "ada/my_01_tiny.ipynb",
        "ada/old/01_tiny.ipynb",
        "ada/01_tiny.pdf",
        ".ipynb_checkpoints/01_tiny.ipynb",
        "__MACOSX/ada/._01_tiny.ipynb",
    ],
)
def test_what_names_no_student_is_left_out(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a file whose owner is a guess left out and reported?"""
    collected = collect_lesson(classroom, "01_tiny", _zip(tmp_path / "in.zip", {name: "?"}))
    assert collected.students == ()
    assert list(collected.left_out) == [name]
    assert _submitted(classroom) == {}


def test_another_pattern(classroom: Classroom, tmp_path: Path) -> None:
    """Does a pattern for another LMS find the student, and the time for late penalties?"""
    name = "Homework_ada_attempt_2027-03-01-09-00-00_01_tiny.ipynb"
    collected = collect_lesson(
        classroom, "01_tiny", _folder(tmp_path / "in", {name: "work"}), Answers(BLACKBOARD)
    )
    assert collected.students == ("ada",)
    assert _submitted(classroom)["ada/01_tiny/timestamp.txt"].startswith("2027-03-01 09:00:00")


def test_pattern_that_takes_any_notebook(classroom: Classroom, tmp_path: Path) -> None:
    """Is only this lesson collected, whatever a pattern takes, and may it begin with ^?"""
    files = {"ada/01_tiny.ipynb": "work", "ben/02_more.ipynb": "work"}
    pattern = r"^(?P<student_id>\w+)/(?P<file_id>\w+)\.ipynb"
    collected = collect_lesson(
        classroom, "01_tiny", _folder(tmp_path / "in", files), Answers(pattern)
    )
    assert collected.students == ("ada",)
    assert list(collected.left_out) == ["ben/02_more.ipynb"]
    assert list(_submitted(classroom)) == ["ada/01_tiny/01_tiny.ipynb"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("(", "no regular expression"), (r"(?P<student_id>.*)", "no group .*file_id")],
)
def test_useless_pattern(classroom: Classroom, tmp_path: Path, pattern: str, message: str) -> None:
    """Is a pattern that cannot work refused?"""
    with pytest.raises(CourseError, match=message):
        collect_lesson(
            classroom,
            "01_tiny",
            _folder(tmp_path / "in", {"a/01_tiny.ipynb": ""}),
            Answers(pattern),
        )


def test_newest_of_two(classroom: Classroom, tmp_path: Path) -> None:
    """Of two files of one student, is the newer collected and the other reported?"""
    files = {"ada/01_tiny.ipynb": "new", "ada/01_tiny/01_tiny.ipynb": "old"}
    source = _folder(tmp_path / "in", files)
    os.utime(source / "ada/01_tiny/01_tiny.ipynb", (1e9, 1e9))
    collected = collect_lesson(classroom, "01_tiny", source)
    assert list(collected.left_out) == ["ada/01_tiny/01_tiny.ipynb"]
    assert list(_submitted(classroom).values()) == ["new"]
    os.utime(source / "ada/01_tiny.ipynb", (1e8, 1e8))
    assert list(collect_lesson(classroom, "01_tiny", source).left_out) == ["ada/01_tiny.ipynb"]
    assert list(_submitted(classroom).values()) == ["old"]


def test_a_file_in_place_of_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Does a file whose name is another's folder cost its own student alone?"""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("x_01_tiny.ipynb", "x_01_tiny.ipynb/01_tiny.ipynb", "ada/01_tiny.ipynb"):
            archive.writestr(name, name)
    collected = collect_lesson(classroom, "01_tiny", tmp_path / "in.zip")
    assert "ada" in collected.students
    assert len(collected.students) + len(collected.left_out) == 3
    assert _submitted(classroom)["ada/01_tiny/01_tiny.ipynb"] == "ada/01_tiny.ipynb"


def test_second_collection(classroom: Classroom, tmp_path: Path) -> None:
    """Does a second collection replace whom it holds, and leave the others?"""
    first = {"ada/01_tiny.ipynb": "1", "ben/01_tiny.ipynb": "1"}
    collect_lesson(classroom, "01_tiny", _folder(tmp_path / "one", first))
    collect_lesson(classroom, "01_tiny", _folder(tmp_path / "two", {"ben/01_tiny.ipynb": "2"}))
    assert _submitted(classroom) == {
        "ada/01_tiny/01_tiny.ipynb": "1",
        "ben/01_tiny/01_tiny.ipynb": "2",
    }


def test_nothing_else_is_left(classroom: Classroom, tmp_path: Path) -> None:
    """Is only `submitted/` new in the class's folder?"""
    before = {path.name for path in classroom.folder.iterdir()}
    collect_lesson(classroom, "01_tiny", _zip(tmp_path / "in.zip", {"ada/01_tiny.ipynb": "work"}))
    assert {path.name for path in classroom.folder.iterdir()} == before | {"submitted"}


LESSON = "01_tiny"
GOOD = "ada/01_tiny.ipynb"


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "/etc/evil", "a/../../evil", "C:\\evil", "..\\x"]
)
def test_paths_that_lead_outside(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a zip with such an entry refused whole, its good entries too?"""
    with pytest.raises(CourseError, match="points outside the archive"):
        collect_lesson(
            classroom, "01_tiny", _zip(tmp_path / "in.zip", {GOOD: "work", name: "evil"})
        )
    assert _submitted(classroom) == {}


def test_link_in_a_zip(classroom: Classroom, tmp_path: Path) -> None:
    """Is a link refused?"""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        link = zipfile.ZipInfo(GOOD)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CourseError, match="is a link"):
        collect_lesson(classroom, "01_tiny", tmp_path / "in.zip")


def test_encrypted_zip(classroom: Classroom, tmp_path: Path) -> None:
    """Is a zip with a password told so?"""
    path = _zip(tmp_path / "in.zip", {GOOD: "work"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    path.write_bytes(raw)
    with pytest.raises(CourseError, match="is encrypted"):
        collect_lesson(classroom, "01_tiny", path)


def test_link_in_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Is a link passed over, so that nobody hands in another's file?"""
    source = _folder(tmp_path / "in", {GOOD: "work"})
    (source / "ben").mkdir()
    (source / "ben" / "01_tiny.ipynb").symlink_to(source / GOOD)
    (source / "eve").symlink_to(source / "ada")
    assert collect_lesson(classroom, "01_tiny", source).students == ("ada",)


@pytest.mark.parametrize(("limit", "most"), [("MOST_BYTES", 1000), ("MOST_FILES", 1)])
def test_bomb(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    """Is a zip that would unpack to too much refused before it is unpacked?"""
    monkeypatch.setattr(download, limit, most)
    source = _zip(tmp_path / "in.zip", {GOOD: "0" * 600, "ben/01_tiny.ipynb": "0" * 600})
    with pytest.raises(CourseError, match="split it"):
        collect_lesson(classroom, "01_tiny", source)
    assert _submitted(classroom) == {}


def test_huge_notebook(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does one notebook that is too large cost only itself?"""
    monkeypatch.setattr(module, "LARGEST", 100)
    source = _folder(tmp_path / "in", {GOOD: "work", "ben/01_tiny.ipynb": "0" * 101})
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == ("ada",)
    assert "101 bytes" in collected.left_out["ben/01_tiny.ipynb"]


@pytest.mark.parametrize("cut", [10, -30])
def test_damaged_zip(classroom: Classroom, tmp_path: Path, cut: int) -> None:
    """Is a download that broke off told so?"""
    path = _zip(tmp_path / "in.zip", {GOOD: "work" * 100})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(CourseError, match="no zip, or it is damaged"):
        collect_lesson(classroom, "01_tiny", path)


def test_wrong_checksum(classroom: Classroom, tmp_path: Path) -> None:
    """Is an entry whose bytes changed noticed, and nobody collected?"""
    path = _zip(tmp_path / "in.zip", {"aaa/01_tiny.ipynb": "fine", GOOD: "work" * 100})
    path.write_bytes(path.read_bytes().replace(b"workwork", b"worKwork", 1))
    with pytest.raises(CourseError, match="damaged"):
        collect_lesson(classroom, "01_tiny", path)
    assert _submitted(classroom) == {}


def test_source_or_release_that_is_not_there(classroom: Classroom, tmp_path: Path) -> None:
    """Is a wrong path told, and a lesson that was never released?"""
    with pytest.raises(CourseError, match=r"none\.zip does not exist"):
        collect_lesson(classroom, "01_tiny", tmp_path / "none.zip")
    with pytest.raises(CourseError, match="02_more is not released"):
        collect_lesson(classroom, "02_more", tmp_path)


def test_wrong_time_in_a_name(classroom: Classroom, tmp_path: Path) -> None:
    """Is a time that cannot be read said, and the notebook collected without one?"""
    name = "x_ada_attempt_9999-99-99-00-00-00_01_tiny.ipynb"
    source = _folder(tmp_path / "in", {name: "work"})
    for answers in (None, Answers(BLACKBOARD)):
        collected = collect_lesson(classroom, "01_tiny", source, answers)
        assert collected.students == ("ada",)
        assert "cannot be read: 9999-99-99-00-00-00" in collected.remarks[0]
        assert list(_submitted(classroom)) == ["ada/01_tiny/01_tiny.ipynb"]


@pytest.mark.parametrize("name", ["a\x1b[2J\x1b[31mred", "nl\nname", "x" * 300, "[CJ] Li", "*"])
def test_names_that_break_what_comes_later(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a person of such a name left out with a reason, and everybody else collected?"""
    files = {f"ada/{LESSON}.ipynb": "work", f"{name}/{LESSON}.ipynb": "?"}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files))
    assert collected.students == ("ada",)
    assert "student's name" in collected.left_out[f"{name}/{LESSON}.ipynb"]
    assert _submitted(classroom) == {f"ada/{LESSON}/{LESSON}.ipynb": "work"}


@pytest.mark.parametrize("pattern", ["", r"(?P<student_id>[^/]+)/.*?(?P<file_id>LESSON)\.ipynb"])
@pytest.mark.parametrize(
    "name",
    [
        f"__MACOSX/{LESSON}.ipynb",
        f"__MACOSX/{LESSON}/{LESSON}.ipynb",
        f"__MACOSX/._{LESSON}.ipynb",
        f"ada/.ipynb_checkpoints/{LESSON}.ipynb",
    ],
)
def test_what_a_computer_put_there(
    classroom: Classroom, tmp_path: Path, name: str, pattern: str
) -> None:
    """Does nobody get into the class who is a folder of macOS or Jupyter?"""
    files = {f"ben/{LESSON}.ipynb": "work", name: "?"}
    collected = collect_lesson(
        classroom, LESSON, _zip(tmp_path / "in.zip", files), Answers(pattern)
    )
    assert collected.students == ("ben",)
    assert list(collected.left_out) == [name]


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
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files))
    assert collected.title == "Canvas download, 2 people"
    assert collected.students == ("liwei_340934", "liwei_340999")
    assert collected.left_out == {}
    assert set(_submitted(classroom).values()) == {"340934", "340999"}
    with gradebook.opened(classroom) as book:
        row = book.find_student("liwei_340934")
        assert (row.last_name, row.lms_user_id) == ("liwei", "340934")


def test_the_same_number_later(classroom: Classroom, tmp_path: Path) -> None:
    """Is a person found again by Canvas's number under a new name, and a namesake not?"""
    first = {f"liwei_34_1_{LESSON}.ipynb": "1"}
    collect_lesson(classroom, LESSON, _zip(tmp_path / "1.zip", first))
    second = {f"chenwei_34_2_{LESSON}.ipynb": "2", f"liwei_35_3_{LESSON}.ipynb": "other"}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "2.zip", second))
    assert collected.students == ("liwei_34", "liwei_35")
    assert _submitted(classroom)[f"liwei_34/{LESSON}/{LESSON}.ipynb"] == "2"


def test_moodles_numbers_hold_for_one_lesson(classroom: Classroom, tmp_path: Path) -> None:
    """Is a person known again by name where the number is another lesson's, and two are asked?"""
    name = "{}_{}_assignsubmission_file_/01_tiny.ipynb"
    people = [("Ada Li", 1), ("Wei Li", 2), ("Wei Li", 3), ("[CJ] Li", 4)]
    files = {name.format(*one): "work" for one in people}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "1.zip", files))
    assert collected.students == ("Ada Li_1", "CJ Li_4", "Wei Li_2", "Wei Li_3")
    with gradebook.opened(classroom) as book:  # what a download of the next lesson meets
        book.db.execute(IDENTIFIERS.update().values(kind="moodle 00_before"))
        book.db.commit()
        assert book.find_student("CJ Li_4").first_name == "[CJ]"
    files = {name.format(one, 10 + n): "work" for one, n in people}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "2.zip", files))
    assert collected.students == ("Ada Li_1", "CJ Li_4")
    reasons = [collected.left_out[name.format("Wei Li", n)] for n in (12, 13)]
    assert all("the class has Wei Li_2, Wei Li_3" in reason for reason in reasons)
    take = {name.format("Wei Li", 12): "Wei Li_3"}
    collected = collect_lesson(classroom, LESSON, tmp_path / "2.zip", Answers(take=take))
    assert collected.students == ("Ada Li_1", "CJ Li_4", "Wei Li_3")


def test_answers(classroom: Classroom, tmp_path: Path) -> None:
    """Is a file taken that the instructor names, for whom its folder names or they do?"""
    files = {"ada/homework.ipynb": "1", "stray.ipynb": "2", "bo/01_tiny.ipynb": "3"}
    source = _zip(tmp_path / "in.zip", files)
    collected = collect_lesson(classroom, LESSON, source)
    assert collected.students == ("bo",)
    assert "--take ada/homework.ipynb" in collected.left_out["ada/homework.ipynb"]
    take = {"ada/homework.ipynb": "", "stray.ipynb": "cy"}
    collected = collect_lesson(classroom, LESSON, source, Answers(take=take))
    assert collected.students == ("ada", "bo", "cy")
    assert _submitted(classroom)["cy/01_tiny/01_tiny.ipynb"] == "2"
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
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files), answers)
    assert collected.students == ("ada", "bo")
    assert _submitted(classroom) == {
        f"ada/{LESSON}/{LESSON}.ipynb": "ada's",
        f"bo/{LESSON}/{LESSON}.ipynb": "bo's",
    }


def test_answer_for_a_name_that_cannot_be_seen(classroom: Classroom, tmp_path: Path) -> None:
    """Is a file named as it was printed?"""
    source = _zip(tmp_path / "in.zip", {f"nl\nname/{LESSON}.ipynb": "work"})
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
    source = _zip(tmp_path / "in.zip", files)
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
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files))
    assert collected.students == ("Ada Li_31", "Bo_32")
    assert collected.left_out == {}
    assert _time(classroom, "Bo_32") == "2023-09-12 12:00:00"
    files = {f"{top}/submission_1/{LESSON}.ipynb": "work"}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "2.zip", files))
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
    source = _zip(tmp_path / "in.zip", {f"ada_1_2_{LESSON}.ipynb": "work"})
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
