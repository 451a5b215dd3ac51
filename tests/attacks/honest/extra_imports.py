"""Imports much that it does not need, and everything of a module."""

# %% squares
import collections
import itertools
import json
import os
import random
import sys
import urllib.request
from math import *

import matplotlib


def sum_of_squares(x):
    return fsum(itertools.starmap(pow, ((float(value), 2) for value in x)))
