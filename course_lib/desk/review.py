"""Which closing questions come back today? Spaced by FSRS, a model of how memory fades.

Cards are the closing questions of lessons that the reader has begun. What became of each is kept in
one small file of the course's folder.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fsrs import Card, Rating, Scheduler

from course_lib.desk.outline import Question
from course_lib.desk.standing import Standing
from course_lib.errors import CourseError
from course_lib.files import write

FILE = "review.json"

# Without steps of minutes: a card that was not known comes back tomorrow, not in this session.
# Without fuzzing: the same answers give the same days.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True)
class Flashcard:
    """A closing question, and when it is due; a card that was never seen is due at once.

    key: lesson and number, as in "05_conv_layers 3"
    """

    key: str
    lesson: str
    question: Question
    card: Card


def due_cards(course: Path, found: Iterable[Standing], now: datetime) -> list[Flashcard]:
    """The cards that are due by the end of today: those longest due first, then new ones.

    now: with its time zone, by which today is known
    raises: CourseError where the file of reviews is damaged
    """
    reviewed = _read(course)
    today = now.date()
    cards = [
        Flashcard(key, standing.title, question, reviewed.get(key) or _new(now))
        for standing in found
        if standing.begun and standing.outline
        for question in standing.outline.questions
        for key in [f"{standing.name} {question.number}"]
    ]
    due = [one for one in cards if one.card.due.astimezone(now.tzinfo).date() <= today]
    return sorted(due, key=lambda one: (one.card.last_review is None, one.card.due))


def rate(course: Path, flashcard: Flashcard, rating: Rating, now: datetime) -> datetime:
    """Keep how well a card was known; tell when it comes back.

    raises: CourseError where the file of reviews is damaged or cannot be written
    """
    reviewed = _read(course)
    card, _ = _SCHEDULER.review_card(flashcard.card, rating, now.astimezone(UTC))
    reviewed[flashcard.key] = card
    plain = {key: one.to_dict() for key, one in sorted(reviewed.items())}
    write(course / FILE, json.dumps(plain, indent=1) + "\n")
    return card.due.astimezone(now.tzinfo)


def none_due(found: Iterable[Standing]) -> str:
    """What to say where no card is due."""
    if any(one.begun for one in found):
        return "No card is due today."
    return (
        "There are no cards yet: they are the closing questions of lessons that you have begun, "
        "as your notebooks are saved."
    )


def _new(now: datetime) -> Card:
    return Card(card_id=0, due=now.astimezone(UTC))


def _read(course: Path) -> dict[str, Card]:
    path = course / FILE
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): Card.from_dict(one) for key, one in plain.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CourseError(f"Could not read {path}: {error.strerror or error}.") from error
    except Exception as error:  # whatever an edited file leads json and fsrs to
        raise CourseError(
            f"{path} is damaged. Restore a copy, or delete it: all cards are then new."
        ) from error
