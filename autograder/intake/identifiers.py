"""Who is in the class, and by which numbers and logins do learning systems know them?

nbgrader's student table holds names, email and one number of the LMS. What it has no column for
(section, student number, login, the number that Moodle draws for one assignment) stands beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from nbgrader.api import Gradebook, Student
from sqlalchemy import Column, MetaData, String, Table

from autograder.intake.people import spelled
from course_lib.printable import shown

IDENTIFIERS = Table(
    "course_identifiers",
    MetaData(),
    Column("student", String(128), primary_key=True),
    # "canvas", "moodle 01_knn", "login", "number", "section", "roster", ...
    Column("kind", String(128), primary_key=True),
    Column("value", String(255), primary_key=True),
)
ROSTER = "roster"  # the kind that says that somebody is on the class's list
GROUP = "group"  # the kind that says with whom somebody hands in; a later list replaces it
HANDED_IN = "handed in "  # with a lesson's name, the kind of a time; a later one replaces it


@dataclass
class Person:
    """A student: `key` is their name in paths and the gradebook."""

    key: str
    first: str = ""
    last: str = ""
    email: str = ""
    identifiers: dict[str, set[str]] = field(default_factory=dict)

    def values(self, kind: str) -> set[str]:
        """By which a system knows them; empty where none is known."""
        if kind == "email":
            return {self.email.casefold()} if self.email else set()
        return self.identifiers.get(kind, set())

    def value(self, kind: str) -> str:
        """One of them, or several as `a, b`; "" where none is known."""
        return ", ".join(sorted(self.values(kind)))

    def add(self, kind: str, value: str) -> None:
        """Note one more of a kind."""
        if value:
            self.identifiers.setdefault(kind, set()).add(shown(value)[:255])

    @property
    def on_roster(self) -> bool:
        """Does the class's list name them?"""
        return bool(self.values(ROSTER))

    @property
    def name(self) -> str:
        """As it is shown: first and last name, else the key."""
        return f"{self.first} {self.last}".strip() or self.key

    @cached_property
    def spellings(self) -> set[str]:
        """Every way to write their name, as names are compared."""
        names = (self.first + self.last, self.last + self.first) if self.first or self.last else ()
        return {one for one in map(spelled, names or (self.key,)) if one}


def everybody(book: Gradebook, others: Iterable[str] = ()) -> dict[str, Person]:
    """All of a class by key: whom the gradebook knows, and `others`, such as old submissions'."""
    IDENTIFIERS.create(book.engine, checkfirst=True)
    people = {key: Person(key) for key in others}
    for row in book.db.query(Student):
        people[row.id] = Person(
            row.id, row.first_name or "", row.last_name or "", (row.email or "").strip()
        )
        people[row.id].add("lms", row.lms_user_id or "")
    for student, kind, value in book.db.query(IDENTIFIERS):
        if student in people:
            people[student].add(kind, value)
    return people


def enter(book: Gradebook, people: Iterable[Person]) -> None:
    """Write people into the gradebook; what they had and lack now stays, but for their groups."""
    IDENTIFIERS.create(book.engine, checkfirst=True)
    there = {row.id: row for row in book.db.query(Student)}
    noted = {tuple(row) for row in book.db.query(IDENTIFIERS)}
    for person in people:
        row = there.get(person.key)
        if row is None:
            row = Student(id=person.key)
            book.db.add(row)
        row.first_name = person.first[:128] or row.first_name
        row.last_name = person.last[:128] or row.last_name
        row.email = person.email[:128] or row.email
        row.lms_user_id = person.value("lms")[:128] or row.lms_user_id
        lines = {
            (person.key, kind, value)
            for kind, values in person.identifiers.items()
            for value in values
            if kind != "lms"
        }
        for student, kind, value in sorted(noted - lines):
            if (student, kind) == (person.key, GROUP):  # moved to another one
                mine = (IDENTIFIERS.c.student == student) & (IDENTIFIERS.c.kind == GROUP)
                book.db.execute(IDENTIFIERS.delete().where(mine & (IDENTIFIERS.c.value == value)))
        for student, kind, value in sorted(lines - noted):
            if kind.startswith(HANDED_IN):
                earlier = (IDENTIFIERS.c.student == student) & (IDENTIFIERS.c.kind == kind)
                book.db.execute(IDENTIFIERS.delete().where(earlier))
            book.db.execute(IDENTIFIERS.insert().values(student=student, kind=kind, value=value))
    book.db.commit()
