import numpy as np
from sklearn.datasets import load_digits

from course_lib import data


def test_the_splits_part_the_whole():
    """Are train and test together scikit-learn's digits, each once?"""
    train, test = data.digits("train"), data.digits("test")
    assert (train.images.shape, test.images.shape) == ((1437, 1, 8, 8), (360, 1, 8, 8))
    both = np.concatenate([train.images, test.images])[:, 0]
    original = load_digits()
    back = np.rint(both / 255 * 16)
    assert sorted(map(bytes, back.astype(np.uint8))) == sorted(
        map(bytes, original.images.astype(np.uint8))
    )
    labels = np.concatenate([train.labels, test.labels])
    assert np.bincount(labels).tolist() == np.bincount(original.target).tolist()


def test_images_keep_their_labels():
    """Does each image keep the label that it has in scikit-learn?"""
    original = {bytes(i.astype(np.uint8)): t for i, t in zip(*load_digits(return_X_y=True))}
    test = data.digits("test")
    for image, label in zip(test.images, test.labels):
        assert original[bytes(np.rint(image / 255 * 16).astype(np.uint8))] == label


def test_levels_fill_the_byte():
    """Do the levels reach from 0 to 255, and for float32 from 0 to 1?"""
    assert (data.digits().images.min(), data.digits().images.max()) == (0, 255)
    floats = data.digits(dtype=np.float32).images
    assert (floats.dtype, floats.min(), floats.max()) == (np.float32, 0, 1)


def test_every_class_is_in_the_test_split():
    """Are all ten digits tested, about equally often?"""
    assert np.bincount(data.digits("test").labels).min() >= 30
