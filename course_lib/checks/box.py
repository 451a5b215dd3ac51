"""How a verdict looks: a coloured box in a notebook, a line of text elsewhere."""

import html
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Viewer = Callable[[str, bool, str, str, float], None]

MIME = "application/vnd.course.verdict+json"

# Okabe and Ito's blue and vermilion stay apart for colour-blind readers; the words and the line
# style say the same without colour. A faint tint over the page's own colours suits both themes.
_RIGHT = ("#0072b2", "solid", "rgba(0, 114, 178, 0.12)")
_NOT_YET = ("#d55e00", "dashed", "rgba(213, 94, 0, 0.12)")


def mark(passed: bool, share: float = 0.0) -> str:
    """The first words of a verdict; `share` of the points is earned where it has not passed."""
    return "Right:" if passed else "In part:" if share else "Not yet:"


def text(what: str, passed: bool, reason: str = "", evidence: str = "", share: float = 0.0) -> str:
    """The verdict as one line: "Not yet: distances. The root is missing. First difference ..."."""
    parts = (mark(passed, share), _sentence(what), reason, evidence)
    return " ".join(part for part in parts if part)


def bundle(
    what: str, passed: bool, reason: str = "", evidence: str = "", share: float = 0.0
) -> dict[str, object]:
    """The verdict for each kind of reader: a browser, a terminal, the autograder."""
    colour, line, tint = _RIGHT if passed else _NOT_YET
    title, why, proof = (html.escape(part) for part in (_sentence(what), reason, evidence))
    body = f"<strong>{mark(passed, share)} {title}</strong>"
    body += f" {why}" if why else ""
    body += f"<br><span>{proof}</span>" if proof else ""
    style = (
        f"border-left: 6px {line} {colour}; background: {tint}; padding: 0.5em 0.8em;"
        " line-height: 1.5; white-space: normal; overflow-wrap: anywhere"
    )
    told = {"what": what, "passed": passed, "reason": reason, "evidence": evidence}
    return {
        "text/html": f'<div style="{style}">{body}</div>',
        "text/plain": text(what, passed, reason, evidence, share),
        MIME: told | ({"share": share} if share else {}),
    }


def last(outputs: Iterable[Mapping[str, Any]]) -> Mapping[str, object]:
    """What the last box among a cell's outputs holds for programs; empty where there is none."""
    boxes = [output.get("data", {}).get(MIME) for output in outputs]
    said = [one for one in boxes if isinstance(one, dict)]
    return said[-1] if said else {}


def share_of(said: Mapping[str, object]) -> float:
    """The share of its points that a check earned, by what its box holds for programs."""
    if said.get("passed") is True:
        return 1.0
    share = said.get("share")
    return share if type(share) is float and 0 < share < 1 else 0.0


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


def show(what: str, passed: bool, reason: str = "", evidence: str = "", share: float = 0.0) -> None:
    """Show the box. Outside IPython a failure stays silent: the exception that follows says it."""
    if (viewer := _viewer.get()) is not None:
        viewer(what, passed, reason, evidence, share)
    elif _in_ipython():
        from IPython.display import display

        display(bundle(what, passed, reason, evidence, share), raw=True)
    elif passed:
        print(text(what, passed))


def _sentence(title: str) -> str:
    return title if not title or title.endswith((".", "?", "!")) else f"{title}."


def _in_ipython() -> bool:
    # Where IPython was never imported it cannot be running; importing it to ask costs 0.3 s.
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
