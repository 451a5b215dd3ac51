"""Which parts of a text tell where the grader's machine keeps Python, its packages, the course?

They are of no use to a student, and nobody else's business.
"""

import functools
import re
import site
import sys
import sysconfig
from pathlib import Path

import course_lib


def trimmed(text: str) -> str:
    """The text with files of packages as `numpy/linalg/_linalg.py`, without where they lie."""
    return _roots().sub("", text) if "/" in text else text


@functools.cache
def _roots() -> re.Pattern[str]:
    known = sysconfig.get_paths()
    folders = {known[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {*sys.path, *site.getsitepackages(), site.getusersitepackages()}
    folders |= {sys.prefix, sys.base_prefix, str(Path(course_lib.__file__).parents[1])}
    folders |= {str(Path(folder).resolve()) for folder in folders}
    home = str(Path.home())  # IPython writes it as ~
    folders |= {"~" + folder.removeprefix(home) for folder in folders if folder.startswith(home)}
    # Deep ones first: packages lie within the prefix. Shallow ones, such as /usr, tell nothing.
    deep = sorted((f.rstrip("/") for f in folders if f.count("/") > 1), key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, deep)) + ")/")
