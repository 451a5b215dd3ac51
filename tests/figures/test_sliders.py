"""Do the controls redraw the picture?"""

from typing import Any

import pytest

from course_lib import figures
from course_lib.figures.style import Captioned


def test_moving_a_control_redraws_with_the_new_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a slider change one field of the state and leave the others?"""
    shown: list[Any] = []
    redrawn: list[Captioned] = []

    class Canvas:
        def update(self, content: Captioned) -> None:
            redrawn.append(content)

    def display(content: Any, display_id: bool = False) -> Canvas:
        shown.append(content)
        return Canvas()

    states: list[figures.knn.MapState] = []

    def draw(state: figures.knn.MapState) -> Any:
        states.append(state)
        return figures.new_figure(1, 1)[0]

    monkeypatch.setattr("IPython.display.display", display)
    figures.interactive(
        draw,
        figures.knn.MapState(k=3),
        caption="c",
        alt="a",
        k=(1, 9, 2),
        metric=["L2", "L1"],
    )
    static, box = shown
    assert isinstance(static, Captioned)
    slider, menu = box.children
    slider.value = 7
    menu.value = "L1"
    assert states == [
        figures.knn.MapState(k=3),
        figures.knn.MapState(k=7),
        figures.knn.MapState(k=7, metric="L1"),
    ]
    assert len(redrawn) == 2
