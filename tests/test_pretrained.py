"""Are the nets that ship there, whole, and as good as data/README.md says?"""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.classroom.release import BUNDLED
from course_lib import data, pretrained
from course_lib.errors import CourseError

ROOT = Path(__file__).parents[1]
README = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
CIFAR10 = ROOT.parent / "shared" / "data" / "cifar10"

each_net = pytest.mark.parametrize("name", list(pretrained.NETS))


@each_net
def test_a_net_ships_small_and_is_in_evaluation_mode(name):
    """Is the file below 0.6 MB, and the net ready to be asked, on images of another size, too?"""
    path = ROOT / "data" / pretrained.file_name(name)
    assert path.stat().st_size < 600_000
    net = pretrained.load(name)
    assert not any(layer.training for layer in net.modules())
    with torch.no_grad():
        assert net(torch.rand(2, 3, 40, 36)).shape == (2, 10)


def test_all_nets_together_stay_below_three_megabytes():
    """Does a clone of the course stay small?"""
    files = [ROOT / "data" / pretrained.file_name(name) for name in pretrained.NETS]
    assert sum(file.stat().st_size for file in files) < 3_000_000


@each_net
def test_a_net_goes_to_students(name):
    """Does the bundle that a class gets hold the net's file?"""
    assert f"data/{pretrained.file_name(name)}" in BUNDLED


@each_net
def test_a_net_brings_its_scaling(name):
    """Are the pixels that its layers see of mean 0 and standard deviation 1, or about that?"""
    net = pretrained.load(name)
    assert bool((net.mean > 0.2).all() and (net.mean < 0.8).all())
    assert bool((net.std > 0.1).all() and (net.std < 0.5).all())


@pytest.mark.slow
@each_net
def test_accuracy_is_what_the_readme_says(name, tmp_path, monkeypatch):
    """Does the shipped net get the share of the test images right that stands in data/README.md?"""
    if pretrained.NETS[name].trained_on == "cifar10":
        if not CIFAR10.is_dir():
            pytest.skip(f"CIFAR-10 is not in {CIFAR10}")
        codec = runpy.run_path(str(CIFAR10 / "codec.py"))
        codec["unpack"](str(CIFAR10), str(tmp_path / "cifar-10-batches-py"))
        monkeypatch.setenv("COURSE_DATA", str(tmp_path))
        test = data.cifar10("test")
    else:
        test = data.shapes("test")
    row = re.search(rf"^\| `{re.escape(name)}` \|.*\| ([\d.]+) \|", README, re.MULTILINE)
    assert row is not None
    net = pretrained.load(name)
    with torch.no_grad():
        parts = torch.from_numpy(test.images).split(500)
        found = torch.cat([net(part.float() / 255).argmax(1) for part in parts])
    right = 100 * float((found.numpy() == test.labels).mean())
    assert right == pytest.approx(float(row[1]), abs=0.1)


def test_packing_keeps_the_numbers_to_half_precision():
    """Is a net that was packed and unpacked the same but for rounding, with the same bytes?"""
    net = pretrained.BasicNet((4, 4, 8), kernel=5)
    content = pretrained.pack(net)
    other = pretrained.unpack(content, pretrained.BasicNet((4, 4, 8), kernel=5))
    for name, value in net.state_dict().items():
        np.testing.assert_allclose(other.state_dict()[name], value, rtol=1e-3, atol=1e-6)
    assert pretrained.pack(net) == content


def test_logits_are_the_head_of_the_embedding():
    """Does a probe on `embed` see what the net's own last layer sees?"""
    net, x = pretrained.load("shapes"), torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(net(x), net.head(net.embed(x)))
        maps = net.features((x - net.mean) / net.std)
    assert maps.shape == (2, 64, 8, 8)


def test_an_unknown_net_is_refused_with_the_names():
    """Does the error say which nets there are?"""
    with pytest.raises(CourseError, match="shapes, cifar10"):
        pretrained.load("imagenet")


def test_another_file_in_a_nets_place_is_refused(tmp_path, monkeypatch):
    """Is a net whose bytes have changed refused, with its path?"""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / pretrained.file_name("shapes")).write_bytes(b"no net")
    with pytest.raises(CourseError, match=r"net-shapes\.npz is not the net"):
        pretrained.load("shapes")


def test_a_missing_file_is_told(monkeypatch):
    """Does a course without the file say what is missing?"""
    monkeypatch.setattr(pretrained.folder, "find", lambda name: None)
    with pytest.raises(CourseError, match=r"net-shapes\.npz is missing"):
        pretrained.load("shapes")
