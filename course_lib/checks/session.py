"""How far is this session, how often was a check tried, does it judge what stands above it?"""

import re
import sys
from typing import Any

from course_lib.checks.table import Table

EXPERIMENT = "experiment"  # with what the ids of such cells begin

BROKEN = "The cell that defines {} has a syntax error and was not run."

_right: set[str] = set()  # titles of the checks that passed since this kernel started
_tries: dict[str, int] = {}  # how often a written answer failed since then, by the check's title
_broken: dict[str, str] = {}  # names whose cell has a syntax error, by name: the cell
_given: set[str] = set()  # names that the checks of this kernel defined
_experimental: set[str] = set()  # names that its experiments defined
_elsewhere: set[str] = set()  # names that its other cells defined
_DEFINES = re.compile(r"^(?:async )?(?:def|class) +(\w+)", re.MULTILINE)


def note(title: str, table: Table, passed: bool) -> str:
    """What a box says beside its verdict: progress, or that it judged an older definition."""
    from course_lib.checks import box

    if box.is_watched():
        return ""
    stale = _stale()
    if not passed:
        return stale
    _right.add(title)
    return " ".join(filter(None, (stale, _progress(title, table))))


def tries(title: str) -> int:
    """How often a written answer has failed this check since the kernel started, this time too."""
    _tries[title] = _tries.get(title, 0) + 1
    return _tries[title]


def _progress(title: str, table: Table) -> str:
    """ "4 of 14 exercises, 47 of 100 points in this session. Next: votes."."""
    if title not in table.checks:
        return ""
    exercises: dict[str, list[str]] = {}
    for name, check in table.checks.items():
        if check.points:  # what has none is optional
            exercises.setdefault(check.exercise, []).append(name)
    done = [names for names in exercises.values() if _right.issuperset(names)]
    earned = sum(check.points for name, check in table.checks.items() if name in _right)
    total = sum(check.points for check in table.checks.values())
    titles = list(table.checks)
    order = titles[titles.index(title) :] + titles
    left = [name for name in order if name not in _right and table.checks[name].points]
    following = f" Next: {left[0]}." if left else ""
    return (
        f"{len(done)} of {len(exercises)} exercises, {earned:g} of {total:g} points "
        f"in this session.{following}"
    )


def _stale() -> str:
    """Which function of the running cell was not replaced, since its cell is no Python?"""
    shell = running_shell()
    if shell is None or not _broken:
        return ""
    cells = shell.user_ns.get("In") or [""]
    used = [name for name in _broken if re.search(rf"\b{name}\b", str(cells[-1]))]
    names = [name for name in used if name in shell.user_ns]
    if not names:
        return ""
    return (
        f"The cell that defines {names[0]} has a syntax error and was not run: "
        "this judges the version before it."
    )


def given_by_cells() -> tuple[set[str], set[str], set[str]] | None:
    """The names that checks defined in this kernel, those that experiments did, and those that
    other cells did; None where nobody has looked."""
    shell = running_shell()
    watched = shell is not None and getattr(shell, "course_is_watched", False)
    return (_given, _experimental, _elsewhere) if watched else None


def watch() -> None:
    """Learn from IPython what its cells define, and which have a syntax error; does nothing
    elsewhere."""
    shell = running_shell()
    if shell is not None and not getattr(shell, "course_is_watched", False):
        shell.course_is_watched = True
        _elsewhere.update(shell.user_ns)
        shell.events.register("post_run_cell", _after)


def _after(result: Any) -> None:
    source = str(getattr(result.info, "raw_cell", "") or "")
    for name in _DEFINES.findall(source):
        if isinstance(result.error_before_exec, SyntaxError):
            _broken[name] = source
        else:
            _broken.pop(name, None)
    if (shell := running_shell()) is not None:
        # JupyterLab tells the kernel which cell it runs; where nobody does, no cell is one.
        cell_id = str(getattr(result.info, "cell_id", "") or "")
        _note_names(shell, source, cell_id.startswith(f"{EXPERIMENT}-"))


def _note_names(shell: Any, source: str, is_experiment: bool) -> None:
    from course_lib.checks import borrowed

    try:
        of_checks, others = borrowed.split(shell.transform_cell(source))
    except Exception:  # a transformer of the student's may fail
        return
    _given.update(of_checks)
    defined = _experimental if is_experiment else _elsewhere
    defined.update(others)
    if not of_checks:  # by a magic, or by import *
        defined.update(shell.user_ns.keys() - _given - _experimental - _elsewhere)


def is_broken(name: str) -> bool:
    """Has the cell that defines it a syntax error?"""
    return name in _broken


def running_shell() -> Any:
    """IPython's, in which a notebook runs; None outside of one."""
    # Where IPython was never imported it cannot be running; importing it to ask costs 0.3 s.
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
