# %% [markdown]
# # 15 A ConvNet on a GPU, in seconds
#
# Afterwards you can train a ConvNet fast, say what each line of its recipe is worth, and measure all of
# it so that a stranger would believe you.
#
# **Time:** about 5 hours: 4 for the exercises, 1 for reading and figures. Four more exercises are optional and take 80 minutes.
# **Needs:** lessons 05, 06 and 09: PyTorch's `nn.Module`, optimisers and autograd. **Data:** the *shapes* that come with the course, or CIFAR-10 where you have it
# (`course data get cifar10`). A GPU is welcome and not needed. **Points:** 100. Answers may use NumPy and PyTorch, but
# not torchvision, SciPy or scikit-learn.

# %% setup="gpu" room={"hides": ["course_lib.oracle", "course_lib.speed", "torchvision", "sklearn", "scipy"]}
import copy
import dataclasses
import functools
import hashlib
import math
import statistics
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, data, figures, oracle, speed

# What the check of the five timings compares with.
DIGEST = "e5e3ef8270f66eb950fd61808b18e2bb647b86750a2a5a742f5b847be4a40e92"
# What PyTorch has of the loss that is to be written out.
READY_MADE = ("cross_entropy", "CrossEntropyLoss", "label_smoothing")


def kept_at(value) -> int:
    """Where a tensor's numbers lie, or which object it is."""
    tensor = isinstance(value, torch.Tensor)
    return value.untyped_storage().data_ptr() if tensor else id(value)


# %% setup="gpu-bench"
class TinyNet(nn.Module):
    """A net of two conv layers for images (N, 2, H, W), small enough to check everything in it."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen, self.norm = nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4, momentum=0.3)
        self.frozen.weight.requires_grad_(False)
        self.conv = nn.Conv2d(4, 6, 3, padding=1, bias=False)
        self.head, self.most = nn.Linear(24, 3), 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.most = max(self.most, len(x))  # images at once, so far
        maps = self.conv(F.gelu(self.norm(self.frozen(x))))
        return self.head(F.adaptive_max_pool2d(maps, 2).flatten(1))


# %% setup="gpu-nets"
class Nets:
    """Makes small nets where your functions run. No exercise asks you to change it."""

    loss = staticmethod(F.cross_entropy)

    def net(self, state: dict) -> TinyNet:
        net = TinyNet().to(state["head.weight"].dtype)
        net.load_state_dict(state)
        return net

    def still(self, state: dict) -> TinyNet:
        return self.net(state).eval()

    def bare(self, state: dict) -> TinyNet:
        net = self.net(state)
        net.norm = nn.Identity()  # type: ignore[assignment]
        return net

    def row(self, state: dict) -> nn.Sequential:
        net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)).double()
        net.load_state_dict(state)
        return net

    def sgd(self, net: TinyNet, lr: float) -> torch.optim.Optimizer:
        return torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9, nesterov=True)

    def gradients(self, net: TinyNet) -> dict:
        return {name: p.grad for name, p in net.named_parameters() if p.grad is not None}

    def mode_after(self, function, state: dict, training: bool, *arguments) -> bool:
        net = self.net(state).train(training)
        function(net, *arguments)
        return net.training


# %% setup="gpu-bench-calls"
class Bench(Nets):
    """Calls your functions with these nets, and tells what came of it."""

    def boxed(self, state: dict) -> nn.Sequential:
        return nn.Sequential(self.net(state))

    def pull_back(self, function, x: torch.Tensor, *others, dout=None) -> torch.Tensor:
        return torch.autograd.functional.vjp(lambda one: function(one, *others), x, dout)[1]

    def mixed(self, function, net, optimizer, images, labels, scaler: dict) -> tuple:
        stepped = function(self.loss(net.train()(images), labels), optimizer, scaler)
        return stepped, dict(scaler), copy.deepcopy(net.state_dict())

    def one_overflow(self, function, group: int) -> list:
        weights = [torch.ones(2).double().requires_grad_() for _ in range(2)]
        loss = weights[0].sum() + weights[1].sum() + 1e300 * weights[group][0]
        scaler = {"scale": 1e10, "good": 0, "interval": 9}
        function(loss, torch.optim.SGD([{"params": [w]} for w in weights], lr=0.1), scaler)
        return [weight.tolist() for weight in weights]

    def run(self, function, state, batch, seed, checkpoint=None, steps=8, every=3) -> tuple:
        net, generator, kept = self.still(state), torch.Generator().manual_seed(seed), []
        plan = {"steps": steps, "batch": 4, "every": every, "checkpoint": checkpoint}
        plan["save"] = lambda found: kept.append(copy.deepcopy(found))
        losses = function(net, self.sgd(net, 0.05), *batch, generator, **plan)
        return losses, dict(net.state_dict()), kept

    def given(self, function, *arguments) -> list:
        """Which parts of the result are the caller's own dicts and tensors, not new ones."""
        dicts = [one for one in arguments if isinstance(one, dict)]
        known = {kept_at(one) for whole in dicts for one in (whole, *whole.values())}
        return [name for name, part in function(*arguments).items() if kept_at(part) in known]


# %% [markdown]
# ## Three seconds
#
# How long does it take to teach a computer the ten classes of CIFAR-10, from random numbers to 94 % of
# 10,000 unseen images right, which is what one patient person reached (A. Karpathy, 2011)? Guess before you look.
# The numbers below are public records, all on one A100; their sources stand under the figure.
# (Ours come at the end: 93.96 % in 3.2 s, the median of 25 runs, on one H200, which is a faster GPU.)

# %% tags=["experiment"]
train_set, test_set, device = data.course_images("train"), data.course_images("test"), speed.best()
if device == "cpu":  # all of the shapes, a fifth of CIFAR-10: delete this line when you have time
    train_set, test_set = train_set.take(10_000), test_set.take(2000)
all_pixels, all_labels = torch.from_numpy(train_set.images), torch.from_numpy(train_set.labels)
print(f"This notebook runs on {train_set.name}, device {device}, PyTorch {torch.__version__}")
records = {
    "a plain net of this family": 14.2,
    "+ whitened first layer": 8.6,
    "+ identity initialisation": 7.3,
    "+ faster biases in the norms": 5.5,
    "+ first layer's biases frozen early": 5.2,
    "+ averaged weights": 4.6,
    "+ six views of each test image": 4.3,
    "+ alternating flip": 3.83,
    "+ torch.compile": 3.29,
    "another script, with Muon": 2.59,
}
figures.show(
    figures.speed.record_steps(records),
    caption="Seconds to 94 % of CIFAR-10's test images on one A100, the best time of many runs each. Down to torch.compile a bar adds one idea to the bar above it; the last is another script with settings of its own. A plain ResNet-18 takes 7 minutes to 96 % on the same GPU. Others' measurements: K. Jordan, airbench and arXiv 2404.00498.",
    alt="Ten horizontal bars, the first of 14.2 seconds, each shorter than the one above, the last of 2.59 seconds.",
)

# %% [markdown]
# Sources: K. Jordan, *94% on CIFAR-10 in 3.29 seconds on a single GPU* (arXiv 2404.00498) and its
# repository, airbench; D. Page, *How to train your ResNet* (2018); Stanford's DAWNBench, which began the race.
#
# Read the caption once more: *the best time of many runs*. The accuracies beside these times are means of hundreds of
# runs; "it's the min/best time", says the author of the times (issue 5 of his repository). Keep that in mind until exercise 15.4.
#
# No bar is a faster chip. Each is an idea of a few lines, and you will write most of them: all but the freezing of the
# biases, the compiler and Muon, an optimiser. Three things come first, because without them no such figure means
# anything: where the time goes, how to measure it, and what the numbers in the machine can hold.
#
# ## The same net, another library
#
# Lesson 05's net: convolution of $F \times F$ with stride 1 that keeps the size, ReLU, max pool of 2 x 2, a dense layer
# with ReLU, a dense layer. In that lesson the weights were NumPy arrays in a dict, `W1`, `b1` to `W3`, `b3`, and a
# dense layer was $xW + b$ with $W$ of shape `(D, M)`. Say the same in PyTorch, with tensors. Two places
# can go wrong without an error: what padding keeps an image's size under an odd $F$, and in which order
# `(N, K, H/2, W/2)` becomes rows. By hand: `W1` is `(16, 3, 3, 3)` and images are 32 x 32. How many rows has `W2`?
#
# <details><summary>The rows</summary>
#
# $16 \cdot 16 \cdot 16 = 4096$: sixteen maps of 16 x 16, channel by channel.
#
# </details>
#
# After the check a race: how many images a second does each way classify? bf16 is a number of 16 bits, explained
# below; `channels_last` keeps the channels of a pixel side by side in memory, the layout that 16-bit kernels are fastest on.
#
# ### Exercise 15.1: lesson 05's net in PyTorch
# 5 points · about 10 minutes · easy

# %% [markdown] hint="gpu-same-net"
# Write the six steps of the docstring one below the other. Each is one call or one product of PyTorch.
#
# With stride 1, a filter of side $F$ takes $F - 1$ pixels from each axis. How many belong on each side, so that none is lost?
#
# `F.conv2d(images, W1, b1, padding=...)`, `F.max_pool2d(maps.relu(), 2)`, then `flatten(1)`, which goes through the channels first, as lesson 05 did.


# %% answer="gpu-same-net"
def scores_of(images: torch.Tensor, params: dict) -> torch.Tensor:
    """The class scores of lesson 05's ThreeLayerConvNet: conv, ReLU, max pool, affine, ReLU, affine.

    images: (N, C, H, W) float, H and W even; all tensors on one device and of one dtype
    params: W1 (K, C, F, F), F odd; b1 (K,); W2 (K * H/2 * W/2, M); b2 (M,); W3 (M, classes); b3 (classes,)
    returns: (N, classes), dtype of images
    """
    ### BEGIN SOLUTION
    same = params["W1"].shape[-1] // 2
    maps = F.conv2d(images, params["W1"], params["b1"], padding=same)
    pooled = F.max_pool2d(maps.relu(), 2)
    hidden = (pooled.flatten(1) @ params["W2"] + params["b2"]).relu()
    return hidden @ params["W3"] + params["b3"]
    ### END SOLUTION


# %% check="gpu-same-net" points=5
with checks.verdict("lesson 05's net in PyTorch") as rng:
    sizes: dict = {"W1": (4, 3, 5, 5), "b1": 4, "W2": (48, 7), "b2": 7, "W3": (7, 3), "b3": 3}
    arrays = {name: rng.normal(size=size) for name, size in sizes.items()}
    images = rng.normal(size=(5, 3, 6, 8))
    due = torch.from_numpy(oracle.conv.conv_net_scores(images, arrays))
    params = {name: torch.from_numpy(array) for name, array in arrays.items()}
    mine = checks.leaves_alone(scores_of, torch.from_numpy(images), params, share=0.05)
    checks.equal(mine, due, "scores")
    with checks.share(0.1, "float32"):
        narrow = {name: tensor.float() for name, tensor in params.items()}
        mine = scores_of(torch.from_numpy(images).float(), narrow)
        checks.equal(mine, due.float(), "scores", dtype=torch.float32, tolerance=1e-5)
    ### BEGIN HIDDEN TESTS
    arrays["W3"][:, 0] = -np.abs(arrays["W3"][:, 0])  # so that some scores are negative
    for size, shape in ((3, (1, 3, 4, 12)), (1, (2, 3, 8, 6)), (7, (3, 3, 6, 8))):
        arrays["W1"] = rng.normal(size=(4, 3, size, size))
        arrays["b1"] = rng.normal(size=4) - 2
        images = rng.normal(size=shape)
        due = torch.from_numpy(oracle.conv.conv_net_scores(images, arrays))
        params = {name: torch.from_numpy(array) for name, array in arrays.items()}
        mine = scores_of(torch.from_numpy(images), params)
        checks.equal(mine, due, f"scores with filters of {size} x {size}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
X, draw = (test_set.images[:200] / 255 - 0.5).astype(np.float32), np.random.default_rng(0)
sizes = {"W1": (32, 3, 7, 7), "b1": 32, "W2": (8192, 100), "b2": 100, "W3": (100, 10), "b3": 10}
weights = {name: 0.05 * draw.normal(size=size).astype(np.float32) for name, size in sizes.items()}
pixels, net32 = torch.from_numpy(X), {name: torch.from_numpy(w) for name, w in weights.items()}
last: dict = {"memory_format": torch.channels_last, "dtype": torch.bfloat16}
net16 = {name: w.bfloat16() for name, w in net32.items()}
pixels16, net16["W1"] = pixels.to(**last), net32["W1"].to(**last)
ways = {
    "NumPy": lambda: oracle.speed.numpy_scores(X, weights),
    "PyTorch, CPU, float32": lambda: scores_of(pixels, net32),
    "PyTorch, CPU, bf16, channels_last": lambda: scores_of(pixels16, net16),
}
if device != "cpu":
    there = pixels.to(device), {name: w.to(device) for name, w in net32.items()}
    ways[f"PyTorch, {device}, float32"] = lambda: scores_of(*there).cpu()
figure, seconds = figures.timings(ways, repeats=5)
figures.show(
    figure,
    caption="Time for the scores of 200 images by the same net. Logarithmic axis.",
    alt="Horizontal bars on a logarithmic axis, one for each way; NumPy's is the longest.",
)
theirs = oracle.speed.numpy_scores(X, weights)
off = np.abs(scores_of(pixels, net32).numpy() - theirs).max() / np.abs(theirs).max()
paces = [f"{name}: {len(X) / each:,.0f} images/s" for name, each in seconds.items()]
print(f"NumPy and PyTorch differ by {off:.0e} of the largest score.", *paces, sep="\n")

# %% [markdown]
# In one run on two processor cores PyTorch in float32 was 1.6 times as fast as NumPy, and bf16 another 1.3 times. What bf16 gains
# depends on whether the processor has instructions for it; one that has none computes in float32 and converts twice.
#
# ## What runs on a GPU
#
# A CPU has a few fast cores, each of which runs its own program. A GPU has thousands of slow ones, which run the *same* program on
# different numbers, and beside them units that multiply small matrices in one go (NVIDIA calls them tensor cores). That suits us: a net is matrix
# products. Such a program is called a **kernel**. Who writes kernels?
#
# | name | what it is |
# | --- | --- |
# | **CUDA** | NVIDIA's language for kernels: C++ with a few extensions, and the driver that starts them |
# | **cuBLAS** | NVIDIA's library of matrix products, written in it |
# | **cuDNN** | the same for convolutions, pools and norms; `torch.backends.cudnn.benchmark = True` lets it try several algorithms for each new shape and keep the fastest |
# | **OpenCL** | an open standard for the devices of all makers; without libraries like the two above, it is usually slower on NVIDIA's GPUs |
# | **ROCm**, **HIP** | AMD's answer to CUDA; PyTorch's builds for it call the device "cuda", too |
#
# You will hardly ever write a kernel. On an NVIDIA GPU PyTorch's `F.conv2d` calls cuDNN, and `@` calls cuBLAS. Tuned kernels matter: with VGG and ResNets of
# 2014 to 2016, cuDNN was 2.2 to 3.0 times as fast as the framework's own kernels on the same GPU, and that GPU 49 to 74 times as fast as two
# server processors of 8 cores each (J. Johnson, [cnn-benchmarks](https://github.com/jcjohnson/cnn-benchmarks), which CS231n quotes). The second
# ratio depends on how well the code for the processor is written.
#
# ## Why: moving a number costs more than multiplying it
#
# A processor multiplies far faster than its memory can deliver numbers. So ask of every operation how many
# floating-point operations (FLOP) it does for each byte that it moves: its **arithmetic intensity**.
# A product of two $n \times n$ matrices takes $2n^3$ FLOP ($n$ products and $n$ additions an entry) and
# moves $3n^2$ numbers of $b$ bytes at least. By hand, for $n = 6$ and float32: $432$ FLOP, $432$ bytes, intensity 1.
#
# Below the **ridge**, the machine's FLOP per second divided by its bytes per second, memory sets the
# pace; above it, arithmetic does. The attainable speed is the smaller of the two. That is the **roofline**
# (Williams, Waterman and Patterson 2009). An H200, measured by `benchmarks/gpu`: 818 TFLOP/s in bf16, 4.13 TB/s, ridge 198 FLOP a byte.
#
# To find your own machine's ridge you need a clock. On a GPU that is a trap: a call returns as soon as
# the work is *queued*. You read the clock, and the work has not begun. And the first call is slow in
# ways that never come back: memory is claimed, kernels are chosen or compiled. So: run once without a clock;
# make the device finish before you start the clock, and again before you read it; take the median of
# several runs, which one hiccup does not move. Your function gets the clock as an argument, so that the
# check can try it with a toy device whose seconds are known.
#
# ### Exercise 15.2: an honest clock
# 5 points · about 10 minutes · easy

# %% [markdown] hint="gpu-clock"
# Read the paragraph above as a list: one call without a clock, then for each repeat what happens before the clock starts, and what before it is read.
#
# The first call needs its own wait. Otherwise its work is still in the queue when the first clock starts.
#
# One time for each repeat goes into a list: the clock afterwards, less the clock before. `statistics.median` takes the list.


# %% answer="gpu-clock"
def seconds_per_call(work, synchronize, clock, repeats: int) -> float:
    """Median time of a call on a device that goes on working after the call returns.

    work: function of no arguments, gives the device something to do and may return before it is done
    synchronize: function of no arguments, returns when the device has done all that it was given
    clock: function of no arguments, gives the time in seconds
    repeats: how many calls are timed; one more call, which is not timed, comes first
    returns: float, seconds; work that was queued before a timed call is not counted in its time
    """
    ### BEGIN SOLUTION
    work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)
    ### END SOLUTION


# %% check="gpu-clock" points=5
with checks.verdict("a clock"):
    calls = [90.0, 6.0, 2.0, 3.0, 40.0, 4.0]  # the first compiles
    toy = oracle.speed.ToyDevice(calls, busy=7.0)
    mine = seconds_per_call(toy.work, toy.wait, toy.clock, 5)
    checks.equal(mine, 4.01, "seconds per call")
    checks.equal(toy.calls, 6, "calls of work for 5 repeats")
    toy = oracle.speed.ToyDevice([90.0, 3.0], busy=1000.0)
    mine = seconds_per_call(toy.work, toy.wait, toy.clock, 1)
    checks.equal(mine, 3.01, "seconds of one call", tolerance=1e-6)
    ### BEGIN HIDDEN TESTS
    toy = oracle.speed.ToyDevice([90.0, 5.0, 2.0, 3.0, 40.0])
    mine = seconds_per_call(toy.work, toy.wait, toy.clock, 4)
    checks.equal(mine, 4.01, "seconds per call, of four")
    ### END HIDDEN TESTS

# %% [markdown]
# Now the layers. A convolution's FLOP are $2 \cdot (\text{numbers of the output}) \cdot (\text{numbers of one filter})$. What it moves
# at least: its input, its filters and its output, once each. By hand: one image of one channel and 4 x 4 pixels, one filter
# of 3 x 3, float32: $2 \cdot 16 \cdot 9 = 288$ FLOP; $16 + 9 + 16 = 41$ numbers, 164 bytes; intensity 1.76.
#
# ### Exercise 15.3: the roofline
# 5 points · about 10 minutes · easy

# %% [markdown] hint="gpu-roofline"
# Count three things separately: the FLOP, the numbers that move, and the bytes of a number.
#
# Each number of the output is a sum of $C \cdot F \cdot F$ products. How many numbers has the output of $N$ images? The filters are the same for all images.
#
# An intensity times the bandwidth is a speed: FLOP per byte times bytes per second. Which of that and the peak is the limit?


# %% answer="gpu-roofline"
def conv_intensity(N: int, C: int, K: int, side: int, kernel: int, size: int) -> float:
    """FLOP for each byte that a conv layer moves at least: input, filters and output once, no bias.

    N: images of C channels and side x side pixels, before and after; K: filters of kernel x kernel
    size: bytes of a number
    returns: float; a product and its addition are two FLOP, pixels beyond the edge count as pixels
    """
    ### BEGIN SOLUTION
    flop = 2 * N * K * side**2 * C * kernel**2
    numbers = N * C * side**2 + K * C * kernel**2 + N * K * side**2
    return flop / (numbers * size)
    ### END SOLUTION


def attainable(intensity: float, peak: float, bandwidth: float) -> float:
    """The most FLOP per second at an arithmetic intensity: the roofline.

    intensity: FLOP per byte; peak: FLOP per second; bandwidth: bytes per second
    returns: float, FLOP per second
    Source: Williams, Waterman and Patterson 2009, "Roofline"
    """
    ### BEGIN SOLUTION
    return min(peak, intensity * bandwidth)
    ### END SOLUTION


# %% check="gpu-roofline" points=5
with checks.verdict("the roofline"):
    checks.equal(conv_intensity(2, 3, 5, 6, 3, 4), 19440 / 2844, "FLOP per byte")
    checks.equal(attainable(3.0, 10.0, 2.0), 6.0, "speed below the ridge")
    checks.equal(attainable(8.0, 10.0, 2.0), 10.0, "speed above the ridge")
    ### BEGIN HIDDEN TESTS
    for case in ((500, 3, 24, 32, 3, 4), (1, 64, 256, 15, 3, 2), (8, 5, 2, 4, 1, 4)):
        N, C, K, side, kernel, size = case
        maps, filters = N * (C + K) * side * side, K * C * kernel * kernel
        due = 2.0 * filters * N * side * side / size / (maps + filters)
        checks.equal(conv_intensity(*case), due, f"FLOP per byte of {case}")
    checks.equal(attainable(5.0, 10.0, 2.0), 10.0, "speed at the ridge")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def wait() -> None:
    """Until the device has done all that it was given; a CPU is always done."""
    if device != "cpu":
        getattr(torch, device).synchronize()


n = 4000 if device == "cuda" else 1200
square, long_one = torch.randn(n, n, device=device), torch.randn(2**24, device=device)
elsewhere = torch.empty_like(long_one)
product_seconds = seconds_per_call(lambda: square @ square, wait, time.perf_counter, 7)
copy_seconds = seconds_per_call(lambda: elsewhere.copy_(long_one), wait, time.perf_counter, 7)
peak, bandwidth = 2 * n**3 / product_seconds, 2 * 4 * 2**24 / copy_seconds  # read and written
print(
    f"{device}: {peak / 1e9:,.0f} GFLOP/s, {bandwidth / 1e9:,.0f} GB/s, ridge {peak / bandwidth:.0f} FLOP per byte"
)
layers = {
    "a ReLU": 1 / 8,
    "lesson 05's conv": conv_intensity(200, 3, 32, 32, 7, 4),
    "whitening, 2 x 2": conv_intensity(500, 3, 24, 31, 2, 4),
    "conv 64 to 64": conv_intensity(500, 64, 64, 16, 3, 4),
    "a linear layer, batch 1": 2 / 4,
}
figures.show(
    figures.speed.roofline(peak, bandwidth, layers, attainable),
    caption="Your machine's roof in float32, from one matrix product and one copy, and where layers stand under it. Left of the ridge a faster chip is no help; moving fewer bytes is.",
    alt="A logarithmic plot of attainable speed against arithmetic intensity: a rising line that bends into a level one at the ridge, with marks for five layers.",
)

# %% [markdown]
# A ReLU moves eight bytes for one operation: it waits for memory on every machine there is. Three things
# follow. Numbers of half the size double the speed of every layer left of the ridge. Fusing a ReLU
# with the convolution before it (that is what `torch.compile` does on a GPU) saves it a trip to memory. And a
# bigger batch moves a linear layer to the right.
#
# The recipe `net94` at the end of this lesson takes 0.35 PFLOP. In those runs the H200 did 836 TFLOP/s in one large product in bf16,
# so 0.42 s is a floor that no cleverness in the code gets below; the median run took 3.2 s. The share of the
# floor that a run reaches, here 13 %, is the fairest number beside its seconds; `benchmarks/speedrun.py` prints it.
#
# ## Five dishonest timings
#
# Each of these is offered as proof that something is fast. All run without an error, and no line is a plain
# lie. Find the line at which each becomes dishonest, and say how.
#
# ```python
# # A: "a forward pass takes 0.2 ms"
# 1   net, images = net.cuda(), images.cuda()
# 2   net(images)
# 3   torch.cuda.synchronize()
# 4   start = time.perf_counter()
# 5   for _ in range(100):
# 6       net(images)
# 7   seconds = (time.perf_counter() - start) / 100
#
# # B: "from random weights to 94 % in 2.9 s"
# 1   net = torch.compile(Net())
# 2   train(net, noise_images, noise_labels, steps=10)
# 3   net.load_state_dict(state_at_birth)
# 4   net.first.weight.copy_(whitening_filters(train_images, 2, 5e-4))
# 5   torch.cuda.synchronize()
# 6   start = time.perf_counter()
# 7   train(net, train_images, train_labels, steps=400)
# 8   accuracy = evaluate(net, test_images, test_labels)
# 9   torch.cuda.synchronize()
# 10  seconds = time.perf_counter() - start
#
# # C: "94.1 % in 3.1 s, from 25 runs"
# 1   accuracies, times = [], []
# 2   for seed in range(25):
# 3       accuracy, seconds = run(seed)
# 4       accuracies.append(accuracy)
# 5       times.append(seconds)
# 6   low, high = min(accuracies), max(accuracies)
# 7   print(f"{high:.1%} in {statistics.mean(times):.1f} s, from {len(times)} runs")
#
# # D: "loading and training: 11 s an epoch"
# 1   clock = time.process_time
# 2   loader = DataLoader(train_set, batch_size=500, num_workers=8)
# 3   start = clock()
# 4   for images, labels in loader:
# 5       step(images.cuda(), labels.cuda())
# 6   torch.cuda.synchronize()
# 7   seconds = clock() - start
#
# # E: "our layer is 7 times as fast as theirs"
# 1   batch = torch.randn(512, 64, 32, 32)
# 2   here = batch.cuda()
# 3   ours = seconds_per_call(lambda: our_layer(here), wait, clock, 50)
# 4   theirs = seconds_per_call(lambda: their_layer(batch.cuda()), wait, clock, 50)
# 5   print(f"{theirs / ours:.0f} times as fast")
# ```
#
# Say how in one word of this list. Some words fit none of the five.
#
# | word | meaning |
# | --- | --- |
# | `unfinished` | the clock is read before the device is done |
# | `unclocked` | work that the result needs is done while no clock runs |
# | `chosen` | the moment to stop was chosen on the test images |
# | `best` | the best run stands for all |
# | `cold` | the first call's compiling is counted as work |
# | `asleep` | the clock stands still while its process waits |
# | `unequal` | two sides are compared that do not do the same |
# | `single` | one run is given as if it were typical |
#
# The check says whether all five are right, and no more, so that guessing does not help.
#
# ### Exercise 15.4: five dishonest timings
# 7 points · about 20 minutes · medium

# %% [markdown] hint="gpu-dishonest"
# For each line ask: what would the device, or a stranger, say happened between the two readings of the clock?
#
# In two of the five the clock is right and covers all the work. Look at what is printed: what does each number stand for, and do both sides of a comparison do the same work?
#
# Go through the words for each timing and strike out those that cannot be. Then name the line that you would change to make it honest.


# %% answer="gpu-dishonest"
def dishonest() -> dict:
    """Where each of the five timings deceives, and how.

    returns: {"A": (line, word), ..., "E": (line, word)}: int, and a word of the list
    """
    ### BEGIN SOLUTION
    return {
        "A": (7, "unfinished"),
        "B": (4, "unclocked"),
        "C": (7, "best"),
        "D": (1, "asleep"),
        "E": (4, "unequal"),
    }
    ### END SOLUTION


# %% check="gpu-dishonest" points=7
with checks.verdict("five dishonest timings"):
    found = dishonest()
    checks.holds(type(found) is dict and set(found) == set("ABCDE"), "The keys are A to E.")
    for letter, pair in found.items():
        fits = type(pair) in (tuple, list) and [type(part) for part in pair] == [int, str]
        checks.holds(fits, f"{letter} is due as (line, word).")
    told = " ".join(f"{letter}{found[letter][0]}{found[letter][1]}" for letter in "ABCDE")
    digest = hashlib.pbkdf2_hmac("sha256", told.encode(), b"five timings", 100_000).hex()
    few = "At least one of the five is not right yet. Read them again, as the device would."
    checks.holds(digest == DIGEST, few)
    ### BEGIN HIDDEN TESTS
    truth = {
        "A": (7, "unfinished", "A: what has the device done when the clock is read?"),
        "B": (4, "unclocked", "B: which line needs the training images before the clock runs?"),
        "C": (7, "best", "C: compare the two numbers of the sentence: one is a mean."),
        "D": (1, "asleep", "D: what does this clock count while workers load images?"),
        "E": (4, "unequal", "E: what does one of the two do besides its layer?"),
    }
    for letter, (line, word, hint) in truth.items():
        checks.holds(tuple(found[letter]) == (line, word), hint)
    ### END HIDDEN TESTS

# %% [markdown]
# Timing C is no invention. The records at the start of this lesson set the best time beside the mean accuracy. How much does that flatter? Of our own
# 25 runs of `net94` the fastest took 2.66 s and the median 3.21 s (`benchmarks/results`): 17 % less. And the run
# with the best time is not the run with the mean accuracy. Ask of every record which number is which.
#
# `.item()`, `print(loss)`, `float(accuracy)`, `if loss > 10`: each makes the program wait for the device,
# every time. In a loop of a thousand short steps that costs more than the steps. Collect tensors in a list and ask
# once, at the end. It is a trap in both directions: a loop with `.item()` in it is slow, and its clock is right.
#
# ## Feeding the device
#
# The textbook way to feed a net: a `Dataset` gives one image, a `DataLoader` calls it from several worker
# processes, collects batches, and puts them in pinned memory, from where a GPU can fetch them while it computes. That is
# **prefetching**: while the net works on one batch, the next is prepared. By hand: loading takes 30 ms, computing 40 ms. One
# after the other a step takes 70 ms, with prefetching 40, the longer of the two.
#
# For photographs that lie on a disk as JPEGs there is no better way, and the disk decides. ImageNet's 1.28 million training images are about
# 140 GB. What one pass over them costs, with usual speeds of such disks:
#
# | where the images lie | reads | one pass |
# | --- | --- | --- |
# | hard disk, one after the other | 150 MB/s | 16 min |
# | hard disk, in random order: 10 ms to find each | 100 images/s | 3.6 h |
# | SATA SSD | 500 MB/s | 5 min |
# | NVMe SSD | 3 GB/s | 47 s |
#
# Decoding takes time as well: at 5 ms a JPEG, one core gives 200 images a second, and a net that takes 2,000 a second keeps ten
# workers busy. So people keep images on an SSD, shuffled into a few large files that are read from start to end. But ours are 3,072 bytes each:
# CIFAR-10 in uint8 is 180 MB, and any GPU holds that. So put all of it on the device once, shuffle by indices,
# and convert to floats batch by batch. How much is it worth? The step below is small on purpose.

# %% tags=["experiment"]
from torch.profiler import record_function
from torch.utils.data import DataLoader

one_by_one, here = list(zip(all_pixels, all_labels)), (all_pixels.to(device), all_labels.to(device))
little = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)).to(device)


def on_device():
    for rows in torch.randperm(len(all_labels), device=device).split(500):
        yield here[0][rows], here[1][rows]


def by_loader(workers: int) -> DataLoader:
    how: dict = {"dataset": one_by_one, "num_workers": workers, "pin_memory": device == "cuda"}
    return DataLoader(**how, batch_size=500, shuffle=True)


def short_step(images: torch.Tensor, labels: torch.Tensor) -> None:
    with record_function("to the device"):
        x, labels = images.to(device, non_blocking=True) / 255, labels.to(device)
    with record_function("forward"):
        loss = F.cross_entropy(little(x), labels)
    with record_function("backward"):
        loss.backward()


feeders: dict = {f"DataLoader, {n} workers": functools.partial(by_loader, n) for n in (0, 2)}
feeders["all on the device"] = on_device
figures.show(
    figures.speed.feeding(feeders, short_step, wait, ("to the device", "forward", "backward")),
    caption="What the main process does during five batches, by torch.profiler; in blue, it waits for images. Above each lane: images a second over twenty batches, the workers' start included.",
    alt="Three lanes of coloured bars over time. That of two workers begins with a long wait and is the longest; that of the data on the device is the shortest.",
)

# %% [markdown]
# The DataLoader collects 500 single images into a batch, in Python. Workers do that in other processes, which need a moment to
# start; where there are only two cores, they take one from the net. With everything on the device a
# batch is one indexing. The profiler is the tool for such questions: ask it first, then optimise what it shows.
# For a GPU add `activities=[torch.profiler.ProfilerActivity.CPU, torch.profiler.ProfilerActivity.CUDA]`;
# `profiler.export_chrome_trace("trace.json")` writes what a browser shows at `chrome://tracing`.
#
# ## A thousand images at once
#
# Lesson 07 changed images as NumPy arrays; here a whole batch changes in a few calls, on the device. Mirroring is given: see
# how one random number per image, in an array of shape `(N, 1, 1, 1)`, chooses between two whole images.


# %% setup="gpu-flip"
def random_flip(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each image mirrored left-right with probability 1/2, independently of the others.

    images: (N, C, H, W) float; generator: where all chance comes from, on the images' device
    returns: (N, C, H, W), new
    """
    chance = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device)
    return torch.where(chance < 0.5, images.flip(3), images)


# %% [markdown]
# **Mirroring.** Each image with probability ½. Over two epochs a quarter of the images are seen twice as they are, a
# quarter twice mirrored: half of all images show the net the *same* picture again. **Alternating flip**
# (Jordan 2024) draws once, at the start, which images are mirrored in epoch 0. In odd epochs exactly the others are. Then
# every two epochs show both versions of every image. By hand: `first` is (yes, no, no). Which images are
# mirrored in epoch 3?
#
# <details><summary>Answer</summary>
#
# Epoch 3 is odd, so the others are: images 1 and 2.
#
# </details>
#
# **Shifting.** Each image by its own $(\Delta y, \Delta x)$. Without a loop that is one **gather**: pad
# all images, then say for every pixel of the result where it comes from. For an image padded by 2, rows
# $2 - \Delta y, 3 - \Delta y, \ldots$: a table of indices per image, and one indexing with tables that broadcast.
#
# ### Exercise 15.5: flips that alternate, shifts without a loop
# 10 points · about 30 minutes · hard

# %% [markdown] hint="gpu-augment"
# The flip draws nothing: from `first` and the epoch comes one yes or no for each image, and `torch.where` chooses, as in `random_flip`. For the shift, start with padded images and one pair of random starts an image.
#
# `x[n, c, i, j]` with integer tensors takes their common broadcast shape. For all images and channels, `n` has shape `(N, 1, 1, 1)` and `c` has `(C, 1, 1)`. Which shapes have `i` and `j`, so that each image has rows and columns of its own?
#
# Rows `(N, 1, H, 1)`: `start + torch.arange(H)[:, None]` with a start of shape `(N, 1, 1, 1)` from 0 to `2 * pad`, by `torch.randint`. Columns the same along the last axis. Then one indexing of `F.pad(images, (pad,) * 4, mode="reflect")`.


# %% answer="gpu-augment"
def alternating_flip(images: torch.Tensor, first: torch.Tensor, epoch: int) -> torch.Tensor:
    """Each image mirrored left-right in every other epoch.

    images: (N, C, H, W) float; first: (N,) bool, which are mirrored in epoch 0
    epoch: 0 or larger; in odd epochs exactly those are mirrored that are not in even ones
    returns: (N, C, H, W), new
    Source: Jordan 2024, arXiv 2404.00498
    """
    ### BEGIN SOLUTION
    mirrored = ~first if epoch % 2 else first
    return torch.where(mirrored[:, None, None, None], images.flip(3), images)
    ### END SOLUTION


def random_shift(images: torch.Tensor, pad: int, generator: torch.Generator) -> torch.Tensor:
    """Each image moved by its own whole number of pixels, without a Python loop.

    images: (N, C, H, W) float; generator: where all chance comes from, on the images' device
    pad: smaller than H and W; both shifts are drawn from -pad, ..., pad, all equally likely,
        independently of each other and of other images
    returns: (N, C, H, W), new; what comes in from beyond the edge is reflected, the edge pixel itself not repeated
    """
    ### BEGIN SOLUTION
    (N, C, H, W), where = images.shape, images.device
    moves = torch.randint(2 * pad + 1, (2, N, 1, 1, 1), generator=generator, device=where)
    rows = moves[0] + torch.arange(H, device=where)[:, None]  # (N, 1, H, 1), in the padded image
    columns = moves[1] + torch.arange(W, device=where)  # (N, 1, 1, W)
    n = torch.arange(N, device=where)[:, None, None, None]
    c = torch.arange(C, device=where)[:, None, None]
    return F.pad(images, (pad,) * 4, mode="reflect")[n, c, rows, columns]
    ### END SOLUTION


# %% check="gpu-augment-alternating" points=3
with checks.verdict("images mirrored every other epoch") as rng:
    images = torch.from_numpy(rng.normal(size=(6, 2, 3, 4)))
    first = torch.tensor([True, False, False, True, False, False])
    even, odd = oracle.speed.mirrored(images, first), oracle.speed.mirrored(images, ~first)
    mine = checks.leaves_alone(alternating_flip, images, first, 0, share=0.1)
    checks.equal(mine, even, "epoch 0")
    checks.equal(alternating_flip(images.clone(), first.clone(), 3), odd, "epoch 3")
    ### BEGIN HIDDEN TESTS
    row = torch.from_numpy(rng.normal(size=(40, 1, 1, 7)))
    chosen = torch.from_numpy(rng.random(40) < 0.3)
    for epoch in range(5):
        due = oracle.speed.mirrored(row, chosen ^ bool(epoch % 2))
        mine = alternating_flip(row.clone(), chosen.clone(), epoch)
        checks.equal(mine, due, f"rows in epoch {epoch}")
    ### END HIDDEN TESTS

# %% check="gpu-augment-shift" points=7
with checks.verdict("shifted images") as rng:

    def shift(images, pad, seed):
        return random_shift(images, pad, torch.Generator().manual_seed(seed))

    images = torch.from_numpy(rng.normal(size=(600, 2, 5, 6)))
    mine = checks.leaves_alone(shift, images, 1, 3, share=0.05)
    nearest, counts = oracle.speed.nearest_shifts(images, mine, 1)  # how often dy, dx: (3, 3)
    checks.equal(mine, nearest, "images, each moved as a whole in a reflected frame")
    checks.holds(counts.min() > 30, "Each image has its own shift, all nine equally likely.")
    checks.without_loops(random_shift, share=0.1)
    with checks.share(0.15, "The generator"):
        same = [torch.equal(shift(images.clone(), 1, seed), mine) for seed in (3, 4)]
        checks.holds(same == [True, False], "Chance must come from it, and from it alone.")
    ### BEGIN HIDDEN TESTS
    tall = torch.from_numpy(rng.normal(size=(3000, 1, 7, 6))).float()
    mine = shift(tall.clone(), 3, 5)
    nearest, counts = oracle.speed.nearest_shifts(tall, mine, 3)
    checks.equal(mine, nearest, "images of 7 x 6, moved by at most 3")
    few = "Some shifts by up to 3 pixels hardly occur: -3 and 3 are among them, in both directions."
    checks.holds(counts.min() > 25, few)
    checks.equal(shift(tall[:3].clone(), 0, 1), tall[:3], "images moved by nothing")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
shown = torch.from_numpy(train_set.images[:8]) / 255


def augmented(state: figures.speed.EpochsState) -> list:
    """Eight images in four epochs, by your functions."""
    chance = torch.Generator().manual_seed(state.seed)
    first = torch.rand(len(shown), generator=chance) < 0.5
    epochs = []
    for epoch in range(state.start, state.start + 4):
        images = shown
        if state.flip != "none":
            images = (
                alternating_flip(shown, first, epoch)
                if state.flip == "alternating"
                else random_flip(shown, chance)
            )
        epochs.append(random_shift(images, state.pad, chance).numpy())
    return epochs


figures.interactive(
    lambda state: figures.speed.epochs(state, augmented(state)),
    figures.speed.EpochsState(),
    caption="Eight training images in four epochs. With `flip` at random some look the same for epochs on end; alternating, no two neighbouring rows agree.",
    alt="Four rows of eight small pictures; each picture is mirrored in every other row and moved by a few pixels.",
    flip=["alternating", "random", "none"],
    pad=(0, 8, 1),
    start=(0, 10, 1),
    seed=(0, 20, 1),
)

# %% [markdown]
# ## A first layer that need not be learnt
#
# Neighbouring pixels are nearly alike: in patches of 2 x 2 x 3 numbers almost all variance is brightness, and
# the differences, which tell what is *there*, vary far less: the figure below shows how much. Gradient descent goes fast along
# the directions of large variance and slowly along all others (lesson 04's ravine). **Whitening** stretches the weak directions until
# all have the same variance. The patches' covariance $\Sigma = \frac1n \sum_p (p - \bar p)(p - \bar p)^\top$ has
# eigenvectors $v_i$ and eigenvalues $\lambda_i$; take as filters
#
# $$f_i = \frac{v_i}{\sqrt{\lambda_i + \varepsilon}}, \qquad \text{variance of } f_i \cdot p: \quad \frac{\lambda_i}{\lambda_i + \varepsilon} \approx 1$$
#
# $\varepsilon$ keeps directions that hold only noise from being amplified. The negatives $-f_i$ come
# too, since the activation after this layer cuts off one half. The layer is then **frozen**.
#
# By hand: patches of two pixels, $\Sigma = \begin{pmatrix} 5 & 4 \\ 4 & 5 \end{pmatrix}$. Eigenvectors $(1, 1)/\sqrt2$
# and $(1, -1)/\sqrt2$; eigenvalues 9 and 1. With $\varepsilon = 0$ the first filter is $(1, 1)/(3\sqrt2)$, the second $(1, -1)/\sqrt2$.
#
# **Identity initialisation** (dirac): the deeper convolutions begin as "pass it on". The first $\min(K, C)$ of $K$ filters copy
# one channel each: 1 in the middle of the filter's own channel, 0 elsewhere. The rest stay random. So before the first step
# every convolution passes the whitened channels on, whatever the depth; only pools, norms and activations act on them.
#
# Compute the covariance over every patch of the images, overlapping ones included. `F.unfold(images, size)` gives all of them:
# `(N, C * size * size, patches of one image)`.
#
# You know the eigenvectors from lesson 01: they are its principal directions. New is the division by the root of the variance.
#
# ### Exercise 15.6: whitening and identity filters
# 10 points · about 30 minutes · hard

# %% [markdown] hint="gpu-start"
# Whitening in four lines: all patches as columns of one matrix, minus their mean, the covariance, `torch.linalg.eigh`. The identity: a clone, zeros, ones.
#
# `eigh` gives eigenvalues in ascending order, and eigenvector $i$ is *column* $i$ of its second result. Along which axis do you divide, and which do you reverse, so that the largest comes first and each row is a filter?
#
# A matrix divided by a vector divides each column by its own number. Transpose, reverse the order of the rows with `.flip(0)`, give them the shape of filters, and append the negatives with `torch.cat`. Identity: one table of numbers from 0 to $\min(K, C) - 1$ chooses the filters that become 0, and used twice, `filters[k, k]`, the channels whose middle becomes 1.


# %% answer="gpu-start"
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    """Filters after which the patches of these images are uncorrelated and of variance nearly 1.

    images: (N, C, H, W) float; size: of a patch, size x size pixels, at every place inside the images
    eps: added to each eigenvalue of the patches' covariance (around their mean, divided by their number)
    returns: (2 * C * size * size, C, size, size), dtype of images: eigenvectors divided by
        sqrt(eigenvalue + eps), the largest eigenvalue first; then the same with the other sign
    Source: Page 2018, "How to train your ResNet 8: Bag of tricks"
    """
    ### BEGIN SOLUTION
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)  # (C * size * size, patches)
    centred = columns - columns.mean(dim=1, keepdim=True)
    values, vectors = torch.linalg.eigh(centred @ centred.T / centred.shape[1])
    filters = (vectors / torch.sqrt(values + eps)).T.flip(0)
    filters = filters.reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, -filters])
    ### END SOLUTION


def identity_init(weight: torch.Tensor) -> torch.Tensor:
    """Filters of which the first ones pass their channel through.

    weight: (K, C, F, F) float, F odd
    returns: (K, C, F, F), new, of the same dtype: filter k < min(K, C) gives channel k as it is, with padding
        (F - 1) / 2; the other filters are those of weight
    """
    ### BEGIN SOLUTION
    filters, passing = weight.clone(), torch.arange(min(weight.shape[:2]))
    filters[passing] = 0
    filters[passing, passing, weight.shape[2] // 2, weight.shape[3] // 2] = 1
    return filters
    ### END SOLUTION


# %% check="gpu-start-whitening" points=7
with checks.verdict("whitening filters") as rng:
    scales = torch.tensor([3.0, 1.0, 0.3]).double()[:, None, None]
    images = scales * torch.from_numpy(rng.normal(size=(6, 3, 9, 8)).cumsum(axis=3)) + 2
    due = oracle.speed.whitened_covariance(images, 2, 0.05)
    mine = checks.leaves_alone(whitening_filters, images, 2, 0.05, share=0.05)
    checks.equal(tuple(np.shape(mine)), (24, 3, 2, 2), "shape")
    found = oracle.speed.filtered_covariance(images, mine[:12])
    checks.equal(found, due, "covariance of what the filters give", tolerance=1e-6)
    checks.equal(mine[12:], -mine[:12], "second half, the negatives")
    with checks.share(0.1, "float32"):
        mine = whitening_filters(images.float(), 2, 0.05)
        checks.equal(str(mine.dtype), "torch.float32", "dtype of the filters")
    ### BEGIN HIDDEN TESTS
    for shape, size, eps in (
        ((3, 1, 7, 12), 3, 1e-3),
        ((40, 2, 5, 5), 1, 0.5),
        ((2, 3, 20, 6), 2, 1e-6),
    ):
        images = 4 + torch.from_numpy(rng.normal(size=shape).cumsum(axis=2))
        due, count = oracle.speed.whitened_covariance(images, size, eps), shape[1] * size * size
        mine = whitening_filters(images.clone(), size, eps)
        told = f"images {shape}, patches of {size} x {size}"
        checks.equal(tuple(np.shape(mine)), (2 * count, shape[1], size, size), f"shape for {told}")
        found = oracle.speed.filtered_covariance(images, mine[:count])
        checks.equal(found, due, f"covariance for {told}", tolerance=1e-6)
        checks.equal(mine[count:], -mine[:count], f"second half for {told}")
    ### END HIDDEN TESTS

# %% check="gpu-start-identity" points=3
with checks.verdict("filters that pass channels on") as rng:
    weight = torch.from_numpy(rng.normal(size=(5, 3, 3, 3)))
    due = oracle.speed.passing_filters(weight)
    mine = checks.leaves_alone(identity_init, weight, share=0.1)
    checks.equal(mine, due, "five filters for three channels")
    narrow = torch.from_numpy(rng.normal(size=(2, 3, 5, 5))).float()
    due = oracle.speed.passing_filters(narrow)
    mine = identity_init(narrow.clone())
    checks.equal(mine, due, "two filters for three channels")
    with checks.share(0.1, "float32"):
        checks.equal(str(mine.dtype), "torch.float32", "dtype of the filters")
    ### BEGIN HIDDEN TESTS
    for shape in ((2, 5, 3, 3), (4, 4, 1, 1), (7, 2, 7, 7)):
        weight = torch.from_numpy(rng.normal(size=shape))
        due = oracle.speed.passing_filters(weight)
        checks.equal(identity_init(weight.clone()), due, f"filters of shape {shape}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
sample = (torch.from_numpy(train_set.images[:3000]) / 255 - 0.5) * 4
sample_labels = torch.from_numpy(train_set.labels[:3000])


def whitened(state: figures.speed.WhiteningState):
    size = state.size
    filters = whitening_filters(sample[:1000], size, 10.0**state.log10_eps)
    half = filters[: len(filters) // 2]
    before = F.unfold(sample[:300], size).transpose(0, 1).flatten(1)
    after = F.conv2d(sample[:300], half).transpose(0, 1).flatten(1)
    return figures.speed.whitening(state, half.numpy(), before.cov().numpy(), after.cov().numpy())


figures.interactive(
    whitened,
    figures.speed.WhiteningState(),
    caption="Your filters, strongest direction of the patches first; the variance along each direction before and after; and the covariance of what comes out. With eps large the weak directions stay weak.",
    alt="A grid of small coloured squares: the first ones of one colour, later ones with edges, then checkerboards; beside it two lines of variances, one falling, one level near 1; and a matrix with a bright diagonal.",
    size=(1, 4, 1),
    log10_eps=(-6.0, 0.0, 0.5),
)

# %% [markdown]
# ## Not all parameters are weights
#
# Weight decay pulls a weight towards 0, because large weights fit noise. A bias or the scale of a batch norm
# fits no noise: pulled towards 0 it only makes the layer worse. And the biases of the norms may
# learn much faster than the weights: there are few of them, each shifts a whole channel, and
# Jordan uses 64 times the rate: 5.5 s instead of 7.3. An optimiser takes a list of **groups**,
# dicts with their own settings: `torch.optim.SGD([{"params": [...], "lr": 0.1, "weight_decay": 0.0}, ...])`.
#
# By hand: rate 0.1, decay 0.01, factor 64. What are rate and decay of a conv weight, of a norm's bias, of the last layer's
# bias? (0.1 and 0.01; 6.4 and 0; 0.1 and 0.)
#
# ### Exercise 15.7: parameters in groups
# 7 points · about 20 minutes · medium

# %% [markdown] hint="gpu-groups"
# A parameter does not know whether it is a bias or to which layer it belongs. The layer knows. So go through the layers, not through the parameters.
#
# `model.modules()` gives the net, its layers and theirs. `module.named_parameters(recurse=False)` gives only what belongs to this very layer. What is frozen has `requires_grad` False.
#
# Three lists: weights (`parameter.ndim > 1`), biases of `nn.BatchNorm2d` (the name is `"bias"`), all others. At the end one dict a list, without the empty ones.


# %% answer="gpu-groups"
bench = Bench()  # holds nets for the checks; leave it here


def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    """The trainable parameters of a net in groups for an optimiser of torch.optim.

    model: any net whose norm layers are nn.BatchNorm2d, layers within layers, too; lr: learning rate
    weight_decay: for parameters with two axes or more (weights), handed on unchanged; vectors have none
    bias_factor: biases of norm layers learn at lr * bias_factor, all other parameters at lr
    returns: list of {"params": list of parameters, "lr": float, "weight_decay": float}, each
        parameter in one group, none empty; without what is frozen (requires_grad False)
    Source: Jordan 2024, arXiv 2404.00498
    """
    ### BEGIN SOLUTION
    weights: list = []
    quick: list = []
    others: list = []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if not parameter.requires_grad:
                continue
            if isinstance(module, nn.BatchNorm2d) and name == "bias":
                quick.append(parameter)
            else:
                (weights if parameter.ndim > 1 else others).append(parameter)
    kinds = ((weights, lr, weight_decay), (quick, lr * bias_factor, 0.0), (others, lr, 0.0))
    return [{"params": p, "lr": rate, "weight_decay": decay} for p, rate, decay in kinds if p]
    ### END SOLUTION


# %% check="gpu-groups" points=7
with checks.verdict("parameters in groups") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    due = {"conv.weight": (0.1, 0.01), "head.weight": (0.1, 0.01), "norm.bias": (6.4, 0.0)}
    due |= dict.fromkeys(("norm.weight", "frozen.bias", "head.bias"), (0.1, 0.0))
    groups = parameter_groups(bench.boxed(state), 0.1, 0.01, 64.0)
    found = oracle.speed.settings_by_name(groups, state)
    checks.equal(found, due, "(lr, weight_decay)")
    with checks.share(0.15, "Empty groups"):
        groups = parameter_groups(bench.bare(state), 0.1, 0.01, 64.0)  # it has no norm
        full = all(len(group["params"]) for group in groups)
        checks.holds(full, "A group without parameters is left out.")
    ### BEGIN HIDDEN TESTS
    due = {"0.weight": (0.2, 0.5), "0.bias": (0.2, 0.0), "1.weight": (0.2, 0.0)}
    due["1.bias"] = (0.6, 0.0)
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
    other = oracle.speed.random_state(net, rng)
    found = oracle.speed.settings_by_name(parameter_groups(bench.row(other), 0.2, 0.5, 3.0), other)
    checks.equal(found, due, "(lr, weight_decay) in a net without names")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Two numbers a step
#
# **Label smoothing.** Cross-entropy is never satisfied: $-\log p = 0$ only at $p = 1$, so the scores grow
# without end. Ask for a little less: the target gives $1 - s$ to the right class and spreads $s$ evenly
# over *all* $K$ classes, so that it still sums to 1. By hand: $K = 4$, $s = 0.2$, class 2 is right. Target:
# $(0.05, 0.05, 0.85, 0.05)$. If the net gives all four the probability ¼, the loss is
# $-\sum_k t_k \log ¼ = 1.386$, whatever the target is.
#
# PyTorch has this in `F.cross_entropy(..., label_smoothing=s)`. Here you write it out; you may use `F.log_softmax`.
#
# **The learning rate.** Up, then down, in straight lines: from `start` at step 0 to `peak`, and on to `end`.
# Steps are counted from 0, so the last one is `steps - 1`, and `end` would be the rate of the step after
# the last. By hand: 10 steps, peak 1 at 20 % of the way, start 0.2, end 0. What are the rates of steps 0, 1, 2 and 9?
#
# <details><summary>The four rates</summary>
#
# $0.2$; $0.6$; $1$; and $1 \cdot \frac{10 - 9}{10 - 2} = 0.125$.
#
# </details>
#
# ### Exercise 15.8: label smoothing, and a rate that rises and falls
# 9 points · about 20 minutes · medium

# %% [markdown] hint="gpu-loss-and-rate"
# The loss is $-\sum_k t_k \log p_k$. Put the target in and sort: one part belongs to the right class, one to all classes alike. The rate: two straight lines, and you know both ends of each.
#
# The sum over all classes of $s / K$ times $\log p_k$ is $s$ times a *mean*. For the rate, measure the way up in steps from 0, the way down in steps from the peak at `peak_at * steps`, which need not be whole.
#
# `log_p.gather(1, labels[:, None])` takes the right class of each row, of shape (N, 1); `log_p.mean(dim=1)` is the part of all classes. Each has its share, $1 - s$ and $s$. A line from `a` to `b`: `a + (b - a) * done / length`.


# %% answer="gpu-loss-and-rate"
bench = Bench()  # holds nets for the checks; leave it here


def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Mean cross-entropy with targets of which a share is spread over all classes, written out.

    logits: (N, K) float, however large; labels: (N,) int64
    smoothing: s; the target is 1 - s + s / K for the right class and s / K for each other
    returns: (), dtype of logits; gradients flow through it
    Source: Szegedy et al. 2016, section 7
    """
    ### BEGIN SOLUTION
    log_p = F.log_softmax(logits, dim=1)
    right = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - smoothing) * right + smoothing * log_p.mean(dim=1)).mean()
    ### END SOLUTION


def learning_rate(
    step: float, steps: int, peak: float, start: float, end: float, peak_at: float
) -> float:
    """A rate that rises in a straight line to its peak, and falls in a straight line.

    step: 0 to steps, may be a fraction; steps: of the whole run
    start: rate at step 0; end: rate at step `steps`, one after the last; peak: the highest rate
    peak_at: share of the run, from 0 to below 1, at which the peak is; peak_at * steps need be no integer
    returns: float
    raises: ValueError where step is below 0 or above steps
    """
    ### BEGIN SOLUTION
    if not 0 <= step <= steps:
        raise ValueError(f"step {step} of a run of {steps}")
    top = peak_at * steps
    if step < top:
        return start + (peak - start) * step / top
    return peak + (end - peak) * (step - top) / (steps - top)
    ### END SOLUTION


# %% check="gpu-loss-and-rate-smoothing" points=4
with checks.verdict("a smoothed cross-entropy") as rng:
    given = torch.from_numpy(3 * rng.normal(size=(6, 4))), torch.tensor([0, 3, 1, 1, 2, 0]), 0.2
    loss = oracle.speed.smoothed_loss
    due, slope = loss(*given), Bench().pull_back(loss, *given)
    mine = checks.leaves_alone(smoothed_cross_entropy, *given, share=0.05)
    checks.equal(mine, due, "loss")
    checks.equal(bench.pull_back(smoothed_cross_entropy, *given), slope, "gradient")
    with checks.share(0.15, "Written out"):
        checks.without(smoothed_cross_entropy, *READY_MADE)
    with checks.share(0.1, "Scores of 1000"):
        huge = torch.tensor([[1000.0, 0.0], [-1000.0, 0.0]]), torch.tensor([0, 0]), 0.1
        checks.finite(smoothed_cross_entropy(*huge), "exp overflows where F.log_softmax does not.")
    ### BEGIN HIDDEN TESTS
    for s, (rows, classes) in ((0.0, (5, 3)), (1.0, (4, 4)), (0.4, (3, 11))):
        logits = torch.from_numpy(rng.normal(size=(rows, classes)))
        labels = torch.from_numpy(rng.integers(classes, size=rows))
        due, slope = loss(logits, labels, s), Bench().pull_back(loss, logits, labels, s)
        mine = smoothed_cross_entropy(logits.clone(), labels.clone(), s)
        checks.equal(mine, due, f"loss of {classes} classes, s = {s:g}")
        mine = bench.pull_back(smoothed_cross_entropy, logits.clone(), labels.clone(), s)
        checks.equal(mine, slope, f"gradient of {classes} classes, s = {s:g}")
    mine = smoothed_cross_entropy(logits.float(), labels.clone(), 0.4)
    checks.equal(str(mine.dtype), "torch.float32", "dtype of the loss of float32 logits")
    ### END HIDDEN TESTS

# %% check="gpu-loss-and-rate-rate" points=5
with checks.verdict("a rate that rises and falls"):
    mine = [learning_rate(step, 10, 1.0, 0.2, 0.0, 0.2) for step in (0, 1, 2, 6, 9)]
    checks.equal(mine, [0.2, 0.6, 1.0, 0.5, 0.125], "rates")
    at = [0, 1, 1.5, 2, 5, 7]  # of 7 steps; the peak is at 1.61
    due = oracle.speed.rates_between(at, [0, 0.23 * 7, 7], [0.1, 3.0, 0.7])
    mine = [learning_rate(step, 7, 3.0, 0.1, 0.7, 0.23) for step in at]
    checks.equal(mine, due, "rates round a peak between two steps")
    with checks.share(0.1, "A peak at step 0"):
        mine = [learning_rate(step, 4, 2.0, 0.5, 1.0, 0.0) for step in (0, 1, 4)]
        checks.equal(mine, [2.0, 1.75, 1.0], "rates")
    outside = "A run of 10 steps has no step 11."
    checks.raises(ValueError, learning_rate, 11, 10, 1.0, 0.2, 0.0, 0.2, reason=outside, share=0.1)
    ### BEGIN HIDDEN TESTS
    for steps, setting in (
        (20, (2.0, 0.5, 0.25, 0.25)),
        (5, (0.1, 0.02, 0.0, 0.99)),
        (12, (1.0, 1.5, 0.5, 0.5)),
    ):
        peak, start, end, peak_at = setting
        due = oracle.speed.rates_between(
            range(steps + 1), [0, peak_at * steps, steps], [start, peak, end]
        )
        mine = [learning_rate(step, steps, *setting) for step in range(steps + 1)]
        checks.equal(mine, due, f"rates of {steps} steps, {setting}")
    outside = "A run has no step -1."
    checks.raises(ValueError, learning_rate, -1, 10, 1.0, 0.2, 0.0, 0.2, reason=outside, share=0.1)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
figures.interactive(
    lambda state: figures.speed.schedule(state, learning_rate),
    figures.speed.ScheduleState(),
    caption="Your schedule over 100 steps, and beside it how far a weight could travel: the sum of the rates. The points are the rates that are used; `end` itself is not among them.",
    alt="A line that rises to a peak and falls in a straight line, with a point for every step; beside it a curve of the sum of rates.",
    peak=(0.1, 2.0, 0.1),
    start=(0.0, 1.0, 0.05),
    end=(0.0, 1.0, 0.01),
    peak_at=(0.05, 0.95, 0.05),
)

# %% [markdown]
# ## The mean of many nets
#
# With a high rate the weights do not settle: they jump around the bottom of a valley. The mean of the places
# they jump to lies lower than nearly all of them. So keep beside the net an **average** of its state,
# $a \leftarrow d\,a + (1 - d)\,w$, with a decay $d$ near 1, and evaluate that. A net's state is more than
# its weights: batch norm's running means and variances belong to *these* weights. If you average the weights
# and forget the buffers, the average has the statistics of another net. `state_dict()` holds all of it. By hand: an average of 1,
# a weight of 3 and $d = 0.9$ give $0.9 + 0.3 = 1.2$, then, with a weight of 2, $1.08 + 0.2 = 1.28$.
#
# ### Exercise 15.9: averaged weights
# 6 points · about 10 minutes · easy

# %% [markdown] hint="gpu-average"
# Two cases: the first call, and all others. In both the result is a new dict of new tensors: the net goes on changing its own.
#
# Which entries are averaged? Not only those named weight: every floating point tensor. `num_batches_tracked` is an integer.
#
# A dict comprehension over `state.items()` with `value.is_floating_point()` as the question, and `value.clone()` for the rest.


# %% answer="gpu-average"
bench = Bench()  # holds nets for the checks; leave it here


def average_weights(average: dict | None, state: dict, decay: float) -> dict:
    """The exponential average of a net's states, one step on.

    average: what this function gave the last time, or None at the beginning: then a copy of state is due
    state: state_dict() of the net now: name -> tensor
    decay: the share of the average that is kept
    returns: a new dict with the keys of state, and new tensors: decay * average + (1 - decay) * state
        for floating point, parameters or not; integers, which count, are copied from state
    """
    ### BEGIN SOLUTION
    if average is None:
        return {name: value.clone() for name, value in state.items()}
    return {
        name: decay * average[name] + (1 - decay) * value
        if value.is_floating_point()
        else value.clone()
        for name, value in state.items()
    }
    ### END SOLUTION


# %% check="gpu-average" points=6
with checks.verdict("averaged weights") as rng:
    states = [oracle.speed.random_state(TinyNet(), rng) for _ in range(2)]
    states[1]["norm.num_batches_tracked"] += 10
    checks.equal(average_weights(None, dict(states[0]), 0.9), states[0], "the first average")
    due = oracle.speed.moving_average(states, 0.9)
    mine = checks.leaves_alone(average_weights, *states, 0.9, share=0.05)
    checks.equal(mine, due, "average")
    with checks.share(0.05, "Integers"):
        checks.equal(str(mine["norm.num_batches_tracked"].dtype), "torch.int64", "dtype of a count")
    with checks.share(0.15, "New tensors"):
        kept = [bench.given(average_weights, old, states[1], 0.9) for old in (None, states[0])]
        checks.holds(kept == [[], []], "These belong to the caller: the net goes on changing them.")
    ### BEGIN HIDDEN TESTS
    third = oracle.speed.random_state(TinyNet(), rng)
    due = oracle.speed.moving_average([due, third], 0.6)
    checks.equal(average_weights(mine, third, 0.6), due, "average after a third state")
    ### END HIDDEN TESTS

# %% [markdown]
# **How fast do running statistics change?** Lesson 06 kept a share $m = 0.9$ of the old value. PyTorch's `momentum` is the
# share that is *taken* of the new one, 0.1, and its running variance divides by $n - 1$. The values begin at mean 0 and
# variance 1. After $t$ batches a share $(1 - \text{momentum})^t$ of this start is left. The default is made for runs of many
# thousand batches; 8 epochs with 50 steps each are 400. By hand: after how many batches is less than 1 % of the start left,
# with `momentum` 0.1, and with 0.4? ($0.9^{44} = 0.0097$: 44; $0.6^{10} = 0.006$: 10, and 9 leave 0.0101.)
#
# ### Exercise 15.10: how fast running statistics change
# 0 points · about 15 minutes · medium · optional

# %% [markdown] hint="gpu-running"
# The batch has one mean and one variance for each channel. Over which three axes do they go?
#
# New is old plus a share of the difference. What is left of the start after one batch is $1 - \text{momentum}$ of what was left before.
#
# `images.mean(dim=...)` and `images.var(dim=...)`, which divides by $n - 1$ by itself, leave one number a channel. For the count, a `while` loop that multiplies a share until it is below `left`.


# %% answer="gpu-running"
def running_update(
    mean: torch.Tensor, var: torch.Tensor, images: torch.Tensor, momentum: float
) -> tuple:
    """Running statistics after one more batch, as nn.BatchNorm2d(momentum=momentum) keeps them.

    mean, var: (C,), running values before; images: (N, C, H, W), all float of one dtype
    momentum: PyTorch's, the share that is taken of the batch's values
    returns: (C,), (C,), new; the batch's variance divides by N * H * W - 1
    """
    ### BEGIN SOLUTION
    batch_mean = images.mean(dim=(0, 2, 3))
    batch_var = images.var(dim=(0, 2, 3), unbiased=True)
    return mean + momentum * (batch_mean - mean), var + momentum * (batch_var - var)
    ### END SOLUTION


def batches_to_forget(momentum: float, left: float) -> int:
    """After how many batches less than a share of the start is left in running statistics.

    momentum: PyTorch's, between 0 and 1; left: the share, below 1
    returns: int, the smallest number of batches
    """
    ### BEGIN SOLUTION
    batches, share = 0, 1.0
    while share >= left:
        batches, share = batches + 1, share * (1 - momentum)
    return batches
    ### END SOLUTION


# %% check="gpu-running" points=0
with checks.verdict("how fast running statistics run") as rng:
    images = torch.from_numpy(3 * rng.normal(size=(4, 3, 2, 3)) + 1)
    mean, var = torch.from_numpy(rng.normal(size=3)), torch.from_numpy(rng.random(3) + 1)
    due = oracle.speed.batchnorm_buffers(mean.clone(), var.clone(), images, 0.3)
    mine = checks.leaves_alone(running_update, mean, var, images, 0.3, share=0.1)
    checks.equal(mine, due, "mean, var")
    mine = [batches_to_forget(momentum, 0.01) for momentum in (0.1, 0.4)]
    checks.equal(mine, [44, 10], "batches until less than 1 % is left")
    with checks.share(0.1, "Exactly the share"):
        checks.equal(batches_to_forget(0.75, 1 / 64), 4, "batches until less than 1/64 is left")
    ### BEGIN HIDDEN TESTS
    due = oracle.speed.batchnorm_buffers(mean.clone(), var.clone(), images[:1], 1.0)
    checks.equal(running_update(mean, var, images[:1], 1.0), due, "mean, var")
    checks.equal(batches_to_forget(0.5, 0.2), 3, "batches until less than a fifth is left")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Look twice
#
# At test time the net may look at an image, at its mirror image, and at both moved by a pixel, and answer with
# the mean of its scores. Our runs of `net94` reached 93.15 % with one look and 93.96 % with six. By hand: six looks at
# 10,000 test images are 60,000 forward passes. One more epoch is 50,000 images, each of which costs about three forward passes: 150,000.
#
# Three things have to be right: the net is in evaluation mode (batch norm uses running statistics), no graph is
# kept, and afterwards the net is in the mode in which it came.
#
# ### Exercise 15.11: several views of an image
# 7 points · about 20 minutes · medium

# %% [markdown] hint="gpu-views"
# Inside a loop over the views, each view starts from the images as they came. Around the loop: evaluation mode, no graph, and at the end the mode from before.
#
# To move by `dy`, pad `abs(dy)` rows above and below and cut `H` rows out. Down by 2 means that row 0 of the result was row $-2$: where is that in the padded image?
#
# `F.pad(images, (q, q, p, p), mode="reflect")`: the last axis comes first. The image stands at row `p` of it; start `dy` rows before that, and take `H` rows; columns the same. Then `flip(3)` where the view is mirrored, and the mean of `torch.stack(scores)`.


# %% answer="gpu-views"
bench = Bench()  # holds nets for the checks; leave it here


def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    """Scores of images, the mean over several views of each.

    model: (N, C, H, W) -> (N, K); its mode (training or evaluation) is afterwards what it was before
    images: (N, C, H, W) float
    views: list of (mirrored, dy, dx), bool, int, int: the image moved down by dy and right by dx, pixels, where
        what comes in from beyond the edge is reflected (edge pixel not repeated); then mirrored left-right or not
    returns: (N, K): mean of the model's scores in evaluation mode, without a graph for gradients
    """
    ### BEGIN SOLUTION
    training = model.training
    model.eval()
    (H, W), scores = images.shape[2:], []
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :]
            view = view[..., :H, :W]
            scores.append(model(view.flip(3) if mirrored else view))
    model.train(training)
    return torch.stack(scores).mean(dim=0)
    ### END SOLUTION


# %% check="gpu-views" points=7
with checks.verdict("several views of an image") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    images, net = torch.from_numpy(rng.normal(size=(3, 2, 5, 6))), bench.net(state)
    views = [(False, 0, 0), (True, 0, 0), (False, 1, -2), (True, 1, 1)]
    due = oracle.speed.mean_of_views(Bench().net(state), images, views)
    mine = checks.leaves_alone(predict, net, images, views, share=0.05)
    checks.equal(mine, due, "scores")
    with checks.share(0.05, "No gradient"):
        checks.holds(not mine.requires_grad, "The scores need none: torch.no_grad().")
    with checks.share(0.15, "The net's mode"):
        modes = [bench.mode_after(predict, state, mode, images, views) for mode in (True, False)]
        checks.equal(modes, [True, False], "training afterwards")
    ### BEGIN HIDDEN TESTS
    for view in ((True, 0, 0), (False, -2, 0), (True, 0, 1), (False, -1, 3)):
        due = oracle.speed.mean_of_views(Bench().net(state), images, [view])
        mine = predict(bench.net(state), images.clone(), [view])
        checks.equal(mine, due, f"scores of the view {view}")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Sixteen bits
#
# | dtype | bits of exponent, fraction | largest | smallest normal | smallest above 0 | step above 1 |
# | --- | --- | --- | --- | --- | --- |
# | float32 | 8, 23 | $3.4 \cdot 10^{38}$ | $1.2 \cdot 10^{-38}$ | $1.4 \cdot 10^{-45}$ | $1.2 \cdot 10^{-7}$ |
# | tf32 | 8, 10 | $3.4 \cdot 10^{38}$ | $1.2 \cdot 10^{-38}$ | | $9.8 \cdot 10^{-4}$ |
# | bfloat16 | 8, 7 | $3.4 \cdot 10^{38}$ | $1.2 \cdot 10^{-38}$ | $9.2 \cdot 10^{-41}$ | $7.8 \cdot 10^{-3}$ |
# | float16 | 5, 10 | $65{,}504$ | $6.1 \cdot 10^{-5}$ | $6.0 \cdot 10^{-8}$ | $9.8 \cdot 10^{-4}$ |
#
# tf32 is no format to store numbers in: the matrix units of NVIDIA's GPUs since 2020 read float32 and drop 13 bits of the
# fraction. bf16 has float32's range and two to three decimal digits. fp16 has one digit more, but small gradients
# fall below its range. By hand: what is $1 + 0.003$ in bf16? And $0.00001 \cdot 0.001$ in fp16?
# (1: the next number is 1.0078. And 0: $10^{-8}$ is less than half of the smallest number.)
#
# So a step of $10^{-3}$ of a weight is lost in bf16, and weights are not kept in 16 bits. **Mixed precision** keeps the weights in float32, computes
# products in 16 bits (`torch.autocast`) and adds them up in 32. Now let it go wrong. The net: a convolution, ReLU, the mean over
# all places, a linear layer. Suppose its loss is one term among many, with the factor 1/1000. A learning rate of 150 compensates for that, so in float32
# nothing changes. The net is trained twice: once in float32, and once with all outputs of the layers, and all gradients that come back to them, rounded to
# float16, as a GPU's kernels do. Watch the loss.


# %% tags=["experiment"]
def pooled_net(conv=nn.Conv2d, cut=nn.Identity) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):  # layers draw from the global generator: a copy of it
        torch.manual_seed(0)
        layers = [conv(3, 16, 5, stride=2), cut(), nn.ReLU(), cut(), nn.AdaptiveAvgPool2d(1)]
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16, 10), cut())


def plain_step(loss: torch.Tensor, sgd: torch.optim.Optimizer) -> None:
    sgd.zero_grad(), loss.backward(), sgd.step()


def fit_pooled(net: nn.Module, step=plain_step) -> list:
    losses, order = [], torch.Generator().manual_seed(0)
    first = {name: p.detach().clone() for name, p in net.named_parameters()}
    sgd = torch.optim.SGD(net.parameters(), lr=150.0, momentum=0.9)
    for _ in range(30):
        rows = torch.randint(3000, (500,), generator=order)
        losses.append(F.cross_entropy(net(sample[rows]), sample_labels[rows]) / 1000)
        step(losses[-1], sgd)
    far = {n: f"{(p - first[n]).abs().max().item():.0e}" for n, p in net.named_parameters()}
    print("how far the weights have moved:", far)
    return [1000 * loss.item() for loss in losses]


half_runs = {"float32": fit_pooled(pooled_net())}
half_runs["float16"] = fit_pooled(pooled_net(cut=oracle.speed.half_layer))
figures.show(
    figures.loss_curves(half_runs, chance=math.log(10)),
    caption="The same net, the same images, the same order. No warning was printed.",
    alt="Two loss curves: that of float32 falls well below that of float16, which hardly falls.",
)

# %% [markdown]
# It learns something, but less. What is wrong? Look at the printed lines: one of the two layers did not move at all.
# Follow a gradient on its way back, in numbers. The factor of the loss divides it by 1000, the mean over the batch by
# 500, the mean over 14 x 14 places by 196. A weight of the last layer is about 0.1, and $p - y$ is at most 1. So what reaches the maps is
# at most about $0.1 / (1000 \cdot 500 \cdot 196) = 10^{-9}$. float16's smallest number is $6 \cdot 10^{-8}$, and what is below half of it becomes 0. The figure after the checks shows it.
#
# The cure: the gradient is linear in the loss. Multiply the **loss** by 65,536, and
# every gradient is 65,536 times as large all the way back; then divide the gradients of the
# float32 weights by the same number. If the scale is too large, gradients overflow to inf: then skip that step, and halve the
# scale. After many steps without an overflow, double it.
#
# ### Exercise 15.12: a step with a scaled loss
# 8 points · about 25 minutes · medium

# %% [markdown] hint="gpu-mixed"
# Order: clear the gradients, go back from the scaled loss, divide all gradients, check that all are finite, then step or skip. The bookkeeping of the scaler comes last.
#
# An optimiser may have several groups of parameters (you wrote three), and a parameter may have no gradient. Where are all of them?
#
# A comprehension with two `for`: over `optimizer.param_groups`, and over each group's `"params"`. Divide each `.grad` in place; `isfinite().all()` asks one of them, `all(...)` all of them.


# %% answer="gpu-mixed"
bench = Bench()  # holds nets for the checks; leave it here


def mixed_precision_step(
    loss: torch.Tensor, optimizer: torch.optim.Optimizer, scaler: dict
) -> bool:
    """One step of an optimiser with a scaled loss, or none where the scale was too large.

    loss: (), with its graph; what was in the gradients before is forgotten
    optimizer: its parameters get the gradients of the loss itself; it steps if all of them are finite
    scaler: {"scale": float, the factor; "good": int, steps made since the scale last changed;
        "interval": int}, updated in place: after a step good grows by 1, and when it reaches interval the
        scale doubles and good is 0; after a skipped step the scale is halved, but not below 1, and good is 0
    returns: whether the step was made
    Source: Micikevicius et al. 2018, "Mixed precision training"
    """
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    (loss * scaler["scale"]).backward()
    owned = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for parameter in owned:
        parameter.grad /= scaler["scale"]
    finite = all(bool(parameter.grad.isfinite().all()) for parameter in owned)
    if finite:
        optimizer.step()
        scaler["good"] += 1
        if scaler["good"] == scaler["interval"]:
            scaler["scale"], scaler["good"] = 2 * scaler["scale"], 0
    else:
        scaler["scale"], scaler["good"] = max(scaler["scale"] / 2, 1.0), 0
    return finite
    ### END SOLUTION


# %% check="gpu-mixed-step" points=5
with checks.verdict("a step with a scaled loss") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    scaler = {"scale": 64.0, "good": 0, "interval": 9}
    images, labels = torch.from_numpy(rng.normal(size=(4, 2, 4, 4))), torch.tensor([0, 2, 1, 1])
    plain, net = Bench().net(state), bench.net(state)
    plain_sgd, sgd = Bench().sgd(plain, 0.05), bench.sgd(net, 0.05)
    for _ in range(2):
        oracle.speed.plain_step(plain, plain_sgd, images, labels)
        _, scaler, found = bench.mixed(mixed_precision_step, net, sgd, images, labels, scaler)
        checks.equal(dict(found), dict(plain.state_dict()), "weights after a step")
    kept = [bench.one_overflow(mixed_precision_step, group) for group in (0, 1)]
    checks.equal(kept, [[[1.0, 1.0]] * 2] * 2, "weights after one number overflowed: they stay")
    ### BEGIN HIDDEN TESTS
    net, images = bench.net(state), torch.from_numpy(rng.normal(size=(3, 2, 6, 4)))
    plain = Bench().net(state)
    oracle.speed.plain_step(plain, Bench().sgd(plain, 0.2), images, labels[:3])
    scaler = {"scale": 2.0**20, "good": 0, "interval": 1}
    given = net, bench.sgd(net, 0.2), images, labels[:3], scaler
    _, _, found = bench.mixed(mixed_precision_step, *given)
    checks.equal(dict(found), dict(plain.state_dict()), "weights after one step on three images")
    ### END HIDDEN TESTS

# %% check="gpu-mixed-scale" points=3
with checks.verdict("a scale that adapts") as rng:
    net = bench.net(oracle.speed.random_state(TinyNet(), rng))
    sgd, scaler = bench.sgd(net, 0.1), {"scale": 1.5, "good": 0, "interval": 2}
    right, labels = torch.from_numpy(rng.normal(size=(4, 2, 4, 4))), torch.tensor([0, 2, 1, 1])
    wrong = torch.full_like(right, torch.inf)
    history: list = []
    for images in (right, right, right, wrong, wrong, wrong):
        stepped, scaler, _ = bench.mixed(mixed_precision_step, net, sgd, images, labels, scaler)
        history.append((stepped, scaler["scale"], scaler["good"]))
    due = [(True, 1.5, 1), (True, 3.0, 0), (True, 3.0, 1)]
    due += [(False, 1.5, 0), (False, 1.0, 0), (False, 1.0, 0)]
    checks.equal(history, due, "(returned, scale, good)")

# %% tags=["experiment"]
scaler = {"scale": 65536.0, "good": 0, "interval": 2000}
half_runs["float16, scaled loss"] = fit_pooled(
    pooled_net(cut=oracle.speed.half_layer),
    lambda loss, sgd: mixed_precision_step(loss, sgd, scaler),
)
probe = pooled_net()
(maps := probe[:3](sample[:500])).retain_grad()
(F.cross_entropy(probe[3:](maps), sample_labels[:500]) / 1000).backward()
reach: dict = {"at the maps": maps.grad, "at the last layer": probe[6].weight.grad}
figures.show(
    figures.loss_curves(half_runs, chance=math.log(10)),
    caption="The run in float16 once more, with your step.",
    alt="Three loss curves. Those of float32 and of float16 with a scaled loss lie on each other; unscaled float16 lies above.",
)
figures.show(
    figures.speed.gradient_sizes(reach, scaler["scale"]),
    caption="How large the gradients are in float32. What lies left of the dashed line becomes 0 in float16, right of the dotted line inf. Scaling the loss moves everything along the arrow.",
    alt="Two histograms over a logarithmic axis. That of the maps lies left of a dashed line at 3e-8, that of the last layer right of it.",
)

# %% [markdown]
# How few bits are enough? XNOR-Net (Rastegari et al. 2016) keeps one bit for each weight, its sign, and one scale for each filter, the mean of the
# absolute values. By hand: the filter $(0.5, -1.5, 0, 2)$ has the scale 1 and becomes $(1, -1, 1, 1)$. The sign is a step function, whose gradient is 0, so nothing
# would ever learn. The **straight-through** gradient pretends that the sign is the identity where $|w| \le 1$, and passes the gradient on. In PyTorch a
# trick gives one value the gradient of another: `value + (x - x.detach())` is `value` going forward, and has the gradient of `x` going back.
#
# ### Exercise 15.13: weights of one bit
# 0 points · about 20 minutes · hard · optional

# %% [markdown] hint="gpu-one-bit"
# Two parts: the numbers that go forward, and the gradient that goes back. Write the first without any gradient.
#
# The scale is one number a filter: the mean over all axes but the first, shaped so that it broadcasts again. The gradient should be 1 where $|w| \le 1$ and 0 elsewhere: which function of `weight` has that slope?
#
# `torch.where` chooses between plus and minus a detached scale. To that add `through - through.detach()`, which is 0: `through` is `weight`, limited by `clamp`.


# %% answer="gpu-one-bit"
bench = Bench()  # holds nets for the checks; leave it here


def sign_weights(weight: torch.Tensor) -> torch.Tensor:
    """Each filter's weights as one bit each, and one scale for the filter.

    weight: (K, ...) float
    returns: same shape and dtype, in filter k: mean(|weight[k]|) where weight is >= 0, minus that where it is < 0.
        Its gradient goes straight through to weight where |weight| <= 1, and is 0 elsewhere; the scale counts as a constant
    Source: Rastegari et al. 2016, "XNOR-Net"; Bengio et al. 2013 for the straight-through gradient
    """
    ### BEGIN SOLUTION
    scale = weight.detach().abs().flatten(1).mean(dim=1).view(-1, *[1] * (weight.ndim - 1))
    bits = torch.where(weight >= 0, scale, -scale)
    through = weight.clamp(-1, 1)
    return bits + (through - through.detach())
    ### END SOLUTION


# %% check="gpu-one-bit" points=0
with checks.verdict("weights of one bit") as rng:
    weight = torch.tensor([[0.5, -1.5, 0.0, 2.0], [-0.1, -0.3, 0.1, 0.1]]).double()
    due = torch.tensor([[1.0, -1.0, 1.0, 1.0], [-0.15, -0.15, 0.15, 0.15]]).double()
    checks.equal(checks.leaves_alone(sign_weights, weight, share=0.1), due, "bits")
    dout = torch.from_numpy(rng.normal(size=(2, 4)))
    due = oracle.speed.straight_through(weight, dout)
    checks.equal(bench.pull_back(sign_weights, weight, dout=dout), due, "gradient")
    with checks.share(0.05, "float32"):
        checks.equal(str(sign_weights(weight.float()).dtype), "torch.float32", "dtype of the bits")
    ### BEGIN HIDDEN TESTS
    filters = torch.from_numpy(rng.normal(size=(3, 2, 3, 5)))
    due = torch.where(filters < 0, -1.0, 1.0) * filters.abs().mean((1, 2, 3), keepdim=True)
    checks.equal(sign_weights(filters.clone()), due, "bits of (3, 2, 3, 5)")
    dout = torch.from_numpy(rng.normal(size=(3, 2, 3, 5)))
    due = oracle.speed.straight_through(filters, dout)
    checks.equal(bench.pull_back(sign_weights, filters, dout=dout), due, "gradient of (3, 2, 3, 5)")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
class BitConv(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, sign_weights(self.weight), self.bias, self.stride)


bit_runs = {"float32": half_runs["float32"]}
bit_runs["float32, filters of one bit"] = fit_pooled(pooled_net(BitConv))
figures.show(
    figures.loss_curves(bit_runs, chance=math.log(10)),
    caption="The same net in float32, and once more with filters that have one bit for each weight and one scale each.",
    alt="Two loss curves that begin at the same height; the one with filters of one bit ends above the other.",
)

# %% [markdown]
# ## When the batch does not fit
#
# A GPU with less memory than the record's cannot hold a batch of 1,024. Nothing forces it to: the gradient of a
# mean over 1,024 images is a mean of gradients, and `backward()` *adds* to `.grad`. So send the batch through in parts. Only
# the factor of each part needs care. By hand: five images with the losses 1, 2, 3, 4, 10, in parts of 2.
# The mean is 4. The means of the parts are 1.5, 3.5 and 10; their mean is 5, their sum 15. By what must each be multiplied?
# ($\frac25, \frac25, \frac15$: $0.6 + 1.4 + 2 = 4$.)
#
# One thing does not add up: batch norm in training mode takes its statistics from the part. The net is then a slightly different one, which is
# no error. `speed.train` halves its batches in this way when a GPU says that it is out of memory, with your function, and says so. Where you leave this exercise out and memory is short, take a recipe with a smaller batch.
#
# ### Exercise 15.14: a large batch in parts
# 0 points · about 15 minutes · medium · optional

# %% [markdown] hint="gpu-accumulate"
# A loop over parts, and one `backward()` in each. `.grad` adds up by itself: clear nothing.
#
# Each part gives the *mean* loss of its images. Which factor turns that into its share of the mean over all $N$? The last part may be smaller.
#
# `torch.arange(len(images), device=images.device).split(size)` gives the rows of each part; multiply by `len(rows) / len(images)` before `backward()`.


# %% answer="gpu-accumulate"
bench = Bench()  # holds nets for the checks; leave it here


def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    """The gradient of a large batch, some images at a time.

    model: (N, C, H, W) -> (N, K); loss_of: (logits, labels) -> the mean loss of its images
    images: (N, C, H, W); labels: (N,); size: how many images may go through the net at once
    returns: the mean loss over all N images. Adds to the .grad of the model's parameters what
        loss_of(model(images), labels).backward() would (in evaluation mode; batch norm in training
        sees the parts). Clears no gradient, steps no optimiser, leaves the net in its mode
    """
    ### BEGIN SOLUTION
    total = 0.0
    for rows in torch.arange(len(images), device=images.device).split(size):
        loss = loss_of(model(images[rows]), labels[rows]) * (len(rows) / len(images))
        loss.backward()
        total = total + loss.detach()
    return float(total)
    ### END SOLUTION


# %% check="gpu-accumulate" points=0
with checks.verdict("a large batch in parts") as rng:
    net = bench.still(state := oracle.speed.random_state(TinyNet(), rng))
    given = bench.loss, torch.from_numpy(rng.normal(size=(7, 2, 4, 5))), torch.arange(7) % 3
    due, slopes = oracle.speed.loss_and_gradients(Bench().net(state), *given[1:])
    checks.equal(accumulated_step(net, *given, 3), due, "loss")
    checks.equal(bench.gradients(net), slopes, "gradients")
    checks.holds(net.most == 3, "The net gets more images at once than `size`, or fewer.")
    with checks.share(0.15, "A second call"):
        accumulated_step(net, *given, 50)
        checks.equal(bench.gradients(net), {k: 2 * v for k, v in slopes.items()}, "gradients")
    with checks.share(0.1, "The net's mode"):
        checks.holds(bench.mode_after(accumulated_step, state, True, *given, 3), "It must stay.")
    ### BEGIN HIDDEN TESTS
    checks.equal(dict(net.state_dict()), state, "weights, which no optimiser has touched")
    for size in (1, 2, 7):
        other = bench.still(state)
        checks.equal(accumulated_step(other, *given, size), due, f"loss, {size} at a time")
        checks.equal(bench.gradients(other), slopes, f"gradients, {size} at a time")
    with checks.share(0.1, "The net's mode"):
        mode = bench.mode_after(accumulated_step, state, False, *given, 2)
        checks.holds(not mode, "It must stay.")
    ### END HIDDEN TESTS

# %% [markdown]
# ## When the power goes
#
# A run of seconds is simply started again. A run of days must go on where it stopped, and end with the *same* weights as if
# nothing had happened. What decides the next step? The weights and batch norm's buffers; the optimiser's
# momentum; the state of the random generator; and the number of the step. Leave one out and there is no
# error: the loss jumps a little, and the run is another one. A checkpoint is a dict of all four. Here it
# goes to a function `save`, which in real life is `torch.save` to a temporary file, then `os.replace`.
#
# ### Exercise 15.15: a run that goes on
# 0 points · about 30 minutes · hard · optional

# %% [markdown] hint="gpu-resume"
# First restore, where there is a checkpoint: three states and a number. Then a loop from the number of steps done to `steps`.
#
# In which order do the drawing of rows, the step, the counting and the saving come, so that the generator in the checkpoint is the one that the *next* step needs?
#
# `load_state_dict` for model and optimiser, `generator.set_state(...)`; save where `done % every == 0 or done == steps`, after `done += 1`.


# %% answer="gpu-resume"
bench = Bench()  # holds nets for the checks; leave it here


def train_resumable(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: torch.Tensor,
    labels: torch.Tensor,
    generator: torch.Generator,
    *,
    steps: int,
    batch: int,
    every: int,
    save,
    checkpoint: dict | None = None,
) -> list:
    """Train with checkpoints, and go on from one to the same weights.

    model: trained in training mode with the mean cross-entropy; optimizer: of its parameters
    images: (N, C, H, W); labels: (N,) int64; batch: images a step, whose rows are
        torch.randint(N, (batch,), generator=generator)
    steps: of the whole run, the interrupted part included; generator: on the CPU
    save: called with a checkpoint after every `every` steps of the whole run, and after the last step (once)
    checkpoint: None at the beginning, else what save was given:
        {"model", "optimizer": state dicts, "generator": its state, "step": how many steps are done}
    returns: list of float, the loss of each step that was made in this call
    """
    ### BEGIN SOLUTION
    done, losses = 0, []
    if checkpoint is not None:
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        generator.set_state(checkpoint["generator"])
        done = checkpoint["step"]
    model.train()
    while done < steps:
        rows = torch.randint(len(images), (batch,), generator=generator)
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())  # no .item(): it would wait for the device
        done += 1
        if done % every == 0 or done == steps:
            found = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save(found | {"generator": generator.get_state(), "step": done})
    return [float(loss) for loss in losses]
    ### END SOLUTION


# %% check="gpu-resume" points=0
with checks.verdict("a run that goes on") as rng:
    state, other = (oracle.speed.random_state(TinyNet(), rng) for _ in range(2))
    images = torch.from_numpy(rng.normal(size=(12, 2, 4, 4)))
    batch = images, torch.from_numpy(rng.integers(3, size=12))
    due = oracle.speed.plain_run(Bench(), state, *batch, torch.Generator().manual_seed(7), 8)
    losses, weights, kept = bench.run(train_resumable, state, batch, 7)
    checks.equal(losses, due.losses, "losses")
    checks.equal(weights, due.states[8], "weights after 8 steps")
    checks.equal([found["step"] for found in kept], [3, 6, 8], "steps of the checkpoints")
    losses, weights, _ = bench.run(train_resumable, other, batch, 1, kept[1])
    checks.equal(losses, due.losses[6:], "losses of a run that goes on after step 6")
    checks.equal(weights, due.states[8], "its weights after step 8")
    ### BEGIN HIDDEN TESTS
    for found in kept:
        told = f"the net in the checkpoint of step {found['step']}"
        checks.equal(dict(found["model"]), due.states[found["step"]], told)
    keys = ["generator", "model", "optimizer", "step"]
    checks.equal(sorted(kept[0]), keys, "keys of a checkpoint")
    _, weights, more = bench.run(train_resumable, state, batch, 7, None, 6)
    checks.equal(weights, due.states[6], "weights after 6 steps")
    checks.equal([found["step"] for found in more], [3, 6], "steps of 6 with a checkpoint every 3")
    losses, weights, more = bench.run(train_resumable, other, batch, 2, kept[0], 7, 2)
    checks.equal(weights, due.states[7], "weights of a run of 7 steps that goes on after step 3")
    checks.equal([found["step"] for found in more], [4, 6, 7], "its checkpoints, every 2 steps")
    losses, _, _ = bench.run(train_resumable, other, batch, 3, kept[2])
    checks.equal(losses, [], "losses of a run that was over")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A run that proves something
#
# **Proof of learning.** A falling loss proves little: a last layer on random filters learns, too, as the net in
# float16 did above. Before you believe in a run, ask three things. Did every weight move? Did every weight get a gradient that is
# finite and not all zero? And is the net better by at least a given `margin` than the same net whose filters stayed random? By hand: 64 % against 60 % of
# random filters, with a `margin` of 5 points: not proved.
#
# ### Exercise 15.16: a proof of learning
# 5 points · about 10 minutes · easy

# %% [markdown] hint="gpu-proof"
# Three answers, each of one line: two sorted lists of names and one bool.
#
# A weight is still if *not one* number has changed, however little: exact comparison. A gradient is bad if it holds anything that is not finite, or if it is zero everywhere.
#
# `torch.equal(a, b)` compares exactly; `g.isfinite().all()` and `g.any()` are the two questions about a gradient.


# %% answer="gpu-proof"
def proof_of_learning(
    before: dict, after: dict, gradients: dict, accuracy: float, baseline: float, margin: float
) -> dict:
    """Evidence against the claim that a run has learnt something.

    before, after: name -> tensor, the trainable weights before and after the run
    gradients: name -> tensor, of the same names, at some step
    accuracy: of the net; baseline: of the same net whose filters stayed random, last layer trained; margin: how
        much better the net must be, all between 0 and 1
    returns: {"still": sorted names of weights of which not one number has changed, "gradients": sorted
        names of gradients that are all zero or hold a number that is not finite, "baseline": bool,
        whether accuracy is below baseline + margin}
    """
    ### BEGIN SOLUTION
    still = sorted(name for name, weight in before.items() if torch.equal(weight, after[name]))
    bad = [name for name, g in gradients.items() if not (g.isfinite().all() and g.any())]
    return {"still": still, "gradients": sorted(bad), "baseline": accuracy < baseline + margin}
    ### END SOLUTION


# %% check="gpu-proof" points=5
with checks.verdict("a proof of learning") as rng:
    before = {name: torch.from_numpy(rng.normal(size=4)) for name in "cab"}
    after = {name: weight.clone() for name, weight in before.items()}
    after["a"][2] += 1e-9
    slopes = {name: torch.from_numpy(rng.normal(size=4)) for name in "cab"}
    slopes["c"][:], slopes["a"][1], slopes["b"] = 0, torch.nan, torch.tensor([1.0, -1, 0, 0])
    due = {"still": ["b", "c"], "gradients": ["a", "c"], "baseline": True}
    arguments = before, after, slopes, 0.53, 0.5, 0.05
    mine = checks.leaves_alone(proof_of_learning, *arguments, share=0.1)
    checks.equal(mine, due, "what speaks against it")
    ### BEGIN HIDDEN TESTS
    after["b"][:2], after["c"] = after["b"][:2].flip(0), after["c"] + 1
    slopes["a"], slopes["b"][3] = slopes["a"].nan_to_num(1.0), -torch.inf
    due = {"still": [], "gradients": ["b", "c"], "baseline": False}
    mine = proof_of_learning(before, after, slopes, 0.75, 0.5, 0.25)
    checks.equal(mine, due, "what speaks against it now")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Train it
#
# All of it together. `speed.Parts.of(globals())` collects your functions by their names; the loop and the net are in
# `course_lib/speed`, a few short modules: read `loop.py` now, nothing in it is new to you. A recipe is a list of settings,
# every trick a switch: `speed.TRICKS` names them all, `recipe.without("whitening")` turns one off. Without a GPU you get
# the small settings.
#
# | recipe, data | with its views | with one | time |
# | --- | --- | --- | --- |
# | `notebook`, shapes | 83 to 87 % | 82 to 85 % | 9 to 17 s, two cores |
# | `notebook`, 10,000 images of CIFAR-10 | 61 to 64 % | 60 to 63 % | 13 to 14 s, two cores |
# | `net94`, CIFAR-10 | 93.96 ± 0.03 % | 93.15 % | 3.2 s (2.7 to 4.1), one H200 |
# | `net94_muon`, `net96`, CIFAR-10, compiled | | | **not yet measured** |
#
# (All by `benchmarks/speedrun.py`, records in `benchmarks/results`. Shapes: all images. 2,000 test images, two views, three epochs, three seeds, with one thread and with two. `net94`: 25 seeds, six views, bf16, without `torch.compile`; 3.7 s of warming up are not in its time. Times are of machines with nothing else to do.)
#
# The curve is drawn again after every epoch, and stays in the saved notebook. The last lines ask your `proof_of_learning`, and stop where it finds something.
# Its baseline is the same net before training, with only its last layer fitted, by least squares. That is a strong
# baseline, since whitened pixels and random filters are good features.
#
# Then look at what the net does. A number says how often it is wrong. It does not say where, how surely, or why:
#
# - The **confusion matrix**: which classes are confused with each other?
# - The **worst mistakes**: the images for which the right class got the lowest probability.
# - **Calibration**: of all answers given with 70 % confidence, are 70 % right? Label smoothing and a small
#   factor on the scores before the softmax (`logit_scale` in the recipe) make the net less confident on purpose, so
#   do not expect the diagonal.
# - The **filters**, as far as nine numbers show anything.

# %% tags=["experiment"]
parts, recipe, place = speed.Parts.of(globals()), speed.RECIPES["notebook"], device
if device == "cuda":
    recipe, place = speed.choose("net94")
run = speed.train(
    recipe, parts, train_set, test_set, device=place, seed=0, watch=figures.watching.LiveCurve()
)
print(f"{recipe.name} on {run.device}: {run.accuracy:.1%}; one view {run.accuracy_single:.1%}")
print(f"{run.seconds:.1f} s, {run.images_per_second:,.0f} images/s", *run.notes)
mean, std = run.evaluation.mean.view(3, 1, 1), run.evaluation.std.view(3, 1, 1)
x = (all_pixels[:4000].to(place) / 255 - mean) / std  # as the loop does it
x_test = (torch.from_numpy(test_set.images).to(place) / 255 - mean) / std
y, born = all_labels[:4000].to(place), speed.Net(recipe).to(place).train()  # norms by the batch
born.reset(recipe, parts, x[:1000], torch.Generator(place).manual_seed(0))
seen = nn.Sequential(born.whiten, nn.GELU(), born.blocks, nn.AdaptiveMaxPool2d(1), nn.Flatten())
baseline = float(
    (oracle.speed.random_filters(seen, (x, y), x_test).numpy() == test_set.labels).mean()
)
F.cross_entropy(run.net(x[:500]), y[:500]).backward()
learnt = {name: p for name, p in run.net.named_parameters() if p.grad is not None}
slopes = {name: p.grad for name, p in learnt.items()}
at_birth = {name: p for name, p in born.named_parameters() if name in learnt}
against = proof_of_learning(at_birth, learnt, slopes, run.accuracy, baseline, 0.05)
print(f"random filters {baseline:.1%}; against the trained net speaks: {against}")
assert not any(against.values()), "This run proves nothing: see the line above."

# %% tags=["experiment"]
probabilities = run.probabilities(test_set.images)
figures.show(
    figures.watching.confusion(test_set.labels, probabilities.argmax(1), test_set.classes),
    caption="How often each true class (rows) was called what (columns), in per cent of the row. The diagonal is what is right.",
    alt="A matrix of ten by ten cells with a dark diagonal; a few cells beside it are shaded, too.",
)
figures.show(
    figures.watching.worst_mistakes(
        test_set.images, test_set.labels, probabilities, test_set.classes
    ),
    caption="The twelve test images for which the right class got the lowest probability. Would you have known?",
    alt="Twelve small pictures, each with its class and what the net took it for.",
)
figures.show(
    figures.watching.calibration(probabilities, test_set.labels),
    caption="Share of right answers against the confidence they were given with, and how many answers there were of each confidence.",
    alt="Points near a diagonal line from the lower left to the upper right, and below them a histogram.",
)
kernels = run.net.conv_weights()[0].detach().cpu()[range(8), range(8), None].numpy()
figures.show(
    figures.image_grid(figures.as_pictures(kernels), columns=8, size=0.7),
    caption="Eight filters of the first trained layer, each as it looks at the channel of its own number. The 1 in the middle that it began with is still there.",
    alt="Eight squares of three by three grey cells, most with a light cell in the middle.",
)

# %% [markdown]
# ## An ablation
#
# "We added X and it got better." By how much, compared with what, and would it happen again? Runs of
# the record's recipe have a standard deviation of 0.14 points (Jordan 2024), so one run each cannot show a gain of 0.1. An
# **ablation** takes the finished recipe, turns one switch off, and runs both over several seeds.
# Jordan's (the same paper) counts the epochs to 94 %:
#
# | all | without whitening | without identity | without the biases' rate | without averaging | without alternating flip | without six views |
# | --- | --- | --- | --- | --- | --- | --- |
# | 9.9 | 22 | 12.7 | 14.2 | 10.7 | 10.8 | 11.2 |
#
# The same seed gives both runs the same initial weights and the same order of images. So compare **pairs**: the differences
# $d_i$ usually vary less than the accuracies do. Their mean $\bar d$ has the standard error $\sqrt{\frac{1}{n-1}\sum_i (d_i - \bar d)^2} \,/ \sqrt n$.
#
# By hand: with everything 60, 62, 64 %; without X 58, 61, 60 %. Differences $-2, -1, -4$; mean $-2.33$; standard
# deviation 1.53; standard error 0.88. Two and a half standard errors from three pairs: a hint, no proof.
#
# Here is ours, of the recipe `notebook` on all shapes: what leaving one trick out does to the accuracy, in points, three seeds,
# as `python benchmarks/speedrun.py notebook --dataset shapes --runs 3 --without all` ran it (84.8 % with everything):
#
# | left out | difference | left out | difference | left out | difference |
# | --- | --- | --- | --- | --- | --- |
# | whitening | −8.2 ± 0.4 | groups | −0.3 ± 0.5 | alternating flip | +1.2 ± 0.9 |
# | two views | −2.1 ± 0.6 | bias rate | 0.0 ± 0.9 | channels_last | +1.4 ± 1.7 |
# | Nesterov | −1.5 ± 0.5 | triangular rate | 0.0 ± 1.1 | smaller images first | +1.8 ± 0.5 |
# | identity | −1.2 ± 2.2 | smoothing | +0.7 ± 1.7 | averaging | +1.9 ± 0.6 |
# | flips | −1.1 ± 0.8 | GELU | +0.7 ± 1.0 | shifts | +2.2 ± 1.3 |
#
# `channels_last` changes nothing but the order in which sums are taken: its line shows how large a difference chance makes with three seeds.
# Three epochs are too few for what works against overfitting, and for averages. On a GPU, from `net94` on CIFAR-10
# (93.96 ± 0.03 %), five seeds each: whitening −1.20 ± 0.06, identity −0.40 ± 0.14. The others there: **not yet measured**.
#
# After the check, design one. Say first, in a sentence, what you expect; then choose the tricks, the seeds, the number of images.
# The setting there is small so that it ends soon, and a small setting does not show everything: what needs long runs,
# such as averaging, cannot help. Change `chosen` and `seeds`, and give it ten minutes.
#
# ### Exercise 15.17: an ablation
# 6 points · about 15 minutes · easy

# %% [markdown] hint="gpu-ablation"
# The plan is a dict of dicts: first everything, then one more for each trick that is on.
#
# Each plan is a copy in which one value changed; what was off stays off. For the pairs: subtract first, then take the mean and the standard error of the *differences*.
#
# `one | {name: value}` is a changed copy of a dict; `std(ddof=1)` divides by $n - 1$.


# %% answer="gpu-ablation"
bench = Bench()  # holds nets for the checks; leave it here


def leave_one_out(switches: dict) -> dict:
    """The plan of an ablation: a recipe, and once more without each of its tricks.

    switches: name of a trick -> bool, whether the recipe has it
    returns: {"all": a copy of switches, "without NAME": another copy, in which NAME is off, for each NAME that is on, in the order of switches}
    """
    ### BEGIN SOLUTION
    plan = {"all": dict(switches)}
    for name, is_on in switches.items():
        if is_on:
            plan[f"without {name}"] = switches | {name: False}
    return plan
    ### END SOLUTION


def paired_difference(base: np.ndarray, other: np.ndarray) -> tuple:
    """The effect of a change on a result, over seeds that both sides share.

    base, other: (n,) float arrays, results of the runs without and with the change, seed by seed
    returns: float, float: mean of other - base, and its standard error
    raises: ValueError where the two differ in length, or n < 2: one pair has no spread
    """
    ### BEGIN SOLUTION
    if len(base) != len(other) or len(base) < 2:
        raise ValueError(f"{len(base)} and {len(other)} runs make no pairs with a spread")
    differences = np.asarray(other) - np.asarray(base)
    return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences)))
    ### END SOLUTION


# %% check="gpu-ablation" points=3
with checks.verdict("an ablation") as rng:
    switches = {"views": True, "shift": False, "flip": True}
    due = {"all": switches, "without views": switches | {"views": False}}
    due["without flip"] = {"views": True, "shift": False, "flip": False}
    mine = checks.leaves_alone(leave_one_out, switches, share=0.05)
    checks.equal(mine, due, "plan")
    checks.equal(list(mine), list(due), "order of the plan")
    with checks.share(0.1, "Copies"):
        checks.holds(bench.given(leave_one_out, switches) == [], "A plan is changed later: copy.")
    ### BEGIN HIDDEN TESTS
    checks.equal(leave_one_out({"a": False}), {"all": {"a": False}}, "plan without tricks")
    ### END HIDDEN TESTS

# %% check="gpu-ablation-pairs" points=3
with checks.verdict("differences of pairs") as rng:
    base = rng.normal(60, 3, size=6)
    other = base - 2 + rng.normal(size=6)
    due = oracle.speed.mean_and_error(other - base)
    mine = checks.leaves_alone(paired_difference, base, other, share=0.05)
    checks.equal(mine, due, "mean, error")
    why = "one pair has no spread"
    checks.raises(ValueError, paired_difference, base[:1], other[:1], reason=why, share=0.1)
    with checks.share(0.1, "Six runs and five"):
        why = "they make no pairs"
        checks.raises(ValueError, paired_difference, base, other[:5], reason=why)
    ### BEGIN HIDDEN TESTS
    checks.equal(paired_difference(base[:2], base[:2] + 1), (1.0, 0.0), "mean, error")
    with checks.share(0.1, "Six runs and five"):
        why = "they make no pairs"
        checks.raises(ValueError, paired_difference, base[:5], other, reason=why)
        checks.raises(ValueError, paired_difference, base, other[:1], reason=why)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
chosen, seeds = ["whitening", "bias_rate"], range(3)
results: dict = {}
settings: dict = {"epochs": 2.0, "batch": 50, "lr": 0.2, "views": 1}
short = dataclasses.replace(speed.RECIPES["notebook"], name="short", **settings)
little_set, exam_set = train_set.take(1500), test_set.take(1000)
for name, switches in leave_one_out(dict.fromkeys(chosen, True)).items():
    one = short.without(*(trick for trick in chosen if not switches[trick]))
    common: dict = {"device": place, "train_set": little_set, "test_set": exam_set}
    results[name] = [speed.train(one, parts, seed=seed, **common) for seed in seeds]
scores = {name: np.array([100 * one.accuracy for one in runs]) for name, runs in results.items()}
effects = {name: paired_difference(scores["all"], values) for name, values in scores.items()}
effects.pop("all")
figures.show(
    figures.watching.effects(effects),
    caption="What leaving one trick out does to the test accuracy, with one standard error to each side. A bar that reaches over 0 has shown nothing.",
    alt="Horizontal bars with error bars to the left of a line at zero.",
)
runs = results | {recipe.name: [run]}
points = {name: [(one.seconds, 100 * one.accuracy) for one in of] for name, of in runs.items()}
figures.show(
    figures.watching.accuracy_against_time(points),
    caption="Every run of this lesson: its time, and its accuracy. The best place is the upper left corner.",
    alt="A scatter plot; several groups of small marks of short runs, and one mark of the longer run above them.",
)

# %% [markdown]
# ## Handing in predictions
#
# Every exercise so far was checked on what a function does. A net is judged by what it says about pictures whose labels neither it nor you have seen. `data.unlabelled()` holds 2,000 of these. In a class, they come as `unlabelled.npz` beside this notebook, made from a secret seed of your instructor. Without that file you get a public set for self-study. Anybody can look up its labels, so the score means something only if you do not.
#
# You hand in one class number for each picture, in the file `predictions.npz`, together with this notebook. Two points are for a file that can be read. The other eight depend on the accuracy, with straight lines between these points:
#
# | right, shapes | right, CIFAR-10 | of the eight points |
# | ---: | ---: | ---: |
# | 40 % | 40 % | 0 |
# | 60 % | 60 % | 2.4 |
# | 74 % | 70 % | 5.6 |
# | 82 % | 78 % | 8 |
#
# On shapes the run above is enough. On CIFAR-10 without a GPU let `speed.RECIPES["small"]` train on all of `data.cifar10("train")` for the predictions: it reached 84.6 and 84.8 % of the test images in 77 and 106 s on two cores (`benchmarks/speedrun.py`).
#
# **By hand.** Three pictures, two classes, scores $\begin{pmatrix} 2 & -1 \\ 0.5 & 0.6 \\ 3 & 3 \end{pmatrix}$. Which class numbers go into the file? (0, 1, and 0: of equal scores the first wins.)
#
# ### Exercise 15.18: predictions for images without labels
# 10 points · about 10 minutes · easy

# %% [markdown] hint="gpu-predictions"
# `argmax` over the classes is the whole prediction, and of equal scores it takes the first. What does it make of a row of nan? So look before you write.
#
# `np.isnan(scores).any()` decides whether an error is raised; `data.write_predictions` and `data.read_predictions` do the rest.


# %% answer="gpu-predictions"
def hand_in(scores, path="predictions.npz"):
    """Write the predicted class of each image to a file, and give it back.

    scores: (N, K) floating point, a score for each class; the greatest wins, of equal ones the first
    path: where the file goes, in the form of `data.write_predictions`; what was there is replaced
    returns: (N,) int64, what was written
    raises: ValueError where a score is nan, as it is once a net has diverged; nothing is written then
    """
    ### BEGIN SOLUTION
    if np.isnan(scores).any():
        raise ValueError("a score is nan: did the net diverge?")
    labels = scores.argmax(axis=1)
    data.write_predictions(labels, path)
    return labels
    ### END SOLUTION


def predictions(path="predictions.npz"):
    """What the file holds: this is called once to grade the net.

    path: a file that `hand_in` wrote
    returns: (N,) int64 array, the class of each image in the order of `data.unlabelled().images`
    """
    ### BEGIN SOLUTION
    return data.read_predictions(path)
    ### END SOLUTION


# %% check="gpu-predictions" points=2
with checks.verdict("a file of predictions") as rng:
    scores = rng.permutation(70).reshape(7, 10) / 10
    scores[2, [3, 8]] = 9.0
    expected, broken = scores.argmax(axis=1), np.where(scores == scores[5, 7], np.nan, -scores)
    mine = checks.leaves_alone(hand_in, scores, "rehearsal.npz", share=0.05)
    checks.equal(mine, expected, "classes")
    with checks.share(0.05, "int64"):
        checks.equal(mine.dtype.name, "int64", "dtype")
    checks.equal(predictions("rehearsal.npz"), expected, "what is read back")
    with checks.share(0.2, "A score that is nan"):
        checks.raises(ValueError, hand_in, broken, "rehearsal.npz", reason="nan is no score")
        checks.equal(predictions("rehearsal.npz"), expected, "the file afterwards")
    ### BEGIN HIDDEN TESTS
    others = [3, 0, 6, 2, 5, 1, 4]
    hand_in(scores[others], "rehearsal.npz")
    second = predictions("rehearsal.npz")
    kept = np.array_equal(second, expected)
    checks.holds(not kept, "The file still holds what an earlier call wrote.")
    checks.equal(second, expected[others], "a second file")
    endless = np.array([[-np.inf, 0.0], [1.0, np.inf]])
    checks.equal(hand_in(endless, "rehearsal.npz"), np.array([1, 1]), "classes of infinite scores")
    mine = hand_in(scores[:1].astype(np.float32), "rehearsal.npz")
    checks.equal(mine, expected[:1], "one image")
    with checks.share(0.05, "int64"):
        checks.equal(mine.dtype.name, "int64", "dtype")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
from course_lib.checks import CURVES

unseen, judge = data.unlabelled(), run
print(unseen.source)
if unseen.name != train_set.name:  # a class may predict shapes where CIFAR-10 is at hand, too
    sets = unseen.labelled("train"), unseen.labelled("test")
    judge = speed.train(recipe, parts, *sets, device=place, seed=0)
hand_in(judge.probabilities(unseen.images))
figures.show(
    figures.grading.grading_curve(CURVES[unseen.name], judge.accuracy),
    caption="What an accuracy is worth, and what your net reached on the test images whose labels you have. Expect about that on the others.",
    alt="A line that rises from 40 per cent in three straight pieces, with a mark for the reader's net.",
)

# %% check="gpu-predictions-accuracy" points=8
with checks.verdict("predictions for images without labels"):
    found = predictions()
    checks.class_numbers(found, count=2000, classes=10)
    ### BEGIN HIDDEN TESTS
    from autograder.classroom import unlabelled

    checks.graded(unlabelled.accuracy(found), checks.CURVES[unlabelled.name()])
    ### END HIDDEN TESTS

# %% [markdown]
# The box above says only that the file is in order: the labels are not here. In a class the grade comes back with the feedback: how many were right, what that is worth, and what the next point of the curve asks for. Alone, in a clone of the course, `python -m autograder.classroom.unlabelled notebooks/15_gpu_convnet/predictions.npz` says how many are right on the public set. Run it once, at the end.
#
# ## On other machines
#
# - **No GPU.** `speed.choose("net94")` gives the small CPU settings and says so. `torch.compile` stays off there: compiling would take a large part of so short a run.
# - **Little memory.** The loop catches the GPU's "out of memory", halves what goes through at once, adds gradients with
#   your `accumulated_step` (exercise 15.14, optional), and says so in `run.notes`. Without it, take a recipe with a smaller batch: `speed.RECIPES["small"]`.
# - **Apple's GPU (MPS).** Works where PyTorch has it, in float32; its clock needs `torch.mps.synchronize()`.
# - **More than one GPU.** The same file, once for each: `torchrun --nproc-per-node=2 benchmarks/speedrun.py net94`.
#   *DistributedDataParallel* gives each process its own part of every batch, without overlap, and takes the mean of the
#   gradients during the backward pass. With equal parts that is the gradient of the whole batch; the tests hold it to
#   $10^{-6}$ with two processes. Batch norm is the exception once more: each process uses the statistics of *its* part, unless
#   `nn.SyncBatchNorm` shares them, which costs a round of messages per layer. With hundreds of images in each part that is rarely needed.
# - **A net that does not fit one GPU.** The last point splits the batch: *data parallelism*. *Model parallelism* splits the net: its
#   layers are placed on several GPUs, or one matrix product is divided among them, and activations travel in place of gradients. AlexNet did so in
#   2012 on two cards of 3 GB (lesson 08). Which is cheaper? Count what travels each step. By hand, for a batch of 128: a conv layer of 64 to 64 maps, 3 x 3, has
#   36,864 weights, and its maps of 16 x 16 are $128 \cdot 64 \cdot 256 = 2.1$ million numbers: send the gradients. A dense layer of 9216 x 4096 (AlexNet's
#   first) has 37.7 million weights, its output $128 \cdot 4096 = 0.52$ million numbers: send the activations (Krizhevsky 2014, *one weird trick*).
# - **A stranger.** `python benchmarks/speedrun.py net94 --runs 25` prints mean and standard
#   error, median time and spread, images a second, memory, and the share of the floor. `--without whitening` is one line of the
#   ablation. Interrupted, it goes on.

# %% [markdown]
# ## The scoreboard
#
# The last line is this lesson's `small` recipe, with as many epochs as fit into 45 seconds. On shapes it is far ahead. On CIFAR-10,
# 10,000 photographs are few for it, and a small net with batch norm is as good; with all 50,000 and two cores the same recipe reached
# 84.6 and 84.8 % in 77 and 106 s.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("15"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Augmentation in one gather, a first layer from a covariance, groups, a schedule, smoothing, averages, views, a step in
# 16 bits, a proof of learning, and a way to measure all of it. With the optional exercises you have batches in parts, checkpoints and filters of one bit, too. Answer without looking up:
#
# 1. A matrix product of 8192 x 8192 and one of 64 x 64: which of the two does bf16 speed up more, and which does a faster memory?
#
#    <details><summary>Answer</summary>
#
#    In float32 $n \times n$ has $2n^3 / (3n^2 \cdot 4) = n / 6$ FLOP a byte: 1365 and 11. On a GPU with a ridge of 12 (float32) the large one waits for arithmetic, so it gains the full speed of bf16's matrix units. The small one waits for memory: a faster memory helps, and bf16 helps only by halving the bytes.
#
#    </details>
#
# 2. Your loop got 30 % slower when you added a progress bar with the loss in it. Which line, and what would you do?
#
#    <details><summary>Answer</summary>
#
#    The line that turns the loss into a number, such as `loss.item()`: it waits for the device in every step. Keep the detached tensor, and ask for its value every hundred steps.
#
#    </details>
#
# 3. The averaged net is far worse than the net itself. Which tensors do you look at first?
#
#    <details><summary>Answer</summary>
#
#    Batch norm's running means and variances. If only parameters were averaged, these buffers belong to another net. Next the decay: too near to 1, the average still holds the initial weights.
#
#    </details>
#
# 4. In float16 with a scale of $2^{16}$ one step in 2,000 is skipped. Is something wrong? And if every step is?
#
#    <details><summary>Answer</summary>
#
#    One in 2,000 is as it should be: after 2,000 good steps the scale doubles, overflows once, and is halved again. If every step is skipped although the scale has fallen to 1, the gradients are not finite by themselves: look for a nan in the data, or a rate that is too high.
#
#    </details>
#
# 5. A paper gains 0.1 points from one run each. What would you have to see to believe it?
#
#    <details><summary>Answer</summary>
#
#    Several pairs of runs with the same seeds, the mean of their differences and its standard error. If a run has a standard deviation of 0.14 and pairs did not help, a difference has $0.14 \sqrt 2 = 0.2$; for a standard error of 0.05, half of the gain, that takes 16 pairs. And the rule for stopping must not look at the test images.
#
#    </details>
#
# **References.** CS231n 2017, [lecture 8](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture8.pdf) (hardware and software). Jordan 2024, [94 % on CIFAR-10 in 3.29 seconds](https://arxiv.org/abs/2404.00498), with [airbench](https://github.com/KellerJordan/cifar10-airbench) and [which time is reported](https://github.com/KellerJordan/cifar10-airbench/issues/5);
# Page 2018, [how to train your ResNet](https://myrtle.ai/learn/how-to-train-your-resnet/); Karpathy 2011, [lessons learned from manually classifying CIFAR-10](https://karpathy.github.io/2011/04/27/manually-classifying-cifar10/); Williams et al. 2009, [roofline](https://doi.org/10.1145/1498765.1498785); Johnson, [cnn-benchmarks](https://github.com/jcjohnson/cnn-benchmarks);
# Szegedy et al. 2016, [label smoothing](https://arxiv.org/abs/1512.00567); Micikevicius et al. 2018, [mixed precision](https://arxiv.org/abs/1710.03740); Rastegari et al. 2016, [XNOR-Net](https://arxiv.org/abs/1603.05279); Bengio et al. 2013, [straight-through gradients](https://arxiv.org/abs/1308.3432);
# Guo et al. 2017, [calibration](https://arxiv.org/abs/1706.04599); Krizhevsky 2014, [one weird trick](https://arxiv.org/abs/1404.5997).
#
# **Next:** this was the last lesson. What is left is a question of your own: a trick that nobody has tried, an ablation, twenty-five
# seeds, and a standard error.
