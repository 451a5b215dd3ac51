"""A computation drawn as a circuit in SVG: values forward above each node, gradients back below."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from course_lib.figures.sliders import interactive
from course_lib.figures.style import COLOURS, Svg

_COLUMN, _ROW, _RADIUS, _MARGIN = 118, 86, 19, 62
_PANEL = 58  # pixels for the sentences below
_INK, _FORWARD, _BACKWARD, _SLOPE, _PALE = "#333", COLOURS[0], COLOURS[5], "#00705A", "#BBB"


class Node(Protocol):
    """What is drawn: a number, where it came from, and the slope along each way it came."""

    @property
    def data(self) -> float: ...
    @property
    def grad(self) -> float: ...
    @property
    def parents(self) -> Sequence[Any]: ...
    @property
    def slopes(self) -> Sequence[float]: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Gate:
    """A node for a circuit that nothing has computed: `parents` are other Gates."""

    name: str
    data: float
    parents: tuple["Gate", ...] = ()
    slopes: tuple[float, ...] = ()
    grad: float = 0.0


@dataclass(frozen=True)
class CircuitState:
    """What the reader can set.

    step: 0 shows names alone; then one node a step gets its value, and after the last, one node
        a step passes its gradient back
    node: number of a node whose local gradient is wanted, counted from 1; 0 for none
    """

    step: int = 0
    node: int = 0


def circuit(state: CircuitState, order: Sequence[Node]) -> Svg:
    """The circuit after some steps forward and back.

    order: the nodes, parents before children; `grad` already holds what the backward steps reveal
    """
    places = _places(order)
    numbers = {id(node): number for number, node in enumerate(order, 1)}
    seen = order[: state.step]
    back = list(order)[::-1][: max(0, state.step - len(order))]
    active = back[-1] if back else seen[-1] if seen else None
    chosen = order[state.node - 1] if state.node else None
    parts: list[str] = []
    for node in order:
        named = node is chosen or (bool(back) and node is active)
        parts += _wires(node, places, thick=node in (active, chosen), named=named)
    for node in order:
        parts += _drawn(node, places[id(node)], numbers[id(node)], node in seen, node in back)
        if node is active or node is chosen:
            parts.append(_ring(places[id(node)], _SLOPE if node is chosen else _INK))
    width = max(x for x, _ in places.values()) + _MARGIN + 40
    height = max(y for _, y in places.values()) + _MARGIN
    lines = [_happening(state, order, active), _local(chosen, numbers)]
    for row, line in enumerate(lines):
        colour = _SLOPE if row else _INK
        parts.append(_text(12, height + 22 + 22 * row, line, colour, 13, anchor="start"))
    width = max(width, 16 + int(7.2 * max(map(len, lines))))
    size = f'width="{width:.0f}" height="{height + _PANEL:.0f}"'
    view = f'viewBox="0 0 {width:.0f} {height + _PANEL:.0f}"'
    background = '<rect width="100%" height="100%" fill="white"/>'
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} '
        f'font-family="DejaVu Sans, Verdana, sans-serif">{background}{"".join(parts)}</svg>'
    )


def step_through(order: Sequence[Node], *, caption: str, alt: str) -> None:
    """Show the circuit with a slider for the step, from the last one on, and a menu for the node.

    order: the nodes, parents before children
    """
    last = 2 * len(order)
    names = [(f"{number}: {_label(node)}", number) for number, node in enumerate(order, 1)]
    interactive(
        lambda state: circuit(state, order),
        CircuitState(step=last),
        caption=caption,
        alt=alt,
        step=(0, last, 1),
        node=[("none", 0), *names],
    )


def _places(order: Sequence[Node]) -> dict[int, tuple[float, float]]:
    """Where each node stands: columns by how much work comes before it, rows by its inputs."""
    column: dict[int, int] = {}
    for node in order:
        column[id(node)] = 1 + max((column[id(parent)] for parent in node.parents), default=-1)
    for node in reversed(order):  # an input stands just before its first user
        users = [column[id(user)] for user in order if any(p is node for p in user.parents)]
        if not node.parents and users:
            column[id(node)] = min(users) - 1
    row = {key: float(place) for place, key in enumerate(_leaves(order))}
    for node in order:
        if node.parents:
            row[id(node)] = sum(row[id(parent)] for parent in node.parents) / len(node.parents)
    for place in set(column.values()):
        _spread(row, [id(node) for node in order if column[id(node)] == place])
    return {key: (_MARGIN + _COLUMN * column[key], _MARGIN + _ROW * row[key]) for key in row}


def _leaves(order: Sequence[Node]) -> list[int]:
    """The inputs from top to bottom, as the formula reads from left to right."""
    found: dict[int, None] = {}
    met = set()
    todo: list[Any] = list(order)  # the last node, from which most is reached, comes off first
    while todo:
        node = todo.pop()
        if id(node) not in met:
            met.add(id(node))
            todo += reversed(node.parents)
            if not node.parents:
                found[id(node)] = None
    return list(found)


def _spread(row: dict[int, float], keys: list[int]) -> None:
    """Push nodes of one column apart where they would overlap."""
    for above, below in pairwise(sorted(keys, key=row.__getitem__)):
        row[below] = max(row[below], row[above] + 0.9)


def _wires(
    node: Node, places: dict[int, tuple[float, float]], thick: bool, named: bool
) -> list[str]:
    """The lines that lead into a node, with the local gradient on each where it is asked for."""
    parts = []
    to_x, to_y = places[id(node)]
    for slot, (parent, slope) in enumerate(zip(node.parents, node.slopes)):
        x, y = places[id(parent)]
        end = to_y + 11 * (slot - (len(node.parents) - 1) / 2)
        middle = (x + to_x) / 2
        bend = 26 * (slot - 0.5) if node.parents.count(parent) > 1 else 0.0
        if any(_between(place, (x, y), (to_x, end)) for place in places.values()):
            bend = -58.0  # over the heads of the nodes in its way
        start, stop = x + _RADIUS, to_x - _RADIUS
        path = (
            f"M{start:.0f},{y:.0f} C{middle:.0f},{y + bend:.0f} "
            f"{middle:.0f},{end + bend:.0f} {stop:.0f},{end:.0f}"
        )
        colour, width = (_INK, 2.4) if thick else (_PALE, 1.5)
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        if named:
            label = f"slope {_number(slope)}"
            high = (y + end) / 2 + 0.75 * bend + (14 if bend > 0 else -6)
            parts.append(_text(middle, high, label, _SLOPE, 11, halo=True))
    return parts


def _between(place: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Would a straight wire from a to b run into the node that stands here?"""
    x, y = place
    if not a[0] < x < b[0]:
        return False
    return abs(a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]) - y) < _RADIUS + 10


def _drawn(
    node: Node, place: tuple[float, float], number: int, seen: bool, back: bool
) -> list[str]:
    x, y = place
    fill = "#F4F4F4" if node.parents else "white"
    shape = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{_RADIUS}" '
    if not node.parents:
        corner = f'x="{x - _RADIUS:.0f}" y="{y - 15:.0f}"'
        shape = f'<rect {corner} width="{2 * _RADIUS}" height="30" rx="5" '
    label = _label(node)
    parts = [
        f'{shape}fill="{fill}" stroke="{_INK}" stroke-width="1.2"/>',
        _text(x, y + 4.5, label, _INK, 14 if len(label) < 3 else 11 if len(label) < 6 else 9),
    ]
    if seen:
        parts.append(_text(x, y - 27, _number(node.data), _FORWARD, 12, halo=True))
    if back:
        parts.append(_text(x, y + 36, _number(node.grad), _BACKWARD, 12, bold=True, halo=True))
    return parts


def _ring(place: tuple[float, float], colour: str) -> str:
    x, y = place
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{_RADIUS + 4}" fill="none" stroke="{colour}" '
        'stroke-width="2" stroke-dasharray="4 3"/>'
    )


def _happening(state: CircuitState, order: Sequence[Node], active: Node | None) -> str:
    if active is None:
        return "Step 0: only the circuit is known."
    step = f"Step {state.step}"
    if state.step <= len(order):
        source = f"{_label(active)} gives" if active.parents else f"the input {_label(active)} is"
        return f"{step}, forward: {source} {_number(active.data)}."
    has = f"{step}, backward: {_label(active)} has gradient {_number(active.grad)}"
    if not active.parents:
        return f"{has}. It is an input."
    shares = ", ".join(
        f"{_number(slope)} to {_label(parent)}"
        for parent, slope in zip(active.parents, active.slopes)
    )
    return f"{has} and sends back this times {shares}."


def _local(chosen: Node | None, numbers: dict[int, int]) -> str:
    if chosen is None:
        return ""
    title = f"Node {numbers[id(chosen)]}, {_label(chosen)}:"
    if not chosen.parents:
        return f"{title} an input has no local gradient."
    slopes = ", ".join(
        f"{_number(slope)} with respect to {_label(parent)} (node {numbers[id(parent)]})"
        for parent, slope in zip(chosen.parents, chosen.slopes)
    )
    return f"{title} local gradient {slopes}."


def _label(node: Node) -> str:
    return node.name or _number(node.data)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def _text(
    x: float,
    y: float,
    text: str,
    colour: str,
    size: float,
    *,
    anchor: str = "middle",
    bold: bool = False,
    halo: bool = False,
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    edge = ' stroke="white" stroke-width="4" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.0f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{colour}"{weight}{edge}>{html.escape(text)}</text>'
    )
