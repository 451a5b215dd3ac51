"""The figures of lesson 11: do they draw what they say?"""

from dataclasses import replace

import numpy as np

from course_lib import oracle
from course_lib.figures import captioning

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (6, 3, 32, 32)).astype(np.uint8)
SAID = ["a red star on blue", "a ring on red", "a dotted box on gray"] * 2


def titles(figure):
    return [axis.get_title() for axis in figure.axes]


def test_captioned() -> None:
    """Has each picture its sentence, and a grey one only where another is true?"""
    assert titles(captioning.captioned(IMAGES, SAID)) == SAID
    figure = captioning.captioned(IMAGES, SAID, ["a red star on blue"] * 6)
    assert [len(axis.texts) for axis in figure.axes] == [0, 1, 1, 0, 1, 1]


def test_beam_tree() -> None:
    """Does every length have as many words as the beam is wide?"""
    step = oracle.captioning.memory(RNG.normal(size=(7, 3, 5)))
    search = oracle.captioning.best_sequences
    words = ["null", "start", "end", "red", "star"]
    (axis,) = captioning.beam_tree(step, search, 1, 3, 4, 2, words).axes
    assert len(axis.texts) == 1 + 3 * 4
    assert len(axis.lines) == 3 * 4


def test_alignment() -> None:
    """Is the padding cut off, with a letter below each column?"""
    weights = np.full((2, 10, 28), 1 / 28)
    figure = captioning.alignment(weights, ["3 may 1987", "may 3, 1987"], ["1987-05-03"] * 2)
    assert [axis.images[0].get_array().shape for axis in figure.axes] == [(10, 10), (10, 11)]
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == list("3 may 1987")


def test_relatives() -> None:
    """Do three diagrams begin with a picture?"""
    figure = captioning.relatives()
    assert len(figure.axes) == 3
    assert all("picture" in [t.get_text() for t in axis.texts] for axis in figure.axes)


def test_clocks() -> None:
    """Is the middle place most like itself?"""
    pe = oracle.transformer.positions(21, 8).numpy()
    right = captioning.clocks(pe).axes[1]
    assert int(np.argmax(right.lines[0].get_ydata())) == 10


def test_race_and_bars() -> None:
    """Has each net a row with a mark a seed, each attribute a bar and a marker?"""
    (axis,) = captioning.race({"ConvNet": (0.6, 0.7), "ViT": (0.5, 0.4)}).axes
    assert [list(line.get_xdata()) for line in axis.lines] == [[0.6, 0.7], [0.5, 0.4]]
    (axis,) = captioning.attribute_bars(
        {"shape": 0.8, "ground": 0.7}, {"ground": 0.1, "shape": 0.2}
    ).axes
    assert [bar.get_width() for bar in axis.patches] == [0.8, 0.7]
    assert list(axis.lines[0].get_xdata()) == [0.2, 0.1]


def test_word_maps_and_looking() -> None:
    """Is there a map for each word, and is the chosen word, or else the last, in brackets?"""
    looks = RNG.dirichlet(np.ones(64), (6, 8))
    figure = captioning.word_maps(IMAGES[:2], SAID[:2], looks[:2])
    assert [t for t in titles(figure) if t] == " ".join(SAID[:2]).split()
    figure = captioning.looking(captioning.Looking(0, 2), IMAGES, SAID, looks)
    assert figure.get_suptitle() == "a red [star] on blue"
    assert f"{looks[0, 2].max():.2f}" in figure.axes[1].get_title()
    last = replace(captioning.Looking(), picture=1, word=7)
    assert captioning.looking(last, IMAGES, SAID, looks).get_suptitle() == "a ring on [red]"


def test_share_bars() -> None:
    """Are both shares and the even map drawn?"""
    (axis,) = captioning.share_bars({"shape": (0.6, 0.1), "ground": (0.0, 0.2)}, 0.07).axes
    assert [list(line.get_xdata()) for line in axis.lines[:2]] == [[0.6, 0.0], [0.1, 0.2]]
    assert axis.lines[2].get_xdata()[0] == 0.07
