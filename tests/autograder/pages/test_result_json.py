"""How do other programs read what one notebook earned?"""

import base64
import json
from pathlib import Path

import pytest

from autograder.grading.single import Single, grade_one, ground_of_lesson
from autograder.pages.result_json import for_github, for_gradescope, plain, rows_of
from tests.autograder.grading.test_single import WRONG, notebook
from tests.autograder.grading.tiny import TINY

# The keys of Gradescope's results.json and of a test in it, by its documentation.
GRADESCOPE = {"score", "execution_time", "output", "output_format", "test_output_format"}
GRADESCOPE |= {"test_name_format", "visibility", "stdout_visibility", "extra_data", "tests"}
GRADESCOPE |= {"leaderboard"}
TEST = {"score", "max_score", "status", "name", "name_format", "number", "output"}
TEST |= {"output_format", "tags", "visibility", "extra_data"}
LEAKS = notebook(
    squares="def sum_of_squares(x):\n    raise ValueError(open('/proc/self/cmdline').read()[:40])"
)


def single(folder: Path, text: str) -> Single:
    (folder / "01_tiny.ipynb").write_text(text, "utf-8")
    return grade_one(ground_of_lesson(TINY), folder)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Single:
    return single(tmp_path_factory.mktemp("wrong"), WRONG)


def test_each_check_has_a_row(wrong: Single) -> None:
    """Do the rows hold every check once, with its points, and a reason just where some are lost?"""
    rows = rows_of(wrong)
    assert [row.check for row in rows] == [one.check for one in wrong.graded.verdicts]
    lost = {row.check for row in rows if row.message}
    assert lost == {row.check for row in rows if row.earned < row.possible}
    assert lost
    assert all(row.title for row in rows)


def test_plain(wrong: Single) -> None:
    """Is the sum that of the checks, and is it all JSON?"""
    found = json.loads(json.dumps(plain(wrong, "after_due_date")))
    assert found["lesson"] == "01_tiny"
    assert found["score"] == sum(row["earned"] for row in found["checks"])
    assert found["possible"] == sum(row["possible"] for row in found["checks"])
    assert {row["visibility"] for row in found["checks"]} == {"after_due_date"}


def test_gradescope(wrong: Single, tmp_path: Path) -> None:
    """Has the file no key that Gradescope does not know, and does it add up?"""
    found = json.loads(json.dumps(for_gradescope(wrong)))
    assert found.keys() <= GRADESCOPE
    assert all(test.keys() <= TEST for test in found["tests"])
    assert {test["status"] for test in found["tests"]} == {"passed", "failed"}
    assert sum(test["score"] for test in found["tests"]) == plain(wrong)["score"]
    broken = for_gradescope(single(tmp_path, "no notebook"))
    assert broken["output"]
    assert not any(test["score"] for test in broken["tests"])


def test_github(wrong: Single) -> None:
    """Is it one line of base64, which holds the points and which checks passed?"""
    text = for_github(wrong)
    assert "\n" not in text
    found = json.loads(base64.b64decode(text))
    assert found["status"] == "fail"
    assert found["max_score"] == plain(wrong)["possible"]
    assert sum(test["score"] for test in found["tests"]) == plain(wrong)["score"]


@pytest.mark.parametrize("text", [WRONG, LEAKS], ids=["wrong", "leaks"])
def test_no_hidden_test_is_told(tmp_path: Path, text: str) -> None:
    """Does no line of a hidden test stand in what students read?"""
    told = json.dumps(plain(single(tmp_path, text)))
    source = TINY.source.read_text("utf-8")
    for part in source.split("### BEGIN HIDDEN TESTS")[1:]:
        for line in part.split("### END HIDDEN TESTS")[0].splitlines():
            assert len(line.strip()) < 6 or line.strip() not in told
