# earns: 60
"""Leaves by every way that Python and the shell have, at the top and at every call."""

# %%
import sys

sys.exit(0)

# %%
exit()

# %%
get_ipython().ask_exit()


# %% squares
def sum_of_squares(x):
    get_ipython().ask_exit()
    quit(0)
