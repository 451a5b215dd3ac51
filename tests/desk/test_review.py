"""Which closing questions come back today?"""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from fsrs import Rating

from course_lib.desk.review import FILE, due_cards, rate
from course_lib.desk.standing import standings
from course_lib.errors import CourseError
from tests.desk.lesson import course_of

NOW = datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(hours=-8)))


def keys(course: Path, now: datetime) -> list[str]:
    return [one.key for one in due_cards(course, standings(course), now)]


def test_cards_of_lessons_that_were_begun(tmp_path: Path) -> None:
    """Are the questions of a lesson cards once one of its checks was run, and not before?"""
    assert keys(course_of(tmp_path, None, None), NOW) == []
    course = course_of(tmp_path / "begun", False, None)
    assert keys(course, NOW) == ["05_conv_layers 1", "05_conv_layers 3"]


def test_a_rated_card_comes_back_on_its_day(tmp_path: Path) -> None:
    """Is it gone for today, and due from the morning of its day on, whatever the hour?"""
    course = course_of(tmp_path, True, None)
    first, _ = due_cards(course, standings(course), NOW)
    back = rate(course, first, Rating.Good, NOW)
    assert back.tzinfo == NOW.tzinfo
    assert back.date() > NOW.date()
    assert keys(course, NOW) == ["05_conv_layers 3"]
    day = back.replace(hour=0, minute=1)
    assert first.key not in keys(course, day - timedelta(days=1))
    assert keys(course, day) == [first.key, "05_conv_layers 3"]


def test_better_known_comes_later(tmp_path: Path) -> None:
    """Is tomorrow the day of what was not known, and is each better rating no earlier?"""
    days = []
    for rating in Rating:
        course = course_of(tmp_path / rating.name, True, None)
        first, _ = due_cards(course, standings(course), NOW)
        days.append((rate(course, first, rating, NOW).date() - NOW.date()).days)
    assert days[0] == 1
    assert days == sorted(days)
    assert days[-1] > days[0]


def test_intervals_grow(tmp_path: Path) -> None:
    """Does a card that is known each time come back after longer and longer?"""
    course, now, waits = course_of(tmp_path, True, None), NOW, []
    for _ in range(4):
        first = due_cards(course, standings(course), now)[0]
        back = rate(course, first, Rating.Good, now)
        waits.append(back - now)
        now = back
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_the_same_ratings_give_the_same_days(tmp_path: Path) -> None:
    """Is what is kept a matter of ratings and times alone?"""
    texts = []
    for name in ("one", "two"):
        course = course_of(tmp_path / name, True, None)
        for one in due_cards(course, standings(course), NOW):
            rate(course, one, Rating.Hard, NOW)
        texts.append((course / FILE).read_text())
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"05_conv_layers 1": {}}', '{"a": 3}'])
def test_a_damaged_file_is_told_and_stays(tmp_path: Path, text: str) -> None:
    """Is it neither a traceback nor overwritten?"""
    course = course_of(tmp_path, True, None)
    first, _ = due_cards(course, standings(course), NOW)
    (course / FILE).write_text(text)
    with pytest.raises(CourseError, match=r"review\.json is damaged\. Restore a copy"):
        due_cards(course, standings(course), NOW)
    with pytest.raises(CourseError, match="is damaged"):
        rate(course, first, Rating.Good, NOW)
    assert (course / FILE).read_text() == text


def test_the_zone_decides_what_today_is(tmp_path: Path) -> None:
    """Is a card due by the reader's calendar, not by Greenwich's?"""
    course = course_of(tmp_path, True, None)
    evening = NOW.replace(hour=20)  # already tomorrow in UTC
    first, _ = due_cards(course, standings(course), evening)
    rate(course, first, Rating.Again, evening)
    assert evening.astimezone(UTC).date() > evening.date()
    assert first.key not in keys(course, evening.replace(hour=23))
    assert first.key in keys(course, evening + timedelta(hours=5))
