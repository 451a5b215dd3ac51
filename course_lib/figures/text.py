"""Text as a picture: characters coloured by a number each, and samples beside one another."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.style import COLOURS, Svg

Array: TypeAlias = NDArray[Any]
_WIDE, _HIGH, _MARGIN = 8.0, 19, 12  # pixels of a character, of a line, round everything
_MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"
_PLAIN = "DejaVu Sans, Verdana, sans-serif"
_INK = "#222"
# Orange for positive, blue for negative numbers; a bar below or above tells them apart, too.
_UP, _DOWN = (230, 159, 0), (86, 180, 233)


def coloured_text(
    text: str, values: Array, title: str = "", reach: float = 1.0, width: int = 84
) -> Svg:
    """Characters on a ground that shows a number for each.

    text: ASCII; every end of a line begins a new one, and so do `width` characters
    values: (len(text),) float; `reach` and more is the full colour, negative ones have another
    title: stands above
    """
    rows = _rows(text, width)
    parts = [_words(_MARGIN, _MARGIN + 13, title, 13)] if title else []
    top = _MARGIN + (28 if title else 6)
    for number, (start, line) in enumerate(rows):
        y = top + number * _HIGH
        parts += _grounds(values[start : start + len(line)], y, reach)
        parts.append(_typed(line, _MARGIN, y + 14))
    return _page(parts, 2 * _MARGIN + width * _WIDE, top + len(rows) * _HIGH + _MARGIN)


@dataclass(frozen=True)
class TextState:
    """What the reader of the text browser can set."""

    unit: int = 0
    start: int = 0  # the first line shown


def text_browser(
    state: TextState, text: str, values: Array, lines: int = 18, width: int = 84
) -> Svg:
    """Some lines of a text, coloured by one unit.

    values: (len(text), H) float from -1 to 1, what each unit held after each character
    """
    starts = [0, *(place + 1 for place, letter in enumerate(text) if letter == "\n")]
    first = starts[min(state.start, len(starts) - 1)]
    shown = "\n".join(text[first:].split("\n")[:lines])
    own = values[first : first + len(shown), state.unit]
    title = f"unit {state.unit}: orange, line below: positive; blue, line above: negative"
    return coloured_text(shown, own, title, max(float(np.abs(own).max(initial=0)), 1e-6), width)


@dataclass(frozen=True)
class SampleState:
    """What the reader of the sampler can set."""

    temperature: float = 0.7
    seed: int = 0


def sampled(
    state: SampleState, write: Callable[[float, int], str], tokenises: Callable[[str], bool]
) -> Svg:
    """A text that a model wrote, and whether Python can tokenise it.

    write: temperature, seed -> text
    tokenises: text -> yes or no
    """
    text = write(state.temperature, state.seed)
    verdict = "can" if tokenises(text) else "cannot"
    return samples({f"temperature {state.temperature:.2g}: Python {verdict} tokenise this": text})


def samples(texts: Mapping[str, str], width: int = 84, lines: int = 14) -> Svg:
    """Texts one below the other, each under its title.

    lines: of each text, at most
    """
    parts: list[str] = []
    y = _MARGIN
    for title, text in texts.items():
        parts.append(_words(_MARGIN, y + 13, title, 13))
        rows = _rows(text, width)[:lines]
        box = f'x="{_MARGIN - 4}" y="{y + 20}" width="{width * _WIDE + 8:.0f}"'
        high = len(rows) * _HIGH + 6
        parts.append(f'<rect {box} height="{high}" fill="#F4F4F4" stroke="#DDD"/>')
        parts += [
            _typed(line, _MARGIN, y + 36 + number * _HIGH) for number, (_, line) in enumerate(rows)
        ]
        y += high + 38
    return _page(parts, 2 * _MARGIN + width * _WIDE, y)


def _rows(text: str, width: int) -> Sequence[tuple[int, str]]:
    """The lines with the place of their first character, none longer than `width`."""
    rows, start = [], 0
    for line in text.split("\n"):
        for cut in range(0, max(len(line), 1), width):
            rows.append((start + cut, line[cut : cut + width]))
        start += len(line) + 1
    return rows


def _grounds(values: Array, y: float, reach: float) -> list[str]:
    parts = []
    for place, value in enumerate(np.clip(np.asarray(values, float) / reach, -1, 1)):
        if abs(value) < 0.05:
            continue
        red, green, blue = _UP if value > 0 else _DOWN
        x = _MARGIN + place * _WIDE
        fill = f'fill="rgb({red},{green},{blue})"'
        box = f'x="{x:.1f}" width="{_WIDE:.1f}"'
        parts.append(f'<rect {box} y="{y}" height="{_HIGH}" {fill} opacity="{abs(value):.2f}"/>')
        if abs(value) > 0.5:
            bar = y + _HIGH - 2.5 if value > 0 else y + 0.5
            colour = COLOURS[5] if value > 0 else COLOURS[0]
            parts.append(f'<rect {box} y="{bar:.1f}" height="2" fill="{colour}"/>')
    return parts


def _typed(line: str, x: float, y: float) -> str:
    """A line in which every character is as wide as every other, whatever font there is."""
    bare = line.strip(" ")
    if not bare:
        return ""
    x += (len(line) - len(line.lstrip(" "))) * _WIDE
    shown = html.escape(bare).replace(" ", "\N{NO-BREAK SPACE}")
    places = " ".join(f"{x + k * _WIDE:.1f}" for k in range(len(bare)))
    return (
        f'<text x="{places}" y="{y:.0f}" font-family="{_MONO}" font-size="13" '
        f'fill="{_INK}">{shown}</text>'
    )


def _words(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{_INK}">{html.escape(text)}</text>'


def _page(parts: Sequence[str], width: float, height: float) -> Svg:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{_PLAIN}">'
        f"{ground}{''.join(parts)}</svg>"
    )
