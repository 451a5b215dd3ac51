"""How do the home page and the pages that it leads to look in a browser?"""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from course_lib.desk import glossary, search
from course_lib.desk.formulas import as_html
from course_lib.desk.pages import render
from course_lib.desk.review import due_cards, none_due
from course_lib.desk.standing import Standing, at_hand, standings
from course_lib.errors import CourseError

RATINGS = {1: "not", 2: "with effort", 3: "well", 4: "at once"}  # how a card was known


def home_page(course: Path, base: str, now: datetime) -> str:
    """All lessons as cards, each with its points and the way to its next exercise.

    base: the address of the server's root, as in "/"; now: with its time zone
    """
    found = standings(course)
    earned, possible = sum(one.earned for one in found), sum(one.possible for one in found)
    return _page(
        "home.html",
        base,
        total=f"{earned:g} of {possible:g} points.",
        due=_due(course, found, now),
        lessons=found,
        at_hand=at_hand(found),
        points=points,
    )


def review_page(course: Path, base: str, now: datetime, token: str) -> str:
    """The first card that is due, its answer folded, with a button for each rating.

    token: by which the server knows that a rating comes from its own page
    raises: CourseError where the file of reviews is damaged
    """
    found = standings(course)
    due = due_cards(course, found, now)
    card = due[0] if due else None
    return _page(
        "review.html",
        base,
        card=card,
        left=len(due),
        question=as_html(card.question.text) if card else "",
        answer=as_html(card.question.answer) if card else "",
        none_due=none_due(found),
        ratings=RATINGS,
        token=token,
    )


def glossary_page(course: Path, base: str) -> str:
    """Every term of the glossary, with the lesson that teaches it."""
    numbered = {one.name.partition("_")[0]: one for one in standings(course)}
    return _page("glossary.html", base, entries=glossary.entries(), lessons=numbered)


def search_page(course: Path, base: str, words: str) -> str:
    """Where the words stand in the lessons."""
    found = standings(course)
    hits = search.find(found, words)
    summary = search.summary(hits, words)
    return _page("search.html", base, words=words, summary=summary, hits=hits[: search.MOST])


def points(standing: Standing) -> str:
    """ "24 of 100 points, 3 of 12 exercises right." """
    right = f"{standing.counts.right} of {standing.counts.exercises}" if standing.counts else "0"
    return f"{standing.earned:g} of {standing.possible:g} points, {right} exercises right."


def _due(course: Path, found: list[Standing], now: datetime) -> str:
    try:
        count = len(due_cards(course, found, now))
    except CourseError as error:  # a damaged file of reviews must not hide the lessons
        return str(error)
    if not count:
        return ""
    return f"{count} card{'' if count == 1 else 's'} due."


def _page(template: str, base: str, words: str = "", **facts: object) -> str:
    def link(lesson: str, cell: str = "") -> str:
        address = f"{base}lab/tree/{quote(lesson)}/{quote(lesson)}.ipynb"
        return f"{address}#cell-id={quote(cell)}" if cell else address

    here = template.removesuffix(".html")
    return render(template, base=base, here=here, words=words, link=link, **facts)
