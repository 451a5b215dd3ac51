"""Which student of the class is it whom a download or a list names?

By number first, then by name. Where two people may be meant, nobody is chosen.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.intake.identifiers import Person
from autograder.intake.people import parted, spelled

# What Moodle calls everybody where marking is blind, in the languages whose word is known to us.
# (moodle/moodle, mod/assign/lang: the string `participant`; the others from its language packs.)
_BLIND = {
    spelled(word)
    for word in (
        *("submission", "anon", "Participant", "Teilnehmer", "Teilnehmerin", "Teilnehmer/in"),
        *("Participante", "Deelnemer", "Partecipante", "Uczestnik", "Deltagare", "Deltaker"),
        *("Deltager", "Osallistuja", "Účastník", "Участник", "参与者", "参加者", "Katılımcı"),
        *("Résztvevő", "Συμμετέχων", "משתתף", "مشارك"),
    )
}


@dataclass(frozen=True)
class Named:
    """A person as a download or a list names them; `ids` are of the kinds of `Person`."""

    name: str
    ids: tuple[tuple[str, str], ...] = ()  # kind, value; the surest first


@dataclass(frozen=True)
class Match:
    """The key of the student who is meant; "" where nobody is, with the reason and the nearest."""

    key: str
    reason: str = ""
    nearest: str = ""


class Matcher:
    """Finds students among the people of a class for all whom one file names."""

    def __init__(
        self, people: Mapping[str, Person], named: Iterable[Named], *, roster: bool = False
    ) -> None:
        """roster: those who are named are the class, so whoever it lacks is new."""
        self._people = people
        named = set(named)
        self._spelled = Counter(spelled(one.name) for one in named)
        self._ids = Counter(pair for one in named for pair in one.ids)
        self._closed = not roster and any(person.on_roster for person in people.values())
        self._by_id: dict[tuple[str, str], list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in people.values():
            pairs = {(kind, value) for kind in person.identifiers for value in person.values(kind)}
            pairs |= {("email", value) for value in person.values("email")}
            for pair in pairs:
                self._by_id.setdefault(pair, []).append(person)
            for spelling in person.spellings | {spelled(person.key)}:
                self._by_name.setdefault(spelling, []).append(person)

    def find(self, one: Named) -> Match | None:
        """The student meant, or why that cannot be told; None for somebody new to the class."""
        spelling = spelled(one.name)
        for pair in one.ids:
            known = self._by_id.get(pair, [])
            if len(known) > 1 or self._ids[pair] > 1:  # a number that several names bear
                known = [person for person in known if spelling in person.spellings]
            if len(known) == 1:
                return Match(known[0].key)
        if not one.ids and one.name in self._people:
            return Match(one.name)
        if one.name and not one.ids:
            for kind in ("login", "email", "number"):
                known = self._by_id.get((kind, one.name), [])
                if len(known) == 1:
                    return Match(known[0].key)
        return self._by_spelling(one, spelling)

    def _by_spelling(self, one: Named, spelling: str) -> Match | None:
        first, last = parted(one.name)
        ways = () if spelling in _BLIND else {spelling, spelled(last + first)}
        found = {person.key: person for way in ways for person in self._by_name.get(way, [])}
        alike = [person for person in found.values() if not _contradicts(person, one)]
        if len(alike) == 1 and self._spelled[spelling] == 1:
            return Match(alike[0].key)
        if alike:
            keys = ", ".join(sorted(person.key for person in alike))
            return Match("", f"More than one person may be {one.name}: the class has {keys}.", "")
        if self._closed:
            near = self._nearest(one, spelling)
            looks = f" It looks like {near}." if near else ""
            return Match("", f"{_shown(one)} is not on the roster.{looks}", near)
        return None

    def _nearest(self, one: Named, spelling: str) -> str:
        """The key of the student whose name or login is most alike."""
        wanted = [spelling, *(spelled(value) for _, value in one.ids)]
        ways: dict[str, str] = {}
        for person in self._people.values():
            logins = {*person.values("login"), person.email.partition("@")[0], person.key}
            for way in person.spellings | {spelled(login) for login in logins if login}:
                ways[way] = person.key
        for text in wanted:
            if text and (near := difflib.get_close_matches(text, ways, 1, 0.6)):
                return ways[near[0]]
        return ""


def _contradicts(person: Person, one: Named) -> bool:
    """Has this person another number of the same kind?"""
    return any((known := person.values(kind)) and value not in known for kind, value in one.ids)


def _shown(one: Named) -> str:
    numbers = ", ".join(dict.fromkeys(value for _, value in one.ids))
    return f"{one.name} ({numbers})" if one.name and numbers else one.name or numbers
