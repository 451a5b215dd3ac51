"""A small recurrent net: are its tasks and its gradients what they say?"""

import numpy as np
import pytest

from course_lib import oracle


def forward(x, h0, *weights):
    return oracle.rnn.vanilla(x, h0, *weights), None


def back(x, h0, weights, dh):
    return oracle.gradients(oracle.rnn.vanilla, dh, x, h0, *weights)[2:]


def descend(params, grads):
    return {name: value - 0.03 * grads[name] for name, value in params.items()}


@pytest.mark.parametrize("task", ["recall", "echo"])
def test_gradients_by_lent_functions_are_autograds(task):
    """Do gradients through a right lent recurrence agree with those of the whole net?"""
    net = oracle.nets.SequenceNet(task, forward, back, seed=1)
    batch = net.batch()
    loss, grads = net.loss(*batch)
    assert loss == pytest.approx(np.log(2), abs=0.6)
    for name, due in net.reference(*batch).items():
        np.testing.assert_allclose(grads[name], due, atol=1e-12)


def test_tasks_ask_for_what_they_say():
    """Does recall ask for the first number at the end, and echo for the bit six steps back?"""
    x, y, mask = oracle.nets.SequenceNet("recall", forward, back).batch()
    assert x.shape == (32, 30, 1)
    assert mask.sum(axis=1).tolist() == [1] * 32
    np.testing.assert_array_equal(y[mask], x[:, 0, 0] > 0)
    x, y, mask = oracle.nets.SequenceNet("echo", forward, back).batch()
    np.testing.assert_array_equal(y[:, 6:], x[:, :-6, 0] > 0)
    assert mask[0].tolist() == [False] * 6 + [True] * 18


def test_the_same_seed_is_the_same_run_and_it_is_watched():
    """Is a run repeatable, and is each update's loss, gradient and strength there?"""
    one, two, other = (
        oracle.nets.SequenceNet("recall", forward, back, seed).fit(3, descend) for seed in (1, 1, 2)
    )
    assert one == two != other
    assert {name: len(values) for name, values in one.items()} == {
        "loss": 3,
        "gradient": 3,
        "strength": 3,
    }
    assert one["strength"][0] == pytest.approx(1.1)


def test_an_unknown_task_is_told():
    """Does another task name the known ones?"""
    with pytest.raises(ValueError, match="recall, echo"):
        oracle.nets.SequenceNet("chess", forward, back)
