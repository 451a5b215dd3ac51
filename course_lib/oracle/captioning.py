"""Lesson 11: captions as codes, captioning nets, sentences drawn, searched for and scored."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle
from course_lib.oracle.layers import with_gradients
from course_lib.oracle.rnn import entropy, torch_order

Array: TypeAlias = NDArray[Any]
Words = Sequence[str]
NAMES = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")


def encoded(captions: Sequence[str], word_to_idx: Mapping[str, int], T: int) -> tuple[Array, Array]:
    """Codes (N, T) int64 with START, END and NULL, and where there is a word, (N, T) bool."""
    codes = np.full((len(captions), T), word_to_idx["<NULL>"], dtype=np.int64)
    for row, caption in enumerate(captions):
        found = caption.replace(",", " , ").split()[: T - 2]
        marked = ["<START>", *found, "<END>"]
        for place, word in enumerate(marked):
            codes[row, place] = word_to_idx.get(word, word_to_idx["<UNK>"])
    there = codes != word_to_idx["<NULL>"]
    return codes, there


def decoded(codes: Array, words: Words) -> list[str]:
    """A sentence for each row of codes: what stands before the first END, but START and NULL."""
    silent = ("<START>", "<NULL>")
    kept = (itertools.takewhile(lambda word: word != "<END>", [words[c] for c in r]) for r in codes)
    return [" ".join(w for w in s if w not in silent).replace(" ,", ",") for s in kept]


def caption_loss(
    params: Mapping[str, Array], cell_type: str, features: Array, captions: Array, null: int
) -> tuple[float, dict[str, Array]]:
    """The loss of a CaptioningRNN, and the gradients of its params and of "features"."""
    weights = [params[name] for name in NAMES]
    loss, *grads = with_gradients(
        _caption_loss, 1.0, features, *weights, captions, null, cell_type == "lstm"
    )
    return loss, dict(zip(("features", *NAMES), grads))


def _caption_loss(features: Any, *rest: Any) -> Any:
    import torch

    W_proj, b_proj, W_embed, Wx, Wh, b, W_vocab, b_vocab, captions, null, is_lstm = rest
    linear = torch.nn.functional.linear
    h0 = linear(features, W_proj.T, b_proj)[None]
    captions_in, captions_out = captions[:, : captions.shape[1] - 1], captions[:, 1:]
    weights = [torch_order(w) if is_lstm else w for w in (Wx.T, Wh.T, b)]
    weights.append(torch.zeros_like(weights[-1]))
    settings = (weights, True, 1, 0.0, False, False, True)
    seen = torch.nn.functional.embedding(captions_in, W_embed)
    if is_lstm:
        states = torch.lstm(seen, [h0, torch.zeros_like(h0)], *settings)[0]
    else:
        states = torch.rnn_tanh(seen, h0, *settings)[0]
    return entropy(linear(states, W_vocab.T, b_vocab), captions_out, captions_out.ne(null))


def chain(table: Array) -> Callable[[Array, Array], tuple[Array, Array]]:
    """A step whose scores depend on the last word and on how many words it has read.

    table: (V, L, V) scores by last word and by number of words read; the state counts, (N,) int
    """

    def step(words: Array, state: Array) -> tuple[Array, Array]:
        return table[np.asarray(words), np.asarray(state) % table.shape[1]], np.asarray(state) + 1

    return step


def drawn(
    table: Array, tokens: Sequence[int], state: Array, T: int, warm: float, uniform: Array
) -> Array:
    """Sentences of the chain of this table, row by row and word by word: (N, T) int64."""
    rows = []
    for n, begin in enumerate(state):
        word, row = tokens[0], [tokens[2]] * T
        for t in range(T):
            scores = table[word, (begin + t) % table.shape[1]]
            word = _draw(scores, warm, uniform[n, t])
            row[t] = word
            if word == tokens[1]:
                break
        rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(-1, T)


def _draw(scores: Array, warm: float, u: float) -> int:
    import torch

    if warm == 0:
        return min(range(len(scores)), key=lambda v: (-scores[v], v))
    p = torch.softmax(torch.tensor(scores, dtype=torch.float64) / warm, dim=0)
    return int(torch.searchsorted(p.cumsum(0), torch.tensor([u], dtype=torch.float64), right=True))


def memory(table: Array) -> Callable[[Array], Array]:
    """A step for sequences (K, t): log-probabilities (K, V) by the sum of the words and t."""
    import torch

    logs = torch.log_softmax(torch.tensor(table, dtype=torch.float64), dim=-1).numpy()

    def step(sequences: Array) -> Array:
        sums = sequences.sum(axis=1) + 3 * sequences[:, -1]
        return np.asarray(logs[sums % len(logs), sequences.shape[1] % logs.shape[1]])

    return step


def best_sequences(
    step: Callable[[Array], Array], start: int, width: int, T: int, end: int
) -> list[tuple[list[int], float]]:
    """The beam, by listing every sequence whose beginning was in the beam one word before."""
    beam: dict[tuple[int, ...], float] = {(): 0.0}
    for _ in range(T):
        every = {words: total for words, total in beam.items() if end in words}
        for words in beam.keys() - every.keys():
            logs = step(np.array([[start, *words]]))[0]
            every |= {(*words, v): beam[words] + float(log) for v, log in enumerate(logs)}
        ranked = sorted(every, key=lambda words: (-every[words], words))
        beam = {words: every[words] for words in ranked[:width]}
    return [(list(words), total) for words, total in beam.items()]


def all_sequences(
    step: Callable[[Array], Array], start: int, T: int, end: int
) -> list[tuple[list[int], float]]:
    """Every sentence that ends by END or after T words, and its log-probability, best first."""
    V = step(np.array([[start]])).shape[1]
    found: dict[tuple[int, ...], float] = {}
    for words in itertools.product(range(V), repeat=T):
        sentence = words[: words.index(end) + 1] if end in words else words
        if sentence not in found:
            logs = (step(np.array([[start, *sentence[:t]]]))[0][v] for t, v in enumerate(sentence))
            found[sentence] = float(sum(logs))
    ranked = sorted(found, key=lambda words: (-found[words], words))
    return [(list(words), found[words]) for words in ranked]


def bleu(candidates: Sequence[Words], references: Sequence[Sequence[Words]], n: int) -> float:
    """BLEU of a whole set of captions, without smoothing (Papineni et al. 2002)."""
    lengths = np.array(
        [
            (len(mine), min((abs(len(one) - len(mine)), len(one)) for one in due)[1])
            for mine, due in zip(candidates, references, strict=True)
        ]
    ).reshape(-1, 2)
    c, r = lengths.sum(axis=0)
    logs = []
    for size in range(1, n + 1):
        pairs = [
            (_grams(mine, size), [_grams(one, size) for one in due])
            for mine, due in zip(candidates, references, strict=True)
        ]
        # Of two counters, & is the smaller count and | the larger, n-gram by n-gram.
        hits = sum((mine & _union(due)).total() for mine, due in pairs)
        every = sum(mine.total() for mine, _ in pairs)
        logs.append(math.log(hits / every) if hits else -math.inf)
    return float(min(1.0, math.exp(1 - r / c)) * math.exp(np.mean(logs))) if c else 0.0


def _grams(words: Words, n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[i:] for i in range(n)), strict=False))


def _union(counters: Sequence[Counter[tuple[str, ...]]]) -> Counter[tuple[str, ...]]:
    whole: Counter[tuple[str, ...]] = Counter()
    for one in counters:
        whole |= one
    return whole


def attributes(caption: str, names: Mapping[str, Words]) -> dict[str, str | None]:
    """Shape, colour, pattern and ground of a caption; names: the words of "shape", and so on."""
    front, _, back = f" {caption.replace(',', ' ')} ".partition(" on ")
    found: dict[str, str | None] = {}
    for kind, text, words in (
        ("shape", front, names["shape"]),
        ("colour", front, names["colour"]),
        ("pattern", front, names["pattern"]),
        ("ground", back, names["colour"]),
    ):
        found[kind] = next(filter(set(words).__contains__, text.split()), None)
    found["pattern"] = found["pattern"] or "plain"
    return found


def attribute_accuracy(
    mine: Sequence[str], true: Sequence[str], names: Mapping[str, Words]
) -> dict[str, float]:
    """For each attribute the share of captions that name it correctly."""
    pairs = [(attributes(a, names), attributes(b, names)) for a, b in zip(mine, true, strict=True)]
    kinds = ("shape", "colour", "pattern", "ground")
    return {kind: float(np.mean([a[kind] == b[kind] for a, b in pairs])) for kind in kinds}


@oracle
def soft_attention(q: Any, keys: Any, values: Any, mask: Any = None) -> Any:
    """What is read: q (N, D), keys (N, L, D), values (N, L, C), mask (N, L) bool -> (N, C)."""
    import torch

    seen = None if mask is None else mask[:, None].bool()
    out = torch.nn.functional.scaled_dot_product_attention(q[:, None], keys, values, seen)
    return out[:, 0]


@oracle
def attention_weights(q: Any, keys: Any, mask: Any = None) -> Any:
    """(N, L) float64: what attention reads where place l holds a 1 at l and zeros elsewhere."""
    import torch

    places = torch.eye(keys.shape[1], dtype=q.dtype).expand(len(q), -1, -1)
    seen = None if mask is None else mask[:, None].bool()
    return torch.nn.functional.scaled_dot_product_attention(q[:, None], keys, places, seen)[:, 0]


@oracle
def attention_lstm(x: Any, h0: Any, c0: Any, A: Any, Wx: Any, Wh: Any, Wattn: Any, b: Any) -> Any:
    """All states and cells of an LSTM that reads A, (N, L, H), with its last state as the query.

    x: (N, T, D), h0 and c0: (N, H), Wx: (D, 4H), Wh and Wattn: (H, 4H), b: (4H,) float
    returns: (2, N, T, H) float64
    """
    import torch

    h, c, found = h0, c0, []
    to_gates, from_h, bias = (torch_order(w) for w in (torch.cat([Wx, Wattn]).T, Wh.T, b))
    for now in x.unbind(1):
        read = soft_attention.__wrapped__(h, A, A)  # type: ignore[attr-defined]
        inputs = torch.cat([now, read], dim=1)
        h, c = torch.lstm_cell(inputs, (h, c), to_gates, from_h, bias, torch.zeros_like(bias))
        found.append(torch.stack([h, c]))
    return torch.stack(found, dim=2)


@oracle
def expected_reward(scores: Any, rewards: Any) -> Any:
    """Sum over N of the mean reward of a place drawn from softmax(scores); both (N, L)."""
    import torch

    return (torch.softmax(scores, dim=1) * rewards).sum()


def reinforced(scores: Array, chosen: Array, rewards: Array, baseline: Array) -> Array:
    """REINFORCE's gradient: scores (N, L), chosen and rewards (N, S), baseline (N,) -> (N, L)."""
    surplus = rewards - baseline[:, None]
    (found,) = with_gradients(_mean_log, 1.0, scores, chosen, *_constants(surplus))[1:]
    return np.asarray(found)


def _constants(values: Array) -> tuple[Any, ...]:
    import torch

    return (torch.tensor(values, dtype=torch.float64),)


def _mean_log(scores: Any, chosen: Any, surplus: Any) -> Any:
    import torch

    logs = torch.log_softmax(scores, dim=1).gather(1, chosen)
    return (logs * surplus).mean(dim=1).sum()
