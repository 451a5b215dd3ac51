"""What does a student's saved notebook look like?"""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_lib.checks import box
from course_lib.checks.box import Broken, Judgement


def check(name, source, passed=None):
    meta = {"grade": True, "grade_id": f"{name}-check", "points": 5, "solution": False}
    if "verdict" not in source:
        source += "\nfrom course_lib import checks\nwith checks.verdict('t'): pass"
    cell = new_code_cell(source, metadata={"nbgrader": meta})
    if passed is not None:
        cell.execution_count = 1
        judgement = Judgement("t") if passed else Judgement("t", (Broken("Why."),), 0.0)
        cell.outputs = [new_output("display_data", box.bundle(judgement))]
        if not passed:
            cell.outputs.append(new_output("error", ename="NotYet", evalue="Not yet."))
    return cell


def solution(name):
    return new_code_cell("", metadata={"nbgrader": {"solution": True, "grade_id": name}})


def save(folder, lesson, *cells):
    path = folder / "notebooks" / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def two_lessons(folder):
    """A course of two lessons, the second with a check that is wrong."""
    save(folder, "00_start_here", solution("a"), check("a", "assert True"))
    save(folder, "01_knn", solution("b"), check("b", "assert 1 == 2, '[bold]no'"))
