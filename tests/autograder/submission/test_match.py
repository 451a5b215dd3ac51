"""Which of the student's cells stands for which exercise, and which is an experiment?"""

from autograder.submission.match import answers, parts
from autograder.submission.submitted import Written
from tests.autograder.submission.test_moved import DOUBLE, FRAME

TRIAL = next(iter(FRAME.experiments.values()))


def written(text: str, name: str = "", kind: str = "code") -> Written:
    return Written(kind, text, name, False)


def test_two_answers_with_one_mark() -> None:
    """Does the first of two cells with an exercise's mark stand for it, if it says something?"""
    two = [written(DOUBLE, "x-double"), written(DOUBLE.replace("+", "-"), "x-double")]
    assert answers(FRAME, parts(FRAME, two))[0] == "x-double"
    silent = [written("", "x-double"), *two]
    assert answers(FRAME, parts(FRAME, silent))[1] == "x-double"


def test_an_experiment_grown_into_more() -> None:
    """Is a cell run that holds an experiment's lines among many more of the student's own?"""
    own = "\n".join(f"mine{number} = {number}" for number in range(20))
    grown, same = parts(FRAME, [written(f"{TRIAL}\n{own}"), written(f"{TRIAL}\nmore = 1")])
    assert not grown.is_experiment
    assert same.is_experiment
