"""What is a net's accuracy worth? A share of the points, by a curve that everybody can read."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.checks.difference.wording import shape_sentence
from course_lib.checks.judging import NotYet, earn, tell
from course_lib.class_numbers import refused


@dataclass(frozen=True)
class Curve:
    """Shares of the points by accuracy, straight lines between the corners.

    points: (accuracy, share) with both rising from share 0 to 1; below nothing, above everything
    """

    points: tuple[tuple[float, float], ...]

    def share(self, accuracy: float) -> float:
        """Of the points, for an accuracy of 0 to 1; in whole percents, rounded down."""
        exact = np.interp(accuracy, *np.transpose(self.points))
        return int(100 * float(exact) + 1e-9) / 100

    def next(self, accuracy: float) -> tuple[float, float]:
        """The first corner beyond an accuracy that is worth something; the last beyond all."""
        beyond = (corner for corner in self.points if corner[0] > accuracy and corner[1] > 0)
        return next(beyond, self.points[-1])


# From what lesson 15's recipe for notebooks reaches, 84 to 87 % on shapes and 79 % on all of
# CIFAR-10: it earns everything, a linear classifier nothing.
CURVES = {
    "shapes": Curve(((0.40, 0.0), (0.60, 0.3), (0.74, 0.7), (0.82, 1.0))),
    "cifar10": Curve(((0.40, 0.0), (0.60, 0.3), (0.70, 0.7), (0.78, 1.0))),
}


def graded(accuracy: float, curve: Curve) -> None:
    """Give the share of a check's points that the accuracy is worth.

    accuracy: 0 to 1
    tells: below the curve's end, what is missing
    """
    share = curve.share(accuracy)
    if share == 1:
        return
    goal, worth = curve.next(accuracy)
    why = NotYet(
        f"Fewer than {100 * goal:.0f} % of the images are right.",
        f"Right are {100 * accuracy:.2f} %, which earns {100 * share:.0f} % of the points; "
        f"{100 * goal:.0f} % would earn {100 * worth:.0f} %.",
    )
    earn(share, why)


def class_numbers(found: Any, count: int, classes: int, name: str = "predictions") -> None:
    """See that these are predictions: a NumPy array with one class for each image.

    tells: the type, the shape, the dtype or a class that is wrong, or nan
    """
    reason = refused(found, classes)
    if not reason and found.shape != (count,):
        reason = shape_sentence(found.shape, (count,))
    if reason:
        tell(NotYet(f"{name}: {reason}"))
