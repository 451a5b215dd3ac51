"""Wrong answers to lesson 00, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake

# --- start-double


@mistake("start-double", "This is three times x, as you were told. Now make it two.")
def double(x):
    return 3 * x


@mistake("start-double", "Your function changed its 1st argument, x")
def double(x):
    x *= 2
    return x.copy()


@mistake("start-double", "Your function returned None")
def double(x):
    print(2 * x)


# --- start-channel-means


@mistake(
    "start-channel-means",
    "This is one mean for each image and channel: the axis of the images must vanish too.",
)
def channel_means(images):
    return images.mean(axis=(2, 3))


@mistake("start-channel-means", "This is one mean for each image: keep axis 1, the channels.")
def channel_means(images):
    return images.mean(axis=(1, 2, 3))


@mistake("start-channel-means", "This is one mean for all: keep axis 1, the channels.")
def channel_means(images):
    return images.mean()


@mistake("start-channel-means", "These are sums: divide by how many numbers each channel has.")
def channel_means(images):
    return images.sum(axis=(0, 2, 3))


# --- start-centre-images


@mistake("start-centre-images", "The mean of each pixel is subtracted: take the mean over axis 1.")
def centre_images(X):
    return X - X.mean(axis=0)


@mistake(
    "start-centre-images",
    "The means went along the wrong axis: make them a column, of shape (N, 1).",
)
def centre_images(X):
    return X - X.mean(axis=1)


@mistake("start-centre-images", "One mean for all images is subtracted: each has its own.")
def centre_images(X):
    return X - X.mean()


@mistake("start-centre-images", "Your function changed its 1st argument, X")
def centre_images(X):
    X -= X.mean(axis=1, keepdims=True)
    return X.copy()


# --- start-pick-class


@mistake("start-pick-class", "These are the labels that match: pick the images.")
def pick_class(images, labels, label):
    if len(images) != len(labels):
        raise ValueError
    return labels[labels == label]


@mistake("start-pick-class", "These are the images of all other classes.")
def pick_class(images, labels, label):
    if len(images) != len(labels):
        raise ValueError
    return images[labels != label]


@mistake("start-pick-class", "This is only the first image of the class.")
def pick_class(images, labels, label):
    if len(images) != len(labels):
        raise ValueError
    return images[np.argmax(labels == label)]


@mistake("start-pick-class", "8 images have only 7 labels.")
def pick_class(images, labels, label):
    return images[[i for i, own in enumerate(labels) if own == label]]


# --- start-squared-difference


@mistake("start-squared-difference", "These are absolute differences: square them.")
def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError
    return float(np.abs(a - b).sum())


@mistake(
    "start-squared-difference",
    "This is the square of the sum: square each difference before adding.",
)
def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError
    return float((a - b).sum() ** 2)


@mistake("start-squared-difference", "This is the mean: the sum is asked for.")
def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError
    return float(((a - b) ** 2).mean())


@mistake("start-squared-difference", "This is the distance: here without the root.")
def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError
    return float(np.linalg.norm(a - b))


@mistake("start-squared-difference", "No Python loop is allowed here")
def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError
    total = 0.0
    for p, q in zip(a.ravel(), b.ravel()):
        total += (p - q) ** 2
    return float(total)


@mistake("start-squared-difference", "Shapes (3, 4, 5) and (1, 4, 5) differ.")
def squared_difference(a, b):
    return float(((a - b) ** 2).sum())


# --- start-to-float


@mistake("start-to-float", "255 must become 1.0: divide by 255, not by 256.")
def to_float(images):
    if images.dtype != np.uint8:
        raise TypeError
    return images.astype(np.float32) / 256


@mistake("start-to-float", "Whole-number division leaves only 0 and 1.")
def to_float(images):
    if images.dtype != np.uint8:
        raise TypeError
    return (images // 255).astype(np.float32)


@mistake("start-to-float", "The numbers still go up to 255: divide.")
def to_float(images):
    if images.dtype != np.uint8:
        raise TypeError
    return images.astype(np.float32)


@mistake("start-to-float", "These are floats already.")
def to_float(images):
    return (images / 255).astype(np.float32)
