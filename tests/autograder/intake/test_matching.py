"""Which student is meant?"""

from autograder.intake.identifiers import ROSTER, Person
from autograder.intake.matching import Match, Matcher, Named


def person(key: str, first: str = "", last: str = "", email: str = "", **ids: str) -> Person:
    return Person(key, first, last, email, {kind: {value} for kind, value in ids.items()})


def found(one: Named, *people: Person, among: tuple[Named, ...] = ()) -> Match | None:
    matcher = Matcher({each.key: each for each in people}, [one, *among])
    return matcher.find(one)


WEI = Named("liwei", (("canvas", "34"),))


def test_number_first() -> None:
    """Does the number decide, whatever the name is by now?"""
    married = person("li_34", "Wei", "Chen", canvas="34")
    other = person("liwei", "Wei", "Li", canvas="99")
    assert found(WEI, married, other) == Match("li_34")


def test_name_next() -> None:
    """Is a name without signs and capitals the same, in both orders?"""
    for first, last in (("Wei", "Li"), ("Li", "Wei")):
        assert found(WEI, person("w1", first, last)) == Match("w1")
    assert found(Named("O'Neil, Bo"), person("bo", "Bo", "ONeil")) == Match("bo")


def test_another_number() -> None:
    """Is somebody of the same name and another number another person?"""
    assert found(WEI, person("w1", "Wei", "Li", canvas="99")) is None


def test_two_of_a_name() -> None:
    """Is nobody chosen where two may be meant, in the class or in the download?"""
    two = (person("w1", "Wei", "Li"), person("w2", "Wei", "Li"))
    match = found(WEI, *two)
    assert match is not None
    assert (match.key, "w1, w2" in match.reason) == ("", True)
    namesake = Named("liwei", (("canvas", "35"),))
    match = found(WEI, two[0], among=(namesake,))
    assert match is not None
    assert not match.key


def test_login_for_a_folder() -> None:
    """Is a folder's name a login, an email address or a student number where one is so?"""
    ada = person("k", "Ada", "Li", "ada@u.edu", login="al12", number="4711")
    for name in ("k", "al12", "ada@u.edu", "4711", "Ada Li"):
        assert found(Named(name), ada) == Match("k")


def test_a_stranger() -> None:
    """Is who is not on the roster asked about, with the nearest, and new where there is none?"""
    bo = person("bo", "Bo", "Neil", login="bneil")
    assert found(Named("bneill"), bo) is None
    bo.add(ROSTER, "canvas")
    match = found(Named("bneill"), bo)
    assert match is not None
    assert (match.key, match.nearest) == ("", "bo")
    assert "bneill is not on the roster. It looks like bo." in match.reason


def test_blind() -> None:
    """Is the word that Moodle puts in place of everybody's name nobody's name?"""
    one = Named("Participant", (("moodle 02", "205"),))
    assert found(one, person("Participant_100", "", "Participant")) is None


def test_a_number_of_several() -> None:
    """Where one number stands with several names, does the name decide among them?"""
    ada, bo = person("a", "", "ada", canvas="1"), person("b", "", "bo", canvas="1")
    assert found(Named("bo", (("canvas", "1"),)), ada, bo) == Match("b")
    other = Named("bo", (("canvas", "1"),))
    assert found(Named("cy", (("canvas", "1"),)), ada, among=(other,)) is None
