# earns: 60
"""Loops for ever at the top of an answer cell."""

# %% squares
while True:
    pass
