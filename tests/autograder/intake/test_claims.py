"""What did each person hand in, and which of it counts?"""

import re
from datetime import datetime

from autograder.intake.claims import Chosen, choose, claims_of
from autograder.intake.download import File
from autograder.intake.formats import recognised

LESSON = "01_knn"
WANTED = f"{LESSON}.ipynb"


def chosen(*names: str, changed: tuple[int, ...] = (), alone: bool = False) -> Chosen:
    """What is chosen of files of these names, all of one byte and the same time."""
    hours = changed or (0,) * len(names)
    files = [
        File(name, 1, (2024, 1, 1, hour, 0, 0), lambda: b"x") for name, hour in zip(names, hours)
    ]
    claims = claims_of(recognised(names, LESSON), files, WANTED, LESSON)
    return choose(claims, WANTED, 100, alone=alone)


def counted(result: Chosen) -> list[str]:
    return sorted(claim.file.name for claim in result.claims.values())


def test_namesakes() -> None:
    """Are two people of one name two, by Canvas's number and by Moodle's?"""
    canvas = ["liwei_34_1_01_knn.ipynb", "liwei_35_2_01_knn.ipynb"]
    moodle = [f"Li Wei_{n}_assignsubmission_file_/01_knn.ipynb" for n in (1, 2)]
    for names in (canvas, moodle):
        assert counted(chosen(*names)) == names


def test_handed_in_twice() -> None:
    """Does Canvas's growing number tell what the same person handed in last?"""
    first, second = "liwei_34_90_01_knn-1.ipynb", "liwei_34_100_01_knn.ipynb"
    result = chosen(first, second, changed=(9, 8))
    assert counted(result) == [second]
    assert result.left_out == {first: "There is a newer one of liwei."}


def test_times_in_names() -> None:
    """Does the time in a name decide before that of the file?"""
    early = "hw_ada_attempt_2023-10-01-12-34-56_01_knn.ipynb"
    late = "hw_ada_attempt_2023-10-02-08-00-00_01_knn.ipynb"
    result = chosen(early, late, changed=(9, 1))
    assert counted(result) == [late]
    (claim,) = result.claims.values()
    assert claim.when == datetime(2023, 10, 2, 8)


def test_user_names_with_an_underscore() -> None:
    """Are Blackboard's `a_doe` and `b_doe` two people, and what may be one or two nobody?"""
    name = "{}_attempt_2023-10-01-12-34-56_01_knn.ipynb"
    result = chosen(name.format("Task_a_doe"), name.format("Task_b_doe"))
    assert sorted(one.ids[0][1] for one in result.claims) == ["a_doe", "b_doe"]
    assert chosen(name.format("Task 1_doe"), name.format("Other_doe")).claims == {}


def test_late() -> None:
    """Is Canvas's LATE known, and no part of the name?"""
    (named, claim), *_ = chosen("liwei_LATE_34_1_01_knn.ipynb").claims.items()
    assert (named.name, claim.late) == ("liwei", True)


def test_cocalc_names() -> None:
    """Does the empty file beside it tell whose CoCalc's project is?"""
    place = "1c8b2f3a-90ab-4cde-8f01-23456789abcd"
    result = chosen(f"{place}/01_knn.ipynb", f"{place}/STUDENT - Ada Li.txt")
    assert [one.name for one in result.claims] == ["Ada Li"]


def test_only_a_name() -> None:
    """Where files lie in one folder, may a second download be of a second person of that name?"""
    names = ["ada_01_knn.ipynb", "ada_01_knn (1).ipynb"]
    assert counted(chosen(*names)) == [names[1]]
    result = chosen(*names, alone=True)
    assert result.claims == {}
    assert set(result.left_out) == set(names)


def test_another_name_is_offered() -> None:
    """Is a person's only notebook, called otherwise, told with what takes it?"""
    result = chosen("ada/homework.ipynb", "bo/01_knn.ipynb", "bo/old stuff.ipynb")
    reason = result.left_out["ada/homework.ipynb"]
    assert re.search(r"looks like ada.s.*--take ada/homework.ipynb$", reason)
    assert "--take" not in result.left_out["bo/old stuff.ipynb"]


def test_too_large() -> None:
    """Is a file that no grader would read left out?"""
    file = File("ada/01_knn.ipynb", 101, (2024, 1, 1, 0, 0, 0), lambda: b"x")
    claims = claims_of(recognised([file.name], LESSON), [file], WANTED, LESSON)
    assert "101 bytes" in choose(claims, WANTED, 100).left_out[file.name]
