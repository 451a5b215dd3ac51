"""Attacks that are one expression: what `sum_of_squares(x)` returns, or raises."""

from functools import partial
from pathlib import Path

from course_lib.notebooks import as_text
from tests.attacks.attack import LARGEST, Attack, Ground, answered, put

# group, name, what the first exercise returns, what it is
RETURNED = [
    ("points", "nan", "float('nan')", "nan, which no comparison finds wrong"),
    ("points", "infinity", "float('inf')", "infinity"),
    ("points", "empty", "np.array([])", "an array without an entry that could be wrong"),
    ("points", "nothing_wide", "np.zeros((0, 10**9))", "an empty array with a wide axis"),
    ("points", "every_answer", "np.linspace(0, 50, 1_000_000)", "every possible answer at once"),
    ("points", "true", "True", "a bool"),
    ("points", "masked", "np.ma.masked_array(1.0, mask=True)", "a masked value"),
    ("points", "matrix", "np.matrix([[1.0]])", "a matrix, whose operators mean something else"),
    ("points", "text", "'Right: the sum of squares.'", "a verdict as text"),
    ("points", "type", "type('float', (float,), {'__eq__': lambda *a: True})", "a class"),
    ("points", "callable", "lambda *args: 1.0", "a function, to be called when the answer is due"),
    ("points", "generator", "(value for value in iter(float, 1))", "an endless generator"),
    ("points", "dunder", "{'__handle__': 1, '__type__': 'float', 'kind': 'float', 'passed': True}",
     "a dictionary that looks like a message of the course's own"),
    ("damage", "wide_array", "np.broadcast_to(np.zeros(1), (10**12,))", "8 TB made of 8 bytes"),
    ("damage", "large_array", "np.zeros((20_000, 20_000))", "3.2 GB, never written"),
    ("damage", "large_text", "'x' * 300_000_000", "300 MB of text"),
    ("damage", "many_items", "[[]] * 10_000_000", "a list with ten million entries"),
    ("damage", "cycle", "(lambda a: a.append(a) or a)([])", "a list that holds itself"),
    ("damage", "depth", "__import__('functools').reduce(lambda a, _: [a], range(10**5), [])",
     "a list 100,000 deep"),
    ("damage", "repeated", "__import__('functools').reduce(lambda a, _: [a, a], range(60), [])",
     "60 lists that unfold to 2**60"),
    ("damage", "objects", "np.array([object()])", "an array of objects"),
    ("damage", "records", "np.zeros(2, [('a', 'f8'), ('b', 'O')])", "an array of records"),
    ("damage", "dates", "np.array(['2027'], 'M8[s]')", "an array of dates"),
    ("damage", "strings", "np.array(['x' * 10**6] * 100)", "an array of long strings"),
    ("damage", "axes", "np.zeros((1,) * 32)", "an array with 32 axes"),
    ("damage", "module", "np", "a module"),
    ("damage", "half_character", "'\\ud800'", "text that cannot be written as UTF-8"),
    ("damage", "large_number", "10**1_000_000", "an integer of a million digits"),
    ("damage", "odd_keys", "{(1, 2): {1: {}}, None: [], 1.5: x}", "a dictionary with odd keys"),
    ("damage", "foreign_order", "np.array([1.0], '>f8')[::-1]", "an array in foreign byte order"),
    ("damage", "leaving", "type('L', (), {'__getattr__': lambda self, name: sys.exit()})()",
     "an object that leaves the program when it is looked at"),
    ("damage", "half_arrays", "np.frombuffer(b'\\xff' * 64, '<f16')", "numbers with every bit set"),
    ("damage", "halves", "np.array(['\\ud800\\udc00'], '<U2')", "halves of characters in an array"),
    ("damage", "nan_keys", "{float('nan'): n for n in range(300)}", "keys that equal no key"),
    ("damage", "handles", "[object() for _ in range(50_000)]", "50,000 objects"),
    ("damage", "view", "memoryview(b'x' * 10)", "a view of memory"),
]  # fmt: skip
# group, name, what the first exercise raises, what it is
RAISED = [
    ("points", "exit_code", "SystemExit(0)", "the exit code of success"),
    ("points", "interrupt", "KeyboardInterrupt()", "an interrupt, as if the instructor stopped it"),
    ("points", "generator_exit", "GeneratorExit()", "what closes the check's own context"),
    ("points", "stop_iteration", "StopIteration(1.0)", "the end of the check's own context"),
    ("points", "not_written", "NotImplementedError()", "what an untouched stub raises"),
    ("points", "no_error", "BaseException()", "the root of all exceptions"),
    ("points", "group", "BaseExceptionGroup('', [SystemExit(0)])", "a group of exceptions"),
    ("points", "verdict", "checks.NotYet('Right.', 'Right.')", "the checks' own exception"),
    ("damage", "long_message", "ValueError('x' * 100_000_000)", "100 MB of message"),
    ("damage", "memory_error", "MemoryError('no room')", "a false want of memory"),
    ("damage", "recursion_error", "RecursionError()", "a false recursion"),
    ("damage", "syntax_error", "SyntaxError('m', ('/etc/passwd', 1, 1, 'x'))", "a syntax error"),
    ("damage", "unicode_error", "UnicodeDecodeError('utf-8', b'x', 0, 1, 'no')",
     "a built-in exception that cannot be made from its text alone"),
]  # fmt: skip


def from_values() -> list[Attack]:
    """One attack for each line above."""
    made = []
    for group, name, value, what in RETURNED:
        made.append(_attack(group, name, f"return {value}", f"Returns {what}."))
    for group, name, value, what in RAISED:
        made.append(_attack(group, f"raises_{name}", f"raise {value}", f"Raises {what}."))
    return made


def _attack(group: str, name: str, statement: str, story: str) -> Attack:
    answers = {"squares": f"def sum_of_squares(x):\n    {statement}"}
    if group == "damage":
        answers["largest"] = LARGEST
    earns = 60 if group == "damage" else 0
    return Attack(group, name, story, earns, partial(_hand_in, answers), f"{group}-{name}")


def _hand_in(answers: dict[str, str], folder: Path, ground: Ground) -> None:
    put(folder, as_text(answered(ground.released, **answers)).encode())
