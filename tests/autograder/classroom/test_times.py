"""When was it handed in?"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.classroom.folder import class_in
from autograder.classroom.release import open_course
from autograder.classroom.times import in_utc, read_time, zone_of
from course_lib.errors import CourseError

AT = datetime


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2023-10-01-12-34-56", AT(2023, 10, 1, 12, 34, 56)),  # Blackboard
        ("Sep 12, 2023 1159 PM", AT(2023, 9, 12, 23, 59)),  # Brightspace
        ("Sep 13, 2023 901 AM", AT(2023, 9, 13, 9, 1)),
        ("Sep 13, 2023 110 PM", AT(2023, 9, 13, 13, 10)),
        ("September 3, 2023 1210 AM", AT(2023, 9, 3, 0, 10)),
        ("12 September, 2023 2359", AT(2023, 9, 12, 23, 59)),
        ("2024-11-05 14:30:00 UTC", AT(2024, 11, 5, 14, 30)),  # nbgrader's exchange
        ("2024-11-05 14:30:00.250000 UTC", AT(2024, 11, 5, 14, 30, 0, 250000)),
        ("2024-11-05T14:30:00+01:00", AT(2024, 11, 5, 13, 30)),
        ("2023-10-01", AT(2023, 10, 1)),
        ("Friday, 3 November 2023, 2:30 PM", AT(2023, 11, 3, 14, 30)),  # Moodle's worksheet
    ],
)
def test_read(text: str, when: datetime) -> None:
    """Is the moment found that a text names?"""
    assert read_time(text) == when


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9999-99-99-00-00-00",
        "yesterday",
        "Sep 31, 2023 100 PM",
        "12 September 2023",
        "Sep 12",
        "12 sept. 2023 23h59",
    ],
)
def test_unreadable(text: str) -> None:
    """Is what names no moment none, rather than a guess?"""
    assert read_time(text) is None


def test_zone() -> None:
    """Is a clock without a zone read by the class's, and one with its own by that?"""
    berlin = ZoneInfo("Europe/Berlin")
    assert read_time("2023-10-01-12-00-00", berlin) == AT(2023, 10, 1, 10)
    assert read_time("2024-11-05 14:30:00 UTC", berlin) == AT(2024, 11, 5, 14, 30)
    assert read_time("9999-12-31-23-59-59", ZoneInfo("America/New_York")) is None
    assert in_utc(AT(2023, 1, 1, 12), berlin) == AT(2023, 1, 1, 11)
    assert in_utc(AT(2023, 1, 1, 12, tzinfo=UTC), berlin) == AT(2023, 1, 1, 12)


def test_the_classs_zone(tmp_path: Path) -> None:
    """Is the zone taken from the class's settings, and a wrong one told in a sentence?"""
    assert zone_of(open_course(tmp_path)) is None
    config = tmp_path / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(text + '\nc.Exchange.timezone = "Europe/Berlin"\n')
    assert zone_of(class_in(tmp_path)) == ZoneInfo("Europe/Berlin")
    config.write_text(text + '\nc.Exchange.timezone = "Mars/Crater"\n')
    with pytest.raises(CourseError, match="which nobody knows"):
        zone_of(class_in(tmp_path))
