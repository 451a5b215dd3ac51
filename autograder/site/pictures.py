"""How do pictures leave the text of a page? Each becomes a file that is named after its content."""

import base64
import hashlib
import re
from pathlib import Path

from course_lib.files import write

_INLINE = re.compile(r"data:image/(png|svg\+xml);base64,([A-Za-z0-9+/=]+)")
_ENDINGS = {"png": "png", "svg+xml": "svg"}


def moved_out(markup: str, folder: Path, address: str) -> str:
    """The markup with the address of a file in place of each picture that it holds.

    folder: where the files are written
    address: of this folder, as the page sees it: "../../figures"
    """

    def move(found: re.Match[str]) -> str:
        content = base64.b64decode(found[2])
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{_ENDINGS[found[1]]}"
        if not (folder / name).is_file():
            write(folder / name, content)
        return f"{address}/{name}"

    return _INLINE.sub(move, markup)
