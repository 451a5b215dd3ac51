"""How are a text's formulas shown?"""

from xml.etree import ElementTree

from course_lib.desk.formulas import as_code, as_html


def test_code_keeps_every_sign() -> None:
    """Is TeX code, so that Markdown takes none of its signs?"""
    assert as_code("a $x_1 * y_1 * z$ b") == "a `x_1 * y_1 * z` b"
    assert as_code("$$a\\,b\n= c$$ and 5 dollars") == "`a\\,b = c` and 5 dollars"


def test_a_formula_on_a_page_is_mathml() -> None:
    """Is a formula drawn, in the text or in a line of its own, and the rest Markdown?"""
    page = as_html("Why *is* $x_1 * y_1 * z$ small?\n\n$$\\frac{a}{b}$$")
    root = ElementTree.fromstring(f"<div>{page}</div>")
    kinds = [one.get("display") for one in root.iter() if one.tag.endswith("math")]
    assert kinds == ["inline", "block"]
    assert "<em>is</em>" in page
    assert "frac" in page
    assert "$" not in page


def test_what_is_no_formula_is_text() -> None:
    """Does HTML stay text, within dollar signs, too, and does nothing stand for a formula?"""
    assert "<b>" not in as_html("<b>a</b> and $<b>x</b>$")
    script = "<script>x</script>"
    for formula in (rf"\text{{{script}}}", rf"\frac{{{script}", script, r"\text{&lt;script>}"):
        assert "<script" not in as_html(f"${formula}$")
    assert "javascript" not in as_html(r"$\href{javascript:x}{y}$")
    assert as_html("\ue0000\ue001 costs 5 $") == "<p>costs 5 $</p>\n"
