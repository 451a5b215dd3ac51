"""Whose notebooks are in this folder or zip? Theirs go into the class's `submitted/`."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from nbgrader.api import Gradebook, MissingEntry

from autograder.classroom import gradebook
from autograder.classroom.alike import FILE as PREDICTIONS
from autograder.classroom.alike import LARGEST as MOST_PREDICTED
from autograder.classroom.folder import Classroom, released
from autograder.classroom.times import in_utc, zone_of
from autograder.classroom.unlabelled import wanted
from autograder.intake import gradescope
from autograder.intake.claims import Chosen, Claim, choose, claims_of, hint
from autograder.intake.download import Download, File, opened
from autograder.intake.filenames import Fit, fit
from autograder.intake.formats import Recognised, format_of, read_by, recognised
from autograder.intake.groups import Groups
from autograder.intake.identifiers import HANDED_IN, Person, enter, everybody
from autograder.intake.matching import Matcher, Named
from autograder.intake.people import key, parted, unfit
from autograder.intake.transfer import transfer_claims
from autograder.submission.submitted import LARGEST
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.printable import shown

# Entries of a zip that lie closer together were written by the download, not by handing in.
AT_ONCE = timedelta(minutes=30)


@dataclass(frozen=True)
class Collected:
    """Who is in `submitted/` now, and what is not: file name to reason."""

    students: tuple[str, ...]
    left_out: dict[str, str]
    title: str = ""  # what kind of download it was, and of how many people
    nothing: tuple[str, ...] = ()  # who is on the roster and has handed in nothing yet
    remarks: tuple[str, ...] = ()  # on times of handing in, and on what is missing


@dataclass(frozen=True)
class Answers:
    """What the instructor says about a download, and its names do not."""

    pattern: str = ""  # a regular expression with the groups student_id and file_id
    format: str = ""  # the key of a row of `formats.FORMATS`
    take: Mapping[str, str] | None = None  # file to student; "" for whom its name tells
    groups: str = ""  # how the names begin of groups that hand in together; "*" for all


def collect_lesson(
    classroom: Classroom, lesson: str, source: Path, answers: Answers | None = None
) -> Collected:
    """Put what students handed in for a lesson where nbgrader looks for it.

    source: a folder, or a zip from a learning system
    raises: CourseError where the lesson is not released, an answer fits nothing or the zip is
        damaged or unsafe; then nothing is collected
    """
    if not classroom.source(lesson).is_file():
        raise CourseError(
            f"{lesson} is not released to this class. Run `course release {lesson}` first."
        )
    answers = answers or Answers()
    zone = zone_of(classroom)
    with opened(source) as download, gradebook.opened(classroom) as book:
        people = everybody(book, classroom.handed_in())
        batch = _Batch(download, lesson, answers, zone, people)
        transfer_claims(classroom, lesson, batch.notebooks.claims, batch.keys, batch.times(book))
        if wanted(released(classroom, lesson)):
            batch.add_predictions(classroom)
        enter(book, batch.people_named())
        remarks = batch.remarks(lesson)
        everyone = everybody(book, classroom.handed_in()).values()
    taken = tuple(sorted({batch.keys[named] for named in batch.notebooks.claims}))
    nothing = sorted(
        f"{person.name} ({person.key})" if person.name != person.key else person.key
        for person in everyone
        if person.on_roster and not classroom.submitted(person.key, lesson).is_file()
    )
    kind = batch.reading.format.title if batch.reading.places else "Names of no known kind"
    title = f"{kind}, {len(taken)} {'person' if len(taken) == 1 else 'people'}"
    return Collected(taken, batch.left_out, title, tuple(nothing), remarks)


def whose(
    classroom: Classroom, lesson: str, source: Path
) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Of a download that was collected: its system's key in `formats.FORMATS`, whose each notebook
    is, by its name in it, and the names of those of whom that does not tell."""
    with opened(source) as download, gradebook.opened(classroom) as book:
        people = everybody(book, classroom.handed_in())
        batch = _Batch(download, lesson, Answers(), zone_of(classroom), people)
    claims = batch.notebooks.claims
    students = {claim.file.name: batch.keys[named] for named, claim in claims.items()}
    return batch.reading.format.key, students, tuple(sorted(batch.nobodys))


class _Batch:
    """One download while it is collected."""

    def __init__(
        self,
        download: Download,
        lesson: str,
        answers: Answers,
        zone: ZoneInfo | None,
        people: dict[str, Person],
    ) -> None:
        self.lesson, self.people, self.download, self.zone = lesson, people, download, zone
        self.left_out = dict(download.left_out)
        names = [file.name for file in download.files]
        self.reading, self._of_predictions = _reading(names, lesson, answers)
        gradescopes = self.reading.format.key == "gradescope"
        export = _export(download.files) if gradescopes else {}
        self._unnamed = gradescopes and not export
        notebooks = claims_of(self.reading, download.files, f"{lesson}.ipynb", lesson, zone, export)
        predictions = claims_of(
            self._of_predictions, download.files, PREDICTIONS, lesson, zone, export
        )
        self.keys: dict[Named, str] = {}
        self._said: list[str] = []
        notebooks = self._as_told(notebooks, answers.take or {})
        groups = Groups(people, answers.groups, self.keys) if answers.groups else None
        if groups:
            notebooks = groups.under_their_name(notebooks)
            predictions = groups.under_their_name(predictions)
        flat = self.reading.format.key == "flat"
        self.notebooks = choose(notebooks, f"{lesson}.ipynb", LARGEST, alone=flat)
        self.predictions = choose(predictions, PREDICTIONS, MOST_PREDICTED, alone=flat)
        matcher = Matcher(people, {claim.named for claim in [*notebooks, *predictions]})
        found = {claim.file.name for claim in self.notebooks.claims.values()}
        self._find_students(matcher, self.notebooks)
        self._find_students(matcher, self.predictions)
        # By name, notebooks of whom nobody can tell whose they are.
        self.nobodys = found - {claim.file.name for claim in self.notebooks.claims.values()}
        if groups:
            self._said += groups.share(self.notebooks)
            groups.share(self.predictions)
        for name, count in Counter(names).items():
            if count > 1:
                self.left_out[f"{name}, again"] = "Another file of this name is in the download."
        known = {claim.file.name for claim in self.notebooks.claims.values()}
        for name in names:
            if name not in known and name not in self.left_out and not _says_who(name):
                self.left_out[name] = self.notebooks.left_out.get(name) or self._stray(name)

    def _as_told(self, claims: list[Claim], take: Mapping[str, str]) -> list[Claim]:
        """The claims, with those replaced that the instructor answered."""
        files = {shown(file.name): file for file in self.download.files}
        for name, student in take.items():
            if name not in files:
                raise CourseError(f"--take {name}: there is no such file in this download.")
            mine = [claim for claim in claims if claim.file is files[name]]
            if not student and not mine:
                raise CourseError(f"--take {name}: its name tells nobody. {hint(name, 'STUDENT')}")
            if student == "STUDENT":
                raise CourseError(f"--take {name}=STUDENT: put whose it is in place of STUDENT.")
            if student and (reason := unfit(student)):
                raise CourseError(f"--take {name}={student}: {reason}")
            # A name without a number may be another's folder, whose other files stay theirs.
            known = mine and (mine[0].named.ids or student in ("", mine[0].named.name))
            named = mine[0].named if known else Named(student)
            if student:
                self.keys[named] = student
                if student not in self.people:
                    self.people[student] = Person(student)
                    self._said.append(f"{student} is new to the class.")
            base = mine[0] if mine else Claim(files[name], named, Fit.NAME, 0, None, "", False)
            claims = [one for one in claims if one.named != named and one.file is not files[name]]
            claims.append(replace(base, named=named, fit=Fit.NAME))
        return claims

    def _find_students(self, matcher: Matcher, chosen: Chosen) -> None:
        """Whose each file is; files of people who cannot be told stay out."""
        for named, claim in list(chosen.claims.items()):
            if named in self.keys:
                self._note(self.keys[named], named)
                continue
            match = matcher.find(named)
            reason = match.reason if match else ""
            student = match.key if match else key(named.name, named.ids[0][1] if named.ids else "")
            if not reason and match is None:
                reason = unfit(student)
                if not reason and student in self.people:
                    reason = f"{student} is another person of this class already."
            if reason:
                del chosen.claims[named]
                near = match.nearest if match else ""
                self.left_out[claim.file.name] = (
                    f"{reason} {hint(claim.file.name, near or 'STUDENT')}"
                )
            else:
                self.keys[named] = student
                self._note(student, named)
        self._refuse_double(chosen)

    def _refuse_double(self, chosen: Chosen) -> None:
        """Two whom the download tells apart are not one student."""
        by_key: dict[str, list[Named]] = {}
        for named in chosen.claims:
            by_key.setdefault(self.keys[named], []).append(named)
        for student, several in by_key.items():
            for named in several if len(several) > 1 else ():
                file = chosen.claims.pop(named).file.name
                self.left_out[file] = (
                    f"Two people of this download look like {student}. {hint(file, 'STUDENT')}"
                )

    def _note(self, student: str, named: Named) -> None:
        """What the download tells of a student, where the class does not know it yet."""
        person = self.people.setdefault(student, Person(student))
        if not (person.first or person.last) and named.ids and named.name:
            person.first, person.last = parted(shown(named.name))
        for kind, value in named.ids:
            if kind == "email":
                person.email = person.email or value
            else:
                person.add(kind, value)

    def _stray(self, name: str) -> str:
        """Why a file is nobody's, and whose it may be."""
        if fit(name, f"{self.lesson}.ipynb") is Fit.NONE:
            return "Its name does not tell a student and this lesson."
        reason = "Its name does not tell a student and this lesson."
        other = recognised([name], self.lesson).places.get(name)
        guess = other.name if other and not unfit(other.name) else ""
        looks = f" It looks like {guess}'s." if guess else ""
        return f"{reason}{looks} {hint(name, guess or 'STUDENT')}"

    def people_named(self) -> list[Person]:
        """Whose files are collected, with what the download tells of them."""
        chosen = [*self.notebooks.claims, *self.predictions.claims]
        return [self.people[one] for one in sorted({self.keys[named] for named in chosen})]

    def times(self, book: Gradebook) -> dict[Named, datetime]:
        """When each notebook was handed in, in UTC, as far as the download or a list tells."""
        times = {}
        written = self._entry_times()
        due = _due(book, self.lesson)
        for named, claim in self.notebooks.claims.items():
            listed = self.people[self.keys[named]].value(f"{HANDED_IN}{self.lesson}")
            when = claim.when or (datetime.fromisoformat(listed) if listed else None)
            when = when or written.get(named)
            if claim.late and due and (when is None or when <= due):
                when = due + timedelta(seconds=1)
            if when:
                times[named] = when
        return times

    def _entry_times(self) -> dict[Named, datetime]:
        if not (self.reading.format.entry_times and self.download.zipped):
            return {}
        times = {}
        for named, claim in self.notebooks.claims.items():
            if claim.file.changed[0] > 1980:  # where a program writes no time it writes this
                with suppress(ValueError, OverflowError):  # a zip may say the 0th of a month
                    times[named] = in_utc(datetime(*claim.file.changed), self.zone)
        apart = max(times.values()) - min(times.values()) if times else timedelta()
        return times if apart >= AT_ONCE else {}

    def remarks(self, lesson: str) -> tuple[str, ...]:
        """What is to be said on times of handing in."""
        chosen = self.notebooks.claims.values()
        said = self._said + [
            f"The time of {claim.file.name} cannot be read: {claim.unread}"
            for claim in chosen
            if claim.unread
        ]
        if self._unnamed:
            said.append(
                f"No {gradescope.FILE} says who made which submission: people are called by its "
                "number. Download the export whole, or say --take FILE=STUDENT."
            )
        if late := sorted(self.keys[claim.named] for claim in chosen if claim.late):
            said.append(
                f"Late, by how much the download does not say: {', '.join(late)}. Where {lesson} "
                "has a due date, one second after it is entered for them."
            )
        return tuple(said)

    def add_predictions(self, classroom: Classroom) -> None:
        """Put each student's file of predictions beside their notebook."""
        for named, claim in self.predictions.claims.items():
            student = self.keys[named]
            notebook = classroom.submitted(student, self.lesson)
            if notebook.is_file():
                write(notebook.parent / PREDICTIONS, claim.file.read())
                self.left_out.pop(claim.file.name, None)
            else:
                self.left_out[claim.file.name] = f"{student} handed in no notebook."
        for name, reason in self.predictions.left_out.items():
            if name not in {claim.file.name for claim in self.predictions.claims.values()}:
                self.left_out[name] = reason


def _reading(names: list[str], lesson: str, answers: Answers) -> tuple[Recognised, Recognised]:
    """What the names say of notebooks, and of files of predictions."""
    if not answers.pattern:
        chosen = format_of(answers.format) if answers.format else None
        reading = recognised(names, lesson, chosen)
        return reading, reading
    expression = _compiled(answers.pattern.replace("LESSON", re.escape(lesson)))
    stem, suffix = PREDICTIONS.split(".")
    for_them = re.sub(r"(\(\?P<file_id>\s*)LESSON", rf"\g<1>{stem}", answers.pattern)
    for_them = for_them.replace("LESSON", re.escape(lesson)).replace("ipynb", suffix)
    return read_by(expression, names, lesson), read_by(_compiled(for_them), names, stem)


def _says_who(name: str) -> bool:
    """Is this a system's own list of people, not a file that anybody handed in?"""
    return PurePosixPath(name).name == gradescope.FILE


def _export(files: Iterable[File]) -> dict[str, gradescope.Submission]:
    """What the Gradescope export says of its submissions; a student's file of that name does not
    lie beside the folders of all."""
    found = [file for file in files if PurePosixPath(file.name).name == gradescope.FILE]
    if not found:
        return {}
    file = min(found, key=lambda one: one.name.count("/"))
    within = PurePosixPath(file.name).parent.name.startswith("submission_")
    if within or file.size > gradescope.LARGEST:
        return {}
    return gradescope.submissions(file.read())


def _due(book: Gradebook, lesson: str) -> datetime | None:
    try:
        due: datetime | None = book.find_assignment(lesson).duedate
    except MissingEntry:
        return None
    return due


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"The pattern is no regular expression: {error}.") from error
    if missing := {"student_id", "file_id"} - set(expression.groupindex):
        raise CourseError(f"The pattern has no group (?P<{min(missing)}>...).")
    return expression
