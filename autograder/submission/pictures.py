"""Which pictures that a student pasted into texts are kept?"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

FIRST_BYTES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
LARGEST = 2_000_000  # characters of one picture, in base64
MOST = 20_000_000  # of all in a notebook

Pictures = dict[str, dict[str, str]]  # as nbformat has a cell's attachments: name, type, base64


def pasted(cells: Iterable[dict[str, Any]]) -> list[Pictures]:
    """The pictures of each cell, well-formed and by their first bytes what they claim to be."""
    left = MOST
    kept = []
    for cell in cells:
        attachments = cell.get("attachments") if cell.get("cell_type") == "markdown" else None
        pictures: Pictures = {}
        for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
            fit = isinstance(bundle, dict) and len(name) < 200 and name.isprintable()
            for kind in FIRST_BYTES if fit else ():
                text = _canonical(kind, bundle.get(kind))
                if text and len(text) <= left:
                    left -= len(text)
                    pictures.setdefault(name, {})[kind] = text
        kept.append(pictures)
    return kept


def _canonical(kind: str, value: object) -> str:
    """The picture in base64; "" where it is none."""
    lines = value if isinstance(value, list) else [value]
    given = "".join(line for line in lines if isinstance(line, str))
    if len(given) > 2 * LARGEST:
        return ""
    try:
        content = base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    text = base64.b64encode(content).decode()
    return text if content.startswith(FIRST_BYTES[kind]) and len(text) <= LARGEST else ""
