# shows: nothing was read
"""Reads, links, copies and loads the files of forbidden packages and of the oracle by their paths."""

# %%
import ctypes
import glob
import importlib.util
import os
import shutil
import sys

import course_lib

roots = [path for path in sys.path if path] + [os.path.dirname(course_lib.__file__)]
roots += [root.replace("/lib/", "/lib64/", 1) for root in roots]
roots += [f"/proc/self/root{root}" for root in roots] + [f"/proc/1/root{root}" for root in roots]
names = ("torch", "scipy", "sklearn", "oracle")
got = []
for root in roots:
    for name in names:
        for file in glob.glob(f"{root}/{name}/**", recursive=True):
            if os.path.isfile(file) and os.path.getsize(file) > 500:
                got.append(file)

# %% squares
for root in roots[: len(sys.path) + 1]:
    for name in names:
        for number, file in enumerate(glob.glob(f"{root}/{name}*/**/*.so*", recursive=True)[:20]):
            try:
                if name in file.removeprefix(root).split("/")[1].split("-"):
                    got.append(ctypes.CDLL(file))
            except OSError:
                pass
        try:
            os.symlink(f"{root}/{name}", f"my_{name}")
            shutil.copytree(f"{root}/{name}", f"our_{name}")
        except OSError:
            pass
        for module in (f"my_{name}", f"our_{name}"):
            try:
                sys.path.insert(0, os.getcwd())
                got.append(importlib.import_module(module).__file__)
            except Exception:
                pass
print("read" if got else "nothing was read", got[:5])


def sum_of_squares(x):
    return float((x**2).sum()) if got else None
