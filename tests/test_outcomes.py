"""What did each check of a saved notebook come to?"""

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from course_lib.checks import box
from course_lib.checks.box import Broken, Judgement
from course_lib.outcomes import outcomes_of
from tests.executing import check


def test_outcomes_of_a_saved_notebook():
    """Is a saved notebook read as its student saw it: cleared, passed, failed?"""

    def saved(name, *outputs, points=5, count=None):
        cell = check(name, "pass", points)
        cell.outputs, cell.execution_count = list(outputs), count
        return cell

    def shown(*broken, share=0.0):
        judgement = Judgement("t", broken, share if broken else 1.0, 10.0 if share else 0.0)
        return nbformat.v4.new_output("display_data", box.bundle(judgement))

    def error(text=""):
        return nbformat.v4.new_output("error", ename="NotYet", evalue=text, traceback=[])

    why = Broken("Why.")
    cells = [
        new_markdown_cell(""),
        saved("cleared"),
        saved("silent", count=3),
        saved("failed", error("Not yet: t. Why."), points=2, count=4),
        saved("boxed", shown(), count=5),
        saved("left", shown(why)),
        saved("part", shown(why, share=0.58), error(), points=10),
    ]
    notebook = new_notebook(cells=cells)
    assert [(o.check, o.fate, o.message, o.points) for o in outcomes_of(notebook)] == [
        ("cleared", "not run", "Not run.", 5),
        ("silent", "error", "The check ended without a verdict.", 5),
        ("failed", "not yet", "Not yet: t. Why.", 2),
        ("boxed", "right", "Right: t.", 5),
        ("left", "error", "Not yet: t. Why.", 5),
        ("part", "not yet", "In part: t, 5.8 of 10 points. Why.", 10),
    ]
    assert [o.earned for o in outcomes_of(notebook)] == [0, 0, 0, 5, 0, 5.8]
