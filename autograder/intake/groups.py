"""Who hands in together? One submission, several people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autograder.intake.claims import Chosen, Claim
from autograder.intake.identifiers import GROUP, Person
from autograder.intake.matching import Named
from autograder.intake.people import spelled
from course_lib.errors import CourseError

ALL = "*"


class Groups:
    """The groups of a class whose names begin in one way.

    keys: whose the claims are that a batch has placed; this adds those of members
    """

    def __init__(
        self, people: Mapping[str, Person], beginning: str, keys: dict[Named, str]
    ) -> None:
        """raises: CourseError where there is no such group, or somebody is in two"""
        self.keys = keys
        self.of: dict[str, str] = {}
        self.members: dict[str, list[str]] = defaultdict(list)
        start = "" if beginning == ALL else spelled(beginning)
        for student, person in sorted(people.items()):
            names = sorted(name for name in person.values(GROUP) if spelled(name).startswith(start))
            if len(names) > 1:
                raise CourseError(
                    f"{student} is in {len(names)} groups, {', '.join(names)}. Say how the names "
                    f"of those begin that hand in together: --groups {names[0].split()[0]}."
                )
            for name in names:
                self.of[student] = name
                self.members[name].append(student)
        if not self.of:
            raise CourseError(
                f"Nobody of this class is in a group called {beginning}. Enter the groups with "
                "`course roster` and a list that has a column Group."
            )

    def under_their_name(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims; under a group's name, as in Moodle, they are of its first member."""
        by_name = {spelled(name): members for name, members in self.members.items()}
        placed = []
        for claim in claims:
            if members := by_name.get(spelled(claim.named.name)):
                claim = replace(claim, named=Named(members[0]))
                self.keys[claim.named] = members[0]
            placed.append(claim)
        return placed

    def share(self, chosen: Chosen) -> list[str]:
        """Give every member the newest file of their group; returns a sentence for each group."""
        by_group: dict[str, list[Named]] = defaultdict(list)
        for named in chosen.claims:
            if group := self.of.get(self.keys[named]):
                by_group[group].append(named)
        sentences = []
        for group, several in sorted(by_group.items()):
            claims = sorted((chosen.claims.pop(named) for named in several), key=lambda c: c.age)
            newest = claims[-1]
            for older in claims[:-1]:
                chosen.left_out[older.file.name] = f"There is a newer one of the group {group}."
            nameds = {self.keys[named]: named for named in several}
            for member in self.members[group]:
                named = nameds.get(member, Named(member))
                self.keys[named] = member
                chosen.claims[named] = replace(newest, named=named)
            everybody = ", ".join(self.members[group])
            sentences.append(f"{group}: {newest.file.name} is handed in by {everybody}.")
        return sentences
