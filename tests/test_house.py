"""Does the repository keep the rules that CONTRIBUTING.md gives it?"""

import ast
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
# Where the tests of each package stand.
PACKAGES = {"course_lib": "tests", "autograder": "tests/autograder"}
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_modules_tests_stand_in_the_file_of_its_name(module: Path) -> None:
    """Is there a file of tests named after this module, in the same folder of tests?"""
    if module.name == "__init__.py":  # it gives names to what its folder holds
        return
    package, *folders = module.relative_to(ROOT).parts[:-1]
    tests = ROOT.joinpath(PACKAGES[package], *folders, f"test_{module.name}")
    assert tests.is_file(), f"{tests.relative_to(ROOT)} is not there"
    assert "\ndef test_" in tests.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_what_it_holds_have_names_of_their_own(module: Path) -> None:
    """Is no function or class called as its module is: what would `from x import x` be?"""
    held = [
        one.name
        for one in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef | ast.ClassDef)
    ]
    assert module.stem not in held
