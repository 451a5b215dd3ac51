"""Uses magics, the shell and rich outputs."""

# %% squares
get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().run_line_magic("timeit", "-n 1 -r 1 1 + 1")
get_ipython().run_line_magic("load_ext", "autoreload")
from IPython.display import HTML, Markdown, display

display(HTML("<table><tr><td>1</td></tr></table>"), Markdown("**bold**"))
get_ipython().system("echo hello")


def sum_of_squares(x):
    return float((x**2).sum())


# %%
{"a": np.arange(3)}
