"""Do the controls redraw the picture, and is there one where no control can run?"""

from dataclasses import dataclass
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from course_lib import figures

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reaches the notebook."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def box_of(bundle: dict[str, Any]) -> Any:
    """The widget that JupyterLab would show."""
    from ipywidgets.widgets.widget import _instances

    return _instances[bundle[WIDGET]["model_id"]]


def test_moving_a_control_redraws_with_the_new_state(shown: list[dict[str, Any]]) -> None:
    """Does a slider change one field of the state and leave the others, and is the new picture in
    the widget, which outlives the page?"""
    states: list[figures.knn.MapState] = []

    def draw(state: figures.knn.MapState) -> Any:
        states.append(state)
        return figures.new_figure(state.k, 1)[0]

    figures.interactive(
        draw,
        figures.knn.MapState(k=3),
        caption="c",
        alt="a",
        k=(1, 9, 2),
        metric=["L2", "L1"],
    )
    first, sliders = shown
    picture, slider, menu = box_of(sliders).children
    assert picture.value == ""  # the first picture is there already, and is not kept twice
    slider.value = 7
    seven = picture.value
    menu.value = "L1"
    assert states == [
        figures.knn.MapState(k=3),
        figures.knn.MapState(k=7),
        figures.knn.MapState(k=7, metric="L1"),
    ]
    assert "data:image/png" in seven
    assert 'alt="a"' in picture.value
    assert seven not in first["text/html"]


def test_a_slider_draws_while_it_is_dragged(shown: list[dict[str, Any]]) -> None:
    """Is each place on the way sent to the kernel, and not the last alone?"""
    figures.interactive(
        lambda state: figures.new_figure(1, 1)[0],
        figures.knn.MapState(),
        caption="c",
        alt="a",
        k=(1, 9, 2),
    )
    assert box_of(shown[1]).children[1].continuous_update is True


@dataclass(frozen=True)
class State:
    share: float = 0.25
    node: int = 2


def test_a_picture_that_cannot_be_drawn_says_so(shown: list[dict[str, Any]]) -> None:
    """Is the error of a student's function seen, which widgets hide, and gone with the next?"""

    def draw(state: State) -> Any:
        if state.share > 0.5:
            raise ValueError("too <large>")
        return figures.new_figure(1, 1)[0]

    figures.interactive(draw, State(), caption="c", alt="a", share=(0.0, 1.0, 0.05))
    picture, slider = box_of(shown[1]).children
    slider.value = 0.75
    assert "could not be drawn. ValueError: too &lt;large&gt;" in picture.value
    slider.value = 0.5
    assert "could not be drawn" not in picture.value


SOURCE = """
from dataclasses import dataclass
from course_lib import figures

@dataclass(frozen=True)
class State:
    share: float = 0.25
    node: int = 2

figures.interactive(
    lambda state: figures.new_figure(1, 1)[0], State(), caption="What to see.", alt="A frame.",
    share=(0.0, 1.0, 0.05), node=[("none", 0), ("2: a sum", 2)],
)
"""


@pytest.mark.slow
def test_a_page_without_a_kernel_names_the_values(tmp_path: Any) -> None:
    """Do a notebook that no browser ran, and the page made of it, hold the picture and the
    sliders' values, and no code in their place?"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    first, sliders = notebook.cells[0].outputs
    values = "Drawn for share = 0.25, node = 2: a sum."
    assert first.data["text/plain"] == f"[Figure: A frame.]\nWhat to see.\n{values}"
    assert "VBox" not in sliders.data["text/plain"]
    assert str(notebook.metadata.widgets).count("data:image") == 0  # the picture is there once
    del notebook.metadata["widgets"]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert values in page
    assert 'alt="A frame."' in page
    assert "VBox" not in page
