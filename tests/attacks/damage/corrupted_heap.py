# earns: 60
"""Overwrites objects of the interpreter and frees what was not allocated."""

# %% squares
import ctypes


def sum_of_squares(x):
    ctypes.memset(id(None) - 64, 0xFF, 256)
    ctypes.memset(id(x) - 64, 0xFF, 4096)
    ctypes.CDLL(None).free(ctypes.c_void_p(id(x) + 8))
    return [None] * 1000
