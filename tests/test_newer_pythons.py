"""Does the code do without what newer Pythons removed? (What's New in Python 3.12, 3.13, 3.14.)"""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
FOLDERS = ("autograder", "benchmarks", "course_lib", "solutions", "tests")
FILES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
_MODULES = """
aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib
nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib
"""
_NAMES = """
ast.Bytes ast.Ellipsis ast.NameConstant ast.Num ast.Str asyncio.set_child_watcher
configparser.SafeConfigParser importlib.find_loader inspect.formatargspec inspect.getargspec
importlib.util.module_for_loader importlib.util.set_loader importlib.util.set_package
locale.resetlocale pathlib.Path.link_to pkgutil.find_loader pkgutil.get_loader pkgutil.ImpImporter
pkgutil.ImpLoader pty.master_open pty.slave_open sqlite3.OptimizedUnicode ssl.match_hostname
ssl.wrap_socket tempfile.mktemp typing.ByteString typing.io typing.re unittest.findTestCases
unittest.makeSuite webbrowser.MacOSX
"""
MODULES, NAMES = {*_MODULES.split()}, {*_NAMES.split()}


def removed(source: str) -> Iterator[str]:
    """What of a module's text is in no newer Python."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            used = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            used = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            used = [ast.unparse(node)]
        else:
            continue
        yield from (name for name in used if name in NAMES or name.partition(".")[0] in MODULES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_removed_is_used(file: Path) -> None:
    """Is neither a module nor a function used that is gone, and no escape that will be an error?"""
    text = file.read_text(encoding="utf-8")
    assert list(removed(text)) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(text, str(file), "exec")


def test_it_is_seen() -> None:
    """Is each way to use what is gone seen?"""
    text = (
        "import imp\nfrom distutils.core import setup\nimport ast\nast.Num\nfrom inspect import *"
    )
    assert list(removed(text)) == ["imp", "distutils.core", "distutils.core.setup", "ast.Num"]
    assert list(removed("from inspect import getargspec")) == ["inspect.getargspec"]
    assert list(removed("imp = 1\nnp.imp")) == []
