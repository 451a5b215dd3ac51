"""Files that are hardly notebooks. Where one can still be read, no point is lost."""

import json

from nbformat import v3, v4

from course_lib.notebooks import as_text
from tests.attacks.attack import RIGHT, SQUARES, position
from tests.attacks.notebooks import attack


@attack("broken_input", 0)
def empty(notebook):
    """Hands in a file without a byte."""
    return b""


@attack("broken_input", 0)
def blank(notebook):
    """Hands in a file of blanks and line ends."""
    return b" \n\r\n\t" * 1000


@attack("broken_input", 0, **RIGHT)
def truncated(notebook):
    """Hands in half of a right notebook."""
    text = as_text(notebook).encode()
    return text[: len(text) // 2]


@attack("broken_input", 0, **RIGHT)
def latin(notebook):
    """Hands in a notebook that an editor saved in Latin-1."""
    notebook.cells[0].source += "\nÜber Größe"
    return as_text(notebook).encode("latin-1")


@attack("broken_input", 0)
def random_bytes(notebook):
    """Hands in bytes of no format, zeros among them."""
    return bytes(range(256)) * 100


@attack("broken_input", 0)
def deep(notebook):
    """Hands in JSON a million brackets deep."""
    return b"[" * 1_000_000


@attack("broken_input", 0)
def deep_cell(notebook):
    """Hides a depth of 100,000 in the metadata of a cell."""
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    return b'{"cells": [{"cell_type": "code", "source": "", "metadata": ' + deep + b"}]}"


@attack("broken_input", 0)
def huge(notebook):
    """Hands in 120 MB of one string."""
    return b'{"cells": [{"source": "' + b"x" * 120_000_000 + b'"}]}'


@attack("broken_input", 0)
def huge_number(notebook):
    """Hands in a notebook whose format number has a million digits."""
    return b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}"


@attack("broken_input", 0)
def list_of_cells(notebook):
    """Hands in JSON that is a list, not a notebook."""
    return json.dumps(notebook.cells).encode()


@attack("broken_input", 0)
def pdf(notebook):
    """Hands in a PDF under the notebook's name."""
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


@attack("broken_input", 0)
def million_cells(notebook):
    """Hands in a million empty cells in 3 MB."""
    return b'{"cells": [' + b"{}," * 999_999 + b"{}]}"


@attack("broken_input", 0)
def old_bomb(notebook):
    """Hands in 25 MB of an old format, which nbformat would convert in half a minute and 2 GB."""
    many = b'{"a":1},' * 3_000_000 + b"{}"
    cell = b'{"cell_type":"code","input":"","outputs":[],"metadata":{"x":[' + many + b"]}}"
    return b'{"nbformat":3,"nbformat_minor":0,"worksheets":[{"cells":[' + cell + b"]}]}"


@attack("broken_input", 0)
def slow_to_read(notebook):
    """Hands in cells that IPython would take hours to read, each a hundred thousand characters."""
    notebook.cells += [v4.new_code_cell("%time x\n" * 12_000 + f"# {n}") for n in range(100)]


@attack("broken_input", 100, **RIGHT)
def thousand_cells(notebook):
    """Hands in a right notebook with a thousand cells of its own."""
    notebook.cells += [v4.new_code_cell(f"value_{number} = {number}") for number in range(1_000)]


@attack("broken_input", 100, **RIGHT)
def wrong_kernel(notebook):
    """Hands in a notebook that asks for a kernel that is not there, and another language."""
    notebook.metadata = {"kernelspec": {"name": "bash", "display_name": "Bash", "language": "R"}}


@attack("broken_input", 100, **RIGHT)
def kernel_with_a_path(notebook):
    """Asks for a kernel whose name is a path and a command."""
    notebook.metadata.kernelspec.name = "../../bin/sh; touch /tmp/pixels-attack-kernel"


@attack("broken_input", 100, **RIGHT)
def format_three(notebook):
    """Hands in the notebook in format 3, as IPython 2 saved it."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            made = v3.new_code_cell(input=cell.source, metadata=cell.metadata)
        else:
            made = v3.new_text_cell("markdown", source=cell.source, metadata=cell.metadata)
        cells.append(made)
    return v3.writes_json(v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)])).encode()


@attack("broken_input", 100, **RIGHT)
def future_format(notebook):
    """Claims format 99.99, and schemas of nbgrader that are older and newer than any."""
    notebook.nbformat, notebook.nbformat_minor = 99, 99
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.schema_version = (1, 2, 99, None, "three")[number % 5]


@attack("broken_input", 100, **RIGHT)
def windows_lines(notebook):
    """Hands in the notebook with a byte-order mark and Windows line ends, in cells too."""
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return b"\xef\xbb\xbf" + as_text(notebook).replace("\n", "\r\n").encode()


@attack("broken_input", 100, **RIGHT)
def no_objects(notebook):
    """Has lists, numbers and nothing where objects are due: in metadata, outputs, attachments."""
    tree = json.loads(as_text(notebook))
    tree["metadata"] = []
    for number, cell in enumerate(tree["cells"]):
        if "nbgrader" not in cell["metadata"]:
            cell["metadata"] = [None, 7, "x", [], True][number % 5]
        cell.update(outputs=7, attachments=[1], execution_count="many")
    tree["cells"] += [None, 7, [], "cell", {}, {"cell_type": None, "source": 7, "id": []}]
    tree["cells"] += [{"cell_type": "code", "source": [1, None, "x = 1"], "metadata": {"tags": 7}}]
    return tree


@attack("broken_input", 100, **RIGHT)
def attachments(notebook):
    """Has attachments and outputs that are no pictures and no outputs."""
    tree = json.loads(as_text(notebook))
    tree["cells"][0]["attachments"] = {"a.png": {"image/png": "<script>"}, "b": None}
    tree["cells"][2]["outputs"] = [{"output_type": "x"}, None, {"data": []}]
    tree["cells"].append(
        {"cell_type": "markdown", "source": "![a](attachment:a.png)", "metadata": {},
         "attachments": {"a.png": {"image/png": 7, "text/html": "<script>alert(1)</script>"}}}
    )  # fmt: skip
    return tree


@attack("broken_input", 100, **RIGHT)
def same_ids(notebook):
    """Gives every cell the same id, and one an id of 10,000 characters."""
    for cell in notebook.cells:
        cell.id = "same"
    notebook.cells[0].id = "x" * 10_000


@attack("broken_input", 100, **RIGHT)
def odd_characters(notebook):
    """Has halves of characters, control characters and zeros in texts and comments."""
    tree = json.loads(as_text(notebook))
    tree["cells"][0]["source"] = ["\ud800 \x00 \x1b[31m \u202e \ufeff"]
    tree["cells"].append(
        {"cell_type": "code", "source": "# \udfff \u202e\nprint('\\x1b[2J')", "metadata": {}}
    )
    return tree


@attack("broken_input", 100, **RIGHT)
def doubled_keys(notebook):
    """Has the key `cells` twice, and numbers that JSON does not have."""
    return (
        as_text(notebook).replace('{\n "cells"', '{\n "x": NaN, "cells": [], "cells"', 1).encode()
    )


@attack("broken_input", 100, student="<img src=x onerror=alert(1)>", **RIGHT)
def name_with_markup(notebook):
    """Comes from a student whose name is a tag that runs a script."""


@attack("broken_input", 100, student="{{ resources }}-${HOME}-$(id)-%s", **RIGHT)
def name_with_template(notebook):
    """Comes from a student whose name is a template, a variable and a command."""


@attack("broken_input", 100, student="'; DROP TABLE grade; --", **RIGHT)
def name_with_sql(notebook):
    """Comes from a student whose name ends an SQL statement and begins another."""


@attack("broken_input", 40, squares=SQUARES)
def scripts(notebook):
    """Has scripts in texts, outputs, pictures, exceptions and names of variables."""
    notebook.cells.append(v4.new_markdown_cell(
        "# <script>alert(1)</script>\n<img src=x onerror=alert(2)> [a](javascript:alert(3))\n"
        "<iframe src='data:text/html,<script>alert(4)</script>'></iframe><style>*{}</style>\n"
        "$\\href{javascript:alert(5)}{x}$ <svg onload=alert(6)> <a href='  JavaScript:alert(7)'>"
    ))  # fmt: skip
    notebook.cells.append(v4.new_code_cell(
        "from IPython.display import HTML, Javascript, Markdown, SVG, display\n"
        "display(HTML('<script>alert(8)</script><form action=//x><input></form>'))\n"
        "display(Javascript('alert(9)'), Markdown('<script>alert(10)</script>'))\n"
        "display({'image/svg+xml': '<svg onload=alert(11)><script>alert(12)</script></svg>',\n"
        "         'image/png': '\"><script>alert(13)</script>',\n"
        "         'application/vnd.jupyter.widget-view+json': {'model_id': '<script>'},\n"
        "         'text/html': '<script>alert(14)</script>'}, raw=True,\n"
        "        metadata={'text/html': {'isolated': True}})\n"
        "print('<script>alert(15)</script>\\x1b]8;;javascript:alert(16)\\x07x')\n"
    ))  # fmt: skip
    largest = notebook.cells[position(notebook, "largest")]
    error = "type('<script>', (Exception,), {})('<script>alert(17)</script>')"
    largest.source = f"def largest(a, b):\n    raise {error}"
