"""How does a verdict look, and is it read as it was written?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_lib import checks
from course_lib.checks import box
from course_lib.checks.box import Broken, Judgement


def test_right_answer_prints_one_line_outside_ipython(capsys):
    """Does a plain script say that a check passed?"""
    with checks.verdict("a check of mine"):
        checks.equal(1.0, 1.0)
    assert capsys.readouterr().out == "Right: a check of mine.\n"


@pytest.mark.parametrize(
    ("label", "reason", "sentence"),
    [
        ("float32", "float32 came in, float64 came out.", "float32 came in, float64 came out."),
        ("float32", "Yours is float32.", "float32: Yours is float32."),
        ("float3", "float32 came in.", "float3: float32 came in."),
        (
            "Labels outside 0 to C-1",
            "Labels outside 0 to C-1 pass.",
            "Labels outside 0 to C-1 pass.",
        ),
        ("One row", "out: Every entry is 0.", "One row: out: Every entry is 0."),
    ],
)
def test_a_label_is_printed_once(label, reason, sentence):
    """Is the label of a share left out where the reason begins with it?"""
    assert Broken(reason, label=label).sentence == sentence


def test_box_escapes_what_a_student_wrote():
    """Can an error message smuggle a script into the page?"""
    judgement = Judgement("<b>", (Broken("<script>alert(1)</script>", '"&<i>', label="<u>"),), 0.0)
    page = str(box.bundle(judgement)["text/html"])
    for tag in ("<script>", "<b>", "<i>", "<u>"):
        assert tag not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_box_tells_right_from_wrong_without_colour():
    """Do words and line style say what the colour says?"""
    right = str(box.bundle(Judgement("t", points=6))["text/html"])
    wrong = str(box.bundle(Judgement("t", (Broken("Why."),), 0.0))["text/html"])
    part = str(box.bundle(Judgement("t", (Broken("Why.", loss=0.1),), 0.9, 9))["text/html"])
    assert "Right: t, 6 points." in right
    assert "solid" in right
    assert "Not yet: t." in wrong
    assert "dashed" in wrong
    assert "In part: t, 8.1 of 9 points." in part


def test_a_box_is_read_as_it_was_written():
    """Does a saved notebook give back what was said?"""
    judgement = Judgement("t", (Broken("Why.", "3, not 4.", 0.1, "Labels"),), 0.9, 9.0, "Note.")
    again = box.last([{"data": {}}, {"data": box.bundle(judgement)}])
    assert again is not None
    assert (again.text, again.share, again.points) == (judgement.text, 0.9, 9.0)
    assert box.last([{"data": {"text/plain": "Right"}}]) is None


def test_in_ipython_there_is_one_box_and_no_red_line():
    """What does a notebook get: HTML, text and JSON in one display, and no traceback?"""
    shell = InteractiveShell.instance()
    try:
        with capture_output() as captured:
            outcome = shell.run_cell(
                "from course_lib import checks\n"
                "with checks.verdict('title'):\n"
                "    checks.holds(False, 'Why.', 'Proof.')"
            )
        (shown,) = captured.outputs
        facts = shown.data[box.MIME]
        assert (facts["what"], facts["passed"], facts["share"]) == ("title", False, 0.0)
        assert facts["broken"] == [{"reason": "Why.", "evidence": "Proof."}]
        assert shown.data["text/plain"] == "Not yet: title. Why. Proof."
        assert "<div" in shown.data["text/html"]
        assert captured.stdout.replace("\x1b[0m", "").strip() == ""
        assert isinstance(outcome.error_in_exec, checks.NotYet)
    finally:
        InteractiveShell.clear_instance()


@pytest.mark.parametrize("share", [1.0, 1.5, -0.5, float("nan"), "0.5", None, [], {}])
def test_odd_shares_are_worth_nothing(share):
    """Is a share that no check gives, as in a forged box, worth nothing?"""
    facts = {"what": "t", "passed": False, "share": share, "broken": "all"}
    judgement = box.last([{"data": {box.MIME: facts}}])
    assert judgement is not None
    assert judgement.share == 0
    assert not judgement.passed
