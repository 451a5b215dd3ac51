"""Which of the student's cells answers which exercise, and where does which check stand?

By marks where they are there, else by what the cells hold: an answer counts in whatever cell the
student wrote it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from autograder.submission.frame import Frame
from autograder.submission.look import Code, binds, code, defined, form, name_of, title, titles
from autograder.submission.submitted import Written

MOST = 500_000  # characters of a notebook that are looked into; a lesson has 100,000
ELSEWHERE = "# {}: what you wrote elsewhere counts."


@dataclass(frozen=True)
class Part:
    """One of the student's cells, and what it holds of the lesson."""

    cell: Written
    text: str  # what is run of it, where it stands as the student's: no check, no set-up
    is_experiment: bool = False
    says: bool = False  # more than the lesson gave out
    binds: frozenset[str] = frozenset()  # names of exercises, by more than stubs
    defines: frozenset[str] = frozenset()  # those of them that are functions, classes or imported
    stubs: frozenset[str] = frozenset()  # names of exercises whose stubs are still in the text
    checks: tuple[str, ...] = ()  # that have their place here


def parts(frame: Frame, written: Sequence[Written]) -> list[Part]:
    """What each cell holds. A stub of what the student wrote elsewhere is taken out."""
    lost = _lost_experiments(frame, written)
    ends = accumulate(len(cell.text) for cell in written)
    looked = [_part(frame, cell, lost, end <= MOST) for cell, end in zip(written, ends)]
    answered = {name for part in looked for name in part.binds}
    return [without_stubs(frame, part, answered) for part in looked]


def without_stubs(frame: Frame, part: Part, answered: Collection[str]) -> Part:
    """The part less the stubs of these names, each of which would undo what is written."""
    gone = part.stubs & set(answered)
    read = code(part.text) if gone else None
    if read is None:
        return part
    nodes = [node for node in read.nodes if name_of(node) in gone and frame.landmarks.is_stub(node)]
    if not part.says and part.stubs == gone:  # what goes with stubs goes, too
        nodes += [node for node in read.nodes if form(node) in frame.landmarks.spare]
    return replace(part, text=read.without(nodes, ELSEWHERE), stubs=part.stubs - gone)


def answers(frame: Frame, looked: Sequence[Part]) -> dict[int, str]:
    """The exercises by the position of the cell that stands for each one's solution cell.

    That is the marked one, of several the first that says something; where none does, the last
    cell of the student's own that defines most of the exercise's names.
    """
    marked: dict[str, list[int]] = {name: [] for name in frame.landmarks.exercises}
    for position, part in enumerate(looked):
        if part.cell.name in marked:
            marked[part.cell.name].append(position)
    found: dict[int, str] = {}
    for exercise, positions in marked.items():
        if speaking := [position for position in positions if looked[position].says]:
            found[speaking[0]] = exercise
    for exercise, names in frame.landmarks.exercises.items():
        if exercise in found.values():
            continue
        own = [
            (len(part.binds & names), position)
            for position, part in enumerate(looked)
            if part.binds & names and part.cell.name not in frame.graded and position not in found
        ]
        silent = [position for position in marked[exercise] if position not in found]
        if own or silent:
            found[max(own)[1] if own else silent[0]] = exercise
    return found


def _part(frame: Frame, cell: Written, lost: Sequence[set[str]], is_read: bool) -> Part:
    landmarks = frame.landmarks
    text = cell.text.strip()
    if cell.name not in frame.graded and text in landmarks.texts:
        cell = replace(cell, name=landmarks.texts[text])
    is_answer, is_locked = cell.name in landmarks.exercises, cell.name in landmarks.given
    standing = (cell.name,) if cell.name in frame.owners else ()
    if is_locked and (text == landmarks.given[cell.name] or cell.kind != "code"):
        return Part(cell, "", checks=standing)
    if not (is_answer or is_locked):
        if cell.kind != "code" or _is_known_experiment(frame, cell):
            return Part(cell, cell.text, is_experiment=cell.kind == "code")
        if text in frame.texts:
            return Part(cell, cell.text)
    read = code(cell.text) if is_read else None
    if read is None:
        found = [landmarks.titles[one] for one in titles(cell.text) if one in landmarks.titles]
        stays = is_answer or not (found or is_locked)
        return Part(cell, cell.text if stays else "", says=stays, checks=(*standing, *found))
    checks = [
        landmarks.titles[title(node)] for node in read.nodes if title(node) in landmarks.titles
    ]
    own = _own_part(frame, read, is_locked) if is_locked or checks else cell.text
    read = read if own == cell.text else code(own)
    part = _held(frame, Part(cell, own, checks=(*standing, *checks)), read or Code("", ()))
    if not (is_answer or is_locked or part.defines) and _is_alike(cell.text, lost):
        return Part(cell, cell.text, is_experiment=True)
    return part


def _own_part(frame: Frame, read: Code, is_locked: bool) -> str:
    """A text less the lesson's checks; of a cell that the lesson has locked no more than what adds
    a name to it: an import, a helper, an answer."""
    landmarks = frame.landmarks
    kept = []
    for node in read.nodes:
        known = title(node) if is_locked else title(node) in landmarks.titles
        if known or form(node) in landmarks.locked:
            continue
        made = binds(read.part(node)) if is_locked else set()
        if not is_locked or (made and not made & landmarks.prepared):
            kept.append(node)
    return read.without([node for node in read.nodes if node not in kept]) if kept else ""


def _held(frame: Frame, part: Part, read: Code) -> Part:
    """The part with what its text holds."""
    landmarks = frame.landmarks
    stubs = [node for node in read.nodes if landmarks.is_stub(node)]
    others = [node for node in read.nodes if node not in stubs]
    bound = frozenset(binds(read.without(stubs)) & landmarks.stubs.keys())
    return replace(
        part,
        says=any(form(node) not in landmarks.spare for node in others),
        binds=bound,
        defines=frozenset(name for node in others for name in defined(node)) & bound,
        stubs=frozenset(map(name_of, stubs)),
    )


def _is_known_experiment(frame: Frame, cell: Written) -> bool:
    """Experiments are known by id and by text, too: a tag is soon lost."""
    known = cell.name in frame.experiments or cell.text.strip() in frame.experiments.values()
    return cell.experiment or known


def _lost_experiments(frame: Frame, written: Sequence[Written]) -> list[set[str]]:
    """The lines of those that are not there as they were: without marks, edited, or deleted."""
    known = {cell.name for cell in written} | {cell.text.strip() for cell in written}
    return [_lines(text) for name, text in frame.experiments.items() if not {name, text} & known]


def _is_alike(text: str, lost: Sequence[set[str]]) -> bool:
    """Are most of its lines those of one of these, and the other way round?"""
    mine = _lines(text)
    return any(len(mine & other) * 2 > max(len(mine), len(other)) for other in lost)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}
