"""What the kit was asked for."""

from dataclasses import dataclass, replace
from pathlib import Path

from course_lib import speed


@dataclass(frozen=True)
class Settings:
    """Where things lie, and on what to run."""

    keep: Path  # data, compiled code: what the second step has from the first
    out: Path  # results
    peer: Path | None  # folder of a peer's scripts
    device: str
    toy: bool  # a handful of steps of tiny nets: a rehearsal of the kit itself

    def recipe(self, name: str) -> speed.Recipe:
        """The recipe of this name, as it is or as a toy."""
        whole = speed.RECIPES[name]
        if not self.toy:
            return whole
        small = {"widths": (4, 8, 8), "batch": 16, "epochs": 1.0, "bias_epochs": 0.5}
        return replace(whole, **small, compile=False, precision="float32")  # type: ignore[arg-type]

    def count(self, wanted: int) -> int:
        """So many runs, or few."""
        return min(wanted, 2) if self.toy else wanted
