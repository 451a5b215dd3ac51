"""Writes the folder that a machine with a GPU needs, and nothing else: `make gpu-kit`.

    python -m benchmarks.gpu.pack [FOLDER]     # build/gpu without one

Such a machine may have no network, and none of the packages by which a lesson is read. So the
lesson's answers are taken out of it here and travel as a plain module.
"""

import ast
import shutil
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import lesson
from course_lib import files, speed
from course_lib.cells import is_setup

ROOT = Path(__file__).parents[2]
# What the kit's own modules import, and what these import.
LIBRARY = ("__init__.py", "class_numbers.py", "errors.py", "files.py", "topics.py")
LIBRARY += ("data", "figures", "speed")
OTHERS = ("benchmarks/speedrun.py", "benchmarks/gpu", "LICENSE")
# Beside the parts of a recipe: what the lesson measures with.
MEASURING = ("scores_of", "seconds_per_call")

START = '''"""Starts the kit: README.md says how."""

import sys
import time

began = time.monotonic()  # before PyTorch is imported: that takes seconds, too

from benchmarks.gpu.kit import main

sys.exit(main(began))
'''


def needed(statements: Sequence[ast.stmt], wanted: Sequence[str]) -> list[ast.stmt]:
    """Of a module's statements those that the wanted names need, in their order."""
    single: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.Import):
            single += [ast.Import([name]) for name in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            source, level = statement.module, statement.level
            single += [ast.ImportFrom(source, [name], level) for name in statement.names]
        else:
            single.append(statement)
    kept, due = set[int](), set(wanted)
    for place in reversed(range(len(single))):
        if due & _binds(single[place]):
            kept.add(place)
            due |= {node.id for node in ast.walk(single[place]) if isinstance(node, ast.Name)}
    return [single[place] for place in sorted(kept)]


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(name.asname or name.name).split(".")[0] for name in statement.names}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {
        node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)
    }


def answers_module() -> str:
    """Lesson 15's answers, as far as a recipe or a measurement needs them, as a module's text."""
    source = source_notebook(lesson(ROOT, "15_gpu_convnet"))
    cells = [cell for cell in source.cells if cell.cell_type == "code" and is_setup(cell)]
    cells += [exercise.solution for exercise in exercises_of(source)]
    statements = [statement for cell in cells for statement in ast.parse(cell.source).body]
    wanted = [*(field.name for field in fields(speed.Parts)), *MEASURING]
    chosen = needed(statements, wanted)
    missing = set(wanted).difference(*(_binds(statement) for statement in chosen))
    if missing:
        raise SystemExit(f"Lesson 15 has no answer called {', '.join(sorted(missing))}.")
    told = '"""Lesson 15\'s answers, taken out of the lesson by benchmarks/gpu/pack.py."""'
    return "\n\n".join([told, *map(ast.unparse, chosen)]) + "\n"


def pack(folder: Path) -> None:
    """Writes the kit into the folder; what was there goes."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*OTHERS, *(f"course_lib/{name}" for name in LIBRARY)):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, target)
    (folder / "benchmarks/gpu/pack.py").unlink()
    (folder / "benchmarks/gpu/README.md").rename(folder / "README.md")
    files.write(folder / "__main__.py", START)
    files.write(folder / "lesson_answers.py", answers_module())


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "gpu"
    pack(place)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    print(f"{place}: {size / 2**20:.1f} MB. Its README.md says how to use it.")
