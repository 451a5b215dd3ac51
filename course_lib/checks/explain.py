"""Which known mistake explains the wrong values that a check found?"""

from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import replace

from course_lib.checks.box import Broken, Judgement
from course_lib.checks.difference.sketch import Measured
from course_lib.checks.table import Check, Known

_OR = " Or: "
_CHANGED = "Your function changed"  # what a check says that sees an argument changed


def explained(judgement: Judgement, check: Check | None) -> Judgement:
    """The same verdict in the words of the known mistakes that give these very values."""
    sentences = explanations(judgement, check)
    return with_sentences(judgement, sentences) if sentences else judgement


def explanations(judgement: Judgement, check: Check | None) -> dict[str, str]:
    """What to say of the wrong values of a verdict, by call; nothing where nothing is known."""
    wrong = {one.call: one.found for one in judgement.broken if one.found is not None}
    changed = any(one.reason.startswith(_CHANGED) for one in judgement.broken)
    known = [
        one
        for one in (check.known if check else ())
        # A change that the check itself does not see is none, and a label alone says nothing.
        if (changed or not one.sentence.startswith(_CHANGED)) and not one.sentence.endswith(": ")
    ]
    found = sentences(known, wrong, judgement.calls)
    # What ended the check otherwise, an error say, is not explained by one wrong value in a share.
    ended = any(one.found is None and one.loss == 1 and not one.label for one in judgement.broken)
    return {} if ended and all(map(_is_in_share, found)) else found


def sentences(
    known: Iterable[Known], wrong: Mapping[str, Measured], calls: Container[str]
) -> dict[str, str]:
    """What to say of wrong values, by call; nothing where no known mistake gives them.

    What matches in one place is often a coincidence of a small input. So a mistake is believed
    only where it gives this very value wherever it gives a wrong one, and where it explains all
    that is wrong outside of shares. One that explains every failing call comes before one that
    leaves shares out. Where two give the same values, both are said, since either may be true.
    wrong: the values of one run of a check, by call
    calls: all comparisons that were made in it
    """
    due = {call for call in wrong if not _is_in_share(call)}
    known = [one for one in known if _is_credible(one, wrong, calls, due)]
    matches = {call: [one for one in known if call in one.sketches] for call in wrong}
    whole = [one for one in known if one.sketches.keys() == wrong.keys()]
    sentences: dict[str, str] = {}
    for call, found in matches.items():
        best = [one for one in found if any(one is other for other in whole)] or found
        if best:
            sentences[call] = _OR.join(dict.fromkeys(_stopped(one.sentence) for one in best))
    return sentences


def _is_credible(
    mistake: Known, wrong: Mapping[str, Measured], calls: Container[str], due: Set[str]
) -> bool:
    """due: the calls that it must explain"""
    made = {call: sketch for call, sketch in mistake.sketches.items() if call in calls}
    alike = all(call in wrong and wrong[call].alike(sketch) for call, sketch in made.items())
    return alike and due <= made.keys()


def _is_in_share(call: str) -> bool:
    return "." in call


def with_sentences(judgement: Judgement, sentences: Mapping[str, str]) -> Judgement:
    """A verdict with these sentences for what failed at these calls.

    A sentence for a call that did not fail this time is true of the answer all the same: it comes
    first.
    """
    failed = {one.call for one in judgement.broken}
    elsewhere = dict.fromkeys(sentences[call] for call in sentences if call not in failed)
    broken = [Broken(sentence, named=True) for sentence in elsewhere]
    for one in judgement.broken:
        if one.call in sentences:
            one = replace(one, reason=_without(one.label, sentences[one.call]), named=True)
        # What costs all points already, once more under the label of a share, is no news.
        known = [other.reason for other in broken if other.loss == 1] if one.label else []
        if one.reason not in known and one.sentence not in [other.sentence for other in broken]:
            broken.append(one)
    return replace(judgement, broken=tuple(broken))


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence.rstrip()}."


def _without(label: str, sentences: str) -> str:
    """Sentences, none of which begins with the label of the share that they are told under."""
    if not label:
        return sentences
    bare = [one.removeprefix(f"{label}: ") for one in sentences.split(_OR)]
    return _OR.join(dict.fromkeys(bare))
