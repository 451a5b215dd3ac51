"""How a verdict looks: a coloured box in a notebook, a line of text elsewhere."""

import html
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from course_lib.checks.difference.sketch import Measured, Sketch
from course_lib.checks.ladder import Rung, as_html

MIME = "application/vnd.course.verdict+json"
MOST = 4  # broken promises that a box tells

# Okabe and Ito's blue and vermilion stay apart for colour-blind readers; the words and the line
# style say the same without colour. A faint tint over the page's own colours suits both themes.
_RIGHT = ("#0072b2", "solid", "rgba(0, 114, 178, 0.12)")
_NOT_YET = ("#d55e00", "dashed", "rgba(213, 94, 0, 0.12)")
# The check ends with an error, whose text the box has said: JupyterLab would draw a thin red line
# under the box for it. Where a page drops the style, the line is there, and nothing else differs.
_ERROR = '[data-mime-type="application/vnd.jupyter.stderr"]'
_NO_LINE = (
    "<style>.jp-OutputArea-child:has(.course-not-yet) + "
    f".jp-OutputArea-child:has({_ERROR}) {{ display: none }}</style>"
)


@dataclass(frozen=True)
class Broken:
    """One promise that an answer breaks.

    loss: the share of the check's points that it costs; 1 is all of them
    label: what the promise is about, where it has a share of its own: "float32"
    call, found: the comparison that noticed it, and the wrong value there
    named: the reason is the sentence of a known mistake
    """

    reason: str
    evidence: str = ""
    loss: float = 1.0
    label: str = ""
    call: str = ""
    found: Measured | None = None
    named: bool = False

    @property
    def sentence(self) -> str:
        """The reason, with what it is about where it does not begin with that."""
        if not self.label or _begins_with(self.label, self.reason):
            return self.reason
        return f"{self.label}: {self.reason}"


@dataclass(frozen=True)
class Judgement:
    """What one check says.

    what: its title
    broken: the promises that the answer breaks, the gravest first; none where all is right
    share: of the points, what is earned; 0 to 1
    points: of the check; 0 where they are not known
    note: what else there is to say
    calls: the comparisons that were made, by their keys
    unnamed: of wrong values that no known mistake gives, the sketches by call; when grading alone
    ladder: what helps, folded below the verdict; in a notebook alone
    """

    what: str
    broken: tuple[Broken, ...] = ()
    share: float = 1.0
    points: float = 0.0
    note: str = ""
    calls: tuple[str, ...] = ()
    unnamed: Mapping[str, Sketch] = field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.broken

    @property
    def title(self) -> str:
        """ "Right: padding, 6 points.", "In part: padding, 5.4 of 6 points." or "Not yet: ..."."""
        if self.passed:
            worth = f", {self.points:g} point{'' if self.points == 1 else 's'}"
        else:
            worth = f", {round(self.points * self.share, 2):g} of {self.points:g} points"
        shown = worth if self.points and (self.passed or self.share) else ""
        return f"{mark(self.passed, self.share)} {_sentence(self.what, shown)}"

    @property
    def listed(self) -> list[Broken]:
        """The broken promises that a reader is told: each sentence once, and not too many."""
        first: dict[str, Broken] = {}
        for one in self.broken:
            first.setdefault(one.sentence, one)
        return list(first.values())[:MOST]

    @property
    def reasons(self) -> str:
        """Why it did not pass, without the numbers."""
        return " ".join(one.sentence for one in self.listed if one.sentence)

    @property
    def evidence(self) -> str:
        """The numbers behind the first reason."""
        return self.broken[0].evidence if self.broken else ""

    @property
    def text(self) -> str:
        """Everything in one line: "Not yet: distances. The root is missing. First ..."."""
        listed = [part for one in self.listed for part in (one.sentence, one.evidence)]
        return " ".join(part for part in (self.title, *listed, self.note) if part)


Viewer = Callable[[Judgement], None]


def mark(passed: bool, share: float = 0.0) -> str:
    """The first words of a verdict; `share` of the points is earned where it has not passed."""
    return "Right:" if passed else "In part:" if share else "Not yet:"


def bundle(judgement: Judgement) -> dict[str, object]:
    """The verdict for each kind of reader: a browser, a terminal, the autograder."""
    colour, line, tint = _RIGHT if judgement.passed else _NOT_YET
    body = f"<strong>{html.escape(judgement.title)}</strong>"
    for number, one in enumerate(judgement.listed):
        reason, evidence = html.escape(one.sentence), html.escape(one.evidence)
        body += f" {reason}" if number == 0 else f"<br>{reason}"
        body += f"<br><span>{evidence}</span>" if evidence else ""
    if judgement.note:
        body += f"{'<br>' if judgement.broken else ' '}<span>{html.escape(judgement.note)}</span>"
    body += as_html(judgement.ladder)
    style = (
        f"border-left: 6px {line} {colour}; background: {tint}; padding: 0.5em 0.8em;"
        " line-height: 1.5; white-space: normal; overflow-wrap: anywhere"
    )
    broken = [
        {"reason": one.sentence, "evidence": one.evidence}
        | ({"call": one.call} if judgement.unnamed else {})
        for one in judgement.listed
    ]
    facts = {
        "what": judgement.what,
        "passed": judgement.passed,
        "share": judgement.share,
        "broken": broken,
    }
    return {
        "text/html": f'<div style="{style}">{body}</div>'
        if judgement.passed
        else f'{_NO_LINE}<div class="course-not-yet" style="{style}">{body}</div>',
        "text/plain": judgement.text,
        MIME: facts
        | {"points": judgement.points, "note": judgement.note}
        | ({"unnamed": dict(judgement.unnamed)} if judgement.unnamed else {}),
    }


def last(outputs: Iterable[Mapping[str, Any]]) -> Judgement | None:
    """What the last box among a cell's outputs says; None where there is none."""
    boxes = [output.get("data", {}).get(MIME) for output in outputs]
    facts = [one for one in boxes if isinstance(one, dict)]
    return _read(facts[-1]) if facts else None


def _read(facts: Mapping[str, Any]) -> Judgement:
    """A box's facts, whoever wrote them."""
    listed = facts.get("broken")
    broken = tuple(
        Broken(
            str(one.get("reason", "")),
            str(one.get("evidence", "")),
            call=str(one.get("call", "")),
        )
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    )
    share, points = facts.get("share"), facts.get("points")
    share = share if isinstance(share, int | float) and 0 <= share < 1 else 0.0
    if facts.get("passed") is True:
        broken, share = (), 1.0
    elif not broken:
        broken = (Broken("The check did not pass."),)
    points = points if isinstance(points, int | float) else 0.0
    what, note = str(facts.get("what", "")), str(facts.get("note", ""))
    return Judgement(what, broken, share, points, note, unnamed=_sketches(facts.get("unnamed")))


def _sketches(given: object) -> dict[str, Sketch]:
    found: dict[str, Sketch] = {}
    for call, sketch in given.items() if isinstance(given, Mapping) else ():
        match sketch:
            case [str(form), int() | float() as first, int() | float() as second]:
                found[str(call)] = form, float(first), float(second)
    return found


# Who looks at verdicts where no notebook does: the autograder.
_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


@contextmanager
def shown_to(viewer: Viewer) -> Iterator[None]:
    """Within this context `viewer` is called with what a box would say, and none is shown."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


def is_watched() -> bool:
    """Does the autograder look, and not a reader?"""
    return _viewer.get() is not None


def show(judgement: Judgement) -> None:
    """Show the box. Outside IPython a failure stays silent: the exception that follows says it."""
    if (viewer := _viewer.get()) is not None:
        viewer(judgement)
    elif _in_ipython():
        from IPython.display import display

        display(bundle(judgement), raw=True)
    elif judgement.passed:
        print(judgement.text)


def _begins_with(label: str, reason: str) -> bool:
    return bool(re.match(rf"{re.escape(label)}(?!\w)", reason, re.IGNORECASE))


def _sentence(title: str, worth: str = "") -> str:
    if worth:
        title = title.rstrip(".") + worth
    return title if not title or title.endswith((".", "?", "!")) else f"{title}."


def _in_ipython() -> bool:
    # Where IPython was never imported it cannot be running; importing it to ask costs 0.3 s.
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
