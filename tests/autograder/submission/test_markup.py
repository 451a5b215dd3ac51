"""What is left of a student's markup, and how long it takes to say so."""

import re
import time

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode, v4

from autograder.submission import markup
from course_lib.checks import box

PNG = "iVBORw0KGgo="
ORDINARY = r"""# A *title* with `code`

Text, ~~gone~~, with $x_1^2 < 3$, a [link](https://example.org/a_b), &lt;b&gt; and H<sub>2</sub>O.

| right | left |
|------:|------|
| 1     | **2** |

$$\begin{pmatrix} a & b \\ c & d \end{pmatrix} * _x_ * $$

\begin{equation} y = [w](x) \end{equation}

```python
def f(x):

    return x_1 * 2  # [a](b)
```

3. three
4. four

> quoted

![a picture](attachment:a.png)
<details><summary>more</summary>there</details>
"""
EVIL = [
    "<script>alert(1)</script>",
    "<ScRiPt src=https://evil.example/x.js></sCrIpT>",
    '<iframe src="https://evil.example"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<meta http-equiv="refresh" content="0; url=https://evil.example">',
    '<base href="https://evil.example/">',
    "<img src=x onerror=alert(1)>",
    "<img src=https://evil.example/beacon.png>",
    "![a](https://evil.example/beacon.png)",
    '![a](x"onerror="alert(1))',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x) <a href='java\nscript:alert(1)'>b</a>",
    "\\[a\\](javascript:alert(1)) `[a]`(javascript:alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    "<svg onload=alert(1)><script>alert(2)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<div style='position:fixed;inset:0;background:url(https://evil.example)'>cover</div>",
    "<style>@import 'https://evil.example/x.css'; body {display: none}</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example><input name=q><button>Send</button></form>",
    "<object data=x></object><embed src=x><video src=https://evil.example/x onerror=a()></video>",
    '<script type="text/x-mathjax-config">MathJax.Hub.Config({})</script>',
    "<div id=notebook class='jp-Mermaid navbar' data-link=x name=base_url>x</div>",
    "<pre class=mermaid>graph</pre>",
    "<!-- <script>alert(1)</script> --><![CDATA[<script>alert(1)</script>]]>",
    "$$ <script>alert(1)</script> $$ $<img src=x onerror=alert(1)>$",
    "<div>\n\n[a](javascript:alert(1))\n\n</div>\n\n```\n</pre><script>alert(1)</script>\n```",
    "<p title='\n\n<script>alert(1)</script>'>x</p>",
    "<p title='$$'>x</p> <p title='$$ <script>'>y</p>",
]
HARMLESS = {"class", "rel", "style", "href", "src", "alt", "title", "start", "colspan", "rowspan"}


def shown(*cells: NotebookNode) -> list[NotebookNode]:
    notebook = v4.new_notebook(cells=list(cells))
    markup.clean(notebook)
    return list(notebook.cells)


def text(source: str) -> NotebookNode:
    return v4.new_markdown_cell(source, attachments={"a.png": {"image/png": PNG}})


def harmless(made: str) -> BeautifulSoup:
    """What a browser makes of it; fails where that could run, load or restyle anything."""
    page = BeautifulSoup(made, "html.parser")
    for tag in page.find_all(True):
        assert tag.name in markup._TAGS.split()
        assert tag.attrs.keys() <= HARMLESS
        assert re.match("#|https?:|mailto:", tag.get("href", "#"))
        assert tag.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
        assert re.fullmatch("text-align:[a-z]+", tag.get("style", "text-align:left"))
    return page


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_runs_loads_or_restyles(evil: str) -> None:
    """Is nothing of it left, however a page reads what is written, as Markdown or as HTML?"""
    (cell,) = shown(text(evil))
    for made in (cell.source, markdown2html_mistune(cell.source)):
        harmless(made)
    output = v4.new_output("display_data", {"text/html": evil})
    (run,) = shown(v4.new_code_cell("", outputs=[output]))
    harmless(run.outputs[0].data["text/html"])


def test_ordinary_texts_look_as_before() -> None:
    """Do text, tables, mathematics, code and pasted pictures come out as nbconvert makes them?"""
    exporter = HTMLExporter(template_name="classic", exclude_anchor_links=True)
    before, after = (
        BeautifulSoup(exporter.from_notebook_node(v4.new_notebook(cells=[cell]))[0], "html.parser")
        for cell in (text(ORDINARY), *shown(text(ORDINARY)))
    )
    old, new = (page.select_one(".text_cell_render") for page in (before, after))
    new.div.unwrap()
    for link in new.select("a"):
        del link["rel"]
    for cell in old.select("[style]"):
        cell["style"] = cell["style"].replace(" ", "")
    assert "".join(new.decode().split()) == "".join(old.decode().split())
    assert "a & b \\\\ c & d \\end{pmatrix}" in new.text
    assert f"data:image/png;base64,{PNG}" in new.decode()


def test_once_more_changes_nothing() -> None:
    """Does what is written come through a second cleaning, and a reader of Markdown, as it is?"""
    (cell,) = shown(text(ORDINARY))
    page = markdown2html_mistune(cell.source).strip()
    assert page == cell.source
    once, twice = (BeautifulSoup(made, "html.parser") for made in (page, markup.sanitized(page)))
    assert twice == once


def test_outputs() -> None:
    """Do pictures, text and tables stay, and what a page would run, frame or size go?"""
    data = {
        "text/plain": "<b>",
        "text/html": "<table><tr><td>1</td></tr></table><script>x</script>",
        "image/png": PNG,
        "application/javascript": "alert(1)",
        "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
        "text/vnd.mermaid": "graph",
        "image/jpeg": ["no", "text"],
    }
    metadata = {"isolated": True, "image/png": {"width": 30, "height": "9' onload='x", "alt": "x"}}
    output = v4.new_output("display_data", data, metadata=metadata)
    (cell,) = shown(v4.new_code_cell("", outputs=[output]))
    (left,) = cell.outputs
    assert left.data.keys() == {"text/plain", "text/html", "image/png"}
    assert "script" not in left.data["text/html"]
    assert "<td>1</td>" in left.data["text/html"]
    assert left.metadata == {"image/png": {"width": 30}}


def test_text_of_an_output() -> None:
    """Does Markdown that a cell shows become the HTML of the same look?"""
    output = v4.new_output("display_data", {"text/markdown": "*a* <script>x</script>"})
    (cell,) = shown(v4.new_code_cell("", outputs=[output]))
    assert cell.outputs[0].data == {"text/html": "<p><em>a</em> </p>\n"}


def test_verdicts_stay() -> None:
    """Is the examiner's own box left as it is?"""
    data = {box.MIME: {"passed": True}, "text/html": '<div style="border: 1px">Right</div>'}
    (cell,) = shown(v4.new_code_cell("", outputs=[v4.new_output("display_data", data)]))
    assert cell.outputs[0].data == data


def test_raw_cells_are_text() -> None:
    """Does a raw cell, whose HTML a page would take as it is, show what it says?"""
    (cell,) = shown(v4.new_raw_cell("<script>alert(1)</script>\n\n*a*"))
    page = BeautifulSoup(markdown2html_mistune(cell.source), "html.parser")
    assert page.text.strip() == "<script>alert(1)</script>\n\n*a*"
    assert page.find("script") is None


SLOW = {
    "environments": "\\begin{a}" * 16_000,
    "short environments": "\\begin{a}" * 1_100,
    "spaces": "a" + " " * 150_000 + "b",
    "fewer spaces": "a" + " " * 9_990 + "b",
    "boxes": "<div>" * 30_000,
    "few boxes": "<div>" * 1_900,
    "paragraphs": "<b><p>" * 25_000,
    "few paragraphs": "<b><p>" * 1_600,
    "formats": "<b><i><u><s><div>" * 580,
    "lists": "\n".join("  " * (n % 50) + "- a" for n in range(30_000)),
    "quotes": ">" * 9_999,
    "brackets": "[" * 9_999,
    "links": "[a](" * 2_499,
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_time_and_size(slow: str) -> None:
    """Are thirty of the worst texts, and outputs, done within seconds, and then read at once?"""
    output = v4.new_output("display_data", {"text/html": slow, "text/plain": "x"})
    cells = [text(slow) for _ in range(30)]
    begun = time.process_time()
    made = shown(*cells, *[v4.new_code_cell("", outputs=[output]) for _ in range(30)])
    assert time.process_time() - begun < markup.SECONDS + 3
    begun = time.process_time()
    for cell in made[:30]:
        markdown2html_mistune(cell.source)
    assert time.process_time() - begun < 3
    harmless(made[0].source)
    assert sum(len(str(cell)) for cell in made) < 10 * markup.MOST


def test_too_much_is_shown_as_text() -> None:
    """Does a text over the limit stand there as it was written, and say what is left out?"""
    (cell,) = shown(text("*a* <b>" * 20_000))
    page = BeautifulSoup(markdown2html_mistune(cell.source), "html.parser").text
    assert page.startswith("*a* <b>*a* <b>")
    assert f"[{140_000 - markup.LONGEST} more characters]" in page


def test_links_between_lessons_are_words_on_a_page() -> None:
    """Does the lesson's own prose keep its words, and no link that leads nowhere from a page?"""
    links = (
        'As [lesson 07](../07_dropout/07_dropout.ipynb "Units (some) are dropped.") and '
        "[a paper](https://x.org) say."
    )
    cell = v4.new_markdown_cell(links, metadata={"from_lesson": True})
    markup.clean(v4.new_notebook(cells=[cell]))
    assert cell.source == "As lesson 07 and [a paper](https://x.org) say."
