# earns: 60
"""Ends its process at once, in its own cell."""

# %% squares
import os

os._exit(0)
