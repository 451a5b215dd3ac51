"""Runs the answers of another student's submission as its own."""

# %% squares
import json

try:
    other = json.load(open("@CLASS/submitted/moe/01_tiny/01_tiny.ipynb"))
    for cell in other["cells"]:
        if "def " in "".join(cell["source"]):
            exec("".join(cell["source"]))
            print("".join(cell["source"]))
except OSError:
    pass
