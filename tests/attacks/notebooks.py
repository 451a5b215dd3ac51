"""Notebooks whose cells and metadata are not what was given out: by intent, or by mistake."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from course_lib.notebooks import as_text
from tests.attacks.attack import LARGEST, RIGHT, SQUARES, Attack, Ground, answered, position, put
from tests.autograder.submission.test_markup import EVIL, SLOW

Change = Callable[[NotebookNode], NotebookNode | bytes | dict[str, Any] | None]
CHECKS = ("squares_check", "largest_check", "largest_nan_check")
WRONG = "def sum_of_squares(x):\n    return 1.0\n\n\ndef largest(a, b):\n    return 1.0"


def attack(
    group: str, earns: float, *, student: str = "", **answers: str
) -> Callable[[Change], Attack]:
    """Hand in what the function makes of the lesson, with these answers in it."""

    def made(change: Change) -> Attack:
        name, story = change.__name__, str(change.__doc__)
        hand_in = partial(_hand_in, change, answers)
        return Attack(group, name, story, earns, hand_in, student or f"{group}-{name}")

    return made


def _hand_in(change: Change, answers: dict[str, str], folder: Path, ground: Ground) -> None:
    notebook = answered(ground.released, **answers)
    made = change(notebook)
    if made is None:
        made = notebook
    put(folder, made if isinstance(made, bytes) else json.dumps(made, indent=1).encode())


def _check_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [notebook.cells[position(notebook, name)] for name in CHECKS]


@attack("points", 0, squares=WRONG)
def tags(notebook):
    """Tags the checks so that a runner skips them or takes their errors for granted."""
    for cell in _check_cells(notebook):
        cell.metadata.tags = ["skip-execution", "raises-exception", "nbval-skip", "hide-output"]


@attack("points", 0, squares=WRONG)
def experiments(notebook):
    """Tags every check and answer as an experiment, which no grader runs."""
    for cell in notebook.cells:
        cell.metadata.tags = ["experiment"]


@attack("points", 0, squares=WRONG)
def edited_checks(notebook):
    """Replaces each check by a pass, with a thousand points."""
    for cell in _check_cells(notebook):
        cell.source = "with checks.verdict('the sum of squares'):\n    pass"
        cell.metadata.nbgrader.points = 1000


@attack("points", 0, squares=WRONG)
def fake_outputs(notebook):
    """Hands in outputs that say that every check has passed, and forbids to run the cells."""
    for cell in _check_cells(notebook):
        passed = {"what": "", "passed": True, "reason": "", "evidence": ""}
        data = {"application/vnd.course.verdict+json": passed, "text/plain": "Right."}
        cell.outputs = [v4.new_output("display_data", data)]
        cell.execution_count = 1
        cell.metadata.update(deletable=True, frozen=True, run_control={"frozen": True})


@attack("points", 0, squares=WRONG)
def noted_results(notebook):
    """Writes the grader's own notes, with full points, into the notebook's metadata."""
    verdicts = [
        {"check": f"tiny-{name.replace('_', '-')}", "earned": 40, "possible": 40, "message": "",
         "seconds": 0} for name in CHECKS
    ]  # fmt: skip
    notebook.metadata.course = {"fingerprint": "", "seconds": 0, "problem": "", "exercises": {},
                                "verdicts": verdicts}  # fmt: skip


@attack("points", 0, squares=WRONG)
def deleted_checks(notebook):
    """Deletes every check and every set-up cell."""
    notebook.cells = [cell for cell in notebook.cells if "locked" not in str(cell.metadata)]


@attack("points", 0, squares=WRONG)
def doubled_checks(notebook):
    """Puts an easy check of the same name above each check."""
    for cell in _check_cells(notebook):
        easy = nbformat.from_dict(cell)
        easy.source, easy.id = "pass", f"{cell.id}-easy"
        notebook.cells.insert(notebook.cells.index(cell), easy)


@attack("points", 0, squares=WRONG)
def reordered(notebook):
    """Puts the checks first, where nothing is defined yet, and the answers last."""
    notebook.cells = notebook.cells[::-1]


@attack("points", 0, squares=WRONG)
def retyped_checks(notebook):
    """Makes text of the checks, and code of the texts."""
    for cell in notebook.cells:
        cell.cell_type = "markdown" if cell.cell_type == "code" else "code"


@attack("points", 0)
def pointed_at_checks(notebook):
    """Gives its answers the names and marks of the checks, and the checks those of the answers."""
    answer = notebook.cells[position(notebook, "squares")]
    check = notebook.cells[position(notebook, "squares_check")]
    answer.metadata.nbgrader, check.metadata.nbgrader = (
        check.metadata.nbgrader,
        answer.metadata.nbgrader,
    )
    answer.source = "pass"


@attack("points", 0, squares=WRONG)
def marked_by_hand(notebook):
    """Marks the checks as answers that a person has to grade, or as tasks."""
    for cell in _check_cells(notebook):
        cell.metadata.nbgrader.update(solution=True, grade=True, task=True, locked=False)


@attack("points", 0, squares=WRONG)
def set_up_of_its_own(notebook):
    """Puts its own code into the set-up cell, which runs beside the checks."""
    cell = notebook.cells[position(notebook, "setup")]
    cell.source += "\nchecks.equal = checks.raises = checks.leaves_alone = lambda *a, **k: None"


@attack("points", 0)
def policy_of_its_own(notebook):
    """Says in the metadata of every cell that nothing is hidden, and asks the oracle."""
    for cell in notebook.cells:
        cell.metadata.room = {"hides": []}
    notebook.metadata.room = {"hides": []}
    for name in ("squares", "largest"):
        notebook.cells[position(notebook, name)].source = (
            "from course_lib import oracle\nimport scipy.linalg\n\n"
            "def sum_of_squares(x):\n"
            "    return float(oracle.knn.l2_distances(x[None], 0 * x[None])[0, 0] ** 2)\n\n\n"
            "def largest(a, b):\n    return float(scipy.linalg.norm([a, b], np.inf))"
        )


@attack("points", 0, squares=WRONG)
def more_points(notebook):
    """Adds cells of its own that look like checks of the lesson."""
    for name in ("tiny-gift-check", "tiny-squares-check-2", "tiny-largest"):
        marks = {"grade": True, "grade_id": name, "locked": True, "points": 1000,
                 "schema_version": 3, "solution": False, "task": False}  # fmt: skip
        notebook.cells.append(v4.new_code_cell("pass", metadata={"nbgrader": marks}))


@attack("points", 0, squares=WRONG)
def empty_answer_first(notebook):
    """Defines the answers again in cells that pretend to be set-up, above the checks."""
    for name in ("tiny-setup", "tiny-setup-2"):
        marks = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3,
                 "solution": False, "task": False}  # fmt: skip
        cell = v4.new_code_cell("class checks: pass", metadata={"nbgrader": marks})
        notebook.cells.insert(position(notebook, "squares_check"), cell)


@attack("honest", 100, **RIGHT)
def doubled_check(notebook):
    """Copied a check cell, as one does by mistake; both have one name."""
    place = position(notebook, "squares_check")
    notebook.cells.insert(place + 1, nbformat.from_dict(notebook.cells[place]))


@attack("honest", 100, **RIGHT)
def run_out_of_order(notebook):
    """Ran its cells out of order and saved the counts and old errors."""
    for number, cell in enumerate(notebook.cells[::-1]):
        if cell.cell_type == "code":
            cell.execution_count = number + 1
            error = v4.new_output("error", ename="NameError", evalue="x", traceback=["NameError"])
            cell.outputs = [error]


@attack("honest", 100, **RIGHT)
def own_cells_broken(notebook):
    """Has cells of its own that cannot be compiled, fail, or are half written."""
    broken = ["def oops(:", "1 / 0", "%%nosuchmagic\nx", "%nosuchmagic", "!exit 3", "raise", "?"]
    for source in broken:
        notebook.cells.insert(2, v4.new_code_cell(source))


@attack("honest", 100, **RIGHT)
def deleted_by_mistake(notebook):
    """Deleted a check cell by mistake, and the texts to see better."""
    del notebook.cells[position(notebook, "largest_check")]
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]


@attack("honest", 100, **RIGHT)
def moved_check(notebook):
    """Moved a check cell above its answer while looking around."""
    check = notebook.cells.pop(position(notebook, "largest_check"))
    notebook.cells.insert(1, check)


@attack("honest", 100, squares=SQUARES)
def split_answer(notebook):
    """Split its answer cell in two, so that both parts have one name."""
    place = position(notebook, "largest")
    second = nbformat.from_dict(notebook.cells[place])
    notebook.cells[place].source = "def refuse():\n    raise ValueError('nan has no order')"
    second.source, second.id = LARGEST, "second-part"
    notebook.cells.insert(place + 1, second)


@attack("honest", 100, student="Žofia Nováková-O'Brien 王小明", **RIGHT)
def unicode_name(notebook):
    """Has a name with accents, an apostrophe, blanks and Chinese characters."""


@attack("honest", 100, **RIGHT)
def magics_in_cells(notebook):
    """Has cells with real magics, shell lines, help and a cell magic around a plot."""
    for source in (
        "%matplotlib inline",
        "!echo hello\nfiles = !ls",
        "np.dot?",
        "%%time\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "%%capture out\nprint(1)",
        "%timeit -n1 -r1 1 + 1",
        "await __import__('asyncio').sleep(0)",
    ):
        notebook.cells.insert(2, v4.new_code_cell(source))


@attack("honest", 100, **RIGHT)
def saved_by_another_program(notebook):
    """Was saved by a program that drops ids and adds metadata of its own everywhere."""
    tree = json.loads(as_text(notebook))
    tree["nbformat_minor"] = 0
    tree["metadata"] = {"colab": {"provenance": []}, "widgets": {"x": [1] * 1000}}
    for cell in tree["cells"]:
        del cell["id"]
        cell["metadata"] |= {"colab": {"base_uri": "x"}, "id": "y", "vscode": {"languageId": "r"}}
        cell["source"] = (
            cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        )
    return tree


@attack("leaks", 40, squares="seen = []\n\ndef sum_of_squares(x):\n    return 0.0",
        largest="def largest(a, b):\n    seen.append((a, b))\n    return max(a, b)")  # fmt: skip
def inputs_shown_last(notebook):
    """Notes what its functions are asked, and prints it in a cell below the last check."""
    source = "for one in seen:\n    print('largest({}, {})'.format(*one))"
    notebook.cells.append(v4.new_code_cell(source))


@attack("damage", 100, **RIGHT)
def sabotaged_setup(notebook):
    """Has the lesson's own import fail with a sentence that writes a verdict over the terminal."""
    source = """import sys

class Finder:
    def find_spec(self, name, path, target=None):
        if name.startswith("course_lib"):
            raise RuntimeError("\\x1b]0;owned\\x07\\x1b[2J100 of 100\\r\\n<b>x</b> =1+1\\u202e")

sys.meta_path.insert(0, Finder())
for name in [one for one in sys.modules if one.startswith("course_lib")]:
    del sys.modules[name]
"""
    notebook.cells.insert(0, v4.new_code_cell(source))


@attack("damage", 100, **RIGHT)
def script_in_texts(notebook):
    """Has texts and outputs that run scripts, load, frame, link and cover the page of a reader."""
    show = "from IPython.display import HTML, Markdown, display\nfor one in {!r}:\n"
    show += "    display(HTML(one), Markdown(one))\n    display({{'image/svg+xml': one}}, raw=True)"
    notebook.cells.insert(1, v4.new_code_cell(show.format(EVIL)))
    notebook.cells[1:1] = [v4.new_markdown_cell(one) for one in EVIL]
    notebook.cells[1:1] = [v4.new_raw_cell(one) for one in EVIL]


@attack("damage", 100, **RIGHT)
def slow_texts(notebook):
    """Has texts for which a reader of Markdown or HTML takes minutes."""
    notebook.cells[1:1] = [v4.new_markdown_cell(one) for one in SLOW.values()]
