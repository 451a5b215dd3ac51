"""What is an accuracy worth?"""

from typing import TYPE_CHECKING

from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from course_lib.checks import Curve


def grading_curve(curve: "Curve", accuracy: float | None = None) -> "Figure":
    """The share of the points by accuracy, the corners written out.

    accuracy: 0 to 1, shown as a point on the curve where it is given
    """
    figure, (axis,) = new_figure(6, 3.2)
    corners = [(100 * right, 100 * share) for right, share in curve.points]
    ends = [(0.0, 0.0), *corners, (100.0, 100.0)]
    axis.plot(*zip(*ends), color=COLOURS[0])
    axis.plot(*zip(*corners), MARKERS[0], color=COLOURS[0])
    for right, share in corners:
        label = f"{right:.0f} %: {share:.0f} %"
        axis.annotate(label, (right, share), xytext=(8, -12), textcoords="offset points")
    if accuracy is not None:
        worth = 100 * curve.share(accuracy)
        axis.plot(100 * accuracy, worth, MARKERS[1], color=COLOURS[5], markersize=9)
        axis.annotate(
            f"yours: {100 * accuracy:.1f} %",
            (100 * accuracy, worth),
            xytext=(-10, 4),
            textcoords="offset points",
            color=COLOURS[5],
            horizontalalignment="right",
        )
    axis.set(
        xlabel="images named rightly (%)",
        ylabel="share of the points (%)",
        xlim=(0, 100),
        ylim=(-14, 108),
    )
    return figure
