"""Wrong answers to lesson 14, each with the sentence that a student who made it should read."""

# What is not defined here stands in the set-up cell or in the answer's own cell.
# ruff: noqa: F821

from autograder.soundness.mistakes import mistakes_of
