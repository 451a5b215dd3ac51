"""The commands of the desk: review, glossary, search."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.printable import shown

if TYPE_CHECKING:
    from rich.console import Console

    from course_lib.desk.review import Flashcard


def add_to(app: typer.Typer, panel: str) -> None:
    """Add the commands to `course`."""
    for command in (review, glossary, search):
        app.command(rich_help_panel=panel)(command)


def review(
    cards: Annotated[int, typer.Option(min=1, help="At most so many; ten are five minutes.")] = 10,
) -> None:
    """Answer closing questions of the lessons that you have begun, when they are due.

    Say each answer to yourself before you look. What you knew comes back later, what you did not
    know tomorrow. Each rating is kept at once, so stop whenever you like.
    """
    from course_lib.desk.review import due_cards, none_due
    from course_lib.desk.standing import standings
    from course_lib.notebooks import course_folder

    course = course_folder()
    found = standings(course)
    due = due_cards(course, found, datetime.now().astimezone())
    console = _console()
    if not due:
        console.print(none_due(found))
        return
    for number, flashcard in enumerate(due[:cards], start=1):
        console.rule(f"{number} of {min(cards, len(due))}: {shown(flashcard.lesson)}")
        if not _ask(console, course, flashcard):
            break
    left = len(due_cards(course, found, datetime.now().astimezone()))
    console.print(f"Cards still due today: {left}.")


def glossary(
    term: Annotated[str, typer.Argument(help="Such as stride; all terms if left out.")] = "",
) -> None:
    """Say what a term means, and which lesson teaches it."""
    from course_lib.desk.glossary import entries, look_up

    for entry in look_up(term) if term else entries():
        _console().print(
            f"{entry.term} (lesson {entry.lesson}): {entry.text}", markup=False, soft_wrap=True
        )


def search(
    words: Annotated[list[str], typer.Argument(help="Such as: numerical gradient")],
) -> None:
    """Find where words stand in the lessons: headings, text, and what exercises promise."""
    from course_lib.desk import search as searching
    from course_lib.desk.standing import standings
    from course_lib.notebooks import course_folder

    wanted = " ".join(words)
    hits = searching.find(standings(course_folder()), wanted)
    console = _console()
    for hit in hits[: searching.MOST]:
        console.print(shown(f"{hit.title}: {hit.heading}"), markup=False, style="bold")
        console.print(f"    {shown(hit.line)}", markup=False, soft_wrap=True)
    console.print(searching.summary(hits, wanted))


def _ask(console: "Console", course: Path, flashcard: "Flashcard") -> bool:
    """Ask one card and keep the rating; tell whether the reader goes on."""
    from fsrs import Rating
    from rich.markdown import Markdown

    from course_lib.desk.formulas import as_code
    from course_lib.desk.review import rate

    question, answer = (
        Markdown(shown(as_code(text), lines=True))
        for text in (flashcard.question.text, flashcard.question.answer)
    )
    console.print(question)
    if _line(console, "Enter shows the answer, q stops. ") == "q":
        return False
    console.print(answer)
    wanted = "How well did you know it? 1 not, 2 with effort, 3 well, 4 at once; q stops. "
    while (given := _line(console, wanted)) not in ("1", "2", "3", "4"):
        if given == "q":
            return False
        wanted = "Type 1, 2, 3, 4 or q. "
    now = datetime.now().astimezone()
    days = (rate(course, flashcard, Rating(int(given)), now).date() - now.date()).days
    console.print(f"It comes back in {days} day{'' if days == 1 else 's'}.")
    return True


def _line(console: "Console", prompt: str) -> str:
    """What the reader types; "q" where nobody is there to type."""
    try:
        return console.input(prompt).strip().lower()
    except EOFError:
        return "q"


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)
