"""Which names can a student have? A name is part of paths, patterns, tables and pages."""

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
