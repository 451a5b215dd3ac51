# earns: 60
"""Asks for input, which nobody gives."""

# %% squares
answer = input("What is the sum? ")
import getpass
import sys

sys.stdin.read()
getpass.getpass()
