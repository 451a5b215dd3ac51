# %% [markdown]
# # 12 Visualizing and understanding
#
# Afterwards you can ask a trained net what it looks at, in a dozen ways, make pictures by
# gradients, fool a net and measure how easily it is fooled; and you can tell which of these answers
# deserve your trust, because you have tested them.
#
# **Time:** about 5 hours; about 6 with the optional exercises. **Needs:** lessons 05 and 09.
# **Data:** the *shapes* and the small nets that come with the course; CIFAR-10 where you have it
# (`course data get cifar10`); two photographs and an ImageNet net where the extra `pretrained` is
# installed. **Points:** 100. Answers may use NumPy and PyTorch.

# %% setup="visual" room={"hides": ["course_lib.oracle", "torchvision", "sklearn", "scipy"]}
import copy
import dataclasses

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, data, figures, oracle, pretrained

KEPT = "images", "gradients of the parameters", "mode", "hooks", "no graph on the result"
UNTOUCHED = dict.fromkeys(KEPT, True)


def blur(image: torch.Tensor) -> torch.Tensor:
    """(N, C, H, W), each pixel mixed a little with its eight neighbours. For your answers, too."""
    row = torch.tensor([0.107, 0.786, 0.107], dtype=image.dtype)  # a Gaussian of sigma 0.5
    kernel = (row[:, None] * row).expand(image.shape[1], 1, 3, 3)
    return F.conv2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), kernel, groups=image.shape[1])


# %% [markdown]
# ## One of these nets has never learnt anything
#
# Both nets below have the same layers. One was trained on the shapes and gets 94 % of new scenes
# right. The other is as PyTorch initialised it. For four scenes you see what each of them looks at,
# by a method from this lesson: the brighter a pixel, the more the score of the right class depends on
# it. Such a picture is called a *saliency map*, and you find it in papers, on product pages and in medical software, as
# the explanation of what a net saw. Which column belongs to the net that knows something?

# %% tags=["experiment"]
torch.set_num_threads(1)  # threads that wait for each other slow nets as small as these
scenes = data.draw_scenes(300, seed=12)
rendered = data.render(scenes)
pictures, classes = torch.from_numpy(rendered.images) / 255, torch.from_numpy(scenes.labels)
trained = pretrained.load("shapes")
with torch.random.fork_rng(devices=[]):  # layers draw from the global generator: a copy of it
    torch.manual_seed(3)
    untrained = pretrained.empty("shapes").eval()
four = [0, 3, 5, 8]
pair = {
    name: oracle.visual.guided_saliency(pictures[four], classes[four], net).numpy()
    for name, net in (("net A", untrained), ("net B", trained))
}
figures.show(
    figures.visual.heat_maps(rendered.images[four], pair),
    caption="Four scenes and two saliency maps of each. One net answers 94 % of such scenes "
    "right, the other has random weights.",
    alt="Four rows of three pictures: a scene with an object, and two dark maps. In one, "
    "stripes, corners and the shape of the object shine through grain; in the other, its "
    "outline shines on black.",
)

# %% [markdown]
# Write down your answer and your reason. In the middle of this lesson you will measure it instead.
#
# What does it mean to understand a net? This one has 72,954 parameters, and you can print all of them. So
# nothing is hidden, and still nobody can read them. This lesson collects the questions that have been
# asked instead, from the simple to the sly:
#
# | question | asked by | what you will meet |
# | --- | --- | --- |
# | what does this unit like? | looking through pictures | maximal patches |
# | which pictures are alike for the net? | distances in its last layer | neighbours, PCA, t-SNE |
# | which part of the picture mattered? | covering, or a gradient | occlusion, saliency, guided backpropagation, Grad-CAM |
# | is that true? | a mask that we know | faithfulness, the pointing game |
# | what would the net like best? | climbing its score | gradient ascent, DeepDream |
# | how small a change makes it wrong? | climbing the wrong score | fooling images, FGSM, PGD |
# | what does a layer still know? | rebuilding the picture | inversion, texture, style |
#
# ## Filters: the first layer, and then nothing
#
# A filter of the first layer has three channels, red, green and blue, like a picture. So draw it as
# one. A filter responds most strongly to the patch that looks like itself: among all patches of the
# same norm, the inner product is largest for the one that points in the same direction. The picture of a
# filter of the first layer is therefore its own explanation.

# %% tags=["experiment"]
wide = pretrained.load("cifar10-5x5")
filters = [wide.features[place].weight.detach().numpy() for place in (0, 3)]  # type: ignore
figures.show(
    figures.image_grid(figures.as_pictures(filters[0]), columns=12, size=0.7),
    caption="The 24 filters of the first layer of a net trained on CIFAR-10, 5 x 5 pixels each, "
    "every one stretched to the full range. A few are edges or pairs of opposite colours, "
    "many look like noise.",
    alt="Two rows of twelve small squares of 5 by 5 coloured pixels: some with a light and a "
    "dark side, some green against pink or blue against red, some without visible order.",
)
figures.show(
    figures.image_grid(
        figures.as_pictures(filters[1][:2].reshape(48, 1, 3, 3)), columns=24, size=0.4
    ),
    caption="Two of the 16 filters of the second layer: 24 channels each, one square a channel. "
    "They weigh channels that mean nothing to us yet, so their picture tells us nothing.",
    alt="Two rows of 24 tiny grey squares of 3 by 3 pixels without visible order.",
)

# %% [markdown]
# AlexNet, VGG and ResNet, trained on more than a million photographs, begin with clean edges and
# colours; Hubel and Wiesel (1959) found cells that respond to edges in the visual cortex of cats.
# This small net had 50,000 small pictures, and its filters are rougher. So clean filters in the first
# layer are a sign of long training on much data, and not a law.
#
# The second layer's filters have 24 channels, one for each filter of the first layer. There is no
# colour for "how much of filter 17". From here on we no longer look at the weights, but at what
# they *do*.
#
# ## What does a unit like?
#
# Show the net many pictures, watch one unit, and keep the pictures that excite it most (Girshick et
# al. 2014). A unit does not see the whole picture, it sees its receptive field, so cut that out.
# Lesson 05 computed its side; now you also need its place.
#
# Follow the field through the layers. Three numbers say where it is: its **size** in pixels; the
# **jump**, how many pixels the fields of two neighbouring units are apart; and the **start**, the
# pixel at which the field of unit 0 begins. Padding moves the start to the left, out of the
# picture: a layer with padding $P$ begins $P$ steps *of its own input* earlier.
#
# By hand: a 3x3 convolution with padding 1, then a 2x2 pool with stride 2, then a 3x3 convolution
# with padding 1. What are size, jump and start after each layer?
#
# <details><summary>The three numbers, layer by layer</summary>
#
# | layer | size | jump | start |
# | --- | --- | --- | --- |
# | (a pixel) | 1 | 1 | 0 |
# | 3x3, padding 1 | 3 | 1 | -1 |
# | 2x2, stride 2 | 4 | 2 | -1 |
# | 3x3, padding 1 | 8 | 2 | -3 |
#
# The last layer's padding is one step of a map whose jump is 2, so it moves the start by 2 pixels.
# Unit 5 in a row sees the pixels from $-3 + 5 \cdot 2 = 7$ to 14.
# </details>
#
# ### Exercise 12.1: maximal patches
# 9 points · about 25 minutes · medium


# %% [markdown] hint="visual-patches"
# Which jump does a layer's padding count in, the one before the layer or the one after it? The
# order of the three updates follows from that.
#
# For the patches: pad all pictures with zeros on all sides first. Then no field sticks out, and
# every index has moved by the same number.
#
# `np.argsort(-strongest, kind="stable")[:k]` orders the images, and
# `divmod(int(maps[n].argmax()), maps.shape[2])` gives row and column.


# %% answer="visual-patches"
def field_of(layers: list[dict[str, int]]) -> tuple[int, int, int]:
    """Where the units after a stack of layers look.

    layers: first layer first; each {"kernel": int, "stride": int, "pad": int}, of which stride is 1
        and pad 0 where absent
    returns: size, the side of a receptive field; jump, the pixels from one unit's field to the next
        one's; start, the first pixel of unit 0's field, negative where it lies outside. 1, 1, 0
        where there is no layer
    """
    ### BEGIN SOLUTION
    size, jump, start = 1, 1, 0
    for layer in layers:
        start -= layer.get("pad", 0) * jump
        size += (layer["kernel"] - 1) * jump
        jump *= layer.get("stride", 1)
    return size, jump, start
    ### END SOLUTION


def maximal_patches(
    images: np.ndarray, maps: np.ndarray, field: tuple[int, int, int], k: int
) -> tuple[np.ndarray, list]:
    """What one unit saw where it was most active, for the k images in which it was most active.

    images: (N, C, H, W) float; maps: (N, H', W') float, the unit's activation at each place; field:
        size, jump, start
    k: int, 1 to N
    returns: patches (k, C, size, size), most active first, 0 outside of the image; and a list of k
        tuples of int, (image, row, column) of the unit. One place per image. Of equal activations
        the one in the earlier image, then in the upper row, then on the left
    Source: Girshick et al. 2014, arXiv 1311.2524, section 3.1
    """
    ### BEGIN SOLUTION
    size, jump, start = field
    strongest = maps.reshape(len(maps), -1).max(axis=1)
    frame = size + abs(start)
    padded = np.pad(images, ((0, 0), (0, 0), (frame, frame), (frame, frame)))
    patches, places = [], []
    for n in np.argsort(-strongest, kind="stable")[:k]:
        row, column = divmod(int(maps[n].argmax()), maps.shape[2])
        top, left = frame + start + row * jump, frame + start + column * jump
        patches.append(padded[n, :, top : top + size, left : left + size])
        places.append((int(n), row, column))
    return np.stack(patches), places
    ### END SOLUTION


# %% check="visual-patches" points=4
with checks.verdict("where a unit looks") as rng:
    stacks = [[{"kernel": 3, "pad": 1}, {"kernel": 2, "stride": 2}, {"kernel": 5, "pad": 2}]]
    stacks += [[{"kernel": 7, "stride": 2, "pad": 3}, {"kernel": 3, "stride": 2, "pad": 1}]]
    stacks += [[*stacks[0], *stacks[1]]]
    due = [oracle.visual.field_of(stack) for stack in stacks]
    found = [list(checks.leaves_alone(field_of, stack, share=0.1)) for stack in stacks]
    checks.equal(found, due, "size, jump and start of three nets")
    with checks.share(0.1, "No layer"):
        checks.equal(list(field_of([])), [1, 1, 0], "size, jump, start")
    ### BEGIN HIDDEN TESTS
    stacks = [[{"kernel": 4, "stride": 3, "pad": 2}, {"kernel": 1, "pad": 1}, {"kernel": 2}]]
    stacks += [[{"kernel": 1, "stride": 2}, {"kernel": 3, "stride": 3, "pad": 4}] * 2]
    due = [oracle.visual.field_of(stack) for stack in stacks]
    found = [list(field_of(stack)) for stack in stacks]
    checks.equal(found, due, "size, jump and start of two more")
    ### END HIDDEN TESTS

# %% check="visual-patches-maximal" points=5
with checks.verdict("maximal patches") as rng:
    images, maps = rng.normal(size=(6, 3, 12, 10)), rng.normal(size=(6, 6, 5))
    due = oracle.visual.maximal_patches(images, maps, (5, 2, -2), 4)
    patches, places = checks.leaves_alone(maximal_patches, images, maps, (5, 2, -2), 4, share=0.1)
    checks.equal([list(one) for one in places], due[1], "places")
    checks.equal(patches, due[0], "patches")
    with checks.share(0.15, "Equal activations"):
        tied = np.round(maps)
        due = oracle.visual.maximal_patches(images, tied, (5, 2, -2), 6)[1]
        found = maximal_patches(images, tied, (5, 2, -2), 6)[1]
        checks.equal([list(one) for one in found], due, "places")
    ### BEGIN HIDDEN TESTS
    images, maps = rng.normal(size=(3, 1, 7, 9)), -1 - rng.random(size=(3, 3, 4))
    for field, corner in (((9, 2, -3), 0), ((4, 3, 1), -1), ((3, 2, -2), 0), ((11, 2, -4), -1)):
        maps[1, corner, corner] = -0.5 + corner / 10
        due = oracle.visual.maximal_patches(images, maps, field, 3)
        patches, places = maximal_patches(images.copy(), maps.copy(), field, 3)
        checks.equal([list(one) for one in places], due[1], "places")
        checks.equal(patches, due[0], f"patches of a field {field}")
    with checks.share(0.15, "Equal activations"):
        level = np.zeros((3, 3, 4))
        found = maximal_patches(images, level, (2, 2, 0), 2)[1]
        due = oracle.visual.maximal_patches(images, level, (2, 2, 0), 2)[1]
        checks.equal([list(one) for one in found], due, "places")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
test_set = data.course_images("test", dtype=np.float32)
shipped = pretrained.load(test_set.name)
images = torch.from_numpy(test_set.images[:1000])
layers = (
    [{"kernel": 3, "pad": 1}] * 2 + [{"kernel": 2, "stride": 2}] + [{"kernel": 3, "pad": 1}] * 2
)
with torch.no_grad():  # up to the fourth convolution's ReLU
    maps = shipped.features[:13]((images - shipped.mean) / shipped.std).numpy()
field = field_of(layers)
rows = [
    maximal_patches(test_set.images[:1000], maps[:, unit], field, 10)[0] for unit in (2, 9, 17, 30)
]
figures.show(
    figures.image_grid(np.concatenate(rows), columns=10, size=0.7),
    caption=f"Four units of the fourth convolution, one a row: the ten patches of {field[0]} x "
    f"{field[0]} pixels of 1,000 test images ({test_set.name}) that excite each most.",
    alt="Four rows of ten small patches; within a row, most patches share an edge, a corner, "
    "a stripe or a colour.",
)

# %% [markdown]
# Within a row the patches are alike, and you can often say why: a corner, an edge, a colour on
# another. On the shapes, the unit in the third row likes the *border* of the picture, which it
# knows by the zeros of the padding (black here). Be careful with the name that you give to a unit.
# You see its ten best patches of a thousand pictures; the unit also responds to patches that you did
# not see, and it may be one of twenty units that stand for the same thing together.
#
# **Activations** themselves are worth a look, too: Yosinski et al. (2015) showed all maps of a
# layer live, from a camera. Most were hard to name. One unit of the fifth layer followed faces,
# although ImageNet has no class *face*.

# %% [markdown]
# ## The last layer: which pictures lie near each other?
#
# The layer before the scores turns each picture into a short vector; the nets that ship make 64
# numbers of it. Classes that the last layer can separate lie apart there. So compare pictures by
# these vectors. Lesson 01 found neighbours by pixels, and they were pictures of the same
# brightness; Krizhevsky, Sutskever and Hinton (2012) found neighbours by AlexNet's 4,096 features,
# and they were elephants for an elephant, whichever way it looked.
#
# By hand: features $(0, 0)$, $(3, 4)$, $(4, 3)$, $(1, 0)$ and a query $(0, 0)$. Which three are nearest?
#
# <details><summary>Answer</summary>
#
# Number 0 at distance 0, number 3 at 1, then 1 and 2 at 5. Of equal ones we take the earlier: 0, 3, 1.
#
# </details>
#
# To see all vectors at once you must draw 64 numbers as 2. **PCA** (lesson 01) takes the two
# directions in which the features vary most. It also says how much you lose: each direction has its
# share of the total variance. A direction's sign is free; to compare with somebody else's picture,
# fix it.
#
# By hand: the points $(1, 0)$, $(-1, 0)$, $(0, 3)$, $(0, -3)$. Which is the first direction, and
# what is its share?
#
# <details><summary>Answer</summary>
#
# The vertical one: its squared deviations add up to 18, all of them to $18 + 2$, so the share is 0.9.
#
# </details>
#
# ### Exercise 12.2: neighbours and principal components
# 8 points · about 20 minutes · easy


# %% [markdown] hint="visual-neighbours"
# Lesson 01 has both: distances of all pairs, and components from the singular values.
#
# The singular values of the centred features, squared, are proportional to the variances. Divide by
# the sum of *all* of them, also of those that you leave out.
#
# `np.linalg.svd(centred, full_matrices=False)` has the directions as rows. The sign of each comes
# from `np.abs(directions).argmax(axis=1)`.


# %% answer="visual-neighbours"
def nearest_in_features(features: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    """The rows of features that are nearest to each query, by L2 distance.

    features: (N, D) float; queries: (M, D) float; k: int, 1 to N
    returns: (M, k) int, indices into features, nearest first; of equal distances the smaller index
    Source: Krizhevsky et al. 2012, section 6.1
    """
    ### BEGIN SOLUTION
    distances = ((queries[:, None] - features) ** 2).sum(axis=2)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]
    ### END SOLUTION


def pca(features: np.ndarray, dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates along the directions of largest variance, and how much of the variance each carries.

    features: (N, D) float, not all rows equal; dims: int, at most min(N, D)
    returns: (N, dims) coordinates, from the mean, largest variance first, each direction with the
        sign for which its component of largest absolute value is positive; (dims,) shares of the
        total variance of all D directions
    """
    ### BEGIN SOLUTION
    centred = features - features.mean(axis=0)
    _, stretch, directions = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    coordinates = centred @ (directions * signs[:, None])[:dims].T
    return coordinates, (stretch**2 / (stretch**2).sum())[:dims]
    ### END SOLUTION


# %% check="visual-neighbours" points=4
with checks.verdict("nearest in feature space") as rng:
    features, queries = rng.normal(size=(30, 8)), rng.normal(size=(5, 8))
    due = oracle.visual.nearest(features, queries, 4)
    found = checks.leaves_alone(nearest_in_features, features, queries, 4, share=0.1)
    checks.equal(found, due, "indices")
    with checks.share(0.2, "Equal distances"):
        corners = rng.integers(2, size=(40, 4)) + 0.0
        due = oracle.visual.nearest(corners, corners[:3], 40)
        checks.equal(nearest_in_features(corners, corners[:3], 40), due, "indices")
    ### BEGIN HIDDEN TESTS
    features, queries = 50 * rng.normal(size=(12, 3)) + 100, 50 * rng.normal(size=(1, 3))
    for k in (1, 12):
        due = oracle.visual.nearest(features, queries, k)
        checks.equal(nearest_in_features(features.copy(), queries.copy(), k), due, "indices")
    with checks.share(0.2, "Equal distances"):
        equal = np.repeat(np.eye(3), 7, axis=0)
        due = oracle.visual.nearest(equal, equal[8:10], 21)
        checks.equal(nearest_in_features(equal, equal[8:10], 21), due, "indices")
    ### END HIDDEN TESTS

# %% check="visual-neighbours-pca" points=4
with checks.verdict("principal components with shares") as rng:
    features = 5 + rng.normal(size=(20, 6)) * np.array([1.0, 7, 2, 4, 0.5, 3])
    due = oracle.visual.principal(features, 3)
    coordinates, shares = checks.leaves_alone(pca, features, 3, share=0.1)
    checks.equal(np.abs(coordinates), np.abs(due[0]), "size of the coordinates")
    checks.equal(shares, due[1], "shares")
    with checks.share(0.2, "The sign"):
        checks.equal(coordinates, due[0], "coordinates")
    ### BEGIN HIDDEN TESTS
    features = rng.normal(size=(5, 9)) * np.arange(1, 10)
    for dims in (1, 3):
        due = oracle.visual.principal(features, dims)
        coordinates, shares = pca(features.copy(), dims)
        checks.equal(np.abs(coordinates), np.abs(due[0]), "size with more features than images")
        checks.equal(shares, due[1], "shares with more features than images")
        with checks.share(0.2, "The sign"):
            checks.equal(coordinates, due[0], "coordinates")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
with torch.no_grad():
    features = np.concatenate([shipped.embed(part).numpy() for part in images.split(250)])
asked = [1, 4, 6]
by_pixels = nearest_in_features(
    test_set.flat(np.float32)[:1000], test_set.flat(np.float32)[asked], 8
)
by_features = nearest_in_features(features, features[asked], 8)
neighbours = np.stack([by_pixels, by_features], axis=1).reshape(-1)
figures.show(
    figures.image_grid(test_set.images[neighbours], columns=8, size=0.8),
    caption=f"Three test images ({test_set.name}), first in each row, and their nearest neighbours "
    "of 1,000: by pixels in the first row of each pair, by the net's 64 features in the "
    "second.",
    alt="Six rows of eight pictures. Neighbours by pixels have a similar background; "
    "neighbours by features show mostly the same kind of object on other grounds.",
)
found = test_set.labels[:1000]
for name, table in (("pixels", test_set.flat(np.float32)[:1000]), ("features", features)):
    nearest = [nearest_in_features(table, part, 2)[:, 1] for part in np.split(table[:100], 20)]
    same = (found[np.concatenate(nearest)] == found[:100]).mean()  # without the image itself
    print(f"the nearest other image has the same class, by {name}: {same:.0%}")

# %% [markdown]
# ## Neighbours only: t-SNE
#
# PCA keeps large distances, and two directions are seldom enough. **t-SNE** (van der Maaten and
# Hinton 2008) cares only about neighbours. It asks each point $i$: if you had to pick one other
# point, with a probability that falls with distance, how often would you pick $j$?
#
# $$p_{j|i} = \frac{\exp(-\beta_i\, d_{ij}^2)}{\sum_{k \ne i} \exp(-\beta_i\, d_{ik}^2)}, \qquad p_{i|i} = 0$$
#
# Then it places points in the plane so that the same question, asked there with a curve that has
# heavier tails (Student's $t$ in place of the Gaussian), has nearly the same answers. Each point has its
# own precision $\beta_i$ (the paper writes $1 / 2\sigma_i^2$): in a crowded region it is large. It is set so that every point has the same number of neighbours, its **perplexity**,
# $2^{H_i}$ with the entropy $H_i = -\sum_j p_{j|i} \log_2 p_{j|i}$. Eight equally likely neighbours
# have the entropy 3 and the perplexity 8.
#
# By hand: two others at squared distances 1 and 3. Let $\beta = \tfrac12 \ln 3$. What are the two
# probabilities and the perplexity?
#
# <details><summary>Probabilities and perplexity</summary>
#
# $e^{-\beta \cdot 2} = 1/3$, so the two are as 3 to 1: $3/4$ and $1/4$. The entropy is
# $\tfrac34 \log_2 \tfrac43 + \tfrac14 \log_2 4 = 0.811$ bits, the perplexity $2^{0.811} = 1.75$.
# </details>
#
# With $\beta = 0$ all $N - 1$ others are equally likely; the larger $\beta$, the fewer count. The
# perplexity falls all the way, so you can find $\beta$ by **bisection**: halve an interval again
# and again and keep the half in which the answer must be. Two traps. Where all distances are large,
# all exponentials underflow to 0. So subtract the smallest distance first; that multiplies numerator
# and denominator by the same factor. And a point with duplicates never gets below their number: with three nearest neighbours
# at the same distance, the perplexity tends to 3.
#
# In the end both directions are averaged, $p_{ij} = (p_{j|i} + p_{i|j})/2N$, so that all pairs
# together have the sum 1 and no point, however far out, is left without attraction.
#
# ### Exercise 12.3: t-SNE's similarities
# 0 points · about 35 minutes · hard · optional


# %% [markdown] hint="visual-tsne"
# The perplexity falls as the precision grows, so which half of an interval do you keep? One row
# after the other is fast enough.
#
# Divide the distances of a row by their largest one first (or by 1 where all are 0), after the
# smallest has been subtracted. Then one interval fits all data.
#
# Precisions range over many powers of ten: halve an interval of their *logarithm*, for example from
# -30 to 50, some 60 times.


# %% answer="visual-tsne"
def conditional_similarities(distances: np.ndarray, perplexity: float) -> np.ndarray:
    """t-SNE's p(j | i): how often i would pick j as its neighbour.

    distances: (N, N) float, squared distances, N >= 3, 0 on the diagonal
    perplexity: float, the same for each row, met to 1e-6. Where a point has more nearest neighbours
        at the same distance than that, they share its row equally: the limit of ever larger precision
    returns: (N, N) float64, rows sum to 1, 0 on the diagonal
    raises: ValueError unless 1 < perplexity < N - 1
    Source: van der Maaten and Hinton 2008, "Visualizing data using t-SNE", section 2
    """
    ### BEGIN SOLUTION
    N = len(distances)
    if not 1 < perplexity < N - 1:
        raise ValueError(f"of {N} points none has a perplexity of {perplexity}")
    p = np.zeros((N, N))
    for i in range(N):
        others = np.arange(N) != i
        far = distances[i, others] - distances[i, others].min()
        far = far / (far.max() or 1)
        low, high = -30.0, 50.0  # of the logarithm of the precision
        for _ in range(60):
            middle = (low + high) / 2
            weights = np.exp(-np.exp(middle) * far)
            shares = weights / weights.sum()
            entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
            low, high = (middle, high) if np.exp(entropy) > perplexity else (low, middle)
        p[i, others] = shares
    return p
    ### END SOLUTION


def joint_similarities(p: np.ndarray) -> np.ndarray:
    """t-SNE's p(i, j), of both directions.

    p: (N, N) float, p(j | i) in row i
    returns: (N, N) float, symmetric, sums to 1
    """
    ### BEGIN SOLUTION
    return (p + p.T) / (2 * len(p))
    ### END SOLUTION


# %% check="visual-tsne" points=0
with checks.verdict("similarities of a given perplexity") as rng:
    points = rng.normal(size=(12, 5))
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    due = oracle.visual.neighbour_shares(distances, 4.0)
    found = checks.leaves_alone(conditional_similarities, distances, 4.0, share=0.1)
    checks.equal(found, due, "p(j | i)", tolerance=1e-5)
    with checks.share(0.1, "More equal neighbours than the perplexity"):
        twins = distances[np.ix_([0] * 5 + [1, 2, 3], [0] * 5 + [1, 2, 3])]
        due = oracle.visual.neighbour_shares(twins, 2.0)
        checks.equal(conditional_similarities(twins, 2.0), due, "p(j | i)", tolerance=1e-5)
    checks.raises(ValueError, conditional_similarities, distances, 11.0, share=0.1)
    ### BEGIN HIDDEN TESTS
    for N, perplexity, scale in ((3, 1.5, 1.0), (9, 7.5, 1e6), (20, 3.0, 1e-5)):
        points = rng.normal(size=(N, 3))
        distances = scale * ((points[:, None] - points) ** 2).sum(axis=2) + scale * 1e3
        np.fill_diagonal(distances, 0)
        due = oracle.visual.neighbour_shares(distances, perplexity)
        found = conditional_similarities(distances.copy(), perplexity)
        checks.equal(found, due, f"p(j | i) of {N} points", tolerance=1e-5)
    with checks.share(0.1, "More equal neighbours than the perplexity"):
        due = oracle.visual.neighbour_shares(np.zeros((4, 4)), 2.0)
        found = conditional_similarities(np.zeros((4, 4)), 2.0)
        checks.equal(found, due, "p(j | i) of equal points", tolerance=1e-5)
    checks.raises(ValueError, conditional_similarities, distances, 1.0, share=0.1)
    ### END HIDDEN TESTS

# %% check="visual-tsne-joint" points=0
with checks.verdict("similarities of both directions") as rng:
    p = rng.random(size=(6, 6)) * (1 - np.eye(6))
    p /= p.sum(axis=1, keepdims=True)
    due = oracle.visual.joint_shares(p)
    checks.equal(checks.leaves_alone(joint_similarities, p, share=0.1), due, "p(i, j)")
    ### BEGIN HIDDEN TESTS
    p = np.array([[0, 1, 0], [0.25, 0, 0.75], [1, 0, 0]])
    checks.equal(joint_similarities(p.copy()), oracle.visual.joint_shares(p), "p(i, j)")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
@dataclasses.dataclass(frozen=True)
class MapState:
    perplexity: float = 20.0


some = features[:250]
distances = ((some[:, None] - some) ** 2).sum(axis=2)


def draw_map(state: MapState):
    p = joint_similarities(conditional_similarities(distances, state.perplexity))
    two = {
        "PCA": pca(some, 2)[0],
        f"t-SNE, perplexity {state.perplexity:g}": oracle.visual.tsne_map(p, 0),
    }
    return figures.visual.scatter(two, test_set.labels[:250], test_set.classes)


figures.interactive(
    draw_map,
    MapState(),
    caption=f"250 test images ({test_set.name}) by the net's 64 features, coloured by class: PCA "
    "on the left, t-SNE of your similarities on the right. Drag the perplexity to 3 and "
    "to 100: islands appear and vanish that the data do not have.",
    alt="Two scatter plots of the same points in ten colours and markers. By PCA the classes "
    "overlap in the middle; by t-SNE most classes form islands of their own.",
    perplexity=(2.0, 100.0, 1.0),
)
print(f"the two directions of PCA carry {pca(some, 2)[1].sum():.0%} of the variance")

# %% [markdown]
# Read a t-SNE map with care (Wattenberg, Viegas and Johnson 2016). Sizes of islands mean nothing,
# since every point got the same number of neighbours. Distances between islands mean little. At a
# small perplexity even random points form clumps. What you may trust: points that are neighbours
# here are mostly neighbours there.


# %% setup="visual-net"
class TinyNet(nn.Module):
    """A net for images (N, 3, H, W) and 4 classes, on which the checks try your functions."""

    def __init__(self) -> None:
        super().__init__()
        layers: list = [nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()]
        layers += [nn.Conv2d(4, 5, 3, stride=2, padding=1), nn.BatchNorm2d(5), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(5, 4)

    def tail(self, maps: torch.Tensor) -> torch.Tensor:
        return self.head(maps.mean(dim=(2, 3)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.tail(self.features(x))


def net_of(state: dict) -> TinyNet:
    """A net with these weights, in evaluation mode."""
    net = TinyNet().to(state["head.weight"].dtype)
    net.load_state_dict(state)
    return net.eval()


# %% setup="visual-bench"
class Nets:
    """Hands such nets to your functions. No exercise asks you to change it."""

    def net(self, state: dict) -> TinyNet:
        return net_of(state)

    def of_net(self, function, state: dict, X: torch.Tensor, y, *settings):
        """What a function of images, classes and a net gives."""
        return function(X.clone(), y, net_of(state), *settings)

    def untouched(self, function, state: dict, X: torch.Tensor, y, *settings) -> dict:
        """Are the images and the net as they were, afterwards?"""
        net, given = net_of(state), X.clone()
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
        result = function(given, y, net, *settings)
        grads = [p.grad is not None and bool((p.grad == 1).all()) for p in net.parameters()]
        hooks = [len(m._forward_hooks) + len(m._backward_hooks) for m in net.modules()]
        same = torch.equal(given, X) and not given.requires_grad
        free = not getattr(result, "requires_grad", False)
        return dict(zip(KEPT, (same, all(grads), not net.training, not any(hooks), free)))


# %% setup="visual-bench-more"
class Bench(Nets):
    """Asks for gradients through your functions, and lends an attack."""

    def pull_back(self, operation, x: torch.Tensor, dout: torch.Tensor) -> tuple:
        leaf = x.clone().requires_grad_()
        out = operation.apply(leaf)
        return out.detach(), torch.autograd.grad(out, leaf, dout)[0]

    def slope(self, function, place: int, *args) -> tuple:
        """A loss, and its gradient with respect to the tensor, or list of tensors, at a place."""
        many = isinstance(args[place], list)
        leaves = [t.clone().requires_grad_() for t in (args[place] if many else [args[place]])]
        given = (*args[:place], leaves if many else leaves[0], *args[place + 1 :])
        value = function(*given) + 0 * leaves[0].sum()
        grads = list(torch.autograd.grad(value, leaves, materialize_grads=True))
        return value.detach(), grads if many else grads[0]

    def push(self, X: torch.Tensor, y: torch.Tensor, model, epsilon: float) -> torch.Tensor:
        """An attack that knows nothing: it mixes each image's colours."""
        return X + epsilon * (X.roll(1, dims=1) - X)

    def robust(self, function, state: dict, X: torch.Tensor, y, epsilons: list):
        return function(X.clone(), y, net_of(state), self.push, epsilons)


# %% [markdown]
# ## Which part of the picture mattered?
#
# Now one picture at a time. The plainest experiment: cover a part and see how much the score falls
# (Zeiler and Fergus 2014). Slide a grey window over the picture; where covering hurts, there was
# something that the net needed. Such a map can show that a net recognises a boat by the water.
#
# We take the score itself, before the softmax, because a probability of 0.9999 hardly moves. A
# pixel lies under several windows; it gets the mean of their falls.
#
# By hand, on a line of four pixels: windows of 2, stride 1. Windows begin at 0, 1, 2 and 3; the
# last one is cut at the border. The score is 10; with the windows in place it is 8, 4, 9, 10. What
# is the map?
#
# <details><summary>The map</summary>
#
# Falls: 2, 6, 1, 0. Pixel 0 lies under the first window alone: 2. Pixel 1 under the first two:
# $(2 + 6)/2 = 4$. Pixel 2: $(6 + 1)/2 = 3.5$. Pixel 3: $(1 + 0)/2 = 0.5$.
# </details>
#
# ### Exercise 12.4: an occlusion map
# 9 points · about 25 minutes · medium


# %% [markdown] hint="visual-occlusion"
# Keep two arrays of the size of the picture: one for the falls, one for how many windows covered a pixel.
#
# `range(0, H, stride)` are the rows of all corners. A slice that goes beyond the border is cut off
# by itself.
#
# Make a covered copy for each corner, give all of them to the net in one batch under
# `torch.no_grad()`, and add each fall to its slice.


# %% answer="visual-occlusion"
bench = Bench()  # hands nets to your functions; leave it here


def occlusion_map(
    x: torch.Tensor, y: int, model: nn.Module, window: tuple[int, int], stride: int, fill: float
) -> torch.Tensor:
    """How much the score of class y falls when parts of an image are covered.

    x: (C, H, W) float; y: int; model: (N, C, H, W) -> (N, K) scores, in evaluation mode
    window: (down, across), pixels; its upper left corner stands at every row and column that is a
        multiple of stride and lies in the image; what sticks out is cut off. stride: int, at most
        the smaller side of the window. fill: the value that covers
    returns: (H, W), no graph: the mean of score(x) - score(covered x) over the windows that cover a
        pixel
    raises: ValueError where stride is larger than a side of the window
    Source: Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2
    """
    ### BEGIN SOLUTION
    if stride > min(window):
        raise ValueError(f"windows of {window} with stride {stride} leave pixels uncovered")
    (down, across), (_, H, W) = window, x.shape
    corners = [(i, j) for i in range(0, H, stride) for j in range(0, W, stride)]
    covered = x.repeat(len(corners), 1, 1, 1)
    for copy_of_x, (i, j) in zip(covered, corners):
        copy_of_x[:, i : i + down, j : j + across] = fill
    with torch.no_grad():
        falls = model(x[None])[0, y] - model(covered)[:, y]
    total, count = torch.zeros_like(x[0]), torch.zeros_like(x[0])
    for fall, (i, j) in zip(falls, corners):
        total[i : i + down, j : j + across] += fall
        count[i : i + down, j : j + across] += 1
    return total / count
    ### END SOLUTION


# %% check="visual-occlusion" points=9
with checks.verdict("an occlusion map") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    x = torch.from_numpy(rng.random(size=(3, 8, 7)))
    due = oracle.visual.occlusion(x, 1, net_of(state), (3, 2), 2, 0.5)
    checks.equal(bench.of_net(occlusion_map, state, x, 1, (3, 2), 2, 0.5), due, "map")
    with checks.share(0.1, "Left as they were"):
        found = bench.untouched(occlusion_map, state, x, 1, (3, 2), 2, 0.5)
        checks.equal(dict(found), UNTOUCHED, "untouched")
    checks.raises(ValueError, occlusion_map, x, 1, bench.net(state), (3, 2), 3, 0.5, share=0.1)
    ### BEGIN HIDDEN TESTS
    for shape, y, window, stride, fill in (
        ((3, 5, 9), 3, (4, 4), 3, 0.0),
        ((3, 6, 4), 0, (1, 5), 1, 1.0),
        ((3, 7, 7), 2, (9, 9), 4, 0.25),
    ):
        x = torch.from_numpy(rng.random(size=shape))
        due = oracle.visual.occlusion(x, y, net_of(state), window, stride, fill)
        found = bench.of_net(occlusion_map, state, x, y, window, stride, fill)
        checks.equal(found, due, f"map of an image {shape[1:]}, windows {window}, stride {stride}")
    checks.raises(ValueError, occlusion_map, x, 1, bench.net(state), (2, 4), 3, 0.5, share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# ## The same by a gradient: saliency
#
# Occlusion asks the net once for each window. The gradient asks once in all: how fast does the
# score change with each pixel? $\partial s_y / \partial x$ has the shape of the image. Take its
# absolute value, and for each pixel the largest of the three channels: that is a **saliency map**
# (Simonyan, Vedaldi and Zisserman 2014) in its simplest form. Differentiate the *score*, not the
# probability: a probability of class $y$ also grows when another class loses.
#
# By hand: one pixel with three channels and the score $2r - 5g + b$. What is its saliency?
#
# <details><summary>Answer</summary>
#
# The largest absolute slope of the three channels: 5.
#
# </details>
#
# A trap of PyTorch. `loss.backward()` puts gradients into everything that asks for them, and the
# net's parameters do. The next training step would then begin with gradients in `.grad` that are
# not its own. So ask only for what you want: `torch.autograd.grad(score, x)`. And all images of a
# batch can be asked at once, since the score of one does not depend on the pixels of another: the
# gradient of the sum of all scores with respect to one image is the gradient of its own score.
#
# ### Exercise 12.5: saliency maps
# 8 points · about 15 minutes · easy


# %% [markdown] hint="visual-saliency"
# What should the gradient be taken of, and with respect to what? The net's parameters are neither.
#
# `scores.gather(1, y[:, None])`, or `scores[torch.arange(N), y]`, are the scores of the right
# classes. Their sum has each image's own gradient.
#
# A leaf of your own: `X.detach().clone().requires_grad_()`. Then `torch.autograd.grad(..., x)`, its
# absolute value, and the largest of the three channels: `amax(dim=1)`.


# %% answer="visual-saliency"
bench = Bench()  # hands nets to your functions; leave it here


def compute_saliency_maps(X: torch.Tensor, y: torch.Tensor, model: nn.Module) -> torch.Tensor:
    """For each pixel, how much the score of the image's class depends on it.

    X: (N, 3, H, W) float; y: (N,) int64, the class that each image is asked about
    model: images -> (N, K) scores, in evaluation mode; its parameters' .grad stay as they are
    returns: (N, H, W), no graph: the largest absolute gradient of the score among the pixel's channels
    Source: CS231n, assignment 3; Simonyan et al. 2014, arXiv 1312.6034, section 3
    """
    ### BEGIN SOLUTION
    x = X.detach().clone().requires_grad_()
    scores = model(x).gather(1, y[:, None])
    (slopes,) = torch.autograd.grad(scores.sum(), x)
    return slopes.abs().amax(dim=1)
    ### END SOLUTION


# %% check="visual-saliency" points=8
with checks.verdict("saliency maps") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    X, y = torch.from_numpy(rng.random(size=(4, 3, 7, 6))), torch.tensor([2, 0, 3, 3])
    due = oracle.visual.saliency(X, y, net_of(state))
    checks.equal(bench.of_net(compute_saliency_maps, state, X, y), due, "maps")
    with checks.share(0.2, "Left as they were"):
        found = bench.untouched(compute_saliency_maps, state, X, y)
        checks.equal(dict(found), UNTOUCHED, "untouched")
    ### BEGIN HIDDEN TESTS
    for shape, labels in (((1, 3, 5, 9), [1]), ((3, 3, 4, 4), [0, 1, 2])):
        X, y = torch.from_numpy(3 * rng.normal(size=shape)), torch.tensor(labels)
        due = oracle.visual.saliency(X, y, net_of(state))
        checks.equal(bench.of_net(compute_saliency_maps, state, X, y), due, "maps")
    state = {name: value.float() for name, value in state.items()}
    due = oracle.visual.saliency(X.float(), y, net_of(state))
    found = bench.of_net(compute_saliency_maps, state, X.float(), y)
    checks.equal(found, due, "maps in float32", tolerance=1e-4)
    ### END HIDDEN TESTS

# %% [markdown]
# ## A cleaner picture: deconvolution and guided backpropagation
#
# Saliency maps are grainy. Zeiler and Fergus (2014) went back in another way. They set all
# activations of a layer but one to zero, and sent that one back to the image through the net in
# reverse, a "deconvnet": each layer's filters transposed, and a ReLU applied *to what comes back*.
# Springenberg et al. (2015) noticed that this is the backward pass but for one rule, the ReLU's,
# and combined the two:
#
# | way back through a ReLU | the gradient $\text{dout}$ passes where |
# | --- | --- |
# | backpropagation | $x > 0$ |
# | deconvolution | $\text{dout} > 0$ |
# | guided backpropagation | $x > 0$ and $\text{dout} > 0$ |
#
# So to look into one unit in the middle of a net, set the gradient there to 1 for this unit and to
# 0 for all others, and go back. At every ReLU on the way, guided backpropagation keeps only what makes the
# unit's activation *larger*. The maps at the beginning of this lesson were made in this way.
#
# By hand: $x = (3, -1, 2, -4)$, $\text{dout} = (5, 6, -7, -8)$. What comes back in the three ways?
#
# <details><summary>Answer</summary>
#
# Backpropagation $(5, 0, -7, 0)$, deconvolution $(5, 6, 0, 0)$, guided backpropagation $(5, 0, 0, 0)$.
#
# </details>
#
# ### Exercise 12.6: two other ways back
# 8 points · about 15 minutes · easy


# %% [markdown] hint="visual-guided"
# Lesson 09's `torch.autograd.Function`: what does each backward need to know?
#
# `ctx.save_for_backward(x)` in forward, `ctx.saved_tensors` in backward. The deconvnet needs nothing of x.
#
# `dout.clamp(min=0)` is one of them, and `dout * (condition)` the other: a product with a bool
# keeps the dtype.


# %% answer="visual-guided"
bench = Bench()  # hands nets to your functions; leave it here


class DeconvReLU(torch.autograd.Function):
    """A ReLU whose way back is a deconvnet's: DeconvReLU.apply(x)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        """x: float, any shape; ctx need not keep anything. returns: the larger of x and 0, new, dtype of x"""
        ### BEGIN SOLUTION
        return x.clamp(min=0)
        ### END SOLUTION

    @staticmethod
    def backward(ctx, dout: torch.Tensor) -> torch.Tensor:
        """ctx: as forward left it. returns: dout where it is positive, else 0; dtype of dout

        Source: Zeiler and Fergus 2014, section 2.1
        """
        ### BEGIN SOLUTION
        return dout.clamp(min=0)
        ### END SOLUTION


class GuidedReLU(torch.autograd.Function):
    """A ReLU whose backward pass keeps positive gradients at positive inputs: GuidedReLU.apply(x)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        """x: float, any shape; ctx keeps what backward needs. returns: the larger of x and 0, new, dtype of x"""
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        return x.relu()
        ### END SOLUTION

    @staticmethod
    def backward(ctx, dout: torch.Tensor) -> torch.Tensor:
        """ctx: as forward left it. returns: dout where both it and x are positive, else 0; dtype of dout

        Source: Springenberg et al. 2015, arXiv 1412.6806
        """
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return dout * ((x > 0) & (dout > 0))
        ### END SOLUTION


# %% check="visual-guided" points=8
with checks.verdict("ways back through a ReLU") as rng:
    x, dout = (torch.from_numpy(rng.normal(size=(5, 4, 3))) for _ in range(2))
    ways = ((DeconvReLU, ["gradient"]), (GuidedReLU, ["gradient", "input"]))
    for operation, stops in ways:
        due = torch.relu(x), oracle.visual.through_relu(x, dout, stops)
        checks.equal(bench.pull_back(operation, x, dout), due, "out, dx")
    with checks.share(0.2, "Zeros, and float32"):
        x, dout = (torch.tensor(one) for one in ([0.0, 0, 2, 0, 3], [1.0, -1, 0, 0, 4]))
        for operation, stops in ways:
            due = torch.relu(x), oracle.visual.through_relu(x, dout, stops)
            checks.equal(bench.pull_back(operation, x, dout), due, "out, dx", dtype="float32")
    ### BEGIN HIDDEN TESTS
    for shape in ((1,), (2, 1, 7)):
        for sign in (1.0, -1.0):
            x, dout = (torch.from_numpy(rng.normal(size=shape)) for _ in range(2))
            for operation, stops in ways:
                due = torch.relu(sign * x), oracle.visual.through_relu(sign * x, dout, stops)
                checks.equal(bench.pull_back(operation, sign * x, dout), due, "out, dx")
    with checks.share(0.2, "Zeros, and float32"):
        x, dout = torch.zeros(2, 3), torch.ones(2, 3)
        for operation, stops in ways:
            due = torch.relu(x), oracle.visual.through_relu(x, dout, stops)
            checks.equal(bench.pull_back(operation, x, dout), due, "out, dx", dtype="float32")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
class ReLUOf(nn.Module):
    """A layer of one of these operations."""

    def __init__(self, operation) -> None:
        super().__init__()
        self.operation = operation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.operation.apply(x)


def with_relu(model: nn.Module, operation) -> nn.Module:
    """A copy of a net whose ReLUs go back in another way."""
    changed = copy.deepcopy(model)
    for layer in changed.modules():
        for name, child in layer.named_children():
            if isinstance(child, nn.ReLU):
                setattr(layer, name, ReLUOf(operation))
    return changed


def guided(X: torch.Tensor, y: torch.Tensor, model: nn.Module) -> torch.Tensor:
    return compute_saliency_maps(X, y, with_relu(model, GuidedReLU))


# %% [markdown]
# ## Coarse and reliable: Grad-CAM
#
# Lesson 08's class activation map multiplied the maps of the last layer by the weights of the
# class. It needs a net that ends in one global average and one linear layer. **Grad-CAM**
# (Selvaraju et al. 2017) asks the gradient instead of the weights, and so works at any layer that has
# maps, in any net:
#
# $$\alpha_c = \frac{1}{hw} \sum_{ij} \frac{\partial s_y}{\partial a_{cij}}, \qquad L_{ij} = \text{ReLU}\Big(\sum_c \alpha_c\, a_{cij}\Big)$$
#
# The ReLU drops places that speak *against* the class. The map is as small as the layer's; for a
# picture it is enlarged to the size of the image.
#
# By hand: two maps of two places, $a_0 = (1, 3)$, $a_1 = (2, 0)$, with the gradients $(1, 3)$ and
# $(-2, 0)$. Then $\alpha = (2, -1)$, the sums are $2 \cdot 1 - 2 = 0$ and $2 \cdot 3 - 0 = 6$, the
# map is $(0, 6)$. Divided by its largest value: $(0, 1)$.
#
# Dividing by the largest value makes maps comparable. The trap: where nothing speaks for the class,
# the map is zero everywhere.
#
# ### Exercise 12.7: Grad-CAM
# 9 points · about 25 minutes · medium


# %% [markdown] hint="visual-gradcam"
# How do you get the output of a layer without changing the net? With a forward hook (lesson 09).
#
# The hook must keep the output *with* its graph, and must be removed even where the forward pass
# fails: `try` and `finally`.
#
# `torch.autograd.grad(scores.sum(), maps)` works for any tensor of the graph. Divide by
# `torch.where(top > 0, top, 1)`.


# %% answer="visual-gradcam"
bench = Bench()  # hands nets to your functions; leave it here


def grad_cam(X: torch.Tensor, y: torch.Tensor, model: nn.Module, layer: str) -> torch.Tensor:
    """Which places of a layer's maps speak for the class of each image.

    X: (N, 3, H, W) float; y: (N,) int64; model: in evaluation mode; layer: its name in
        named_modules(), gives (N, C, h, w)
    returns: (N, h, w), no graph: as in the formula, each map divided by its largest value; a map of
        zeros stays zeros
    raises: KeyError where there is no such layer. No hook stays on the model
    Source: Selvaraju et al. 2017, arXiv 1610.02391, section 3
    """
    ### BEGIN SOLUTION
    kept: dict = {}
    found = dict(model.named_modules())[layer]
    handle = found.register_forward_hook(lambda module, inputs, out: kept.update(maps=out))
    try:
        scores = model(X).gather(1, y[:, None])
    finally:
        handle.remove()
    (slopes,) = torch.autograd.grad(scores.sum(), kept["maps"])
    weights = slopes.mean(dim=(2, 3), keepdim=True)
    heat = (weights * kept["maps"].detach()).sum(dim=1).relu()
    top = heat.amax(dim=(1, 2), keepdim=True)
    return heat / torch.where(top > 0, top, 1)
    ### END SOLUTION


# %% check="visual-gradcam" points=9
with checks.verdict("Grad-CAM") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    X, y = torch.from_numpy(rng.random(size=(4, 3, 8, 6))), torch.tensor([1, 2, 3, 0])
    due = [oracle.visual.grad_cam(X, y, net_of(state), place) for place in (4, 0)]
    found = [bench.of_net(grad_cam, state, X, y, layer) for layer in ("features.4", "features.0")]
    checks.equal(found, due, "maps")
    with checks.share(0.1, "A map of zeros"):
        zeros = state | {"head.weight": -state["head.weight"].abs()}
        checks.equal(bench.of_net(grad_cam, zeros, X, y, "features.4"), 0 * due[0], "maps")
    with checks.share(0.1, "Left as they were"):
        checks.equal(bench.untouched(grad_cam, state, X, y, "features.1"), UNTOUCHED, "untouched")
    checks.raises(KeyError, grad_cam, X, y, bench.net(state), "features.9", share=0.1)
    ### BEGIN HIDDEN TESTS
    X, y = torch.from_numpy(rng.normal(size=(2, 3, 5, 9))), torch.tensor([3, 3])
    for place in (1, 2, 3):
        due = oracle.visual.grad_cam(X, y, net_of(state), place)
        found = bench.of_net(grad_cam, state, X, y, f"features.{place}")
        checks.equal(found, due, f"maps of features.{place}")
    due = oracle.visual.grad_cam(X[:1], y[:1], net_of(state), 2)
    found = bench.of_net(grad_cam, state, X[:1], y[:1], "features.2")
    checks.equal(found, due, "maps of one image")
    bias = torch.full_like(state["features.3.bias"], 9.0)
    bright = state | {"features.3.bias": bias, "head.weight": state["head.weight"].abs()}
    due = oracle.visual.grad_cam(X, y, net_of(bright), 4)
    found = bench.of_net(grad_cam, bright, X, y, "features.4")
    checks.equal(found, due, "maps in which all places speak for the class")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def occluded(X: torch.Tensor, y: torch.Tensor, model: nn.Module) -> torch.Tensor:
    pairs = zip(X, y.tolist())
    return torch.stack([occlusion_map(x, label, model, (8, 8), 4, 0.5) for x, label in pairs])


def cam(X: torch.Tensor, y: torch.Tensor, model: nn.Module) -> torch.Tensor:
    heat = grad_cam(X, y, model, "features.19")  # 8 x 8, the last maps
    return F.interpolate(heat[:, None], X.shape[2:], mode="bilinear")[:, 0]


def smoothed(X: torch.Tensor, y: torch.Tensor, model: nn.Module, copies: int = 10) -> torch.Tensor:
    chance = torch.Generator().manual_seed(0)
    noise = 0.1 * torch.randn((copies, *X.shape), generator=chance)
    return torch.stack([compute_saliency_maps(X + one, y, model) for one in noise]).mean(dim=0)


def deconvolved(X: torch.Tensor, y: torch.Tensor, model: nn.Module) -> torch.Tensor:
    return compute_saliency_maps(X, y, with_relu(model, DeconvReLU))


methods = {"occlusion": occluded, "saliency": compute_saliency_maps, "smoothed": smoothed}
methods |= {"deconvnet": deconvolved, "guided": guided, "Grad-CAM": cam}
side_by_side = {
    name: method(pictures[four], classes[four], trained) for name, method in methods.items()
}
figures.show(
    figures.visual.heat_maps(rendered.images[four], side_by_side),
    caption="Four scenes and six ways to ask the trained net which part mattered. Smoothed is the "
    "mean saliency of ten noisy copies (Smilkov et al. 2017). They do not agree.",
    alt="Four rows of seven pictures: a scene, then a blotchy occlusion map, a grainy "
    "saliency map, a slightly calmer one, a deconvnet's map, guided backpropagation with "
    "the outline of the object, and a soft round Grad-CAM spot.",
)

# %% tags=["experiment"]
from course_lib import imagenet

if imagenet.is_installed():
    large, names = imagenet.load(), imagenet.class_names()
    photos = torch.from_numpy(np.stack(list(imagenet.photographs().values()))) / 255
    inputs = (
        photos * 255 - 127
    ) / 128  # as this net takes them; your own photograph: imagenet.middle
    with torch.no_grad():
        best = large(inputs).argmax(dim=1)
    by_photo = {"saliency": compute_saliency_maps(inputs, best, large).numpy()}
    by_photo["Grad-CAM"] = grad_cam(inputs, best, large, "bn1").numpy()
    figures.show(
        figures.visual.heat_maps(photos.numpy(), by_photo, size=2.2),
        caption="Two photographs, and two maps of the ImageNet net for its answers: "
        f"{', '.join(names[n] for n in best)}. ImageNet has no class for a dahlia.",
        alt="A palace and a flower, beside each a grainy map of fine structure and a coarse "
        "map of 7 by 7 squares.",
    )
else:
    print("The ImageNet net is not installed: pip install -e '.[pretrained]' adds it.")

# %% [markdown]
# ## Can you trust this?
#
# Six pictures for one question, and they differ. Which one is right? Most people look and choose
# the prettiest, and that is no answer: a map that shows the outline of a bird pleases, whether or
# not the net has used the outline. Here we can do better, because we drew the scenes and know which
# pixel belongs to the object. Two measures:
#
# - **Share inside**: of all the weight in a map, how much lies on the object? A map that is even
#   everywhere gets the share of the picture that the object fills: chance.
# - **Pointing game** (Zhang et al. 2018): does the map's largest value lie in the object's box?
#
# By hand: the map $\begin{pmatrix} 1 & 2 \\ -4 & 5 \end{pmatrix}$, the object in the right column.
# Negative values count as zero: they point away. The share is $7/8$. The largest value, 5, lies in
# the column, so the game is won.
#
# A map of zeros says nothing, so treat it as an even map: its share is chance. In the same way several
# equal largest values share one point: if two of three lie in the box, the map gets $2/3$.
#
# ### Exercise 12.8: faithfulness
# 8 points · about 20 minutes · easy


# %% [markdown] hint="visual-faithful"
# Which value does a map of zeros get, and what must you do before you divide?
#
# Lay the maps flat, one a row. A row whose sum is 0 says nothing: set all of it to 1, and it is an
# even map.
#
# `heat == heat.max()` is True at all largest values. How many of them lie in `[top:bottom, left:right]`?


# %% answer="visual-faithful"
def share_inside(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """How much of each map lies on the object.

    maps: (N, H, W) float, negative values count as 0; masks: (N, H, W) bool, the object
    returns: (N,) float, 0 to 1; a map without a positive value counts as even, 1 everywhere
    """
    ### BEGIN SOLUTION
    weights = np.maximum(maps, 0).reshape(len(maps), -1).astype(np.float64)
    weights[weights.sum(axis=1) == 0] = 1
    inside = (weights * masks.reshape(len(maps), -1)).sum(axis=1)
    return inside / weights.sum(axis=1)
    ### END SOLUTION


def pointing_game(maps: np.ndarray, boxes: np.ndarray) -> float:
    """How often a map's largest value lies in the object's box.

    maps: (N, H, W) float; boxes: (N, 4) int: left, top, right, bottom, in pixels, right and bottom
        excluded
    returns: float, the mean over maps; of several equal largest values, the share of them that lies
        in the box
    Source: Zhang et al. 2018, "Top-down neural attention by excitation backprop", section 4.1
    """
    ### BEGIN SOLUTION
    points = []
    for heat, (left, top, right, bottom) in zip(maps, boxes):
        largest = heat == heat.max()
        points.append(largest[top:bottom, left:right].sum() / largest.sum())
    return float(np.mean(points))
    ### END SOLUTION


# %% check="visual-faithful" points=4
with checks.verdict("share inside the object") as rng:
    maps, masks = rng.normal(size=(5, 6, 7)), rng.random(size=(5, 6, 7)) < 0.3
    due = oracle.visual.share_inside(maps, masks)
    checks.equal(checks.leaves_alone(share_inside, maps, masks, share=0.1), due, "shares")
    with checks.share(0.2, "A map that says nothing"):
        maps[1:3] = np.array([0.0, -1])[:, None, None]
        due = oracle.visual.share_inside(maps, masks)
        checks.equal(share_inside(maps, masks), due, "shares")
    ### BEGIN HIDDEN TESTS
    maps, masks = 100 * rng.random(size=(3, 4, 9)), np.zeros((3, 4, 9), dtype=bool)
    masks[1], masks[2, 0] = True, True
    due = oracle.visual.share_inside(maps, masks)
    checks.equal(share_inside(maps.copy(), masks.copy()), due, "shares of no object, all, a row")
    thin = maps.astype(np.float32)
    due = oracle.visual.share_inside(thin, masks)
    checks.equal(share_inside(thin, masks.copy()), due, "shares of float32", tolerance=1e-5)
    with checks.share(0.2, "A map that says nothing"):
        due = oracle.visual.share_inside(0 * maps, masks)
        checks.equal(share_inside(0 * maps, masks.copy()), due, "shares")
    ### END HIDDEN TESTS

# %% check="visual-faithful-pointing" points=4
with checks.verdict("the pointing game") as rng:
    maps, corner = rng.normal(size=(40, 6, 8)), rng.integers(3, size=(40, 2))
    boxes = np.concatenate([corner, corner + rng.integers(2, 5, size=(40, 2))], axis=1)
    due = oracle.visual.pointing_game(maps, boxes)
    checks.equal(checks.leaves_alone(pointing_game, maps, boxes, share=0.1), due, "hits")
    with checks.share(0.2, "Equal largest values"):
        tied = np.round(maps)
        due = oracle.visual.pointing_game(tied, boxes)
        checks.equal(pointing_game(tied, boxes), due, "hits")
    ### BEGIN HIDDEN TESTS
    for row, column in ((1, 2), (1, 5), (3, 2), (3, 5), (4, 3), (2, 6), (0, 3), (2, 1)):
        one = -1 - rng.random(size=(1, 6, 8))
        one[0, row, column] = -0.5
        box = np.array([[2, 1, 6, 4]])
        due = oracle.visual.pointing_game(one, box)
        checks.equal(pointing_game(one, box), due, "hits at the edges of a box")
    with checks.share(0.2, "Equal largest values"):
        level = np.zeros((2, 5, 4))
        box = np.array([[0, 0, 2, 3], [1, 4, 4, 5]])
        due = oracle.visual.pointing_game(level, box)
        checks.equal(pointing_game(level, box), due, "hits")
    ### END HIDDEN TESTS

# %% [markdown]
# Now measure. It is easy to compare with the wrong thing. An even map puts 17 % of its weight on
# the object, because the object fills 17 % of the picture. A method that gets more has found
# something, hasn't it? So ask nets that know nothing the same question: the same layers with random
# weights, three times. The cell asks about 300 scenes, and about 60 with the two slow methods.

# %% tags=["experiment"]
blind = [untrained]
for number in (1, 2):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(number)
        blind.append(pretrained.empty("shapes").eval())
kept_maps: dict = {}  # of the trained net and of those with random weights
measured: dict = {}
for name, method in methods.items():
    rows = slice(0, 60 if name in ("occlusion", "smoothed") else 300)  # these two are slow
    for model in (trained, *blind):
        maps = method(pictures[rows], classes[rows], model)
        kept_maps.setdefault(name, []).append(maps[:60])
        inside = float(share_inside(maps.numpy(), rendered.masks[rows]).mean())
        hits = pointing_game(maps.numpy(), rendered.boxes[rows])
        measured.setdefault(name, []).append((inside, hits))
inside, pointing = (
    {name: (pairs[0][k], [pair[k] for pair in pairs[1:]]) for name, pairs in measured.items()}
    for k in (0, 1)
)
boxes = rendered.boxes
box_share = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).mean()) / 32**2

# %% tags=["experiment"]
figures.show(
    figures.visual.trained_and_random(
        inside, float(rendered.masks.mean()), "share of the map inside the object's mask"
    ),
    caption="How much of each map lies on the object, for the trained net and for three nets with random weights. What counts is the distance between the marks, not the distance from the dashed line.",
    alt="Six rows, one a method. For saliency, its smoothed form and the deconvnet the trained net's dot lies close to the crosses of the random nets, all right of the dashed line; for occlusion, guided backpropagation and Grad-CAM it lies far to the right of them.",
)
figures.show(
    figures.visual.trained_and_random(
        pointing, box_share, "pointing game: largest value in the box"
    ),
    caption="The same for the pointing game. The smoothed maps and the deconvnet's point better in nets that know nothing than in the trained one.",
    alt="Six rows, one a method. For three methods the crosses of the random nets lie around the trained net's dot, some to its right; for occlusion, guided backpropagation and Grad-CAM the dot lies far to the right of them.",
)
for name in methods:
    print(
        f"{name:10} inside: trained {inside[name][0]:.2f}, random {min(inside[name][1]):.2f} to {max(inside[name][1]):.2f}",
        end="; ",
    )
    print(
        f"pointing: trained {pointing[name][0]:.2f}, random {min(pointing[name][1]):.2f} to {max(pointing[name][1]):.2f}"
    )

# %% [markdown]
# So that is the answer to the first question: net A was the one with random weights. (Of three such
# nets we showed you the one whose maps look best.) Its maps draw the stripes, the corners, the
# shape of the object. Not one of its parameters was ever trained. Measured by plain saliency, the trained
# net puts 0.29 on the object, more than an even map's 0.17. But nets with random weights reach 0.21
# to 0.22. For the deconvnet and the smoothed maps you cannot tell the nets apart; in the pointing game
# some random nets win. Where do they get it from? From the picture. Convolutions answer to edges
# and contrast, whatever their weights, and an object has more of both than its ground. A saliency
# map is in part an edge detector.
#
# This is the **failure** of this lesson, and it has happened in print. Adebayo et al. (2018) put
# random weights into trained nets, layer by layer from the top, and looked whether the maps
# changed. Those of guided backpropagation hardly did. Nie, Zhang and Patel (2018) showed why: it restores
# the picture rather than the decision. Here it is the sharpest of our six methods. Its maps of the trained
# net are far better than its maps of the random nets, and yet those, too, look convincing. The test needs
# no masks, so you can use it at work:
#
# > Before you believe a map, make the same map with a net that knows nothing. If you cannot tell
# them apart, the map shows the picture.
#
# The cell below makes the same test with one number: how alike are the map of the trained net and
# that of a net with random weights? It ranks the pixels of both maps and takes the correlation of
# the ranks. Near 0 the map depends on what was learnt; near 1 it does not.


# %% tags=["experiment"]
def ranks(maps: torch.Tensor) -> torch.Tensor:
    order = maps.flatten(1).argsort(dim=1, stable=True).argsort(dim=1).double()
    return F.normalize(order - order.mean(dim=1, keepdim=True), dim=1)


for name, (mine, *others) in kept_maps.items():
    alike = [float((ranks(mine) * ranks(one)).sum(dim=1).mean()) for one in others]
    print(f"{name:10} rank correlation with random weights: ", end="")
    print(", ".join(f"{one:.2f}" for one in alike))

# %% [markdown]
# ## Cause instead of correlation
#
# A map says *where*. It cannot say *what about it*: the outline, the stripes, the colour? For that
# you must change the one thing and leave the rest. With photographs this is hard. With our scenes
# it is easy: the renderer draws the same scene again in another colour, with the same mask and the
# same ground.
#
# Below are two nets. One is the net that ships. The other was trained in some seconds on scenes in
# which class $k$ *always* has colour number $k$, as X-ray pictures may carry the mark of a
# hospital from which most of the ill patients come. Both nets are right on most scenes of their own
# kind. Then all objects are repainted.


# %% tags=["experiment"]
def painted(which: data.Scenes, colour: np.ndarray) -> data.Scenes:
    """The same scenes with other colours of the object, on a ground of another colour."""
    ground = np.where(which.backdrop == colour, (colour + 5) % 12, which.backdrop)
    return which.replace(colour=colour, backdrop=ground)


plenty = data.draw_scenes(4000, seed=100)
marked = painted(plenty, plenty.labels)  # class k has colour k
with torch.random.fork_rng(devices=[]):
    torch.manual_seed(0)
    shortcut = pretrained.BasicNet((8, 8, 16, 16, 32, 32))
_ = oracle.nets.fit_modules(shortcut, data.render(marked).images, marked.labels, epochs=4, seed=0)
shortcut.mean, shortcut.std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.5)
shortcut = shortcut.eval()


# %% tags=["experiment"]
def as_pixels(which: data.Scenes) -> torch.Tensor:
    return torch.from_numpy(data.render(which).images) / 255


def answers(model: nn.Module, which: data.Scenes) -> np.ndarray:
    with torch.no_grad():
        return model(as_pixels(which)).argmax(dim=1).numpy()


# %% tags=["experiment"]
other = (scenes.labels + np.random.default_rng(0).integers(1, 10, size=300)) % 10
own, moved = painted(scenes, scenes.labels), painted(scenes, other)
for name, model, before, after in (
    ("ordinary net", trained, scenes, moved),
    ("colour net", shortcut, own, moved),
):
    first, then = answers(model, before), answers(model, after)
    right_first, right_then = (first == scenes.labels).mean(), (then == scenes.labels).mean()
    print(f"{name}: right {right_first:.0%}, repainted {right_then:.0%}; ", end="")
    print(
        f"changed its answer {(first != then).mean():.0%}, follows the colour {(then == other).mean():.0%}"
    )
pairs = [as_pixels(which.take(four)) for which in (own, moved)]
hits = pointing_game(cam(as_pixels(own), classes, shortcut).numpy(), data.render(own).boxes)
print(f"the colour net's Grad-CAM points into the object's box in {hits:.0%} of the scenes")
said = torch.from_numpy(np.concatenate([scenes.labels[four], other[four]]))
shown = {"Grad-CAM": cam(torch.cat(pairs), said, shortcut)[[0, 4, 1, 5]].numpy()}
figures.show(
    figures.visual.heat_maps(torch.cat(pairs)[[0, 4, 1, 5]].numpy(), shown),
    caption="Two scenes in the colour of their class, and below each the same repainted in the "
    "colour of another class. Beside them, Grad-CAM of the net trained on scenes with marked "
    "colours, for the class of the colour. The maps show a place, and do not say why.",
    alt="Four rows of two pictures: a scene, and a dark map with a broad bright spot at about "
    "the place of the object.",
)

# %% [markdown]
# Over three sets of new colours and three trainings (`python benchmarks/visualizing.py colour`):
# the ordinary net changes 15 % of its answers. The colour net:
#
# | right before | right after | answers that follow the new colour |
# | --- | --- | --- |
# | 82 to 88 % | 5 to 7 % | 63 to 75 % |
#
# Its maps do not betray it: they point at the object, because the colour *is* on the object. A map
# that looks right does not say that the net is right for the right reason. Change the input and
# watch the answer, wherever you can.

# %% [markdown]
# ## What would the net like best?
#
# Leave the pictures alone for a while and ask the net to draw. Start from grey or from noise, and
# go uphill on the score of a class, step by step, with the same gradient as in a saliency map. That
# is **gradient ascent** on the image (Simonyan et al. 2014). The weights stay; the picture learns.
#
# This alone gives noise that excites the net and means nothing to us. So one adds preferences about
# what pictures look like, called **regularisers**:
#
# - **L2**: no pixel too far from mid grey. Climb the net's score minus $\lambda \sum (x - 0.5)^2$.
# - **Blur** now and then: neighbours should be alike (Yosinski et al. 2015).
# - **Jitter**: shift the picture by a few pixels before each step and back after it, so that no
#   pattern sits on one grid (Mordvintsev et al. 2015).
# - **Clip**: a pixel is between 0 and 1.
#
# By hand, one pixel: $x = 0.7$, slope of the score 3, $\lambda = 5$. The slope of what is climbed
# is $3 - 2 \cdot 5 \cdot 0.2 = 1$. It is divided by its length (1) and multiplied by a learning rate of
# 0.4, so $x = 0.7 + 0.4 = 1.1$, and 1 after the clip.
#
# The step is divided by the length of the gradient, so that the learning rate says how far the
# picture moves, whatever the net's scale.
#
# ### Exercise 12.9: gradient ascent on the image
# 11 points · about 35 minutes · medium


# %% [markdown] hint="visual-ascent"
# Write the six steps of the docstring as six lines, in that order. The generator is made once,
# before the loop.
#
# `torch.roll(x, (2, -1), dims=(2, 3))` shifts down and left, and the same with other signs shifts back.
#
# Each step needs a new leaf: `image.detach()` ends the old graph, `requires_grad_()` begins the
# next. `slope / slope.norm()` has length 1.


# %% answer="visual-ascent"
bench = Bench()  # hands nets to your functions; leave it here


def create_class_visualization(
    x: torch.Tensor, target_y: int, model: nn.Module, settings: dict
) -> torch.Tensor:
    """An image that a net takes for a fine example of a class.

    x: (1, 3, H, W) float in [0, 1], where it starts; target_y: int; model: in evaluation mode
    settings: "steps", int; "learning_rate", "l2_reg": float; "max_jitter", "blur_every", "seed": int
    Each step, in this order: 1. shift the image by (dy, dx), down and right, round the edges, where
        dy, dx = rng.integers(-max_jitter, max_jitter + 1, size=2) and rng =
        np.random.default_rng(seed), made once; 2. gradient of score - l2_reg * sum((image -
        0.5)**2); 3. learning_rate times it, divided by its L2 norm, is added; 4. shift back; 5.
        clip to [0, 1]; 6. blur(image), given above, after every blur_every-th step, after none
        where that is 0
    returns: (1, 3, H, W), no graph; x itself where there is no step
    Source: CS231n, assignment 3
    """
    ### BEGIN SOLUTION
    rng, reach = np.random.default_rng(settings["seed"]), settings["max_jitter"]
    image = x.detach().clone()
    for step in range(settings["steps"]):
        dy, dx = rng.integers(-reach, reach + 1, size=2).tolist()
        image = torch.roll(image, (dy, dx), dims=(2, 3)).requires_grad_()
        goal = model(image)[0, target_y] - settings["l2_reg"] * ((image - 0.5) ** 2).sum()
        (slope,) = torch.autograd.grad(goal, image)
        image = image.detach() + settings["learning_rate"] * slope / slope.norm()
        image = torch.roll(image, (-dy, -dx), dims=(2, 3)).clamp(0, 1)
        if settings["blur_every"] and (step + 1) % settings["blur_every"] == 0:
            image = blur(image)
    return image
    ### END SOLUTION


# %% check="visual-ascent" points=11
with checks.verdict("gradient ascent on the image") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    x = torch.from_numpy(rng.random(size=(1, 3, 7, 6)))
    plain = {"steps": 3, "learning_rate": 0.4, "l2_reg": 0.0, "max_jitter": 0, "blur_every": 0}
    wished = plain | {"steps": 6, "l2_reg": 0.05, "max_jitter": 2, "blur_every": 3}
    for chosen in (plain | {"seed": 0}, wished | {"seed": 5}):
        due = oracle.visual.class_visualization(2, net_of(state), x, chosen, blur)
        found = bench.of_net(create_class_visualization, state, x, 2, chosen)
        checks.equal(found, due, "image")
    with checks.share(0.2, "Left as they were"):
        found = bench.untouched(create_class_visualization, state, x, 2, wished | {"seed": 5})
        checks.equal(dict(found), UNTOUCHED, "untouched")
    ### BEGIN HIDDEN TESTS
    for shape, target, changes in (
        ((1, 3, 5, 9), 0, {"seed": 1, "learning_rate": 3.0}),
        ((1, 3, 4, 4), 3, {"seed": 2, "max_jitter": 1, "blur_every": 1, "l2_reg": 2.0}),
        ((1, 3, 4, 5), 2, {"seed": 3, "blur_every": 1, "learning_rate": 20.0}),
        ((1, 3, 6, 3), 1, {"seed": 7, "steps": 0}),
    ):
        x, chosen = torch.from_numpy(rng.random(size=shape)), wished | changes
        due = oracle.visual.class_visualization(target, net_of(state), x, chosen, blur)
        for _ in range(2):  # the same seed, the same image
            found = bench.of_net(create_class_visualization, state, x, target, chosen)
            checks.equal(found, due, "image")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
grey = torch.full((1, 3, 32, 32), 0.5) + 0.02 * torch.randn(
    (1, 3, 32, 32), generator=torch.Generator().manual_seed(0)
)
plain = {
    "steps": 80,
    "learning_rate": 0.7,
    "l2_reg": 0.0,
    "max_jitter": 0,
    "blur_every": 0,
    "seed": 0,
}
wished = plain | {"l2_reg": 0.02, "max_jitter": 3, "blur_every": 4}
drawn, scores = [], []
for chosen in (plain, wished):
    for label in range(10):
        image = create_class_visualization(grey, label, shipped, chosen)
        with torch.no_grad():
            probability = float(shipped(image).softmax(dim=1)[0, label])
        drawn.append(image[0])
        scores.append(f"{test_set.classes[label][:10]}\n{probability:.0%}")
figures.show(
    figures.image_grid(torch.stack(drawn).numpy(), titles=scores, columns=10, size=0.9),
    caption="What the net would like best, class by class: without regularisers in the first row, with L2, jitter and blur in the second. Above each, the class and the net's probability for it.",
    alt="Two rows of ten colourful pictures. The first row is coloured noise; in the second, repeated blurred strokes, corners and arcs appear.",
)

# %% [markdown]
# On the shapes you can recognise many classes, with and without regularisers: a heart, a ring, an
# hourglass. On CIFAR-10 you find pieces: antlers, wheels, legs. With regularisers there is less
# noise, and several pieces of an outline float about: a net that ends in an average over all places
# does not mind two half stars. On photographs, ascent without regularisers gives noise. Better
# priors give better pictures, and then you see the prior: Nguyen et al. (2016) climbed in the input
# of a *generator* of pictures and got photographs. One unit may also stand for several things, such
# as the front of a shop and the shelves inside. **Multifaceted** visualization (Nguyen, Yosinski
# and Clune 2016) clusters the pictures that excite the unit, and starts the ascent from the mean of
# each cluster.
#
# ## DeepDream
#
# Instead of one class, strengthen *everything that a layer already sees*. DeepDream (Mordvintsev,
# Olah and Tyka 2015) sets the gradient of a layer equal to its activations, which is the gradient
# of $\tfrac12 \lVert a \rVert^2$: what is there gets more. Jitter, clip and several sizes do the
# rest.


# %% tags=["experiment"]
def dream(x: torch.Tensor, maps_of, steps: int, rate: float, jitter: int = 4) -> torch.Tensor:
    chance, image = np.random.default_rng(0), x.clone()
    for _ in range(steps):
        dy, dx = chance.integers(-jitter, jitter + 1, size=2).tolist()
        image = torch.roll(image, (dy, dx), dims=(2, 3)).requires_grad_()
        (slope,) = torch.autograd.grad((maps_of(image) ** 2).sum() / 2, image)
        image = image.detach() + rate * slope / slope.abs().mean()
        image = torch.roll(image, (-dy, -dx), dims=(2, 3)).clamp(0, 1)
    return image


def layer_of(model, depth: int):
    """The maps after so many layers of a net that ships, as a function of images in [0, 1]."""
    return lambda x: model.features[:depth]((x - model.mean) / model.std)


# %% tags=["experiment"]
if imagenet.is_installed():

    def large_maps(x: torch.Tensor, depth: int = 8) -> torch.Tensor:
        out = large.bn0(large.conv_stem((x * 255 - 127) / 128)).clamp(0, 6)
        return large.blocks[:depth](out)

    dreamt = torch.cat([photos, dream(photos, large_maps, 15, 0.02, 16)])
    dreamer = "the ImageNet net"
else:
    dreamt = torch.cat([images[:6], dream(images[:6], layer_of(shipped, 13), 15, 0.02)])
    dreamer = f"the net for {test_set.name}"
figures.show(
    figures.image_grid(
        dreamt.numpy(), columns=len(dreamt) // 2, size=2.2 if len(dreamt) == 4 else 1.0
    ),
    caption=f"Above: pictures; below: after 15 steps in which {dreamer} strengthens what one of "
    "its layers sees.",
    alt="Two rows of pictures; in the lower one, edges and textures are exaggerated into "
    "strong coloured patterns.",
)

# %% [markdown]
# ## How small a change makes it wrong?
#
# Now take a picture of one class and climb the score of *another*. You know lesson 02's arithmetic:
# a linear classifier with 10 weights changes its mind when each of 10 numbers moves a little.
# Goodfellow, Shlens and Szegedy (2015) argued that this is the main reason. Take a score $w \cdot x$
# and change each pixel by at most $\epsilon$. The best you can do is $\epsilon\, \text{sign}(w)$,
# and the score moves by
#
# $$w \cdot \epsilon\, \text{sign}(w) = \epsilon \sum_i |w_i|.$$
#
# By hand: a picture of $32 \cdot 32 \cdot 3 = 3072$ numbers, weights of size 0.01 on average,
# $\epsilon = 8/255 = 0.031$. The score moves by $0.031 \cdot 3072 \cdot 0.01 = 0.96$; on a picture
# of 224 x 224 with the same weights by 47. No pixel changes visibly, but all of them push the same way.
#
# Before this explanation it was a shock. Szegedy et al. (2014) had looked for the smallest change
# that turns a school bus into an ostrich, and found that nobody can see it. Nguyen, Yosinski and
# Clune (2015) went the other way: pictures of noise or of stripes that a net calls a starfish, with
# 99 %.
#
# ### Exercise 12.10: a fooling image
# 7 points · about 15 minutes · easy


# %% [markdown] hint="visual-fooling"
# Look at the scores first, then step. A picture that the net already takes for the target needs no step.
#
# `torch.autograd.grad(scores[target_y], image)` leaves all parameters alone. Every step starts from
# a leaf again.
#
# `for _ in range(max_steps):` with a `break` where `scores.argmax() == target_y`, and `detach()` on
# what you return.


# %% answer="visual-fooling"
bench = Bench()  # hands nets to your functions; leave it here


def make_fooling_image(
    X: torch.Tensor,
    target_y: int,
    model: nn.Module,
    learning_rate: float = 1.0,
    max_steps: int = 100,
) -> torch.Tensor:
    """An image near X that the net takes for another class.

    X: (1, 3, H, W) float; target_y: int; model: in evaluation mode
    Each step adds learning_rate * g / ||g||, g the gradient of the target's score, ||g|| its L2
        norm; nothing is clipped. It ends as soon as the target has the highest score, or after
        max_steps steps
    returns: (1, 3, H, W), no graph, new
    Source: CS231n, assignment 3; Szegedy et al. 2014, arXiv 1312.6199
    """
    ### BEGIN SOLUTION
    image = X.detach().clone()
    for _ in range(max_steps):
        image.requires_grad_()
        scores = model(image)[0]
        if scores.argmax() == target_y:
            break
        (g,) = torch.autograd.grad(scores[target_y], image)
        image = image.detach() + learning_rate * g / g.norm()
    return image.detach()
    ### END SOLUTION


# %% check="visual-fooling" points=7
with checks.verdict("a fooling image") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    X = torch.from_numpy(rng.random(size=(1, 3, 8, 7)))
    for target in range(4):  # one of them is the net's answer already
        due = oracle.visual.fooling_image(X, target, net_of(state), 0.5, 40)
        found = bench.of_net(make_fooling_image, state, X, target, 0.5, 40)
        checks.equal(found, due, f"image for class {target}")
    with checks.share(0.2, "Left as they were"):
        found = bench.untouched(make_fooling_image, state, X, target, 0.5, 40)
        checks.equal(dict(found), UNTOUCHED, "untouched")
    ### BEGIN HIDDEN TESTS
    for shape, rate, most in (
        ((1, 3, 4, 9), 2.0, 1),
        ((1, 3, 5, 5), 0.1, 200),
        ((1, 3, 6, 4), 1, 0),
    ):
        X = torch.from_numpy(rng.random(size=shape))
        for target in (0, 3):
            due = oracle.visual.fooling_image(X, target, net_of(state), rate, most)
            found = bench.of_net(make_fooling_image, state, X, target, rate, most)
            checks.equal(found, due, f"image after at most {most} steps")
    X = torch.from_numpy(rng.random(size=(1, 3, 5, 6)))
    state = oracle.visual.on_the_way(state, TinyNet(), X)
    due = oracle.visual.fooling_image(X, 2, net_of(state), 0.02, 300)
    found = bench.of_net(make_fooling_image, state, X, 2, 0.02, 300)
    checks.equal(found, due, "image where a third class lies on the way")
    state["head.bias"] -= 99 * torch.tensor([0, 0, 1, 0])  # class 2 never wins
    due = oracle.visual.fooling_image(X, 2, net_of(state), 1.0, 100)
    found = bench.of_net(make_fooling_image, state, X, 2)
    checks.equal(found, due, "image after 100 steps of 1")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
with torch.no_grad():
    right = (shipped(images[:50]).argmax(dim=1).numpy() == test_set.labels[:50]).nonzero()[0]
victim = images[right[:1]]
target = (int(test_set.labels[right[0]]) + 3) % 10
fooling = make_fooling_image(victim, target, shipped, 0.1, 200)
change = (fooling - victim)[0]
trio = torch.stack([victim[0], fooling[0].clamp(0, 1), (0.5 + 10 * change).clamp(0, 1)])
titles = [test_set.classes[test_set.labels[right[0]]], test_set.classes[target], "change, x 10"]
figures.show(
    figures.image_grid(trio.numpy(), titles=titles, columns=3, size=1.8),
    caption="What the net says before and after, and the change, multiplied by 10. The mean "
    f"change of a pixel is {255 * float(change.abs().mean()):.1f} of 255 levels.",
    alt="The same picture twice, with two different class names above, and a grey square with "
    "faint coloured noise.",
)

# %% [markdown]
# ## Attacks with a budget
#
# To compare nets, fix how much may change: no pixel by more than $\epsilon$. All such images form a
# ball (in the maximum norm, a cube). The **fast gradient sign method**, FGSM (Goodfellow et al.
# 2015), takes the formula above literally: the loss is nearly linear nearby, so go straight to the
# corner,
#
# $$x' = \text{clip}\big(x + \epsilon\, \text{sign}(\nabla_x\, \text{loss}(x, y)),\ 0,\ 1\big).$$
#
# Nets are not quite linear, so small steps with a new gradient each go farther: **projected
# gradient descent**, PGD (Madry et al. 2018). After every step the image is brought back into the
# ball and into the range of pixels.
#
# By hand, one pixel: $x = 0.9$, $\epsilon = 0.2$, step 0.15, and the sign of the gradient is $+$,
# $-$, $-$, $-$. FGSM gives $1.1$, clipped to 1. PGD: $1.05 \to 1$; then 0.85, 0.7; then 0.55, which
# is outside of the ball, $0.9 - 0.2 = 0.7$: 0.7.
#
# ### Exercise 12.11: FGSM and PGD
# 10 points · about 25 minutes · medium


# %% [markdown] hint="visual-attack"
# Whose gradient is it, and of what? Of the loss, so going uphill makes the net wrong.
#
# For PGD the new gradient is taken at the *moved* image, but the ball lies round the original one.
#
# `torch.clamp` takes tensors as bounds, too: from `X - epsilon` to `X + epsilon`, and then from 0 to 1.


# %% answer="visual-attack"
bench = Bench()  # hands nets to your functions; leave it here


def fgsm(X: torch.Tensor, y: torch.Tensor, model: nn.Module, epsilon: float) -> torch.Tensor:
    """The fast gradient sign method: one step of epsilon in each pixel, uphill on the cross-entropy.

    X: (N, 3, H, W) float in [0, 1]; y: (N,) int64, the true classes; model: in evaluation mode;
        epsilon: float, 0 or more
    returns: (N, 3, H, W), no graph, in [0, 1], new; a pixel without slope stays
    Source: Goodfellow et al. 2015, arXiv 1412.6572, section 4
    """
    ### BEGIN SOLUTION
    x = X.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(F.cross_entropy(model(x), y), x)
    return (X + epsilon * slope.sign()).clamp(0, 1)
    ### END SOLUTION


def pgd(
    X: torch.Tensor, y: torch.Tensor, model: nn.Module, epsilon: float, step: float, steps: int
) -> torch.Tensor:
    """Projected gradient descent: steps of FGSM's kind that stay near X.

    X, y, model, epsilon: as for fgsm; step: float, how far a pixel moves in one step; steps: int
    It starts at X, without noise. After each step each pixel is brought back to within epsilon of
        X, and into [0, 1]
    returns: (N, 3, H, W), no graph, new
    Source: Madry et al. 2018, arXiv 1706.06083, section 2.1
    """
    ### BEGIN SOLUTION
    image = X.detach().clone()
    for _ in range(steps):
        image.requires_grad_()
        (slope,) = torch.autograd.grad(F.cross_entropy(model(image), y), image)
        image = image.detach() + step * slope.sign()
        image = image.clamp(X - epsilon, X + epsilon).clamp(0, 1)
    return image
    ### END SOLUTION


# %% check="visual-attack" points=5
with checks.verdict("the fast gradient sign method") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    state["features.0.weight"][:, 2] = 0  # blue pixels have no slope
    X, y = torch.from_numpy(rng.random(size=(4, 3, 6, 5))), torch.tensor([0, 3, 1, 1])
    due = oracle.visual.signed_attack(X, y, net_of(state), 0.1, 0.1, 1)
    checks.equal(bench.of_net(fgsm, state, X, y, 0.1), due, "image")
    with checks.share(0.2, "Left as they were"):
        checks.equal(dict(bench.untouched(fgsm, state, X, y, 0.1)), UNTOUCHED, "untouched")
    with checks.share(0.1, "Epsilon 0"):
        checks.equal(bench.of_net(fgsm, state, X, y, 0.0), X, "image")
    ### BEGIN HIDDEN TESTS
    for shape, labels, epsilon in (((1, 3, 4, 7), [2], 0.5), ((3, 3, 5, 5), [0, 1, 2], 8 / 255)):
        X, y = torch.from_numpy(rng.random(size=shape)), torch.tensor(labels)
        due = oracle.visual.signed_attack(X, y, net_of(state), epsilon, epsilon, 1)
        checks.equal(bench.of_net(fgsm, state, X, y, epsilon), due, "image")
    ### END HIDDEN TESTS

# %% check="visual-attack-pgd" points=5
with checks.verdict("projected gradient descent") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    state["features.0.weight"][:, 2] = 0  # blue pixels have no slope
    X, y = torch.from_numpy(rng.random(size=(3, 3, 5, 6))), torch.tensor([1, 2, 0])
    due = oracle.visual.signed_attack(X, y, net_of(state), 0.1, 0.04, 5)
    checks.equal(bench.of_net(pgd, state, X, y, 0.1, 0.04, 5), due, "image")
    with checks.share(0.2, "Left as they were"):
        found = bench.untouched(pgd, state, X, y, 0.1, 0.04, 5)
        checks.equal(dict(found), UNTOUCHED, "untouched")
    with checks.share(0.1, "Epsilon 0, and no step"):
        checks.equal(bench.of_net(pgd, state, X, y, 0.0, 0.1, 3), X, "image for epsilon 0")
        checks.equal(bench.of_net(pgd, state, X, y, 0.1, 0.1, 0), X, "image after no step")
    ### BEGIN HIDDEN TESTS
    for shape, labels, settings in (
        ((1, 3, 4, 7), [3], (0.5, 0.2, 6)),
        ((2, 3, 5, 5), [0, 1], (8 / 255, 2 / 255, 10)),
        ((2, 3, 3, 3), [2, 2], (0.05, 0.3, 2)),
    ):
        X, y = torch.from_numpy(rng.random(size=shape)), torch.tensor(labels)
        due = oracle.visual.signed_attack(X, y, net_of(state), *settings)
        checks.equal(bench.of_net(pgd, state, X, y, *settings), due, "image")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Robust accuracy
#
# How many images survive? One mistake is easily made in this count. An image that was wrong from
# the start must count as wrong, even if the attack, by accident, makes it right. So an image is
# **robustly right** if the net is right before *and* after.
#
# By hand: five images, right before: yes, yes, no, yes, no; after the attack: yes, no, yes, no, no.
# What is the robust accuracy?
#
# <details><summary>Answer</summary>
#
# $1/5$, not $2/5$: the third image was wrong before the attack, so it does not count as right after it.
#
# </details>
#
# ### Exercise 12.12: robust accuracy
# 5 points · about 10 minutes · easy


# %% [markdown] hint="visual-robust"
# Two questions for each image: right before, and right after? Which of them depends on epsilon?
#
# Only the predictions run without a graph: the attack needs one. `&` joins two arrays of bools, entry
# by entry.


# %% answer="visual-robust"
bench = Bench()  # hands nets to your functions; leave it here


def robust_accuracy(
    X: torch.Tensor, y: torch.Tensor, model: nn.Module, attack, epsilons: list[float]
) -> list[float]:
    """The share of images that a net gets right and goes on getting right, attack by attack.

    X: (N, 3, H, W) float; y: (N,) int64; model: in evaluation mode
    attack: (X, y, model, epsilon) -> images as X, each changed by itself; epsilons: list of float
    returns: list of float, one for each epsilon: images right before and after the attack, divided by N
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        before = model(X).argmax(dim=1) == y
    shares = []
    for epsilon in epsilons:
        changed = attack(X, y, model, epsilon)
        with torch.no_grad():
            after = model(changed).argmax(dim=1) == y
        shares.append((before & after).double().mean().item())
    return shares
    ### END SOLUTION


# %% check="visual-robust" points=5
with checks.verdict("robust accuracy") as rng:
    state, X, y = oracle.visual.undecided(rng, TinyNet(), Bench().push, (60, 3, 4, 5))
    sizes = [0.0, 0.3, 1.0]
    due = oracle.visual.robust_accuracy(X, y, net_of(state), Bench().push, sizes)
    checks.equal(bench.robust(robust_accuracy, state, X, y, sizes), due, "shares")
    ### BEGIN HIDDEN TESTS
    for N, sizes in ((1, [2.0]), (90, [1.0, 0.5, -4.0]), (10, [])):
        state, X, y = oracle.visual.undecided(rng, TinyNet(), Bench().push, (N, 3, 5, 3))
        due = oracle.visual.robust_accuracy(X, y, net_of(state), Bench().push, sizes)
        checks.equal(bench.robust(robust_accuracy, state, X, y, sizes), due, "shares")
    wrong = (net_of(state)(X).argmax(dim=1) + 1) % 4
    found = bench.robust(robust_accuracy, state, X, wrong, [0.5, 9.0])
    checks.equal(found, [0.0, 0.0], "shares where no image is right")
    ### END HIDDEN TESTS

# %% [markdown]
# Three nets of this course under attack: a linear classifier (lesson 02), a two-layer net
# (lesson 03) and the ConvNet that ships. Which of them will be the most robust? Answer before you
# look; many people expect the best classifier.

# %% tags=["experiment"]
train_set = data.course_images("train")


def fitted(model: nn.Module) -> nn.Module:
    oracle.nets.fit_modules(model, train_set.images[:4000], train_set.labels[:4000], 5, lr=1e-3)
    return nn.Sequential(Doubled(), model).eval()


class Doubled(nn.Module):
    """From [0, 1] to [-1, 1], as the two were trained."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * x - 1


with torch.random.fork_rng(devices=[]):
    torch.manual_seed(0)
    wide_net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 100), nn.ReLU(), nn.Linear(100, 10))
    board = {"linear": fitted(nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)))}
    board |= {"two-layer": fitted(wide_net), "ConvNet": shipped}


# %% tags=["experiment"]
def pgd_10(X: torch.Tensor, y: torch.Tensor, model: nn.Module, epsilon: float) -> torch.Tensor:
    return pgd(X, y, model, epsilon, epsilon / 4, 10)


def random_signs(
    X: torch.Tensor, y: torch.Tensor, model: nn.Module, epsilon: float
) -> torch.Tensor:
    signs = torch.randn(X.shape, generator=torch.Generator().manual_seed(0)).sign()
    return (X + epsilon * signs).clamp(0, 1)


levels = [0, 1, 2, 4, 8]
truth = torch.from_numpy(test_set.labels[:200])
curves = {}
for name, model in board.items():
    for title, attack in (("FGSM", fgsm), ("PGD", pgd_10))[int(model is not shipped) :]:
        found = robust_accuracy(images[:200], truth, model, attack, [one / 255 for one in levels])
        curves[f"{name}, {title}"] = (levels, [100 * one for one in found])
found = robust_accuracy(images[:200], truth, shipped, random_signs, [one / 255 for one in levels])
curves["ConvNet, random signs"] = (levels, [100 * one for one in found])
figures.show(
    figures.curves(curves, "epsilon (of 255 levels)", "robust accuracy (%)", ylim=(0, 100)),
    caption=f"Robust accuracy of three nets, 200 test images ({test_set.name}). Random signs of the same size do far less: the direction matters. At 8 levels the best net is at 0.",
    alt="Five curves over epsilon from 0 to 8. The ConvNet starts highest and falls to almost zero at 8 under PGD; with random signs it falls little or not at all.",
)
for name, (_, values) in curves.items():
    print(f"{name}: " + ", ".join(f"{one:.0f}" for one in values))

# %% [markdown]
# Under PGD, in percent, of 200 test images:
#
# | data | net | 0 levels | 1 | 2 | 4 | 8 |
# | --- | --- | --- | --- | --- | --- | --- |
# | shapes | linear | 34 | 24 | 17 | 6 | 0 |
# | | two-layer | 41 | 35 | 29 | 20 | 8 |
# | | ConvNet | 92 | 70 | 48 | 10 | 0 |
# | CIFAR-10 | linear | 37 | 24 | 15 | 6 | 0 |
# | | two-layer | 44 | 35 | 22 | 12 | 4 |
# | | ConvNet | 86 | 29 | 4 | 0 | 0 |
#
# The best classifier is the most robust only at small budgets, and on CIFAR-10 not even there. At 4
# levels the two-layer net, which is right on less than half of the clean images, keeps at least
# twice as many answers as the ConvNet. Accuracy and robustness are two things.
#
# What helps? Many defences were published, and most of them were broken. Of nine that one
# conference accepted in 2018, seven made the *gradient* useless rather than the net robust; attacks
# that avoid the useless gradient broke six of them completely and one in part (Athalye, Carlini
# and Wagner 2018). **Adversarial training** has lasted: in every training step, attack the batch
# with PGD first and learn from the attacked images (Madry et al. 2018). Each step of the attack
# costs one more pass forward and back, and the net loses some accuracy on clean images. Certified
# defences prove for a given image that no change below a bound matters; their bounds are small. And
# why are there such directions at all? Ilyas et al. (2019) attacked every training image, gave it the
# label of the class that the attack had aimed at, wrong for any human, and trained new nets on these
# images alone. The new nets classified *clean* images well: the directions are features of the data that
# predict well and that we do not see.

# %% [markdown]
# ## What does a layer still know?
#
# Ask a layer to give the picture back. **Feature inversion** (Mahendran and Vedaldi 2015) starts from
# noise and looks by gradient descent for an image $x$ whose features $\Phi(x)$ are $\Phi_0$, those of
# the original picture. What the layer has forgotten may come out different in $x$. The loss is relative,
# so that layers can be compared:
#
# $$\frac{\lVert \Phi(x) - \Phi_0 \rVert^2}{\lVert \Phi_0 \rVert^2}$$
#
# Many images fit. Among them we want one that looks like a picture, so neighbouring pixels should
# differ little. The **total variation** sums the squared differences of all neighbours, across and
# down.
#
# By hand: the features $(3, 1)$ against the target $(3, 4)$: $9/25 = 0.36$. And the total variation
# of one channel $\begin{pmatrix} 1 & 3 \\ 2 & 2 \end{pmatrix}$: across $2^2 + 0^2$, down
# $1^2 + 1^2$, together 6.
#
# ### Exercise 12.13: inversion and total variation
# 8 points · about 15 minutes · easy


# %% [markdown] hint="visual-inversion"
# `img[:, :, 1:]` is the picture without its first row. Which part of the picture are the neighbours above?
#
# Two differences, down and across, each squared and summed over everything. The weight multiplies both.
#
# Across: all columns but the first, minus all columns but the last. For a picture of one column this is
# empty, and its sum is 0.


# %% answer="visual-inversion"
bench = Bench()  # asks for gradients through your functions; leave it here


def feature_loss(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """How far features are from the target's: squared distance by the target's squared norm.

    features: float, any shape; target: the same shape, not all zeros
    returns: scalar tensor, through which gradients flow to features
    Source: Mahendran and Vedaldi 2015, arXiv 1412.0035, section 2
    """
    ### BEGIN SOLUTION
    return ((features - target) ** 2).sum() / (target**2).sum()
    ### END SOLUTION


def tv_loss(img: torch.Tensor, tv_weight: float) -> torch.Tensor:
    """Total variation: tv_weight times the sum of squared differences of neighbouring pixels, across and down.

    img: (1, 3, H, W) float, H and W 1 or more; tv_weight: float
    returns: scalar tensor, through which gradients flow to img
    Source: CS231n, assignment 3
    """
    ### BEGIN SOLUTION
    across = img[:, :, :, 1:] - img[:, :, :, :-1]
    down = img[:, :, 1:, :] - img[:, :, :-1, :]
    return tv_weight * ((across**2).sum() + (down**2).sum())
    ### END SOLUTION


# %% check="visual-inversion" points=4
with checks.verdict("feature loss") as rng:
    features, target = (torch.from_numpy(rng.normal(size=(1, 4, 3, 5))) for _ in range(2))
    due = Bench().slope(oracle.visual.feature_loss, 0, features, target)
    checks.equal(checks.leaves_alone(feature_loss, features, target, share=0.1), due[0], "loss")
    checks.equal(bench.slope(feature_loss, 0, features, target), due, "loss, gradient")
    ### BEGIN HIDDEN TESTS
    for shape, size in (((2, 7), 100.0), ((3, 2, 1, 1), 0.01), ((1,), 1.0)):
        features, target = (size * torch.from_numpy(rng.normal(size=shape)) for _ in range(2))
        due = Bench().slope(oracle.visual.feature_loss, 0, features, target)
        checks.equal(bench.slope(feature_loss, 0, features, target), due, "loss, gradient")
    ### END HIDDEN TESTS

# %% check="visual-inversion-tv" points=4
with checks.verdict("total variation") as rng:
    img = torch.from_numpy(rng.normal(size=(1, 3, 6, 5)))
    due = Bench().slope(oracle.visual.tv_loss, 0, img, 0.3)
    checks.equal(checks.leaves_alone(tv_loss, img, 0.3, share=0.1), due[0], "loss")
    checks.equal(bench.slope(tv_loss, 0, img, 0.3), due, "loss, gradient")
    with checks.share(0.1, "One row"):
        due = Bench().slope(oracle.visual.tv_loss, 0, img[:, :, :1], 0.3)
        checks.equal(bench.slope(tv_loss, 0, img[:, :, :1], 0.3), due, "loss, gradient")
    ### BEGIN HIDDEN TESTS
    for shape, weight in (((1, 3, 2, 9), 2.0), ((1, 3, 7, 3), 1e-3), ((1, 3, 2, 2), 0.0)):
        img = torch.from_numpy(rng.normal(size=shape))
        due = Bench().slope(oracle.visual.tv_loss, 0, img, weight)
        checks.equal(bench.slope(tv_loss, 0, img, weight), due, "loss, gradient")
    with checks.share(0.1, "One row"):
        img = torch.from_numpy(rng.normal(size=(1, 3, 1, 1)))
        due = Bench().slope(oracle.visual.tv_loss, 0, img, 1.0)
        checks.equal(bench.slope(tv_loss, 0, img, 1.0), due, "loss, gradient of one pixel")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
depths = {"conv 1": (3, 1e-4), "conv 2": (6, 1e-4), "conv 4": (13, 5e-3), "conv 6": (20, 5e-3)}


def descend(loss_of, start: torch.Tensor, steps: int, rate: float = 0.05) -> torch.Tensor:
    """An image in [0, 1] that makes a loss small, by Adam."""
    image = start.clone().requires_grad_()
    adam = torch.optim.Adam([image], lr=rate)
    for _ in range(steps):
        adam.zero_grad()
        loss_of(image).backward(inputs=[image])
        adam.step()
        image.data.clamp_(0, 1)
    return image.detach()


chosen = images[right[:3]]


def invert(aim: torch.Tensor, maps_of, smooth: float) -> torch.Tensor:
    return descend(lambda x: feature_loss(maps_of(x), aim) + tv_loss(x, smooth), grey, 100)


rebuilt = [chosen]
for depth, smooth in depths.values():
    maps_of = layer_of(shipped, depth)
    found = [invert(maps_of(one[None]).detach(), maps_of, smooth) for one in chosen]
    rebuilt.append(torch.cat(found))

# %% tags=["experiment"]
errors = [float((one - chosen).abs().mean()) for one in rebuilt]
titles = [
    "picture",
    *(f"{name}\n{255 * error:.0f} levels" for name, error in zip(depths, errors[1:])),
]
figures.show(
    figures.image_grid(
        torch.stack(rebuilt, dim=1).flatten(0, 1).numpy(), titles=titles, columns=5, size=1.0
    ),
    caption="Three pictures rebuilt from what four layers know of them. Above the columns, by how "
    "many of 255 levels a pixel is wrong on average. Colours go first, then details.",
    alt="Three rows of five pictures: the original, two nearly perfect copies, one with the "
    "shapes in grey, and one in which they can hardly be found.",
)

# %% [markdown]
# ## Texture: which features occur together
#
# A texture is what remains of bricks when you forget where each brick is. So forget *where*: take
# the maps of a layer, $C$ channels of $H \cdot W$ places, and keep only how often two channels are
# active at the same place. That is the **Gram matrix** (Gatys, Ecker and Bethge 2015):
#
# $$G_{cd} = \frac{1}{CHW} \sum_{ij} a_{cij}\, a_{dij}$$
#
# An image whose Gram matrices equal those of the bricks is another piece of the same wall. And then
# the famous step (Gatys, Ecker and Bethge 2016): let the image have the *Gram matrices* of a
# painting and, in a deeper layer, the *features* of a photograph. The photograph is painted:
# **style transfer**. Its loss is a sum:
#
# | loss | formula |
# | --- | --- |
# | content | $w_c \sum (F - P)^2$, features of one layer against those of the photograph |
# | style | $\sum_l w_l \sum (G_l - A_l)^2$, Gram matrices of several layers against those of the painting |
# | total variation | as above |
#
# By hand: two channels of 1 x 2, $(1, 2)$ and $(3, 0)$. The products: $1 + 4 = 5$, $3 + 0 = 3$,
# $9$. Divided by $CHW = 4$: $G = \begin{pmatrix} 1.25 & 0.75 \\ 0.75 & 2.25 \end{pmatrix}$. Move
# the places about, $(2, 1)$ and $(0, 3)$: the same matrix.
#
# ### Exercise 12.14: Gram matrix, style and content
# 0 points · about 25 minutes · medium · optional


# %% [markdown] hint="visual-style"
# A Gram matrix forgets where. Which axes disappear, and which appears twice?
#
# Put the places in one axis, (N, C, HW). The product with its own transpose is (N, C, C).
#
# `reshape(N, C, H * W)` also works for maps that are not contiguous;
# `zip(style_layers, style_targets, style_weights)` pairs what belongs together.


# %% answer="visual-style"
bench = Bench()  # asks for gradients through your functions; leave it here


def content_loss(
    content_weight: float, content_current: torch.Tensor, content_original: torch.Tensor
) -> torch.Tensor:
    """content_weight times the sum of squared differences of two feature arrays.

    content_current, content_original: (1, C, H, W) float
    returns: scalar tensor. Source: CS231n, assignment 3; Gatys et al. 2016
    """
    ### BEGIN SOLUTION
    return content_weight * ((content_current - content_original) ** 2).sum()
    ### END SOLUTION


def gram_matrix(features: torch.Tensor, normalize: bool = True) -> torch.Tensor:
    """For each image, the sum over places of the products of each two channels.

    features: (N, C, H, W) float; normalize: divide by C * H * W
    returns: (N, C, C). Source: CS231n, assignment 3; Gatys et al. 2015, arXiv 1505.07376
    """
    ### BEGIN SOLUTION
    N, C, H, W = features.shape
    rows = features.reshape(N, C, H * W)
    gram = rows @ rows.transpose(1, 2)
    return gram / (C * H * W) if normalize else gram
    ### END SOLUTION


def style_loss(
    feats: list, style_layers: list[int], style_targets: list, style_weights: list[float]
) -> torch.Tensor:
    """The sum, over the style layers, of weight times the sum of squared differences of Gram matrices.

    feats: list of (1, C, H, W), features of every layer of the image; style_layers: which of feats
        to use, one or more indices
    style_targets: list of (1, C, C), normalised Gram matrices of the style, one for each of
        style_layers, in their order
    style_weights: list of float, as style_targets
    returns: scalar tensor. Source: CS231n, assignment 3
    """
    ### BEGIN SOLUTION
    loss = torch.zeros((), dtype=feats[0].dtype)
    for layer, target, weight in zip(style_layers, style_targets, style_weights):
        loss = loss + weight * ((gram_matrix(feats[layer]) - target) ** 2).sum()
    return loss
    ### END SOLUTION


# %% check="visual-style" points=0
with checks.verdict("content loss") as rng:
    current, original = (torch.from_numpy(rng.normal(size=(1, 4, 3, 5))) for _ in range(2))
    due = Bench().slope(oracle.visual.content_loss, 1, 0.6, current, original)
    found = checks.leaves_alone(content_loss, 0.6, current, original, share=0.1)
    checks.equal(found, due[0], "loss")
    checks.equal(bench.slope(content_loss, 1, 0.6, current, original), due, "loss, gradient")
    ### BEGIN HIDDEN TESTS
    current, original = (torch.from_numpy(rng.normal(size=(1, 2, 7, 1))) for _ in range(2))
    due = Bench().slope(oracle.visual.content_loss, 1, 30.0, current, original)
    checks.equal(bench.slope(content_loss, 1, 30.0, current, original), due, "loss, gradient")
    ### END HIDDEN TESTS

# %% check="visual-style-gram" points=0
with checks.verdict("Gram matrices") as rng:
    features = torch.from_numpy(rng.normal(size=(2, 4, 3, 5)))
    due = oracle.visual.gram_matrix(features)
    checks.equal(checks.leaves_alone(gram_matrix, features, share=0.1), due, "normalised")
    due = oracle.visual.gram_matrix(features, False)
    checks.equal(gram_matrix(features, False), due, "not normalised")
    ### BEGIN HIDDEN TESTS
    for shape in ((3, 1, 6, 2), (1, 7, 1, 1), (2, 3, 4, 9)):
        features = torch.from_numpy(rng.normal(size=shape))
        for normalize in (True, False):
            due = oracle.visual.gram_matrix(features, normalize)
            checks.equal(gram_matrix(features.clone(), normalize), due, "matrices")
    features = features.permute(0, 1, 3, 2)
    due = oracle.visual.gram_matrix(features)
    checks.equal(gram_matrix(features), due, "matrices of maps that are not contiguous")
    ### END HIDDEN TESTS

# %% check="visual-style-loss" points=0
with checks.verdict("style loss") as rng:
    feats = [torch.from_numpy(rng.normal(size=(1, 3, H, 4))) for H in (2, 3, 5, 4)]
    others = [torch.from_numpy(rng.normal(size=one.shape)) for one in feats]
    aims = [oracle.visual.gram_matrix(others[layer]) for layer in (3, 1)]
    due = Bench().slope(oracle.visual.style_loss, 0, feats, [3, 1], aims, [20.0, 0.5])
    found = checks.leaves_alone(style_loss, feats, [3, 1], aims, [20.0, 0.5], share=0.1)
    checks.equal(found, due[0], "loss")
    checks.equal(
        bench.slope(style_loss, 0, feats, [3, 1], aims, [20.0, 0.5]), due, "loss, gradients"
    )
    ### BEGIN HIDDEN TESTS
    for layers, weights in (([0], [3.0]), ([0, 2, 1], [1.0, 0.0, 400.0])):
        aims = [oracle.visual.gram_matrix(others[layer]) for layer in layers]
        due = Bench().slope(oracle.visual.style_loss, 0, feats, layers, aims, weights)
        found = bench.slope(style_loss, 0, feats, layers, aims, weights)
        checks.equal(found, due, "loss, gradients")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
style_depths = [3, 6, 10, 13]  # after these many layers of the net


def maps_at(model, x: torch.Tensor) -> list:
    found, out = [], (x - model.mean) / model.std
    for depth, layer in enumerate(model.features[: style_depths[-1]], 1):
        out = layer(out)
        if depth in style_depths:
            found.append(out)
    return found


def restyled(content: torch.Tensor, style: torch.Tensor, start: torch.Tensor, weight: float):
    """start, moved until it has the features of one picture and the Gram matrices of another."""
    with torch.no_grad():
        aims = [gram_matrix(one) for one in maps_at(trained, style)]
        kept = maps_at(trained, content)[3]

    def loss(x: torch.Tensor) -> torch.Tensor:
        feats = maps_at(trained, x)
        total = style_loss(feats, [0, 1, 2, 3], aims, [3000.0] * 4) + tv_loss(x, 5e-3)
        return total + content_loss(weight, feats[3], kept)

    return descend(loss, start, 120)


# %% tags=["experiment"]
base = data.draw_scenes(40, seed=3)
blank = {"clutter": 0, "occlusion": 0, "noise": 0.0, "shadow": 0.0, "light": 1.0}
place = {"x": 16.0, "y": 16.0, "size": 22.0, "angle": 0.0, "stretch": 1.0, "bend": 0.0}
looks = {"labels": 7, "pattern": np.array([1, 2, 3]), "colour": np.array([5, 0, 3])}
drawn_styles = base.take([0, 1, 2]).replace(**place, **looks, **blank)  # type: ignore[arg-type]
styles = torch.from_numpy(data.render(drawn_styles).images) / 255
subject = pictures[[2]]
noise = torch.rand(subject.shape, generator=torch.Generator().manual_seed(0))
textures = [restyled(subject, one[None], noise, 0.0) for one in styles]  # style alone
painted_ones = [restyled(subject, one[None], subject, 0.1) for one in styles]
table = torch.cat([torch.cat([styles, *textures]), torch.cat(painted_ones)])
figures.show(
    figures.image_grid(table.numpy(), columns=3, size=1.3),
    caption="Above: three scenes whose objects fill the picture: stripes, checks, dots. Middle: "
    "textures made of noise until their Gram matrices are those of the picture above. "
    "Below: one scene with the features of its own and the Gram matrices of each style.",
    alt="Three rows of three small pictures: blue stripes, red checks, light dots on green; "
    "three pictures of the same colours with crooked pieces of stripes, checks and dots; "
    "and the same scene three times, in blue, red and green.",
)

# %% [markdown]
# On 32 x 32 pixels and with a net that has seen ten outlines, do not expect a Van Gogh: the colours
# and the grain are those of the style, and the outline stays. On a photograph with the ImageNet net
# (the extra `pretrained`) more can be seen. Gatys and his colleagues used VGG.
#
# Each picture took about a hundred steps. **Fast** style transfer (Johnson, Alahi and Fei-Fei 2016;
# Ulyanov et al. 2016) trains a net whose *output* has a small loss, so that one pass is enough, and
# one net knows one style. Dumoulin, Shlens and Kudlur (2017) put many styles into one net: each
# style is a scale and a shift of the normalisation layers, and two styles can be mixed by mixing
# these numbers.


# %% tags=["experiment"]
def large_feats(x: torch.Tensor) -> list:
    """What five blocks of the ImageNet net give for images in [0, 1]."""
    out, kept = large.bn0(large.conv_stem((x * 255 - 127) / 128)).clamp(0, 6), []
    for depth, block in enumerate(list(large.blocks)[:6]):
        out = block(out)
        if depth != 3:
            kept.append(out)
    return kept


# %% tags=["experiment"]
def photo_in_style(content: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        aims = [gram_matrix(one) for one in large_feats(style)]
        kept = large_feats(content)[4]

    def loss(x: torch.Tensor) -> torch.Tensor:
        feats = large_feats(x)
        total = style_loss(feats, [0, 1, 2, 3], aims, [1e3, 1e3, 1e3, 1e3])
        return total + content_loss(1e-3, feats[4], kept) + tv_loss(x, 1e-3)

    return descend(loss, content, 40, 0.03)


# %% tags=["experiment"]
if imagenet.is_installed():
    small = F.interpolate(photos, 112, mode="bilinear")
    trio = torch.cat([small, photo_in_style(small[:1], small[1:])])
    figures.show(
        figures.image_grid(trio.numpy(), titles=["content", "style", "both"], columns=3, size=2.2),
        caption="A photograph of a palace with the Gram matrices of a photograph of a dahlia, by "
        "the ImageNet net.",
        alt="Three pictures: a palace, an orange dahlia, and the palace in the colours of the dahlia.",
    )
else:
    print("The ImageNet net is not installed: pip install -e '.[pretrained]' adds it.")

# %% [markdown]
# ## One unit, all questions
#
# Choose a layer and a unit of the net. You see the patches that excite it most, the picture that it
# would like best, the test image in which it is most active, and how much its activation falls
# there when a part is covered. Your functions compute all four. Look for a unit for which the four
# agree, and for one for which they do not.


# %% tags=["experiment"]
@dataclasses.dataclass(frozen=True)
class UnitState:
    layer: str = "conv 4"
    unit: int = 9


stack = {
    "conv 2": (6, 2),
    "conv 4": (13, 5),
    "conv 6": (20, 8),
}  # layers of features, and of field_of
kinds = [{"kernel": 3, "pad": 1}, {"kernel": 3, "pad": 1}, {"kernel": 2, "stride": 2}]
kinds = [*kinds, *kinds, kinds[0], kinds[0]]


class UnitNet(nn.Module):
    """The mean activation of one unit over all places, as a net with one score."""

    def __init__(self, depth: int, unit: int) -> None:
        super().__init__()
        self.depth, self.unit = depth, unit

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return layer_of(shipped, self.depth)(x)[:, self.unit].mean(dim=(1, 2))[:, None]


# %% tags=["experiment"]
def draw_unit(state: UnitState):
    depth, count = stack[state.layer]
    with torch.no_grad():
        all_maps = layer_of(shipped, depth)(images[:300]).numpy()
    unit = state.unit % all_maps.shape[1]
    field = field_of(kinds[:count])
    patches, places = maximal_patches(test_set.images[:300], all_maps[:, unit], field, 8)
    watcher = UnitNet(depth, unit).eval()
    liked = create_class_visualization(grey, 0, watcher, wished | {"l2_reg": 0.0})
    best = images[places[0][0]]
    falls = occlusion_map(best, 0, watcher, (6, 6), 3, 0.5)
    title = f"{state.layer}, unit {unit}, receptive field {field[0]} x {field[0]}"
    return figures.visual.unit_page(patches, liked[0].numpy(), best.numpy(), falls.numpy(), title)


# %% tags=["experiment"]
figures.interactive(
    draw_unit,
    UnitState(),
    caption="One unit: its eight most exciting patches, the picture that it likes best, the image "
    "in which it is most active, and how much it misses when a part of that image is "
    "covered.",
    alt="Eight small patches that look alike, a colourful picture with a repeated pattern, a "
    "test image, and a dark map with a bright place.",
    layer=list(stack),
    unit=(0, 63, 1),
)

# %% [markdown]
# ## What you built
#
# Patches with their receptive fields, neighbours and principal components; occlusion, saliency, two
# other ways back through a ReLU, Grad-CAM, and the measures that judge them; gradient ascent; a
# fooling image, FGSM, PGD and robust accuracy; inversion and total variation. With the optional
# exercises you have t-SNE's similarities, Gram matrices and the losses of style transfer, too.
#
# This lesson added no net to the scoreboard, but a new question to ask of each: how small a change
# makes it wrong? The net for shapes that ships gets 94 % of clean scenes right; you have measured
# what is left of it when each pixel may change by up to 8 levels.
#
# Five questions to answer without looking:
#
# 1. Why can you look at the filters of the first layer and not at those of the second?
#
#    <details><summary>Answer</summary>
#
#    A filter of the first layer has three channels, red, green and blue, so it is a small picture.
#    A filter of the second layer has one channel for each filter of the first, and there is no
#    colour for those.
#
#    </details>
#
# 2. A map puts 22 % of its weight on objects that fill 17 % of the picture. What do you ask before
#    you call it an explanation?
#
#    <details><summary>Answer</summary>
#
#    How much the same map puts there in a net with random weights: in this lesson 21 to 22 %. Then
#    change the thing that the map points at, and see whether the answer changes.
#
#    </details>
#
# 3. In which one rule do backpropagation, a deconvnet and guided backpropagation differ?
#
#    <details><summary>Answer</summary>
#
#    In where a ReLU lets the gradient through: where its input was positive, where the gradient is
#    positive, or where both are.
#
#    </details>
#
# 4. Every pixel changes by at most 1 of 255 levels, and the class changes. Why is this easier for
#    large pictures?
#
#    <details><summary>Answer</summary>
#
#    A linear score can move by $\epsilon \sum |w_i|$. That sum grows with the number of pixels,
#    while the change that we see stays at $\epsilon$ per pixel.
#
#    </details>
#
# 5. What does a Gram matrix forget, and what does it keep?
#
#    <details><summary>Answer</summary>
#
#    It forgets where something is. It keeps which features are active at the same places, and how
#    strongly.
#
#    </details>
#
# **References.** CS231n 2017,
# [lecture 12](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture12.pdf), lecture 16 and
# assignment 3; CS231n 2016, lecture 9. Hubel and Wiesel 1959, *Receptive fields of single neurones
# in the cat's striate cortex*. Krizhevsky et al. 2012,
# [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks);
# van der Maaten and Hinton 2008,
# [Visualizing data using t-SNE](https://jmlr.org/papers/v9/vandermaaten08a.html);
# Wattenberg et al. 2016, [How to use t-SNE effectively](https://distill.pub/2016/misread-tsne/).
# Zeiler and Fergus 2014,
# [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901); Girshick
# et al. 2014, [Rich feature hierarchies](https://arxiv.org/abs/1311.2524); Simonyan et al. 2014,
# [Deep inside convolutional networks](https://arxiv.org/abs/1312.6034); Springenberg et al. 2015,
# [Striving for simplicity](https://arxiv.org/abs/1412.6806); Yosinski et al. 2015,
# [Understanding neural networks through deep visualization](https://arxiv.org/abs/1506.06579);
# Nguyen et al. 2016, [Multifaceted feature visualization](https://arxiv.org/abs/1602.03616) and
# [Synthesizing the preferred inputs for neurons](https://arxiv.org/abs/1605.09304); Zhou et al.
# 2016, [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150);
# Selvaraju et al. 2017, [Grad-CAM](https://arxiv.org/abs/1610.02391); Smilkov et al. 2017,
# [SmoothGrad](https://arxiv.org/abs/1706.03825); Zhang et al. 2018,
# [Excitation backprop](https://arxiv.org/abs/1608.00507); Adebayo et al. 2018,
# [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292); Nie et al. 2018,
# [Perplexing behaviors of backpropagation-based visualizations](https://arxiv.org/abs/1805.07039).
# Szegedy et al. 2014, [Intriguing properties of neural networks](https://arxiv.org/abs/1312.6199);
# Goodfellow et al. 2015,
# [Explaining and harnessing adversarial examples](https://arxiv.org/abs/1412.6572); Nguyen et al.
# 2015, [Deep neural networks are easily fooled](https://arxiv.org/abs/1412.1897); Madry et al.
# 2018,
# [Towards deep learning models resistant to adversarial attacks](https://arxiv.org/abs/1706.06083);
# Athalye et al. 2018,
# [Obfuscated gradients give a false sense of security](https://arxiv.org/abs/1802.00420); Ilyas et
# al. 2019,
# [Adversarial examples are not bugs, they are features](https://arxiv.org/abs/1905.02175).
# Mordvintsev et al. 2015, *Inceptionism*; Mahendran and Vedaldi 2015,
# [Understanding deep image representations by inverting them](https://arxiv.org/abs/1412.0035);
# Gatys et al. 2015, [Texture synthesis](https://arxiv.org/abs/1505.07376); Gatys et al. 2016,
# *Image style transfer using convolutional neural networks*; Johnson et al. 2016,
# [Perceptual losses](https://arxiv.org/abs/1603.08155); Ulyanov et al. 2016,
# [Texture networks](https://arxiv.org/abs/1603.03417); Dumoulin et al. 2017,
# [A learned representation for artistic style](https://arxiv.org/abs/1610.07629).
#
# **Next:** lesson 13 asks not only what is in a picture, but where, and how many.
