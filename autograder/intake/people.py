"""Which names can a student have? A name is part of paths, patterns, tables and pages."""

import re
import unicodedata

from course_lib.printable import shown

LONGEST = 100  # characters; nbgrader's gradebook takes 128, a file's name 255 bytes
MOST_BYTES = 200
SIGNS = "*?[]\\/"  # nbgrader reads the first four as patterns


def unfit(name: str) -> str:
    """Why nobody can be called so, in a sentence; "" for an ordinary name."""
    if not name.strip() or name.startswith("."):
        return "That is no student's name."
    if len(name) > LONGEST or len(name.encode("utf-8", "replace")) > MOST_BYTES:
        return f"The student's name has {len(name)} characters, more than a gradebook takes."
    if shown(name) != name:
        return "The student's name has characters in it that cannot be seen."
    if found := [sign for sign in name if sign in SIGNS]:
        return f"The student's name has a {found[0]} in it, which no file's name should."
    return ""


def key(name: str, number: str = "") -> str:
    """What a person is called in paths and the gradebook: their name and their system's number.

    With a number any name will do, for what no path can hold is left out of it; without one the
    name is all there is, and stays as it is.
    """
    if not number:
        return name
    seen = "".join(sign for sign in name if sign not in SIGNS and shown(sign) == sign)
    words = " ".join(seen.split()).lstrip(". ")[:60]
    while len(words.encode()) > MOST_BYTES // 2:
        words = words[:-1]
    safe = re.sub(r"[^\w.@+-]", "-", number)
    return f"{words.strip()}_{safe}" if words.strip() else safe


def spelled(name: str) -> str:
    """A name as it is compared: without capitals, spaces and signs; Canvas writes names so."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def parted(name: str) -> tuple[str, str]:
    """First and last name of "Li, Ada" and "Ada Li"; for showing, since no rule fits everybody."""
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()
