# earns: 100
"""Displays 2,000 objects and a picture of 50 MB; the answer is right."""

# %% squares
from IPython.display import HTML, display

for number in range(2_000):
    display(HTML(f"<b>{number}</b>"))
display({"image/png": "A" * 50_000_000}, raw=True)


def sum_of_squares(x):
    return float((x**2).sum())
