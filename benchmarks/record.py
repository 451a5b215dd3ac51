"""Run a benchmark and keep what it printed, for the numbers that the lessons quote.

    python benchmarks/record.py captioning train --seeds 3

Runs `python benchmarks/captioning.py train --seeds 3` and writes its output, under the command and
what it ran on, to benchmarks/results/captioning-train.md. tests/test_quoted.py compares the lessons
and the README with these files.
"""

import argparse
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def record_of(script: str, arguments: list[str]) -> Path:
    """Where the output of a benchmark lies: by its name, and the table that it makes."""
    what = [word for word in arguments[:1] if not word.startswith("-")]
    return RESULTS / f"{'-'.join([script, *what])}.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("script", help="a file of this folder, without .py")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what it is given")
    chosen = parser.parse_args()
    command = ["python", f"benchmarks/{chosen.script}.py", *chosen.arguments]
    came = subprocess.run(
        [sys.executable, *command[1:]], cwd=HERE.parent, stdout=subprocess.PIPE, text=True
    )
    print(came.stdout, end="")
    if came.returncode:
        return came.returncode
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy"))
    made_on = f"{date.today():%-d %B %Y}, Python {platform.python_version()}, {libraries}"
    path = record_of(chosen.script, chosen.arguments)
    path.write_text(f"`{' '.join(command)}`, {made_on}:\n\n{came.stdout}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
