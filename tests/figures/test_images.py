"""Pictures in rows: are they drawn as they came?"""

import numpy as np
import pytest

from course_lib import figures


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_image_grid_takes_grey_and_colour_images(channels: int, dtype: type) -> None:
    """Are images of one and of three channels drawn, with one title each?"""
    images = np.ones((3, channels, 4, 5), dtype=dtype)
    figure = figures.image_grid(images, ["a", "b", "c"], columns=2)
    assert [axis.get_title() for axis in figure.axes] == ["a", "b", "c", ""]
    assert len(figure.axes[0].images) == 1
