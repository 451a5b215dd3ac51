"""What of a student's markup may stand on a page?

Said once, where the graded notebook is written: every page is made from it, those of nbgrader too,
which clean nothing. What is left there reads the same as Markdown and as HTML, and at once.
"""

import html
import re
import time
from functools import cache
from typing import Any
from urllib.parse import unquote

import nh3
from nbformat import NotebookNode, from_dict

from autograder.rooms.locks.restrain import within
from autograder.submission.pictures import Pictures
from course_lib.checks import box

LONGEST = 10_000  # characters of a text that is read as markup, a third of what HTML may have
MOST = 1_000_000  # of all texts and outputs of a notebook in markup; a DataFrame has some 10,000
DEEPEST = 100  # tags within each other
SECONDS = 3.0  # for all of a notebook
PLAIN = ("text/plain", "text/latex", "image/png", "image/jpeg", "image/svg+xml")

_TAGS = """
    a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span
    strong sub summary sup table tbody td tfoot th thead tr u ul
"""
_GONE = "script style svg math iframe object template noscript textarea select title xmp"
_LINK = re.compile(r"(https?:|mailto:|#)", re.IGNORECASE)
_TO_LESSON = re.compile(
    r'\[([^\]]*)\]\(\.\./[^)\s]*\.ipynb(?: "[^"]*")?\)'
)  # which is not beside a page
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]*", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}")
_SHAPES = {
    ("a", "href"): _LINK.match,
    ("img", "src"): _PICTURE.fullmatch,
    ("img", "width"): _NUMBER.fullmatch,
    ("img", "height"): _NUMBER.fullmatch,
    ("ol", "start"): _NUMBER.fullmatch,
    ("span", "class"): re.compile(r"[a-z][a-z0-9]{0,2}").fullmatch,  # as Pygments colours code
    ("div", "class"): re.compile("highlight").fullmatch,
}
_ATTRIBUTES = {
    "*": {"alt", "title", "colspan", "rowspan"},
    "a": {"href"},
    "div": {"class"},
    "img": {"src", "width", "height"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"style"},
    "th": {"style"},
}
_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_VOID = {"br", "hr", "img"}
# What a reader of Markdown could take for its own, as HTML writes it.
_INERT = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_[]{}#$|~\n\r"}


class _TooLong(BaseException):  # no parser may take it for an error of the text
    """The time for a notebook's markup is up."""


def clean(notebook: NotebookNode) -> None:
    """Leave of a graded notebook's texts and outputs what a page may show, in place.

    What is too much for the limits of this module becomes plain text.
    """
    budget = _Budget()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_output(output, budget) for output in cell.outputs]
        elif cell.metadata.get("from_lesson"):
            cell.source = _TO_LESSON.sub(r"\1", cell.source)
        else:
            raw = cell.cell_type == "raw"
            pictures = cell.pop("attachments", {})
            text = cell.source
            cell.cell_type = "markdown"
            cell.source = inert(as_text(text) if raw else budget.spend(text, pictures=pictures))


def sanitized(markup: str) -> str:
    """HTML of a student's making without anything that runs, loads or restyles the page."""
    cleaned: str = _cleaner().clean(markup)
    fits = len(cleaned) <= MOST and _depth(cleaned) <= DEEPEST
    return cleaned if fits else as_text(markup)


def from_markdown(text: str, pictures: Pictures | None = None) -> str:
    """A text's HTML, with the pictures pasted into it; not yet sanitized."""
    reader, renderer = _markdown()
    made = renderer(escape=False, attachments=pictures or {}, exclude_anchor_links=True)
    return str(reader(renderer=made).render(text))


def inert(markup: str) -> str:
    """The same HTML as a text in Markdown: one block, in which no reader finds more to do."""
    return f"<div>{markup.translate(_INERT)}</div>"


def as_text(text: str) -> str:
    """The text as it is, as HTML; of a long one the beginning."""
    left = len(text) - LONGEST
    more = f"\n[{left} more characters]" if left > 0 else ""
    return f"<pre>{html.escape(text[:LONGEST])}{more}</pre>"


class _Budget:
    """What the markup of one notebook may take."""

    def __init__(self) -> None:
        self.characters = MOST
        self.until: float | None = None  # counts from the first of them

    def spend(self, text: str, *, markdown: bool = True, pictures: Pictures | None = None) -> str:
        """The text as HTML, cleaned where it is markup and there is something left for it."""
        self.characters -= len(text)
        if self.characters < 0:
            return f"<pre>[{len(text)} characters]</pre>"
        _markdown()  # no time limit may strike within an import
        now = time.monotonic()
        self.until = self.until or now + SECONDS
        seconds = self.until - now
        if len(text) > (LONGEST if markdown else 3 * LONGEST) or seconds <= 0:
            return as_text(text)
        try:
            with within(seconds, _TooLong):
                return sanitized(from_markdown(text, pictures) if markdown else text)
        except (Exception, _TooLong):  # whatever a parser says of it
            return as_text(text)


def _output(output: NotebookNode, budget: _Budget) -> NotebookNode:
    given = output.get("data", {})
    if "data" not in output or box.MIME in given:  # a verdict is the examiner's own
        return output
    data = {kind: given[kind] for kind in PLAIN if isinstance(given.get(kind), str)}
    for kind in ("text/markdown", "text/html"):
        if isinstance(given.get(kind), str):
            data["text/html"] = budget.spend(given[kind], markdown=kind == "text/markdown")
    return from_dict({**output, "data": data, "metadata": _sizes(output.get("metadata", {}))})


def _sizes(metadata: dict[str, Any]) -> dict[str, dict[str, int]]:
    """How large pictures are to be shown."""
    sizes = {}
    for kind in ("image/png", "image/jpeg"):
        written = metadata.get(kind)
        known = written if isinstance(written, dict) else {}
        sizes[kind] = {
            side: known[side]
            for side in ("width", "height")
            if type(known.get(side)) is int and 0 < known[side] < 10_000
        }
    return {kind: size for kind, size in sizes.items() if size}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags=set(_GONE.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties={"text-align"},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    fits = _SHAPES.get((tag, name))
    return value if fits is None or fits(value) else None


def _depth(markup: str) -> int:
    """How deep tags stand within each other, in HTML that is well-formed."""
    depth = deepest = 0
    for closes, tag in _TAG.findall(markup):
        if tag not in _VOID:
            depth += -1 if closes else 1
            deepest = max(deepest, depth)
    return deepest


@cache
def _markdown() -> tuple[Any, Any]:
    """nbconvert's reader of Markdown, and its renderer, which goes on where a pasted picture is
    missing. Imported where a student wrote some: nbconvert brings half of Jupyter along."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):  # type: ignore[misc]
        def image(self, text: str, url: str, title: str | None = None) -> str:
            text, url = self._known(text), self._known(url)  # Mistune 2 and 3 differ in their order
            return str(super().image(text, url, title))

        def _known(self, part: str) -> str:
            name = part.removeprefix("attachment:")
            if name == part or name in self.attachments:
                return part
            return f"attachment:{unquote(name)}" if unquote(name) in self.attachments else ""

    return MarkdownWithMath, Renderer
