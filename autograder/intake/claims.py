"""What did each person of a download hand in, and which of it counts?"""

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from autograder.classroom.times import read_time
from autograder.intake import gradescope
from autograder.intake.download import File
from autograder.intake.filenames import Fit, fit, times_copied
from autograder.intake.formats import Lasts, Place, Recognised, shared_beginning
from autograder.intake.matching import Named

_COCALC = re.compile(r"STUDENT - (.+)[.]txt")


@dataclass(frozen=True)
class Claim:
    """One file, of one person."""

    file: File
    named: Named
    fit: Fit
    attempt: int
    when: datetime | None  # in UTC; None where the name does not tell
    unread: str  # a time that could not be read
    late: bool

    @property
    def age(self) -> tuple[object, ...]:
        """Greater for what was handed in later."""
        told = self.when or datetime.min
        copied = times_copied(self.file.name)
        return self.attempt, told, self.unread, self.file.changed, copied, self.file.name


@dataclass(frozen=True)
class Chosen:
    """The file of each person that counts, and the others: name to reason."""

    claims: dict[Named, Claim]
    left_out: dict[str, str]


def claims_of(
    reading: Recognised,
    files: Iterable[File],
    wanted: str,
    lesson: str,
    zone: ZoneInfo | None = None,
    export: Mapping[str, gradescope.Submission] | None = None,
) -> list[Claim]:
    """Every file of a download whose name tells whose it is.

    wanted: the name that is looked for, such as `01_knn.ipynb`
    export: what a Gradescope export's own file says, by submission
    """
    files = list(files)
    places = _user_names(reading.places)
    called = {
        place.id: found[1]
        for place in places.values()
        if (found := _COCALC.fullmatch(PurePosixPath(place.file).name))
    }
    claims = []
    for file in files:
        if (place := places.get(file.name)) is None:
            continue
        made = (export or {}).get(place.id) if reading.format.key == "gradescope" else None
        if place.id in called:
            place = replace(place, name=called[place.id])
        when = made.handed_in if made else read_time(place.when, zone) if place.when else None
        unread = "" if when or not place.when else place.when
        people = made.people if made else (_named(reading, place, lesson),)
        claims += [
            Claim(file, named, fit(place.file, wanted), place.attempt, when, unread, place.late)
            for named in people
        ]
    return claims


def choose(claims: Iterable[Claim], wanted: str, largest: int, *, alone: bool = False) -> Chosen:
    """The newest file of each person that has the right name and is not too large.

    alone: two of them may be of two people, since the name is all that there is
    """
    by_person: dict[Named, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_person[claim.named].append(claim)
    chosen = Chosen({}, {})
    for named, all_of_them in by_person.items():
        _choose_one(chosen, named, all_of_them, wanted, largest, alone)
    taken = {claim.file.name for claim in chosen.claims.values()}
    return Chosen(
        chosen.claims,
        {name: reason for name, reason in chosen.left_out.items() if name not in taken},
    )


def _choose_one(
    chosen: Chosen, named: Named, claims: list[Claim], wanted: str, largest: int, alone: bool
) -> None:
    right = []
    for claim in claims:
        size = claim.file.size
        if claim.fit is Fit.NAME and size > largest:
            chosen.left_out[claim.file.name] = f"It has {size:,} bytes, more than {largest:,}."
        elif claim.fit is Fit.NAME:
            right.append(claim)
    right.sort(key=lambda claim: claim.age)
    if len(right) > 1 and alone:
        for claim in right:
            chosen.left_out[claim.file.name] = (
                f"{len(right)} files are of {named.name}, who may be several people. "
                f"{hint(claim.file.name, 'STUDENT')}"
            )
        return
    for claim in claims:
        if claim.fit is Fit.KIND:
            chosen.left_out[claim.file.name] = _called_otherwise(claim, wanted, not right)
    for older in right[:-1]:
        chosen.left_out[older.file.name] = f"There is a newer one of {_who(named)}."
    if right:
        chosen.claims[named] = right[-1]


def hint(file: str, student: str) -> str:
    """How an instructor says whose a file is."""
    return f"Take it with --take {shlex.quote(f'{file}={student}')}"


def _called_otherwise(claim: Claim, wanted: str, nothing_else: bool) -> str:
    reason = f"Its name does not tell a student and this lesson: it is not {wanted}."
    *folders, name = PurePosixPath(claim.file.name).parts
    if fit(name, wanted) is Fit.NAME:
        reason = f"Which of its folders is a student's cannot be told: {', '.join(folders)}."
        return f"{reason} {hint(claim.file.name, 'STUDENT')}" if nothing_else else reason
    if nothing_else:
        return f"{reason} It looks like {_who(claim.named)}'s. Take it with --take " + shlex.quote(
            claim.file.name
        )
    return reason


def _who(named: Named) -> str:
    return named.name or ", ".join(value for _, value in named.ids[:1])


def _named(reading: Recognised, place: Place, lesson: str) -> Named:
    key, lasts = reading.format.key, reading.format.lasts
    if lasts is Lasts.NO_ID or not place.id:
        return Named(place.name)
    if lasts is Lasts.LESSON:
        return Named(place.name, ((f"{key} {lesson}", place.id),))
    return Named(place.name, ((key, place.id), ("login" if not place.name else "lms", place.id)))


def _user_names(places: Mapping[str, Place]) -> Mapping[str, Place]:
    """Blackboard's TASK_USER_attempt: where USER may hold a _, TASK is what all names begin with.

    Names that can still be read in two ways lose their place.
    """
    titles = defaultdict(set)
    for place in places.values():
        if place.title:
            titles[place.id].add(place.title)
    double = {user for user, several in titles.items() if len(several) > 1}
    if not double:
        return places
    whole = {name: place.title + place.id for name, place in places.items()}
    task = shared_beginning(whole.values(), "_")
    if task:
        return {
            name: replace(place, id=whole[name].removeprefix(task))
            for name, place in places.items()
        }
    return {name: place for name, place in places.items() if place.id not in double}
