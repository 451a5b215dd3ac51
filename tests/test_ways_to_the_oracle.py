"""Is there a way round what hides the oracle? All that are known are tried in one room."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.grading.locked import confinement
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.lesson.policy import NUMPY_LESSON, Policy, lesson_policy
from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.parents.pool import Parents

pytestmark = pytest.mark.slow
LESSONS = all_lessons(repository(Path(__file__)))


def _released(lesson: Lesson) -> NotebookNode:
    return nbformat.from_dict(json.loads(lesson.notebook.read_text(encoding="utf-8")))


# The released notebooks say it, too, and are read faster than the lessons' texts.
POLICIES = {lesson_policy(_released(lesson)): lesson.name for lesson in LESSONS[::-1]}
EACH = [
    pytest.param(policy, id=name, marks=() if "torch" in policy.hides else pytest.mark.thorough)
    for policy, name in POLICIES.items()
]
SECONDS = 200.0

# A cell of a student's. HIDES is known to it; `reached` is what it found.
WAYS = r"""
import builtins, gc, importlib, json, os, pkgutil, re, sys, types
import course_lib
below = tuple(f"{name}." for name in HIDES)
reached = []

def is_hidden(name):
    return isinstance(name, str) and f"{name}.".startswith(below)

# Modules: without what refuses them, by every loader that there is.
sys.meta_path[:] = [one for one in sys.meta_path if "Refusing" not in type(one).__name__]
builtins.__import__ = importlib.__import__
folder = os.path.dirname(course_lib.__file__)
inner = [f"{name}.{part}" for name in HIDES for part in PARTS]
for name in (*HIDES, *inner):
    sys.modules.pop(name, None)
    places = [*sys.path, os.path.dirname(folder)]
    paths = [os.path.join(place, *name.split(".")) for place in places]
    files = [path + end for path in paths for end in (".py", "/__init__.py", ".pyc")]
    for load in (importlib.import_module, pkgutil.resolve_name, *files):
        try:
            if isinstance(load, str):
                text = open(load).read()
                if len(text) > 200:  # the sentence that stands in its place is shorter
                    reached.append(("text", load))
            elif getattr(load(name), "__file__", None):
                reached.append(("module", name))
        except Exception:
            pass
for name, module in list(sys.modules.items()):
    if is_hidden(name) and getattr(module, "__file__", None):
        reached.append(("sys.modules", name))

# Objects that the warm parent left, those that it froze among them, and what they were made from.
gc.unfreeze()
for thing in gc.get_objects():
    if type(thing) is types.FunctionType:
        code = thing.__code__.co_filename
        if is_hidden(thing.__module__) or re.search("/(solutions|oracle|examiner|grading)/", code):
            reached.append(("function", code, thing.__qualname__))
    elif type(thing) is types.ModuleType:
        if is_hidden(thing.__name__) and thing.__dict__.get("__file__"):
            reached.append(("module object", thing.__name__))
for frame in sys._current_frames().values():
    while frame is not None:
        if re.search("/(examiner|grading)/", frame.f_code.co_filename):
            reached.append(("frame", frame.f_code.co_filename))
        frame = frame.f_back

# The disk, by any name that leads to it, and the processes and descriptors of others.
for way, _, names in os.walk(folder):
    if is_hidden(".".join(["course_lib", *os.path.relpath(way, folder).split(os.sep)])):
        reached += [("file", way, name) for name in names if name != "__init__.py"]
for root in ("/proc/self/root", "/proc/1/root", "/proc/self/cwd/../..", "/proc/thread-self/root"):
    for name in ("oracle/conv.py", "oracle/layers.py"):
        if os.path.exists(f"{root}{folder}/{name}"):
            reached.append(("root", root))
for way, folders, names in os.walk("/"):
    if way == "/":
        folders[:] = [name for name in folders if name not in ("proc", "sys")]
    if "nbgrader" in way:  # has files of its own that are called so
        continue
    for name in names:
        if name in ("mistakes.py", "known.json", "salt.txt", "gradebook.db", "equivalents.toml"):
            reached.append(("file", way, name))

# Its own memory, which is a copy of the warm parent's.
secret = re.compile(
    rb"[T]he right results, by PyTorch's own|BEGIN HIDDEN TEST[S]|BEGIN SOLUTIO[N]"
    rb"|[W]hat do the checks say\? They run here"
)
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        try:
            memory.seek(first)
            found = secret.search(memory.read(last - first))
        except (OSError, OverflowError, MemoryError):
            continue
        if found:
            reached.append(("memory", str(found[0])))
print(json.dumps(reached[:50]))
"""
PARTS = ("conv", "knn", "layers", "norm", "train", "net", "muon", "linalg", "metrics", "nn", "_C")


@pytest.mark.parametrize("policy", EACH)
def test_no_way_leads_there(policy: Policy) -> None:
    """Does no import, object, frame, file, root or memory of a room hold what its lesson hides?"""
    assert _reached(policy, policy.hides) == []


def test_a_way_would_be_found() -> None:
    """Would these ways find a package that nothing hides?"""
    others = Policy(tuple(one for one in NUMPY_LESSON.hides if one != "course_lib.oracle"))
    assert ["module", "course_lib.oracle"] in _reached(others, ("course_lib.oracle",))


def _reached(policy: Policy, sought: tuple[str, ...]) -> list[object]:
    """What a student's cell finds of these packages in a room with this policy."""
    with Parents() as parents, parents.open(confinement(policy)) as room:
        link = Link(room, handle, 1_000_000)
        link.give(SECONDS)
        link.ask("begin", list(policy.hides), 1_000_000)
        link.ask("cell", f"HIDES, PARTS = {sought!r}, {PARTS!r}\n{WAYS}", 1)
        texts = "".join(str(one.get("text", one)) for one in link.outputs.take())
    (line,) = [line for line in texts.splitlines() if line.startswith("[")]
    reached = json.loads(line)
    assert isinstance(reached, list)
    return reached
