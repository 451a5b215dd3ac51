"""How are a text's formulas shown, which Markdown knows nothing of?

On pages as MathML, which browsers draw themselves: no script, no font to load. In a terminal as
code, with every sign of their TeX.
"""

import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markupsafe import Markup

_FORMULA = re.compile(r"(\$\$?)(.+?)\1", re.DOTALL)
_PLACE = re.compile("\ue000(\\d+)\ue001")  # what stands for a formula while Markdown is read


def as_code(markdown: str) -> str:
    """A text for a reader that sets no formulas."""
    return _FORMULA.sub(lambda found: f"`{' '.join(found[2].split())}`", markdown)


def as_html(markdown: str) -> Markup:
    """A text as HTML with MathML; HTML that stands in it is text."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        formulas.append(_mathml_or_code(found[2], "block" if found[1] == "$$" else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    text = _FORMULA.sub(kept, _PLACE.sub("", markdown))
    page = MarkdownIt("js-default").render(text)
    return Markup(_PLACE.sub(lambda found: formulas[int(found[1])], page))


def as_mathml(latex: str, display: str) -> str:
    """A formula in MathML. Whatever stands in it, the result is MathML and text, and no link.

    display: "inline", or "block" for one that has a line to itself
    """
    # The converter knows one of two environments that look alike.
    root = convert_to_element(latex.replace("{aligned}", "{align*}"), display=display)
    for element in root.iter():
        element.text = html.unescape(element.text or "")  # it writes signs as references
        element.attrib.pop("href", None)
    return ElementTree.tostring(root, encoding="unicode")


def _mathml_or_code(latex: str, display: str) -> str:
    try:
        return as_mathml(latex, display)
    except Exception:  # whatever an edited notebook's dollar signs lead the converter to
        return f"<code>{html.escape(' '.join(latex.split()))}</code>"
