"""Submissions that try to cheat, to spy or to break the grader, and honest ones that look odd."""

import html
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from autograder.grading import log
from autograder.grading.results import read_results
from autograder.submission.markup import PLAIN
from course_lib.checks import box
from course_lib.printable import shown
from course_lib.runner import DISTANT
from tests.attacks import broken, folders, notebooks
from tests.attacks.attack import LESSON, Attack, from_text
from tests.attacks.battle import HONEST, LIMITS, Battle, fight, peace
from tests.attacks.values import from_values
from tests.attacks.watch import SECRET
from tests.autograder.submission.test_markup import harmless

pytestmark = pytest.mark.slow
GROUPS = ("points", "leaks", "damage", "broken_input", "honest")
TEXTS = [
    from_text(path) for group in GROUPS for path in Path(__file__).parent.glob(f"{group}/*.py")
]
MADE = [one for module in (notebooks, broken, folders) for one in vars(module).values()]
MADE = [one for one in MADE if isinstance(one, Attack)]
ATTACKS = sorted([*TEXTS, *from_values(), *MADE], key=str)
LARGEST_PAGE = 1_000_000  # characters
LARGEST_NOTEBOOK = 11_000_000  # bytes
HIDDEN = (
    "long = rng.normal(size=300)",
    "largest(-2.0, -3.0)",
    "a * t + 7.25",
    "train(y[:2] + 3.75)",
)


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Battle:
    """The class without attackers."""
    return peace(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def battle(request, before, tmp_path_factory) -> Battle:
    """The class with the attackers whose tests were chosen, and a gradebook of each kind."""
    url = request.getfixturevalue("new_database")() if request.param == "postgresql" else ""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    mine = [call for call in calls if call.get("battle") == request.param]
    chosen = {str(call.get("attack")) for call in mine}
    attacks = [attack for attack in ATTACKS if str(attack) in chosen]
    return fight(before, attacks, tmp_path_factory.mktemp(request.param), url)


each = pytest.mark.parametrize("attack", ATTACKS, ids=str)


def words(page: str) -> str:
    """What a reader sees, with all white space as one blank."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


@each
def test_points(battle: Battle, attack: Attack) -> None:
    """Does it earn what its honest part is worth, no point more, and did it come to its end?"""
    score, comments = battle.scores[attack.student], battle.comments[attack.student]
    assert score <= attack.earns, comments
    assert "The grader failed" not in comments
    if attack.group in ("damage", "honest", "broken_input"):
        assert score == attack.earns, comments
    assert attack.shows in battle.printed(attack.student)


@each
def test_secrets(battle: Battle, attack: Attack) -> None:
    """Is nothing secret on its page, in its comments, in its log, or in what any cell showed?"""
    noted = log.path(battle.classroom, LESSON, attack.student).read_text(encoding="utf-8")
    page, comments = battle.page(attack.student), battle.comments[attack.student]
    for seen in (page, comments, noted, battle.printed(attack.student)):
        for text in (SECRET, SECRET[::-1], SECRET.encode().hex(), "BEGIN HIDDEN", *HIDDEN):
            assert text not in seen
            assert text not in words(seen)


@each
def test_time_and_size(battle: Battle, attack: Attack) -> None:
    """Is it done within the time limit, and is what comes out of it small enough to open?"""
    noted = read_results(battle.classroom.autograded(attack.student, LESSON))
    assert noted is not None
    # Processor time is what is limited; the clock may go further, so far, where others work, too.
    assert noted.seconds < DISTANT * LIMITS.total_seconds + LIMITS.cell_seconds
    assert len(battle.page(attack.student)) < LARGEST_PAGE
    assert battle.classroom.autograded(attack.student, LESSON).stat().st_size < LARGEST_NOTEBOOK


@each
def test_nothing_runs_on_its_page(battle: Battle, attack: Attack) -> None:
    """Does its page hold no script and load nothing, and forbid both?"""
    page = BeautifulSoup(battle.page(attack.student), "html.parser")
    assert page.find(["script", "iframe", "object", "embed", "svg", "link", "form", "base"]) is None
    assert "default-src 'none'" in page.find("meta", {"http-equiv": True})["content"]
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert tag.get("href", "#").startswith(("#", "http://", "https://", "mailto:"))
        assert tag.get("src", "data:image/").startswith("data:image/")


@each
def test_nothing_runs_in_formgrader(battle: Battle, attack: Attack) -> None:
    """Do texts and outputs of the graded notebook, which nbgrader shows as they are, do nothing?"""
    graded = json.loads(battle.classroom.autograded(attack.student, LESSON).read_bytes())
    for cell in graded["cells"]:
        assert cell["cell_type"] in ("code", "markdown")
        if cell["cell_type"] == "markdown" and not cell["metadata"].get("from_lesson"):
            harmless("".join(cell["source"]))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if box.MIME not in data:
                assert data.keys() <= {*PLAIN, "text/html"}
                harmless("".join(data.get("text/html", "")))


@each
def test_nothing_controls_a_terminal(battle: Battle, attack: Attack) -> None:
    """Is every sentence about it, in results, comments and log, made of what can be seen?"""
    noted = read_results(battle.classroom.autograded(attack.student, LESSON))
    assert noted is not None
    lines = log.path(battle.classroom, LESSON, attack.student).read_text("utf-8").splitlines()
    said = [noted.problem, *[one.message for one in noted.verdicts]]
    for text in (*lines, *said, battle.comments[attack.student]):
        assert shown(text) == text


def test_others_are_not_affected(battle: Battle, before: Battle) -> None:
    """Do the honest in the same class get full points and the very page they would get alone?"""
    assert {student: battle.scores[student] for student in HONEST} == dict.fromkeys(HONEST, 100)
    assert {student: battle.page(student) for student in HONEST} == {
        student: before.page(student) for student in HONEST
    }


def test_nothing_is_written(battle: Battle) -> None:
    """Are the class's files, the course's code and shared folders as they were?

    But for a time that cannot be read, which the grader sets aside.
    """
    place = f"submitted/points-timestamp/{LESSON}"
    aside = {f"{place}/timestamp.txt", f"{place}/unreadable-timestamp.txt"}
    assert {*battle.seen.changed} <= aside


def test_nothing_is_left_running(battle: Battle) -> None:
    """Does no process of any submission live on, and does a foreign one still live?"""
    assert battle.seen.left == []
    assert not battle.seen.killed


def test_nothing_is_sent(battle: Battle) -> None:
    """Did nothing come out of any room over the network or a socket of another process?"""
    assert battle.seen.arrived == []
