"""What `import course_lib` costs."""

import subprocess
import sys

HEAVY = ("torch", "matplotlib", "sklearn", "IPython", "ipywidgets")


def test_heavy_packages_load_only_when_they_are_used() -> None:
    """Does the first cell of a lesson import PyTorch, Matplotlib or scikit-learn?"""
    code = (
        "import sys; from course_lib import checks, data, figures, oracle; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
