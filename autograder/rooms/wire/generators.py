"""How does a random generator travel, and where may it come back to?

NumPy's as its state and the seed that it spawns from, PyTorch's as its state.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

_MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645  # of PCG64, O'Neill 2014
_MODULUS = 2**128
_MOST_DRAWS = 2**40
_MOST_CHILDREN = 10_000
_LONGEST = 100  # numbers of a seed
_LARGEST = 2**4096

Parts = list[Any]  # of a tree


def travels(value: object) -> bool:
    """Is it one of NumPy's that the other room can have?"""
    return type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64


def parts_of(generator: np.random.Generator) -> Parts:
    """What `made` makes a twin from: numbers in hexadecimal."""
    state: dict[str, Any] = generator.bit_generator.state  # type: ignore[assignment]
    numbers = (*state["state"].values(), state["has_uint32"], state["uinteger"])
    return [*[hex(number) for number in numbers], _seed(generator)]


def made(state: str, inc: str, has_uint32: str, uinteger: str, seed: object) -> np.random.Generator:
    """raises: ValueError, TypeError and others where this is no state of PCG64, or no seed"""
    numbers = [int(part, 16) for part in (state, inc, has_uint32, uinteger)]
    if not (0 <= numbers[0] < _MODULUS and 0 <= numbers[1] < _MODULUS and numbers[1] % 2):
        raise ValueError("no state of PCG64")
    bits = np.random.PCG64(0 if seed is None else _sequence(seed))
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": numbers[0], "inc": numbers[1]},
        "has_uint32": int(bool(numbers[2])),
        "uinteger": numbers[3] % 2**32,
    }
    return np.random.Generator(bits)


def advance(old: np.random.Generator, new: np.random.Generator) -> None:
    """Accept the state of a generator that was drawn or spawned from, and no other.

    A state that a student made up could make the examiner's later draws whatever suits.
    raises: TypeError
    """
    before: Any = old.bit_generator.state
    after: Any = new.bit_generator.state
    children = _children(new) - _children(old)
    if not (_leads_to(before["state"], after["state"]) and 0 <= children <= _MOST_CHILDREN):
        raise TypeError("A generator came back in a state that drawing from it does not lead to.")
    old.bit_generator.state = after
    if children:
        old.spawn(children)  # so that the next ones differ, as they do in a notebook


def torchs(state: NDArray[np.uint8]) -> "torch.Generator":
    """On the CPU, in this state; PyTorch itself refuses indices that point outside of it."""
    import torch

    generator = torch.Generator()
    plain = generator.get_state()
    # The last four bytes are a C++ bool and its padding.
    if state.shape != tuple(plain.shape) or state[-4] > 1 or state[-3:].any():
        raise ValueError("no state of mt19937")
    generator.set_state(torch.from_numpy(state.copy()))
    return generator


def _seed(generator: np.random.Generator) -> Parts | None:
    """What it spawns from; None where that is nothing of NumPy's own."""
    sequence = generator.bit_generator.seed_seq
    if type(sequence) is not np.random.SeedSequence:
        return None
    entropy = sequence.entropy
    numbers = [entropy] if isinstance(entropy, int | np.integer) else [*entropy]  # type: ignore[misc]
    parts = [[hex(int(one)) for one in some] for some in (numbers, sequence.spawn_key)]
    return [*parts, sequence.pool_size, sequence.n_children_spawned]


def _sequence(seed: Any) -> np.random.SeedSequence:
    *parts, size, children = seed
    entropy, key = ([int(one, 16) for one in some] for some in parts)
    if len(entropy) + len(key) > _LONGEST or not all(0 <= n < _LARGEST for n in entropy + key):
        raise ValueError("no seed")
    if not (type(size) is type(children) is int and 4 <= size <= _LONGEST):
        raise ValueError("no seed")
    return np.random.SeedSequence(
        entropy[0] if len(entropy) == 1 else entropy,
        spawn_key=key,
        pool_size=size,
        n_children_spawned=children,
    )


def _children(generator: np.random.Generator) -> int:
    return int(getattr(generator.bit_generator.seed_seq, "n_children_spawned", 0))


def _leads_to(before: dict[str, int], after: dict[str, int]) -> bool:
    """Do not too many draws lead from one state to the other? Found bit by bit."""
    state, goal = before["state"], after["state"]
    step, plus, bit, draws = _MULTIPLIER, before["inc"], 1, 0
    if after["inc"] != plus:
        return False
    while state != goal and bit < _MODULUS:
        if (state ^ goal) & bit:
            state, draws = (state * step + plus) % _MODULUS, draws | bit
        step, plus, bit = step * step % _MODULUS, (step + 1) * plus % _MODULUS, bit << 1
    return state == goal and draws < _MOST_DRAWS
