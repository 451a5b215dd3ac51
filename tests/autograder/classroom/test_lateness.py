"""What a late submission loses."""

import re
from datetime import datetime, timedelta

import pytest
from nbgrader.plugins import LateSubmissionPlugin

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom
from autograder.classroom.lateness import Rule, days_late, share_lost
from course_lib.errors import CourseError

LESSON = "01_tiny"
FULL = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}
HALF = FULL | {"tiny-squares-check": 0.0, "tiny-largest-check": 0.0}
DUE = datetime(2027, 3, 1)


def scores(classroom: Classroom) -> dict[str, float]:
    with gradebook.opened(classroom) as book:
        lateness.assign(book, classroom)
        return {one.student: one.score for one in gradebook.marks(book, LESSON)}


def hand_in(
    classroom: Classroom, student: str, when: datetime | None, points: object = FULL
) -> None:
    with gradebook.opened(classroom) as book:
        gradebook.record(book, LESSON, student, when, points, {})


def set_due(classroom: Classroom, when: datetime | None) -> None:
    with gradebook.opened(classroom) as book:
        lateness.set_due(book, LESSON, when)


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (timedelta(minutes=15), 0),
        (timedelta(minutes=15, seconds=1), 1),
        (timedelta(hours=24), 1),
        (timedelta(hours=24, seconds=1), 2),
        (timedelta(days=10), 10),
    ],
)
def test_a_day_that_has_begun_counts(late: timedelta, days: int) -> None:
    """Is a quarter of an hour forgiven, and a second more a day?"""
    assert days_late(late.total_seconds(), Rule(grace_minutes=15)) == days


def test_no_more_than_the_most() -> None:
    """Does a day cost its percent, up to the most, and never more than everything?"""
    rule = Rule(percent_a_day=10, most_percent=25)
    assert [share_lost(days, rule) for days in (0, 1, 2, 3, 99)] == [0, 0.1, 0.2, 0.25, 0.25]
    assert share_lost(11, Rule(percent_a_day=10)) == 1


def test_scores_follow_the_due_date(classroom: Classroom) -> None:
    """Does a score follow when the due date is set, moved and taken away, and no code run?"""
    classroom.config.Course.late = {"percent_a_day": 10}
    hand_in(classroom, "ada", DUE + timedelta(days=2, hours=1))
    hand_in(classroom, "bo", DUE - timedelta(hours=1))
    hand_in(classroom, "cy", None)
    hand_in(classroom, "di", DUE + timedelta(days=9), HALF)
    assert scores(classroom) == {"ada": 100, "bo": 100, "cy": 100, "di": 20}
    set_due(classroom, DUE)
    assert scores(classroom) == {"ada": 70, "bo": 100, "cy": 100, "di": 0}
    set_due(classroom, DUE + timedelta(days=1))
    assert scores(classroom) == {"ada": 80, "bo": 100, "cy": 100, "di": 0}
    set_due(classroom, None)
    assert scores(classroom) == {"ada": 100, "bo": 100, "cy": 100, "di": 20}


def test_one_students_own_date(classroom: Classroom) -> None:
    """Has one student more time, which moves with everybody's and can be taken back?"""
    classroom.config.Course.late = {"percent_a_day": 10}
    set_due(classroom, DUE)
    for student in ("ada", "bo"):
        hand_in(classroom, student, DUE + timedelta(days=2))
    with gradebook.opened(classroom) as book:
        lateness.extend(book, LESSON, "ada", DUE + timedelta(days=1))
        assert lateness.due_dates(book, LESSON) == (DUE, {"ada": DUE + timedelta(days=1)})
    assert scores(classroom) == {"ada": 90, "bo": 80}
    set_due(classroom, DUE + timedelta(days=1))
    assert scores(classroom) == {"ada": 100, "bo": 90}
    with gradebook.opened(classroom) as book:
        lateness.extend(book, LESSON, "ada", None)
        assert lateness.due_dates(book, LESSON) == (DUE + timedelta(days=1), {})
    assert scores(classroom) == {"ada": 90, "bo": 90}


def test_own_date_before_anything_is_handed_in(classroom: Classroom) -> None:
    """Can a student get more time before they hand in, and does grading keep it?"""
    classroom.config.Course.late = {"percent_a_day": 10}
    set_due(classroom, DUE)
    with gradebook.opened(classroom) as book:
        book.add_student("ada")
        lateness.extend(book, LESSON, "ada", DUE + timedelta(days=3))
    hand_in(classroom, "ada", DUE + timedelta(days=3))
    assert scores(classroom) == {"ada": 100}


def test_dates_that_cannot_be(classroom: Classroom) -> None:
    """Is more time for a lesson without a due date, or for nobody, told?"""
    with gradebook.opened(classroom) as book:
        with pytest.raises(CourseError, match="has no due date"):
            lateness.extend(book, LESSON, "ada", DUE)
        lateness.set_due(book, LESSON, DUE)
        with pytest.raises(CourseError, match="knows nobody called ada"):
            lateness.extend(book, LESSON, "ada", DUE)


def test_free_days_of_a_term(classroom: Classroom) -> None:
    """Are free days used up by the lesson that was due first, and the rest charged?"""
    classroom.config.Course.late = {"percent_a_day": 10, "free_days": 3}
    late = DUE + timedelta(days=2)
    with gradebook.opened(classroom) as book:
        book.add_assignment("02_later", duedate=DUE + timedelta(days=7))
        book.add_notebook("02_later", "02_later")
        book.add_grade_cell("b", "02_later", "02_later", max_score=50, cell_type="code")
        lateness.set_due(book, LESSON, DUE)
        gradebook.record(book, "02_later", "ada", late + timedelta(days=7), {"b": 50.0}, {})
        gradebook.record(book, LESSON, "ada", late, FULL, {})
        lateness.assign(book, classroom)
        assert [one.score for one in gradebook.marks(book, LESSON)] == [100]
        assert [one.score for one in gradebook.marks(book, "02_later")] == [45]


@pytest.mark.parametrize(
    ("asked", "left"), [(None, 100), (30.0, 70), (100.0, 0), (1000.0, 0), (-5.0, 100)]
)
def test_a_plugin(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, asked: float | None, left: float
) -> None:
    """Does nbgrader's plugin take no more than what was earned, and never give?"""
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda *_: asked)
    set_due(classroom, DUE)
    hand_in(classroom, "ada", DUE + timedelta(days=1))
    assert scores(classroom) == {"ada": left}
    with gradebook.opened(classroom) as book:
        assert (book.find_submission(LESSON, "ada").late_submission_penalty or 0) == 100 - left


def test_a_score_is_never_below_nothing(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is it 0 where a person takes off points of a submission that lateness had cost all?"""
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda *_: 100.0)
    set_due(classroom, DUE)
    hand_in(classroom, "ada", DUE + timedelta(days=1))
    assert scores(classroom) == {"ada": 0}
    with gradebook.opened(classroom) as book:
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada").manual_score = 5
        book.db.commit()
        assert [one.score for one in gradebook.marks(book, LESSON)] == [0]


def test_nothing_to_do_is_nothing_done(classroom: Classroom) -> None:
    """Is the second run without a change?"""
    classroom.config.Course.late = {"percent_a_day": 10}
    set_due(classroom, DUE)
    hand_in(classroom, "ada", DUE + timedelta(days=1))
    with gradebook.opened(classroom) as book:
        assert [lateness.assign(book, classroom) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        (10, "late = 10. It may hold free_days, grace_minutes"),
        ({"percent": 10}, "write for instance c.Course.late"),
        ({"percent_a_day": "10"}, "percent_a_day is '10', and must be a number"),
        ({"free_days": -1}, "free_days is -1"),
        ({"free_days": True}, "free_days is True"),
        ({"grace_minutes": float("nan")}, "grace_minutes is nan"),
    ],
)
def test_rules_that_cannot_be(classroom: Classroom, late: object, sentence: str) -> None:
    """Is a rule that is not understood told, with one that is?"""
    classroom.config.Course.late = late
    with pytest.raises(CourseError, match=re.escape(sentence)):
        lateness.rule_of(classroom)


def test_moments(classroom: Classroom) -> None:
    """Is a time in the class's zone, unless it says its own, and kept in UTC?"""
    assert lateness.moment("2027-03-01 23:59", classroom) == datetime(2027, 3, 1, 23, 59)
    assert lateness.moment("2027-07-01T23:59+02:00", classroom) == datetime(2027, 7, 1, 21, 59)
    classroom.config.Exchange.timezone = "Europe/Berlin"
    assert lateness.moment("2027-03-01 23:59", classroom) == datetime(2027, 3, 1, 22, 59)
    assert lateness.moment("2027-07-01 23:59", classroom) == datetime(2027, 7, 1, 21, 59)


def test_what_is_no_moment(classroom: Classroom) -> None:
    """Is what is no time, or no zone, told with an example?"""
    for text in ("tomorrow", "2027-13-01", "", "99-99"):
        with pytest.raises(CourseError, match=r"is no time\. Write it like 2027-03-01 23:59"):
            lateness.moment(text, classroom)
    classroom.config.Exchange.timezone = "Mars/Base"
    with pytest.raises(CourseError, match="Write one like Europe/Berlin"):
        lateness.moment("2027-03-01", classroom)
