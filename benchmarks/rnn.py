"""Lesson 10's answer, an LSTM in NumPy, next to torch.nn.LSTM of the same size, on characters.

    python benchmarks/rnn.py [--seconds 30] [--seeds 3] [--hidden 128]

Prints two tables. Speed: characters a second of one update (forward, backward, clipping, Adam), the
median of several, taken in turns; both have the same initial weights and read the same batches of
32 x 32 characters. Learning: bits a character on the test split after `--seconds` of training, on
python_source, and on tiny-shakespeare where it was downloaded (`course data get tiny_shakespeare`);
the median over `--seeds` sets of initial weights, with the lowest and the highest. `--seconds 0`
leaves the second table out. It takes four times seconds times seeds, and about a minute more.

Both compute in one thread, and seconds are of processor time: what others do on the machine matters
little.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from autograder.lesson.answers import answers_of as answers_of
from course_lib import data, oracle

ROUNDS, ROWS, STEPS, RATE = 30, 32, 32, 5e-3
Batches = list[tuple[np.ndarray, np.ndarray]]
Update = Callable[[np.ndarray, np.ndarray, Any], tuple[float, Any]]


def answers() -> dict[str, Any]:
    """What the answers of lesson 10 define."""
    return answers_of(Path(__file__).parents[1], "10_rnns")


def with_cells(own: dict[str, Any]) -> Callable[..., tuple[np.ndarray, np.ndarray, Any]]:
    """The answers' lstm_forward with all its cells, as the model wants it: (h, c, cache)."""

    def forward(*given: np.ndarray) -> tuple[np.ndarray, np.ndarray, Any]:
        cells = []

        def step(*now: np.ndarray) -> tuple[np.ndarray, np.ndarray, Any]:
            h, c, cache = own["lstm_step_forward"](*now)
            cells.append(c)
            return h, c, cache

        h, cache = own["lstm_forward"](*given, step)
        return h, np.stack(cells, axis=1), cache

    return forward


def student(own: dict[str, Any], params: dict[str, np.ndarray]) -> Update:
    """One update of the lesson's model with the lesson's answers; `params` change in place."""
    memory: dict[str, Any] = {}
    layers = {
        "embedding": (own["word_embedding_forward"], own["word_embedding_backward"]),
        "lstm": (with_cells(own), own["lstm_backward"]),
        "affine": (own["temporal_affine_forward"], own["temporal_affine_backward"]),
        "loss": own["temporal_softmax_loss"],
    }
    empty = np.zeros((ROWS, len(params["Wh"])), np.float32)

    def update(x: np.ndarray, y: np.ndarray, state: Any) -> tuple[float, Any]:
        loss, grads, state = own["char_loss"](params, layers, x, y, state or (empty, empty))
        grads, _ = own["clip_by_norm"]({name: g / STEPS for name, g in grads.items()}, 5.0)
        own["adam"](params, grads, memory, RATE)
        return loss, state

    return update


def speeds(ways: dict[str, Update], batches: Batches) -> dict[str, float]:
    """Characters a second of each way, in turns."""
    runs: dict[str, list[float]] = {name: [] for name in ways}
    states: dict[str, Any] = dict.fromkeys(ways)
    for x, y in batches[:ROUNDS]:
        for name, way in ways.items():
            start = time.process_time()
            _, states[name] = way(x, y, states[name])
            runs[name].append(time.process_time() - start)
    return {name: ROWS * STEPS / median(times) for name, times in runs.items()}


def trained(way: Update, batches: Batches, seconds: float) -> int:
    """Train for so long; returns the number of updates."""
    end, state, count = time.process_time() + seconds, None, 0
    while time.process_time() < end:
        place = count % len(batches)
        _, state = way(*batches[place], state if place else None)
        count += 1
    return count


def test_bits(params: dict[str, np.ndarray], codes: np.ndarray, own: dict[str, Any]) -> float:
    """Bits a character on the first 40 x 1,000 characters of forty parts of the test text."""
    net = oracle.nets.TextNet(params)
    parts = own["streams"](codes, 40, 1000)[0]
    return float(net.loss(*parts)[0].item() / 1000 / np.log(2))


def rows(train: data.Text, test: data.Text, own: dict[str, Any], given: argparse.Namespace) -> str:
    """What both have learnt of a text after so many seconds, a row each."""
    batches, kinds = own["streams"](train.codes(), ROWS, STEPS), len(train.alphabet)
    counts: dict[str, list[int]] = {"answer": [], "torch.nn.LSTM": []}
    bits: dict[str, list[float]] = {model: [] for model in counts}
    for seed in range(given.seeds):
        params = oracle.nets.text_params(kinds, hidden=given.hidden, seed=seed)
        net = oracle.nets.TextNet(params, RATE)  # with copies of them
        counts["answer"].append(trained(student(own, params), batches, given.seconds))
        counts["torch.nn.LSTM"].append(trained(net.update, batches, given.seconds))
        bits["answer"].append(test_bits(params, test.codes(), own))
        bits["torch.nn.LSTM"].append(test_bits(net.params(), test.codes(), own))
    return "\n".join(
        f"| {train.name} | {model} | {median(counts[model]):,.0f} | {median(bits[model]):.2f} "
        f"({min(bits[model]):.2f} to {max(bits[model]):.2f}) | {given.seeds} |"
        for model in counts
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--hidden", type=int, default=128)
    arguments = parser.parse_args()
    own, hidden = answers(), arguments.hidden
    sets: list[Callable[[str], data.Text]] = [data.python_source]
    if data.tiny_shakespeare_file():
        sets.append(data.tiny_shakespeare)
    else:
        print("tiny-shakespeare is absent: course data get tiny_shakespeare", file=sys.stderr)

    with oracle.one_thread():
        source = data.python_source()
        batches = own["streams"](source.codes(), ROWS, STEPS)
        params = oracle.nets.text_params(len(source.alphabet), hidden=hidden)
        net = oracle.nets.TextNet(params, RATE)
        rates = speeds({"answer": student(own, params), "torch.nn.LSTM": net.update}, batches)
        print("| units | answer, characters/s | torch.nn.LSTM, characters/s | ratio |")
        print("| --- | --- | --- | --- |")
        ours, theirs = rates.values()
        print(f"| {hidden} | {ours:,.0f} | {theirs:,.0f} | {theirs / ours:.1f} |", flush=True)
        if not arguments.seconds:
            return
        print(f"\n| text | model | updates in {arguments.seconds:g} s | bits (range) | seeds |")
        print("| --- | --- | --- | --- | --- |")
        for read in sets:
            print(rows(read("train"), read("test"), own, arguments), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of this process: {peak:,.0f} MB.")


if __name__ == "__main__":
    main()
