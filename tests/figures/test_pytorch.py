"""The figures of lesson 09: do they draw what they say?"""

import pytest
import torch

from course_lib import figures


def nodes_of(value):
    """In an order that a backward pass may take, for the small graphs of these tests."""
    order, todo = [], [value.grad_fn]
    while todo:
        node = todo.pop(0)
        if node in order:
            order.remove(node)
        order.append(node)
        todo += [other for other, _ in node.next_functions if other is not None]
    return order


def test_storages_fill_what_a_view_reads():
    """Are as many squares filled as the view has numbers, and none for a copy?"""
    t = torch.arange(12).view(3, 4)
    figure = figures.pytorch.storages(t, {"columns": t[:, ::2], "copy": t[[0]]})
    filled = [
        [
            place
            for place, square in enumerate(axis.patches)
            if square.get_facecolor()[:3] != (1, 1, 1)
        ]
        for axis in figure.axes
    ]
    assert filled == [[0, 2, 4, 6, 8, 10], []]


def test_gates_draw_output_and_slope():
    """Has each panel both lines, with the values that it was given?"""
    xs = torch.linspace(-1, 1, 5)
    (axis,) = figures.pytorch.gates(xs, {"square": (xs**2, 2 * xs)}).axes
    assert [line.get_ydata().tolist() for line in axis.lines] == [
        (xs**2).tolist(),
        (2 * xs).tolist(),
    ]


def test_as_gates_has_the_numbers_of_autograd():
    """Are values and gradients of the drawn circuit those of the tensors themselves?"""
    with figures.pytorch.recording() as recorded:
        a, b = (torch.tensor(value, requires_grad=True) for value in (0.5, -0.7))
        product = a * b
        value = product.tanh() + product * 0.5 - b
    gates = figures.pytorch.as_gates(nodes_of(value), recorded, {"a": a, "b": b})
    value.backward()
    drawn = {gate.name: gate for gate in gates}
    assert drawn["a"].grad == pytest.approx(float(a.grad), rel=1e-5)
    assert drawn["b"].grad == pytest.approx(float(b.grad), rel=1e-5)
    assert gates[-1].data == pytest.approx(float(value.detach()), rel=1e-5)
    assert gates[-1].grad == 1
    last = {id(gate) for gate in gates[-1].parents}
    assert last < {id(gate) for gate in gates[:-1]}


def test_recording_ends():
    """Is nothing kept of what comes after the block?"""
    a = torch.tensor(1.0, requires_grad=True)
    with figures.pytorch.recording() as recorded:
        inside = 2 * a
    outside = 3 * a
    assert inside.grad_fn in recorded
    assert outside.grad_fn not in recorded


def test_planted_has_two_plots_for_each_run():
    """Is what is higher than the ceiling drawn at the ceiling?"""
    runs = {"A": ([1.0, 9.0], [0.1, 0.2]), "B": ([1.0, 0.5], [0.3, 0.4])}
    axes = figures.pytorch.planted(runs, ([1.0, 1.0], [0.5, 0.5]), ceiling=5.0).axes
    assert [axis.get_title() for axis in axes[:2]] == ["A", "B"]
    assert axes[0].lines[1].get_ydata().tolist() == [1.0, 5.0]
    assert axes[3].lines[1].get_ydata() == pytest.approx([30.0, 40.0])


def test_accuracy_by_seed_draws_each_seed_and_their_mean():
    """Is a bar as long as the mean, with a mark for each seed?"""
    (axis,) = figures.pytorch.accuracy_by_seed({"probe": [0.5, 0.7]}, 0.25).axes
    assert axis.patches[0].get_width() == pytest.approx(60.0)
    assert axis.lines[0].get_xdata() == pytest.approx([50.0, 70.0])
