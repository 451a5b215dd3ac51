"""Does a random generator do in the other room what it does in a notebook?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.rooms.examiner.link import Link
from autograder.rooms.wire import values as wire
from autograder.rooms.wire.generators import advance, made, parts_of

Linked = Callable[..., Link]
SEEDS: list[Any] = [
    3,
    2**200 + 1,
    [1, 2**70, 3],
    np.int64(7),
    np.random.SeedSequence(5, spawn_key=(7, 2**40)),
    np.random.SeedSequence([4, 5], pool_size=8, n_children_spawned=3),
]
USES = {
    "a child": "def f(rng): return rng.spawn(1)[0].normal(size=3)",
    "children": "def f(rng): return np.stack([c.random(2) for c in rng.spawn(3)])",
    "a grandchild": "def f(rng): return rng.spawn(2)[1].spawn(1)[0].integers(9, size=4)",
    "a child of its seed": "def f(rng):\n"
    "    return np.random.default_rng(rng.bit_generator.seed_seq.spawn(1)[0]).random(3)",
    "both": "def f(rng): return rng.normal() + rng.spawn(1)[0].normal() + rng.normal()",
}


def twin(rng: np.random.Generator) -> np.random.Generator:
    return made(*parts_of(rng))


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_spawns_the_same(seed: Any):
    """Does what arrives draw and spawn as what was sent?"""
    rng = np.random.default_rng(seed)
    rng.spawn(2)
    rng.random(3)
    came = twin(rng)
    assert came.random(3).tolist() == rng.random(3).tolist()
    for mine, due in zip(came.spawn(2), rng.spawn(2)):
        assert mine.random(3).tolist() == due.random(3).tolist()
        assert mine.spawn(1)[0].random() == due.spawn(1)[0].random()


@pytest.mark.parametrize("cell", USES.values(), ids=USES)
def test_as_in_the_notebook(linked: Linked, cell: str):
    """Do a room's functions draw the notebook's numbers, call by call, and leave the generator
    as they do there?"""
    space: dict[str, Any] = {"np": np}
    exec(cell, space)
    f = linked("import numpy as np", cell).ask("names", ["f"])["f"]
    rng, theirs = np.random.default_rng(11), np.random.default_rng(11)
    for _ in range(3):
        assert np.array_equal(space["f"](rng), f(theirs))
    assert rng.random() == theirs.random()
    assert rng.spawn(1)[0].random() == theirs.spawn(1)[0].random()


def test_a_child_that_is_kept(linked: Linked):
    """Does a generator within a dict go on, and one that was returned travel back?"""
    cell = (
        "import numpy as np\ndef start(rng): return {'rng': rng.spawn(1)[0]}\n"
        "def step(state): return state['rng'].random(), state['rng'].spawn(1)[0].random()"
    )
    space: dict[str, Any] = {}
    exec(cell, space)
    room = linked(cell).ask("names", ["start", "step"])
    draws = []
    for functions in (space, room):
        state = functions["start"](np.random.default_rng(2))
        draws.append([functions["step"](state), functions["step"](state)])
    assert draws[0] == draws[1]
    assert draws[0][0] != draws[0][1]


def test_states_that_were_made_up():
    """Is a generator refused that came back where no drawing and no spawning leads?"""
    for change in (
        lambda rng: rng.bit_generator.advance(2**60),
        lambda rng: setattr(rng.bit_generator, "state", np.random.PCG64(1).state),
    ):
        old, new = np.random.default_rng(0), np.random.default_rng(0)
        change(new)
        with pytest.raises(TypeError, match="does not lead to"):
            advance(old, new)
    for before, after in ((5, 4), (0, 100_000)):
        old, new = (
            np.random.default_rng(np.random.SeedSequence(0, n_children_spawned=count))
            for count in (before, after)
        )
        with pytest.raises(TypeError, match="does not lead to"):
            advance(old, new)


@pytest.mark.parametrize(
    "seed",
    [
        [],
        [["0x1"], [], 4],
        [["0x1"], [], 4, -1],
        [["0x1"], [], 4, 2**40],
        [["0x1"], [], 4, True],
        [["0x1"], [], 10**9, 0],
        [["0x1"], [], 3, 0],
        [["-0x1"], [], 4, 0],
        [["0x1"], ["-0x1"], 4, 0],
        [["0x1" + 2000 * "0"], [], 4, 0],
        [["0x1"] * 200, [], 4, 0],
        [[1], [], 4, 0],
        ["0x1", [], 4, 0],
        {"entropy": 1},
        7,
    ],
    ids=str,
)
def test_malformed_seeds(seed: object):
    """Does a seed that no encoder writes end in one kind of error?"""
    parts = parts_of(np.random.default_rng(0))[:4]
    with pytest.raises(wire.Malformed):
        wire.decode(["g", *parts, seed], [], lambda tree: None)
