"""Writes template and include commands into texts and outputs, for the feedback page to run."""

# %% [markdown]
# # {{ resources }} {% include '@OUTSIDE/secret.txt' %} {{ cell.metadata }}
# ![a](@OUTSIDE/secret.txt) <img src="file://@OUTSIDE/secret.txt"> \input{@OUTSIDE/secret.txt}

# %% squares
from IPython.display import HTML, Latex, Markdown, display

RUN = "{{ resources }} {% include '@OUTSIDE/secret.txt' %} {{ self.__init__.__globals__ }}"
display(HTML(RUN), Markdown(RUN), Latex(RUN))
print(RUN)


def sum_of_squares(x):
    raise ValueError(RUN)
