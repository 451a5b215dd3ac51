"""Which outputs of a student's room go into the executed notebook?

The room caps them already, but nothing that comes from it is trusted.
"""

import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.rooms.examiner.paths import trimmed
from course_lib.checks import box

_LONGEST = 10_000  # characters of an error's line
_DEEPEST_TRACEBACK = 50  # lines


def clean(outputs: object, limit: int) -> list[NotebookNode]:
    """Outputs as nbformat has them: well-formed, at most `limit` bytes, and none that is a verdict.

    Only the examiner says verdicts: a student's own are taken out.
    """
    kept: list[NotebookNode] = []
    left, cut = limit, False
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict) or output.get("output_type") == "cut":
            cut = cut or isinstance(output, dict)
            continue
        node = _node(output)
        if node is None:
            continue
        size = len(json.dumps(node)) if node.output_type != "error" else 0
        if size > left:
            cut = True
            if node.output_type != "stream":
                continue
            node.text, size = node.text[: max(left, 0)], left
        left -= size
        _add(kept, node)
    if cut:
        text = f"The output was cut: this cell wrote more than {limit:,} bytes.\n"
        kept.append(new_output("stream", name="stderr", text=text))
    return kept


def _add(kept: list[NotebookNode], node: NotebookNode) -> None:
    last = kept[-1] if kept else None
    if node.output_type == "stream" and last and last.get("name") == node.name:
        last.text += node.text
    else:
        kept.append(node)


def _node(output: dict[Any, Any]) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=trimmed(_string(output.get("text"))))
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
        node.execution_count = count if type(count) is int else None
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
