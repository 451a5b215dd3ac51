"""Does the oracle of captions give what the lesson works out by hand?"""

import itertools
import math

import numpy as np
import pytest

from course_lib import oracle
from course_lib.oracle import captioning

RNG = np.random.default_rng(0)
WORDS = ("<NULL>", "<START>", "<END>", "<UNK>", "a", "on", "red", "star", ",")
INDEX = {word: code for code, word in enumerate(WORDS)}


def test_codes_by_hand() -> None:
    """Are these the two rows of the lesson's example, and does decoding undo them?"""
    codes, mask = captioning.encoded(["a red star", "a huge star on red, red"], INDEX, 7)
    assert codes.tolist() == [[1, 4, 6, 7, 2, 0, 0], [1, 4, 3, 7, 5, 6, 2]]
    assert mask[0].tolist() == [True] * 5 + [False] * 2
    assert captioning.decoded(codes, WORDS) == ["a red star", "a <UNK> star on red"]
    assert captioning.decoded(np.array([[4, 6, 8, 7, 2, 6]]), WORDS) == ["a red, star"]


def test_loss_of_an_even_net() -> None:
    """Does a net whose scores are all 0 pay log V for each word that counts?"""
    sizes = ((5, 7), (7,), (6, 4), (4, 7), (7, 7), (7,), (7, 6), (6,))
    params = {name: np.zeros(size) for name, size in zip(captioning.NAMES, sizes, strict=True)}
    captions = np.array([[1, 3, 4, 2, 0], [1, 2, 0, 0, 0]])
    loss, grads = captioning.caption_loss(params, "rnn", RNG.normal(size=(2, 5)), captions, 0)
    assert loss == pytest.approx(4 * math.log(6) / 2)
    assert set(grads) == {"features", *captioning.NAMES}
    due = np.array([-1, -1, -2, -1, -1, -1]) + 4 / 6 + np.array([1, 1, 0, 0, 0, 1])
    np.testing.assert_allclose(grads["b_vocab"], due / 2)


def test_a_draw_follows_its_number() -> None:
    """Are a quarter, a half and a quarter laid side by side, and is greedy the highest score?"""
    table = np.log([[[0.25, 0.5, 0.25]]] * 3)
    uniform = np.array([[0.1], [0.25], [0.8]])
    found = captioning.drawn(table, (0, 9, 9), np.zeros(3, int), 1, 1.0, uniform)
    assert found.tolist() == [[0], [1], [2]]
    twice = np.full((1, 3), 0.9)
    assert captioning.drawn(table, (0, 9, 9), np.zeros(1, int), 2, 0.0, twice).tolist() == [[1, 1]]
    ended = captioning.drawn(table, (0, 1, 7), np.zeros(1, int), 3, 0.0, twice)
    assert ended.tolist() == [[1, 7, 7]]


def test_beam_by_hand() -> None:
    """Does a beam of 2 find what greedy misses, in the lesson's example?"""

    def step(sequences: np.ndarray) -> np.ndarray:
        rows = {1: [0, 0.6, 0.4, 0], 2: [1 / 3, 1 / 3, 1 / 3, 0], 3: [0.9, 0.1, 0, 0]}
        with np.errstate(divide="ignore"):
            return np.log([rows[1 if len(one) == 1 else 1 + int(one[-1])] for one in sequences])

    (greedy,) = captioning.best_sequences(step, 3, 1, 2, 9)
    best, *_ = captioning.best_sequences(step, 3, 2, 2, 9)
    assert (greedy[0], best[0]) == ([1, 0], [2, 0])
    assert math.exp(greedy[1]) == pytest.approx(0.2)
    assert math.exp(best[1]) == pytest.approx(0.36)


def test_a_wide_beam_is_the_exhaustive_search() -> None:
    """Do both ways agree, and do the probabilities of all sentences add up to 1?"""
    step = captioning.memory(RNG.normal(size=(7, 3, 3)))
    every = captioning.all_sequences(step, 1, 4, 0)
    assert captioning.best_sequences(step, 1, 81, 4, 0) == every
    assert sum(math.exp(total) for _, total in every) == pytest.approx(1)


def test_bleu_of_the_paper() -> None:
    """Does seven times "the" have a clipped precision of 2 / 7 (Papineni et al. 2002)?"""
    references = [[list("abcdae"), list("xcybdae")]]
    assert captioning.bleu([["a"] * 7], references, 1) == pytest.approx(2 / 7)
    assert captioning.bleu([list("abcdae")], references, 4) == pytest.approx(1)
    assert captioning.bleu([["a"] * 7], references, 2) == 0
    short = captioning.bleu([list("abc")], references, 2)
    assert short == pytest.approx(math.exp(1 - 6 / 3))


def test_attributes() -> None:
    """Are colours told apart by their side of `on`, and is no pattern plain?"""
    names = {"shape": ["star"], "colour": ["red", "blue"], "pattern": ["striped", "plain"]}
    found = captioning.attributes("a red star on blue, partly hidden", names)
    assert found == {"shape": "star", "colour": "red", "pattern": "plain", "ground": "blue"}
    right = captioning.attribute_accuracy(
        ["a red star", "a star on red"], ["a red star"] * 2, names
    )
    assert right == {"shape": 1.0, "colour": 0.5, "pattern": 1.0, "ground": 0.5}


def test_attention_by_hand() -> None:
    """Are weights, value and gradients those of the lesson's example?"""
    q, keys = np.ones((1, 1)), np.array([[[0.0], [math.log(3)]]])
    values = np.array([[[10.0], [20.0]]])
    np.testing.assert_allclose(captioning.attention_weights(q, keys), [[0.25, 0.75]])
    np.testing.assert_allclose(captioning.soft_attention(q, keys, values), [[17.5]])
    grads = oracle.gradients(captioning.soft_attention, 1.0, q, keys, values)
    np.testing.assert_allclose(grads[1].ravel(), [-1.875, 1.875])
    np.testing.assert_allclose(grads[2].ravel(), [0.25, 0.75])
    mask = np.array([[True, False]])
    np.testing.assert_allclose(captioning.soft_attention(q, keys, values, mask), [[10]])


def test_an_lstm_that_reads_nothing_is_an_lstm() -> None:
    """Without weights for what is read, are these lesson 10's states and cells?"""
    sizes = ((2, 3, 4), (2, 5), (2, 5), (2, 6, 5), (4, 20), (5, 20), (5, 20), (20,))
    x, h0, c0, A, Wx, Wh, Wattn, b = (RNG.normal(size=size) for size in sizes)
    found = captioning.attention_lstm(x, h0, c0, A, Wx, Wh, 0 * Wattn, b)
    np.testing.assert_allclose(found, oracle.rnn.lstm_cells(x, h0, Wx, Wh, b, c0))
    one = captioning.attention_lstm(x[:, :1], h0, c0, A, Wx, Wh, Wattn, b)[:, :, 0]
    wide = np.concatenate([x[:, 0], captioning.soft_attention(h0, A, A)], axis=1)
    due = oracle.rnn.lstm_step(wide, h0, c0, np.concatenate([Wx, Wattn]), Wh, b)
    np.testing.assert_allclose(one, due)


def test_reinforce_is_right_on_average() -> None:
    """Do all places together, by their probability, give the gradient of the expected reward?"""
    scores, rewards = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
    (due,) = oracle.gradients(captioning.expected_reward, 1.0, scores, rewards)[:1]
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    for level in (0.0, 5.0):
        total = 0.0
        for place in range(3):
            chosen, reward = np.full((2, 1), place), rewards[:, place : place + 1]
            one = captioning.reinforced(scores, chosen, reward, np.full(2, level))
            total = total + weights[:, place : place + 1] * one
        np.testing.assert_allclose(total, due)


def test_chain_and_memory_depend_on_what_was_said() -> None:
    """Does the state count, and do different sequences get different scores?"""
    step = captioning.chain(RNG.normal(size=(3, 2, 3)))
    scores, state = step(np.array([0, 0]), np.array([0, 1]))
    assert state.tolist() == [1, 2]
    assert not np.allclose(scores[0], scores[1])
    logs = captioning.memory(RNG.normal(size=(5, 2, 3)))(
        np.array(list(itertools.product((0, 1), repeat=2)))
    )
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1)
    assert not np.allclose(logs[1], logs[2])
