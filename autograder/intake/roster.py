"""Who is in the class? A list from a learning system goes into the gradebook."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.classroom.times import read_time, zone_of
from autograder.intake.headings import Entry, People, people_in
from autograder.intake.identifiers import GROUP, HANDED_IN, ROSTER, Person, enter, everybody
from autograder.intake.matching import Matcher, Named
from autograder.intake.people import key, unfit
from autograder.intake.sheet import read_sheet
from course_lib.errors import CourseError
from course_lib.printable import shown


@dataclass(frozen=True)
class Enrolled:
    """What came of a list: its title, who is new to the class, and lines that are asked about."""

    title: str
    students: tuple[str, ...]
    new: tuple[str, ...]
    asked: dict[int, str]  # line to question
    remarks: tuple[str, ...] = ()


def enrol(
    classroom: Classroom, path: Path, lesson: str = "", take: Mapping[str, str] | None = None
) -> Enrolled:
    """Enter a list's names, email addresses, numbers and sections into nbgrader's student table.

    lesson: the assignment whose numbers a Moodle grading worksheet has
    take: line (as text) to the student whom it names
    raises: CourseError where the file is no list of people, or the worksheet's lesson is missing
    """
    listed = people_in(read_sheet(path))
    numbered = any("participant" in entry.fields for entry in listed.entries)
    if numbered and not lesson:
        raise CourseError(
            f"{path} is a Moodle grading worksheet, whose numbers hold for one assignment. "
            "Say for which, such as --lesson 01."
        )
    zone = zone_of(classroom)
    remarks: list[str] = []
    with gradebook.opened(classroom) as book:
        people = everybody(book, classroom.handed_in())
        before = set(people)
        found, asked = students_of(listed, people, lesson, take or {}, new=True)
        if "group" in listed.columns:  # those of an earlier list are over
            for student in set(found.values()):
                people[student].identifiers.pop(GROUP, None)
        for entry in listed.entries:
            if entry.line not in found:
                continue
            person = people[found[entry.line]]
            _note(person, entry, listed.system, lesson)
            handed_in = entry.fields.get("handed_in", "-")
            if lesson and handed_in not in ("", "-"):
                if when := read_time(handed_in, zone):
                    person.identifiers[f"{HANDED_IN}{lesson}"] = {when.isoformat(" ", "seconds")}
                else:
                    remarks.append(f"line {entry.line}: the time cannot be read: {handed_in}")
        enter(book, [people[one] for one in sorted(set(found.values()))])
    students = tuple(sorted(set(found.values())))
    return Enrolled(
        listed.title, students, tuple(sorted(set(students) - before)), asked, tuple(remarks)
    )


def students_of(
    listed: People,
    people: dict[str, Person],
    lesson: str = "",
    take: Mapping[str, str] | None = None,
    *,
    new: bool = False,
) -> tuple[dict[int, str], dict[int, str]]:
    """By line, the key of the student that it names; and why others name none.

    new: whoever the class lacks is added to `people`
    """
    take = take or {}
    if wrong := [line for line in take if line not in {str(e.line) for e in listed.entries}]:
        raise CourseError(f"--take {wrong[0]}: the list has no person in line {wrong[0]}.")
    named = {entry.line: _named(entry, listed.system, lesson) for entry in listed.entries}
    double = {one for one, count in Counter(named.values()).items() if count > 1 and not one.ids}
    matcher = Matcher(people, named.values(), roster=True)
    found: dict[int, str] = {}
    asked: dict[int, str] = {}
    keys: dict[Named, str] = {}
    for entry in listed.entries:
        one = named[entry.line]
        own_key = entry.fields.get("key", "")
        if own_key in people and str(entry.line) not in take:
            student = own_key
        elif student := take.get(str(entry.line), "") or keys.get(one, ""):
            people.setdefault(student, Person(student))
        elif one in double:
            asked[entry.line] = f"Several lines say {one.name}, and nothing tells them apart."
            continue
        elif (match := matcher.find(one)) and match.reason:
            asked[entry.line] = match.reason
            continue
        elif match:
            student = match.key
        elif new:
            student = _new_key(entry, people)
            if not student:
                asked[entry.line] = f"{one.name or entry.fields} would be called as others are."
                continue
            people[student] = Person(student)
        else:
            asked[entry.line] = f"{one.name or entry.line} is nobody of this class."
            continue
        keys[one] = found[entry.line] = student
    return found, asked


def _named(entry: Entry, system: str, lesson: str) -> Named:
    fields = entry.fields
    ids = [
        ("canvas", fields.get("canvas", "")),
        ("lms", fields.get("lms", "")),
        (f"moodle {lesson}", _participant(fields)),
        ("number", fields.get("number", "")),
        ("login", fields.get("login", "")),
        ("email", fields.get("email", "").casefold()),
    ]
    given = tuple(pair for pair in ids if pair[1])
    return Named(entry.name or fields.get("key", ""), given)


def _participant(fields: Mapping[str, str]) -> str:
    """The number of "Participant 123"."""
    found = re.search(r"(\d+)$", fields.get("participant", ""))
    return found[1] if found else ""


def _note(person: Person, entry: Entry, system: str, lesson: str) -> None:
    """What a list says replaces what downloads told of a name."""
    fields = entry.fields
    if entry.name:
        person.first, person.last = shown(entry.first), shown(entry.last)
    person.email = shown(fields.get("email", person.email))
    for kind in ("number", "login", "section", "canvas"):
        person.add(kind, fields.get(kind, ""))
    for group in fields.get("group", "").split(","):  # Moodle has several in a cell
        person.add(GROUP, group.strip())
    for number in (fields.get("lms", ""), fields.get("canvas", "")):
        if number:
            person.identifiers["lms"] = {number}
    if number := _participant(fields):
        person.add(f"moodle {lesson}", number)
    person.add(ROSTER, system or "list")


def _new_key(entry: Entry, people: Mapping[str, Person]) -> str:
    """A name in paths: the login, else name and number, else the email address, else the name."""
    fields = entry.fields
    number = fields.get("canvas") or fields.get("number") or _participant(fields)
    ways = [
        fields.get("key", ""),
        fields.get("login", ""),
        key(entry.name, number) if number else "",
        fields.get("email", ""),
        entry.name,
    ]
    return next((way for way in ways if way and not unfit(way) and way not in people), "")
