"""Gets at forbidden packages by other ways: importlib, a new interpreter, paths, loaded modules."""

# %% squares
import importlib
import subprocess
import sys


def sum_of_squares(x):
    for name in ("torch", "scipy.linalg", "sklearn.metrics"):
        for get in (importlib.import_module, __import__, sys.modules.__getitem__):
            try:
                get(name)
                return float((x**2).sum())
            except (ImportError, KeyError, OSError):
                pass
    done = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, timeout=10)
    if done.returncode == 0:
        return float((x**2).sum())
