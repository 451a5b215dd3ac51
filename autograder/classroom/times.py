"""When was it handed in? Times as learning systems write them into names."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.utils import parse_utc

from autograder.classroom.folder import Classroom
from course_lib.errors import CourseError

# nbgrader's own reader takes the -34-56 of Blackboard's 2023-10-01-12-34-56 for a time zone.
_FORMS = (
    "%Y-%m-%d-%H-%M-%S",  # Blackboard
    "%Y-%m-%d_%H-%M-%S",
    "%b %d, %Y %I%M %p",  # Brightspace: Sep 12, 2023 1159 PM; it leaves out the colon
    "%B %d, %Y %I%M %p",
    "%b %d, %Y %H%M",
    "%B %d, %Y %H%M",
    "%d %B, %Y %H%M",
    "%d %B %Y %H%M",
    "%A, %d %B %Y, %I:%M %p",  # Moodle's grading worksheet in English
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d %B %Y, %H:%M",
)
_EXCHANGE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [A-Za-z/_+-]+")  # nbgrader's


def read_time(text: str, zone: ZoneInfo | None = None) -> datetime | None:
    """The moment that a text names, in UTC and without a zone, as nbgrader keeps it.

    zone: what clock a text without a zone of its own was written by; UTC by default
    returns: None where the text cannot be read
    """
    text = " ".join(text.split())
    for form in _FORMS:
        try:
            return in_utc(datetime.strptime(_padded(text), form), zone)
        except (ValueError, OverflowError):
            continue
    try:
        if _EXCHANGE.fullmatch(text):
            when: datetime = parse_utc(text)
            return when
        return in_utc(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None


def in_utc(when: datetime, zone: ZoneInfo | None = None) -> datetime:
    """A moment as nbgrader keeps it; one without a zone was written by the clock of `zone`."""
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone or UTC)
    return when.astimezone(UTC).replace(tzinfo=None)


def zone_of(classroom: Classroom) -> ZoneInfo | None:
    """The class's zone, as nbgrader has it: `c.Exchange.timezone`; None where none is set.

    raises: CourseError where there is no such zone
    """
    setting = classroom.config.Exchange.get("timezone") if "Exchange" in classroom.config else ""
    name = str(setting or "")
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CourseError(
            f"The class's nbgrader_config.py has the timezone {name!r}, which nobody knows. "
            "Write one like Europe/Berlin."
        ) from error


def _padded(text: str) -> str:
    """Brightspace writes ten past one as 110 PM, which would be read as 11:00."""
    *day, clock = text.removesuffix(" AM").removesuffix(" PM").rsplit(" ", 1)
    ending = text[-3:] if text.endswith((" AM", " PM")) else ""
    return " ".join([*day, clock.zfill(4)]) + ending
