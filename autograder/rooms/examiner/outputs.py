"""Which outputs of a student's room go into the executed notebook?

The room caps them already, but nothing that comes from it is trusted.
"""

import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.rooms.examiner.paths import trimmed
from autograder.rooms.inside.shown import LEAST
from course_lib.checks import box

_LONGEST = 10_000  # characters of an error's line
_DEEPEST_TRACEBACK = 50  # lines
_ERRORS = 100_000  # bytes of a cell's errors, which tell more than what was printed before them
_SHORTEST = 100  # bytes of an error
_LARGEST_COUNT = 1_000_000  # of an executed cell


class Outputs:
    """What a room shows for one cell, as nbformat has it: well-formed, and none that is a verdict.

    limit: bytes of it that are kept; errors have as little again to themselves
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._cut = False
        self._begin()

    def add(self, outputs: object) -> None:
        """Keep what fits. Only the examiner says verdicts: a student's own are taken out."""
        for output in outputs if isinstance(outputs, list) else []:
            if not isinstance(output, dict) or output.get("output_type") == "cut":
                self._cut |= isinstance(output, dict)
                continue
            if output.get("output_type") == "stream":
                self._add_text(output)
            elif output.get("output_type") == "error" and self._left_for_errors < _SHORTEST:
                self._cut = True
            elif node := _node(output):
                self._add_node(node)

    def take(self) -> list[NotebookNode]:
        """What there is, and begin anew."""
        kept, cut = self._kept, self._cut
        self._begin()
        if cut:
            text = f"The output was cut: this cell wrote more than {self.limit:,} bytes.\n"
            kept.append(new_output("stream", name="stderr", text=text))
        return kept

    def _begin(self) -> None:
        self._kept: list[NotebookNode] = []
        self._left, self._left_for_errors, self._cut = self.limit, _ERRORS, False

    def _add_text(self, output: dict[Any, Any]) -> None:
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        text = _string(output.get("text"))
        self._cut |= len(text) > self._left
        text = trimmed(text[: self._left])
        size = len(json.dumps(text))
        last = self._kept[-1] if self._kept else None
        if last and last.get("name") == name:
            last.text += text
        elif text:
            self._kept.append(new_output("stream", name=name, text=text))
            size = max(size, LEAST)
        self._left = max(0, self._left - size)

    def _add_node(self, node: NotebookNode) -> None:
        is_error = node.output_type == "error"
        left = self._left_for_errors if is_error else self._left
        size = max(LEAST, len(json.dumps(node)))
        while is_error and size > left and node.traceback:
            size -= len(json.dumps(node.traceback.pop(0)))
        if size > left:
            self._cut = True
            return
        if is_error:
            self._left_for_errors -= size
        else:
            self._left -= size
        self._kept.append(node)


def clean(outputs: object, limit: int) -> list[NotebookNode]:
    """Outputs of one cell, all at once."""
    kept = Outputs(limit)
    kept.add(outputs)
    return kept.take()


def _node(output: dict[Any, Any]) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "error":
        lines = output.get("traceback")
        return new_output(
            "error",
            ename=_string(output.get("ename"))[:200],
            evalue=trimmed(_string(output.get("evalue"))[:_LONGEST]),
            traceback=[
                trimmed(_string(line)[:_LONGEST])
                for line in (lines if isinstance(lines, list) else [])[-_DEEPEST_TRACEBACK:]
            ],
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data = {
        mime: trimmed(value) if mime.startswith("text/") and type(value) is str else value
        for mime, value in _jsonable(output.get("data")).items()
        if _fits(mime, value)
    }
    if not data:
        return None
    node = new_output(kind, data=data, metadata=_jsonable(output.get("metadata")))
    if kind == "execute_result":
        count = output.get("execution_count")
        node.execution_count = count if type(count) is int and 0 <= count < _LARGEST_COUNT else None
    return node


def _fits(mime: str, value: object) -> bool:
    kind = mime.strip().lower()
    return not kind.startswith(box.MIME) and (isinstance(value, str) or kind.endswith("json"))


def _jsonable(entries: object) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in entries.items() if isinstance(entries, dict) else ():
        if type(key) is str:
            try:
                kept[key] = json.loads(json.dumps(value, allow_nan=False))
            except (TypeError, ValueError, RecursionError):
                continue
    return kept


def _string(value: object) -> str:
    return value if type(value) is str else ""
