"""What does a cell's header say? The short form of authors, as the marks that nbgrader knows."""

from nbformat import NotebookNode, from_dict

from course_lib.errors import CourseError

# By the word in the header: how the cell's id ends, and what nbgrader does with the cell.
KINDS = {
    "setup": ("-setup", {"grade": False, "locked": True, "solution": False}),
    "answer": ("", {"grade": False, "locked": False, "solution": True}),
    "check": ("-check", {"grade": True, "locked": True, "solution": False}),
    "written": ("", {"grade": True, "locked": False, "solution": True}),
}


def expand(cell: NotebookNode) -> None:
    """Turn `check="conv-1d" points=5` into nbgrader's marks of the check `conv-1d-check`.

    raises: CourseError where a header says two things, or not enough
    """
    words = [word for word in (*KINDS, "nbgrader") if word in cell.metadata]
    points = cell.metadata.get("points")
    header = " ".join(f"{word}={cell.metadata[word]!r}" for word in words)
    if len(words) > 1:
        raise CourseError(f"A cell is one of {', '.join(KINDS)}; a header says {header}.")
    if ("check" in words or "written" in words) != (points is not None):
        raise CourseError(
            f"A check and an answer in words have points, nothing else: {header or f'{points=}'}."
        )
    if "written" in words and cell.cell_type != "markdown":
        raise CourseError(f"An answer in words is a [markdown] cell; {header} is none.")
    if words == ["nbgrader"] and cell.metadata["nbgrader"].get("schema_version") != 3:
        cell_id = cell.metadata["nbgrader"].get("grade_id", "a cell")
        raise CourseError(
            f"The marks of {cell_id!r} are in an old form: write answer=..., setup=... or "
            'check=... points=... into its header, or "schema_version": 3 into its nbgrader={...}.'
        )
    if words in ([], ["nbgrader"]):
        return
    name = cell.metadata.pop(words[0])
    if not isinstance(name, str) or not name:
        raise CourseError(f"A cell's name is text in quotes; a header says {header}.")
    ending, marks = KINDS[words[0]]
    fields = {"grade_id": name + ending, "schema_version": 3, "task": False, **marks}
    if points is not None:
        if isinstance(points, bool) or not isinstance(points, int) or points < 0:
            raise CourseError(f"Points are a whole number; {header} has {points!r}.")
        fields["points"] = cell.metadata.pop("points")
    cell.metadata["nbgrader"] = from_dict(fields)
