"""What does a net make of images that it has not seen?"""

from dataclasses import replace

import pytest
import torch

from course_lib.speed import evaluate
from course_lib.speed.evaluate import VIEWS
from tests.speed.small import RECIPE, TEST, trained

IMAGES, LABELS = torch.from_numpy(TEST.images), torch.from_numpy(TEST.labels)


@pytest.fixture(scope="module")
def evaluation() -> evaluate.Evaluation:
    return trained(replace(RECIPE, epochs=0.5)).evaluation


def by_hand(evaluation: evaluate.Evaluation, mirrored: bool) -> torch.Tensor:
    """The net's scores of the normalised images, or of their mirror images."""
    x = (IMAGES / 255 - evaluation.mean[:, None, None]) / evaluation.std[:, None, None]
    with torch.no_grad():
        return evaluation.net.eval()(x.flip(3) if mirrored else x)


def test_one_view_is_the_net_itself(evaluation: evaluate.Evaluation) -> None:
    """Are logits of one view those of the net for the normalised images?"""
    torch.testing.assert_close(evaluation.logits(IMAGES, 1), by_hand(evaluation, False))


def test_two_views_are_the_mean_with_the_mirror_image(evaluation: evaluate.Evaluation) -> None:
    """Does the second view see the image mirrored, and do both count alike?"""
    due = (by_hand(evaluation, False) + by_hand(evaluation, True)) / 2
    torch.testing.assert_close(evaluation.logits(IMAGES, 2), due)
    assert len(set(VIEWS)) == len(VIEWS) == 6


def test_a_few_at_a_time(evaluation: evaluate.Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are the logits the same where not all images fit at once?"""
    due = evaluation.logits(IMAGES)
    monkeypatch.setattr(evaluate, "AT_A_TIME", 7)
    torch.testing.assert_close(evaluation.logits(IMAGES), due)


def test_accuracy_is_the_share_that_is_right(evaluation: evaluate.Evaluation) -> None:
    """Is it counted over all images, and 1 where the labels are what the net says?"""
    mine = evaluation.logits(IMAGES).argmax(1)
    assert evaluation.accuracy(IMAGES, mine) == 1
    wrong = mine.clone()
    wrong[:10] = (wrong[:10] + 1) % 4
    assert evaluation.accuracy(IMAGES, wrong) == 1 - 10 / len(IMAGES)
    assert evaluation.accuracy(IMAGES, LABELS, 1) == pytest.approx(
        float((evaluation.logits(IMAGES, 1).argmax(1) == LABELS).float().mean())
    )
