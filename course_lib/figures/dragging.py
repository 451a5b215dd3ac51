"""Two boxes that a reader drags, and their IoU: by the browser alone, so it needs no kernel."""

import html
from functools import cache
from pathlib import Path

from course_lib.figures.style import COLOURS, Captioned, Svg

Box = tuple[int, int, int, int]

_SIDE, _RIM = 60, 5
# In the drawing, so that no page has to bring it.
_STYLE = """<style>
.course-boxes svg { display: block; max-width: 100%; height: auto; border-radius: 6px }
.course-boxes [data-box] { cursor: move; outline: none }
.course-boxes [data-box] * { touch-action: none }
.course-boxes circle { cursor: nwse-resize }
.course-boxes [data-box]:focus rect, .course-boxes [data-box]:focus circle { stroke-width: 1.2 }
</style>"""


class TwoDragged:
    """A figure for a notebook or a page: two boxes to be moved and resized.

    first, second: left, top, right, bottom in pixels, whole numbers from 0 to 60
    Mouse and finger drag a box, and its lower right corner; a box in focus is moved by the arrow
    keys, and resized by them with Shift. Where no script runs, the picture of the start is shown.
    """

    def __init__(self, first: Box, second: Box, caption: str, alt: str) -> None:
        self.svg = _drawing({"first": first, "second": second})
        self.fallback = Captioned(Svg(self.svg), caption, alt)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        still = self.fallback._repr_mimebundle_()
        markup = (
            f'<div class="course-boxes" data-drawing="{html.escape(self.svg)}">'
            f"{still['text/html']}</div><script>{_script()}</script>"
        )
        return {"text/html": markup, "text/plain": still["text/plain"]}


def drag_two_boxes(first: Box, second: Box, *, caption: str, alt: str) -> None:
    """Show two boxes that the reader drags, with intersection, union and IoU."""
    from IPython.display import display

    display(TwoDragged(first, second, caption, alt))


@cache
def _script() -> str:
    return Path(__file__).with_name("boxes.js").read_text(encoding="utf-8")


def _drawing(boxes: dict[str, Box]) -> str:
    """The boxes as they stand at the start."""
    (a, b) = boxes.values()
    left, top, right, bottom = (*map(max, a[:2], b[:2]), *map(min, a[2:], b[2:]))
    size = f'width="{max(right - left, 0)}" height="{max(bottom - top, 0)}"'
    looks = zip(boxes.items(), ((COLOURS[0], ""), (COLOURS[5], ' stroke-dasharray="2 1"')))
    edge, wide = -_RIM, _SIDE + 2 * _RIM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="420" height="420" '
        f'viewBox="{edge} {edge} {wide} {wide}" font-family="sans-serif" font-size="3">{_STYLE}'
        f'<rect x="{edge}" y="{edge}" width="{wide}" height="{wide}" fill="white"/>{_axes()}'
        f'<rect class="overlap" x="{left}" y="{top}" {size} fill="{COLOURS[1]}" opacity="0.6"/>'
        f"{''.join(_group(name, box, *look) for (name, box), look in looks)}</svg>"
    )


def _axes() -> str:
    """The square in which boxes move, with a number at every tenth pixel."""
    frame = f'<rect width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999" stroke-width="0.2"/>'
    ticks = "".join(
        f'<text x="{at}" y="-1" text-anchor="middle" fill="#444">{at}</text>'
        f'<text x="-1" y="{at + 1}" text-anchor="end" fill="#444">{at or ""}</text>'
        for at in range(0, _SIDE + 1, 10)
    )
    middle, rim = _SIDE / 2, _SIDE + 3.8
    names = (
        f'<text x="{middle}" y="{rim}" text-anchor="middle" fill="#444">x (pixels)</text>'
        f'<text transform="translate({rim} {middle}) rotate(-90)" text-anchor="middle" '
        'fill="#444">y (pixels)</text>'
    )
    return frame + ticks + names


def _group(name: str, box: Box, colour: str, dashes: str) -> str:
    """A box with its name and the corner by which it is resized."""
    left, top, right, bottom = box
    label = html.escape(f"{name} box: left {left}, top {top}, right {right}, bottom {bottom}")
    return (
        f'<g data-box="{list(box)}" data-name="{name}" tabindex="0" role="application" '
        f'aria-roledescription="movable box" aria-label="{label}" fill="{colour}">'
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" '
        f'fill-opacity="0.08" stroke="{colour}" stroke-width="0.7"{dashes}/>'
        f'<text x="{left}" y="{top - 1}">{name}</text>'
        f'<circle cx="{right}" cy="{bottom}" r="1.6" stroke="{colour}" stroke-width="0.3"/></g>'
    )
