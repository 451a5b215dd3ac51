"""A computation as a circuit: is it drawn, and told, as it happens?"""

import base64
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures.graph import CircuitState, Gate
from course_lib.figures.style import Captioned, Svg

SVG = "{http://www.w3.org/2000/svg}"


def neuron() -> list[Gate]:
    """relu(w x + w), all gradients known: w is used twice."""
    w, x = Gate("w", 2.0, grad=4.0), Gate("x", 3.0, grad=2.0)
    times = Gate("×", 6.0, (w, x), (3.0, 2.0), 1.0)
    plus = Gate("+", 8.0, (times, w), (1.0, 1.0), 1.0)
    return [w, x, times, plus, Gate("relu", 8.0, (plus,), (1.0,), 1.0)]


def words(svg: Svg) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg.markup).iter(f"{SVG}text")]


def test_a_circuit_has_a_shape_for_each_node_and_a_line_for_each_use() -> None:
    """Is every node drawn once, and every use of a node, also the second, as a line?"""
    picture = ET.fromstring(figures.graph.circuit(CircuitState(), neuron()).markup)
    assert len(picture.findall(f"{SVG}circle")) == 3  # gates
    assert len(picture.findall(f"{SVG}rect")) == 2 + 1  # inputs, background
    assert len(picture.findall(f"{SVG}path")) == 5


def test_steps_reveal_values_then_gradients() -> None:
    """Does each forward step show one value more, and each backward step one gradient more?"""
    order = neuron()
    assert "8" not in words(figures.graph.circuit(CircuitState(0), order))
    halfway = words(figures.graph.circuit(CircuitState(3), order))
    assert "6" in halfway
    assert "8" not in halfway
    forward = words(figures.graph.circuit(CircuitState(5), order))
    assert "4" not in forward
    assert "4" in words(figures.graph.circuit(CircuitState(10), order))


def test_a_chosen_node_tells_its_local_gradient() -> None:
    """Does choosing a node name its slopes, on its wires and in a sentence?"""
    said = words(figures.graph.circuit(CircuitState(5, node=3), neuron()))
    assert "slope 3" in said
    assert "slope 2" in said
    assert any("local gradient 3 with respect to w (node 1), 2" in line for line in said)
    said = words(figures.graph.circuit(CircuitState(5, node=1), neuron()))
    assert any("an input has no local gradient" in line for line in said)


def test_the_backward_step_says_what_is_sent() -> None:
    """Is the sentence below the circuit about the gate whose turn it is?"""
    said = words(figures.graph.circuit(CircuitState(8), neuron()))
    sent = "Step 8, backward: × has gradient 1 and sends back this times 3 to w, 2 to x."
    assert sent in said


def test_nodes_do_not_overlap() -> None:
    """Do inputs that stand in one column keep their distance, also with many of them?"""
    leaves = [Gate(f"x{i}", 1.0) for i in range(6)]
    order: list[Any] = list(leaves)
    for a, b in zip(leaves[::2], leaves[1::2], strict=True):
        order.append(Gate("×", 1.0, (b, a), (1.0, 1.0)))
    order.append(Gate("+", 3.0, tuple(order[-3:]), (1.0, 1.0, 1.0)))
    picture = ET.fromstring(figures.graph.circuit(CircuitState(), order).markup)
    boxes = [r for r in picture.findall(f"{SVG}rect") if r.get("x")]
    rows = sorted(float(box.get("y", "")) for box in boxes)
    assert min(np.diff(rows)) > 50


def test_names_are_escaped_and_shown_with_alt_text() -> None:
    """Can a name or an alt text break out of the picture?"""
    svg = figures.graph.circuit(CircuitState(1), [Gate("<a&b>", 1.0)])
    assert "<a&b>" in words(svg)
    page = Captioned(svg, "x < y", 'say "so"')._repr_mimebundle_()["text/html"]
    assert "image/svg+xml" in page
    assert 'alt="say &quot;so&quot;"' in page
    assert "x &lt; y" in page
    picture = page.split("base64,")[1].split('"')[0]
    assert base64.b64decode(picture).decode() == svg.markup


def test_slider_and_menu_redraw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the two controls redraw the one picture, and is a picture there without them?"""
    drawn: list[Any] = []

    def interactive(draw: Any, state: Any, **words: Any) -> None:
        drawn.extend(
            [words, draw(state), draw(replace(state, step=3)), draw(replace(state, step=3, node=3))]
        )

    monkeypatch.setattr("course_lib.figures.graph.interactive", interactive)
    figures.graph.step_through(neuron(), caption="c", alt="a")
    given, _, third, node = drawn
    assert (given["caption"], given["alt"], given["step"]) == ("c", "a", (0, 10, 1))
    assert given["node"][0] == ("none", 0)
    assert "Step 3, forward: × gives 6." in words(third)
    assert any("local gradient" in line for line in words(node))
