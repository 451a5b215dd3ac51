"""What does the site say of course_lib? Its public names and their docstrings, by autodoc."""

import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from docutils import nodes
from numpy.typing import ArrayLike, DTypeLike
from sphinx.util.typing import stringify_annotation

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The packages that notebooks import, each with its topics where these are names of it.
PACKAGES = {"checks": False, "data": False, "figures": True, "oracle": True, "speed": True}
_NAME = re.compile(rf"(?:course_lib\.)?((?:{'|'.join(PACKAGES)})\.[\w.]+)(?:\(.*\))?", re.DOTALL)
# "x: (N, D) float64" or "returns: loss, float": a docstring's line on an argument or a result.
_ARGUMENT = re.compile(r"(\*{0,2}\w+(?:, \*{0,2}\w+)*): (.+)")
# What type checkers read in an array's type, and no reader wants to.
_ARRAY = re.compile(
    r"(?:~?numpy\.)?ndarray\[tuple\[(?:~?typing\.)?Any, \.\.\.\], (?:~?numpy\.)?dtype\[[^\]]+\]\]"
)


def reference_page(package: str) -> str:
    """The page of one package, in reStructuredText."""
    name = f"course_lib.{package}"
    face = import_module(name)
    parts = [_heading(name, "="), f".. automodule:: {name}\n   :members:"]
    if PACKAGES[package]:
        public = ", ".join(getattr(face, "__all__", ()))
        for topic in sorted(module.name for module in pkgutil.iter_modules(face.__path__)):
            parts.append(_heading(f"{package}.{topic}", "-"))
            parts.append(
                f".. automodule:: {name}.{topic}\n   :members:\n   :exclude-members: {public}"
            )
    return "\n\n".join(parts) + "\n"


def setup(app: "Sphinx") -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("autodoc-process-docstring", _rewrite)
    app.connect("autodoc-process-signature", _shorten)
    app.connect("doctree-resolved", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def as_rst(docstring: list[str]) -> list[str]:
    """A docstring of the course in reStructuredText: its lines on arguments as definitions."""
    lines: list[str] = []
    defining = False
    for line in docstring:
        found = _ARGUMENT.fullmatch(line)
        if lines and lines[-1] and bool(found) != defining and not line.startswith(" "):
            lines.append("")
        if found:
            defining = True
            lines += [f"``{found[1]}``", f"    {_plain(found[2])}"]
        elif defining and line.startswith(" "):
            lines.append(f"    {_plain(line.strip())}")
        else:
            defining = False
            lines.append(_plain(line))
    return lines


def _plain(text: str) -> str:
    """Text without a meaning of its own, but for what stands between backticks."""
    parts = re.split(r"`([^`]*)`", text)
    words = [re.sub(r"([\\*|_])", r"\\\1", part) for part in parts[::2]]
    code = [f"``{part}``" for part in parts[1::2]]
    return "".join(a + b for a, b in zip(words, [*code, ""], strict=True))


def _rewrite(
    app: "Sphinx", what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = as_rst(lines)


def _shorten(
    app: "Sphinx",
    what: str,
    name: str,
    thing: Any,
    options: Any,
    signature: str | None,
    result: str | None,
) -> tuple[str | None, str | None]:
    return signature and _short(signature), result and _short(result)


def _short(types: str) -> str:
    """A signature with the names that authors gave to types, in place of what these stand for."""
    for alias in (ArrayLike, DTypeLike):
        short = "ArrayLike" if alias is ArrayLike else "DTypeLike"
        types = types.replace(stringify_annotation(alias, "smart"), short)
    return _ARRAY.sub("ndarray", types)


def _link(app: "Sphinx", doctree: nodes.document, page: str) -> None:
    """Names of course_lib in the text of a page lead to what the reference says of them."""
    known = app.env.domains["py"].objects
    for literal in list(doctree.findall(nodes.literal)):
        found = _NAME.fullmatch(literal.astext())
        entry = known.get(f"course_lib.{found[1]}") if found else None
        if entry and entry.docname != page and not isinstance(literal.parent, nodes.reference):
            address = app.builder.get_relative_uri(page, entry.docname) + f"#{entry.node_id}"
            link = nodes.reference("", "", internal=True, refuri=address)
            literal.replace_self(link)
            link += literal


def _heading(text: str, mark: str) -> str:
    return f"{text}\n{mark * len(text)}"
