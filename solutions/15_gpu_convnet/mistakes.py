"""Wrong answers to lesson 15, each with the sentence that a student who made it should read."""

# What is not defined here stands in the set-up cell or in the answer's own cell.
# ruff: noqa: F821, F841

import statistics

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.mistakes import mistake
from course_lib import data

# --- gpu-same-net


@mistake("gpu-same-net", "The maps come out place by place: W2 wants them channel by channel.")
def scores_of(images: torch.Tensor, params: dict) -> torch.Tensor:
    same = params["W1"].shape[-1] // 2
    maps = F.conv2d(images, params["W1"], params["b1"], padding=same)
    pooled = F.max_pool2d(maps.relu(), 2).permute(0, 2, 3, 1)
    hidden = (pooled.flatten(1) @ params["W2"] + params["b2"]).relu()
    return hidden @ params["W3"] + params["b3"]


@mistake("gpu-same-net", "b3 is missing.")
def scores_of(images: torch.Tensor, params: dict) -> torch.Tensor:
    same = params["W1"].shape[-1] // 2
    maps = F.conv2d(images, params["W1"], params["b1"], padding=same)
    pooled = F.max_pool2d(maps.relu(), 2)
    hidden = (pooled.flatten(1) @ params["W2"] + params["b2"]).relu()
    return hidden @ params["W3"]


@mistake("gpu-same-net", "The first ReLU is missing.")
def scores_of(images: torch.Tensor, params: dict) -> torch.Tensor:
    same = params["W1"].shape[-1] // 2
    maps = F.conv2d(images, params["W1"], params["b1"], padding=same)
    hidden = (F.max_pool2d(maps, 2).flatten(1) @ params["W2"] + params["b2"]).relu()
    return hidden @ params["W3"] + params["b3"]


@mistake("gpu-same-net", "scores, filters of 3 x 3")
def scores_of(images: torch.Tensor, params: dict) -> torch.Tensor:
    maps = F.conv2d(images, params["W1"], params["b1"], padding=2)  # right for 5 x 5 alone
    pooled = F.max_pool2d(maps.relu(), 2)[..., : images.shape[2] // 2, : images.shape[3] // 2]
    hidden = (pooled.flatten(1) @ params["W2"] + params["b2"]).relu()
    return hidden @ params["W3"] + params["b3"]


# --- gpu-clock


@mistake("gpu-clock", "The clock was read while the device was still at work.")
def seconds_per_call(work, synchronize, clock, repeats: int) -> float:
    work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


@mistake("gpu-clock", "The first call is in it: it compiles, and counts for nothing.")
def seconds_per_call(work, synchronize, clock, repeats: int) -> float:
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


@mistake("gpu-clock", "What the device had to do before is in it.")
def seconds_per_call(work, synchronize, clock, repeats: int) -> float:
    work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


@mistake("gpu-clock", "This is the mean: one hiccup moves it.")
def seconds_per_call(work, synchronize, clock, repeats: int) -> float:
    work()
    synchronize()
    start = clock()
    for _ in range(repeats):
        work()
        synchronize()
    return (clock() - start) / repeats


@mistake("gpu-clock", "A product and its addition are two FLOP.")
def conv_intensity(N: int, C: int, K: int, side: int, kernel: int, size: int) -> float:
    flop = N * K * side**2 * C * kernel**2
    numbers = N * C * side**2 + K * C * kernel**2 + N * K * side**2
    return flop / (numbers * size)


@mistake("gpu-clock", "A filter has C channels: they count in the filters, too.")
def conv_intensity(N: int, C: int, K: int, side: int, kernel: int, size: int) -> float:
    flop = 2 * N * K * side**2 * C * kernel**2
    numbers = N * C * side**2 + K * kernel**2 + N * K * side**2
    return flop / (numbers * size)


@mistake("gpu-clock", "Of peak and memory the slower sets the pace.")
def attainable(intensity: float, peak: float, bandwidth: float) -> float:
    return 2 * max(peak / 2, intensity * bandwidth)


@mistake("gpu-clock", "Below the ridge it is intensity times bandwidth.")
def attainable(intensity: float, peak: float, bandwidth: float) -> float:
    return peak


# --- gpu-dishonest


@mistake("gpu-dishonest", "B: which line needs the training images before the clock runs?")
def dishonest() -> dict:
    return {
        "A": (7, "unfinished"),
        "B": (2, "unclocked"),
        "C": (7, "best"),
        "D": (1, "asleep"),
        "E": (4, "unequal"),
    }


@mistake("gpu-dishonest", "D: what does this clock count while workers load images?")
def dishonest() -> dict:
    return {
        "A": (7, "unfinished"),
        "B": (4, "unclocked"),
        "C": (7, "best"),
        "D": (2, "cold"),
        "E": (4, "unequal"),
    }


@mistake("gpu-dishonest", "C: compare the two numbers of the sentence: one is a mean.")
def dishonest() -> dict:
    return {
        "A": (7, "unfinished"),
        "B": (4, "unclocked"),
        "C": (7, "single"),
        "D": (1, "asleep"),
        "E": (4, "unequal"),
    }


@mistake("gpu-dishonest", "The keys are A to E.")
def dishonest() -> dict:
    return {"A": (7, "unfinished"), "B": (4, "unclocked")}


# --- gpu-augment


@mistake("gpu-augment", "One coin was tossed for all: each image has its own.")
def random_flip(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    toss = torch.rand(1, generator=generator, device=images.device)
    return images.flip(3) if toss < 0.5 else images.clone()


@mistake("gpu-augment", "Top and bottom are exchanged: left and right are axis 3.")
def random_flip(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    toss = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device)
    return torch.where(toss < 0.5, images.flip(2), images)


@mistake("gpu-augment", "Chance must come from the generator, and from it alone.")
def random_flip(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    toss = torch.rand(len(images), 1, 1, 1, device=images.device)
    return torch.where(toss < 0.5, images.flip(3), images)


@mistake("gpu-augment", "In odd epochs exactly the others are mirrored.")
def alternating_flip(images: torch.Tensor, first: torch.Tensor, epoch: int) -> torch.Tensor:
    return torch.where(first[:, None, None, None], images.flip(3), images)


@mistake("gpu-augment", "Nothing is drawn here: `first` says who is mirrored, in every epoch.")
def alternating_flip(images: torch.Tensor, first: torch.Tensor, epoch: int) -> torch.Tensor:
    chance = torch.rand(len(images), 1, 1, 1)
    return torch.where(chance < 0.5, images.flip(3), images)


@mistake("gpu-augment", "What leaves on one side comes in on the other: reflect instead.")
def random_shift(images: torch.Tensor, pad: int, generator: torch.Generator) -> torch.Tensor:
    (N, C, H, W), place = images.shape, {"device": images.device}
    down, right = torch.randint(2 * pad + 1, (2, N, 1, 1, 1), generator=generator, **place) - pad
    rows = (down + torch.arange(H, device=images.device)[:, None]) % H
    columns = (right + torch.arange(W, device=images.device)) % W
    n = torch.arange(N, device=images.device)[:, None, None, None]
    return images[n, torch.arange(C, device=images.device)[:, None, None], rows, columns]


@mistake("gpu-augment", "All images moved alike: each has its own shift.")
def random_shift(images: torch.Tensor, pad: int, generator: torch.Generator) -> torch.Tensor:
    down, right = torch.randint(2 * pad + 1, (2,), generator=generator).tolist()
    padded = F.pad(images, (pad, pad, pad, pad), mode="reflect")
    return padded[:, :, down : down + images.shape[2], right : right + images.shape[3]]


@mistake(
    "gpu-augment", "Some of the nine shifts by -1, 0 or 1 hardly occur: all are equally likely."
)
def random_shift(images: torch.Tensor, pad: int, generator: torch.Generator) -> torch.Tensor:
    (N, C, H, W), place = images.shape, {"device": images.device}
    down, right = torch.randint(2 * pad, (2, N, 1, 1, 1), generator=generator, device=images.device)
    rows = down + torch.arange(H, device=images.device)[:, None]
    columns = right + torch.arange(W, device=images.device)
    n = torch.arange(N, device=images.device)[:, None, None, None]
    c = torch.arange(C, device=images.device)[:, None, None]
    return F.pad(images, (pad, pad, pad, pad), mode="reflect")[n, c, rows, columns]


# --- gpu-start


@mistake("gpu-start", "The eigenvectors are not divided by the root of their eigenvalues.")
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)
    values, vectors = torch.linalg.eigh(torch.cov(columns, correction=0))
    filters = vectors.T.flip(0).reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, -filters])


@mistake("gpu-start", "The smallest eigenvalue comes first: turn the order round.")
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)
    values, vectors = torch.linalg.eigh(torch.cov(columns, correction=0))
    filters = (vectors / torch.sqrt(values + eps)).T.reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, -filters])


@mistake("gpu-start", "Divided by the root of the eigenvalue, and eps added behind the root.")
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)
    values, vectors = torch.linalg.eigh(torch.cov(columns, correction=0))
    filters = (vectors / (values.clamp(min=0).sqrt() + eps)).T.flip(0)
    filters = filters.reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, -filters])


@mistake("gpu-start", "covariance of what the filters give")
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)
    values, vectors = torch.linalg.eigh(columns @ columns.T / columns.shape[1])
    filters = (vectors / torch.sqrt(values + eps)).T.flip(0)
    filters = filters.reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, -filters])


@mistake("gpu-start", "the second half, the negatives")
def whitening_filters(images: torch.Tensor, size: int, eps: float) -> torch.Tensor:
    columns = F.unfold(images, size).transpose(0, 1).flatten(1)
    values, vectors = torch.linalg.eigh(torch.cov(columns, correction=0))
    filters = (vectors / torch.sqrt(values + eps)).T.flip(0)
    filters = filters.reshape(-1, images.shape[1], size, size)
    return torch.cat([filters, filters])


@mistake("gpu-start", "Filter k passes channel k alone: yours adds up all channels.")
def identity_init(weight: torch.Tensor) -> torch.Tensor:
    filters, count = weight.clone(), min(weight.shape[:2])
    filters[:count] = 0
    filters[:count, :, weight.shape[2] // 2, weight.shape[3] // 2] = 1
    return filters


@mistake("gpu-start", "The filters beyond the channels stay as they were.")
def identity_init(weight: torch.Tensor) -> torch.Tensor:
    return nn.init.dirac_(weight.clone())


@mistake("gpu-start", "Your function changed its 1st argument")
def identity_init(weight: torch.Tensor) -> torch.Tensor:
    for k in range(min(weight.shape[:2])):
        weight[k] = 0
        weight[k, k, weight.shape[2] // 2, weight.shape[3] // 2] = 1
    return weight


# --- gpu-groups


@mistake("gpu-groups", "Weights have weight decay; biases and the norms' parameters have none.")
def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    quick, others = [], []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.requires_grad:
                fast = isinstance(module, nn.BatchNorm2d) and name == "bias"
                (quick if fast else others).append(parameter)
    kinds = ((quick, lr * bias_factor), (others, lr))
    return [{"params": p, "lr": rate, "weight_decay": weight_decay} for p, rate in kinds if p]


@mistake("gpu-groups", "The norm's biases learn at lr * bias_factor.")
def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    trained = [p for p in model.parameters() if p.requires_grad]
    kinds = (
        ([p for p in trained if p.ndim > 1], weight_decay),
        ([p for p in trained if p.ndim == 1], 0.0),
    )
    return [{"params": p, "lr": lr, "weight_decay": decay} for p, decay in kinds if p]


@mistake("gpu-groups", "Only the biases of norm layers learn faster.")
def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    kinds = (
        ([p for n, p in trained if p.ndim > 1], lr, weight_decay),
        ([p for n, p in trained if n.endswith("bias")], lr * bias_factor, 0.0),
        ([p for n, p in trained if p.ndim == 1 and not n.endswith("bias")], lr, 0.0),
    )
    return [{"params": p, "lr": rate, "weight_decay": decay} for p, rate, decay in kinds if p]


@mistake("gpu-groups", "A frozen parameter is in a group.")
def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    weights, quick, others = [], [], []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if isinstance(module, nn.BatchNorm2d) and name == "bias":
                quick.append(parameter)
            else:
                (weights if parameter.ndim > 1 else others).append(parameter)
    kinds = ((weights, lr, weight_decay), (quick, lr * bias_factor, 0.0), (others, lr, 0.0))
    return [{"params": p, "lr": rate, "weight_decay": decay} for p, rate, decay in kinds]


@mistake("gpu-groups", "A group is empty: leave it out.")
def parameter_groups(model: nn.Module, lr: float, weight_decay: float, bias_factor: float) -> list:
    weights, quick, others = [], [], []
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if not parameter.requires_grad:
                continue
            if isinstance(module, nn.BatchNorm2d) and name == "bias":
                quick.append(parameter)
            else:
                (weights if parameter.ndim > 1 else others).append(parameter)
    kinds = ((weights, lr, weight_decay), (quick, lr * bias_factor, 0.0), (others, lr, 0.0))
    return [{"params": p, "lr": rate, "weight_decay": decay} for p, rate, decay in kinds]


# --- gpu-loss-and-rate


@mistake("gpu-loss-and-rate", "The target does not sum to 1: the right class gets 1 - s + s / K.")
def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    log_p, K = F.log_softmax(logits, dim=1), logits.shape[1]
    right = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - smoothing) * right + smoothing / K * (log_p.sum(dim=1) - right)).mean()


@mistake("gpu-loss-and-rate", "The target sums to more than 1: the right class gives s away.")
def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    log_p, K = F.log_softmax(logits, dim=1), logits.shape[1]
    right = log_p.gather(1, labels[:, None]).squeeze(1)
    return -(right + smoothing / K * (log_p.sum(dim=1) - right)).mean()


@mistake("gpu-loss-and-rate", "s is spread over the other classes alone: spread it over all K.")
def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    log_p, K = F.log_softmax(logits, dim=1), logits.shape[1]
    right = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - smoothing) * right + smoothing / (K - 1) * (log_p.sum(dim=1) - right)).mean()


@mistake("gpu-loss-and-rate", "is what you are asked to write: do without it.")
def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    return F.cross_entropy(logits, labels, label_smoothing=smoothing)


@mistake("gpu-loss-and-rate", "Scores of 1000 overflow exp: F.log_softmax does not.")
def smoothed_cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, smoothing: float
) -> torch.Tensor:
    log_p = torch.log(logits.exp() / logits.exp().sum(dim=1, keepdim=True))
    right = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - smoothing) * right + smoothing * log_p.mean(dim=1)).mean()


@mistake("gpu-loss-and-rate", "The last step has the rate `end`: that is due one step later.")
def learning_rate(
    step: int, steps: int, peak: float, start: float, end: float, peak_at: float
) -> float:
    top = peak_at * steps
    if step <= top:
        return start + (peak - start) * step / top
    return peak + (end - peak) * min(1.0, (step - top) / (steps - 1 - top))


@mistake("gpu-loss-and-rate", "Off by one: step 0 has the rate `start`.")
def learning_rate(
    step: int, steps: int, peak: float, start: float, end: float, peak_at: float
) -> float:
    return float(np.interp(step + 1, [0, peak_at * steps, steps], [start, peak, end]))


@mistake("gpu-loss-and-rate", "It starts at 0: `start` is the rate of step 0.")
def learning_rate(
    step: int, steps: int, peak: float, start: float, end: float, peak_at: float
) -> float:
    return float(np.interp(step, [0, peak_at * steps, steps], [0, peak, end]))


# --- gpu-average


@mistake("gpu-average", "decay is the share of the average that is kept: yours is swapped.")
def average_weights(average: dict | None, state: dict, decay: float) -> dict:
    if average is None:
        return {name: value.clone() for name, value in state.items()}
    return {
        name: torch.lerp(average[name], value, decay)
        if value.is_floating_point()
        else value.clone()
        for name, value in state.items()
    }


@mistake("gpu-average", "The running statistics are the net's own: average them as the weights.")
def average_weights(average: dict | None, state: dict, decay: float) -> dict:
    if average is None:
        return {name: value.clone() for name, value in state.items()}
    found = {}
    for name, value in state.items():
        learnt = name.endswith(("weight", "bias"))
        found[name] = torch.lerp(value, average[name], decay) if learnt else value.clone()
    return found


@mistake("gpu-average", "The running statistics are left behind: they belong to the weights.")
def average_weights(average: dict | None, state: dict, decay: float) -> dict:
    if average is None:
        return {name: value.clone() for name, value in state.items()}
    found = {}
    for name, value in state.items():
        learnt = name.endswith(("weight", "bias"))
        found[name] = torch.lerp(value, average[name], decay) if learnt else average[name].clone()
        if not value.is_floating_point():
            found[name] = value.clone()
    return found


@mistake("gpu-average", "Your function changed its 1st argument")
def average_weights(average: dict | None, state: dict, decay: float) -> dict:
    if average is None:
        return {name: value.clone() for name, value in state.items()}
    for name, value in state.items():
        if value.is_floating_point():
            average[name].lerp_(value, 1 - decay)
        else:
            average[name].copy_(value)
    return average


@mistake(
    "gpu-average",
    "momentum is the share that is taken here: lesson 06's is the share that is kept.",
)
def running_update(
    mean: torch.Tensor, var: torch.Tensor, images: torch.Tensor, momentum: float
) -> tuple:
    new = images.mean(dim=(0, 2, 3)), images.var(dim=(0, 2, 3))
    return tuple(torch.lerp(b, a, momentum) for a, b in zip((mean, var), new))


@mistake("gpu-average", "The running variance divides by n - 1.")
def running_update(
    mean: torch.Tensor, var: torch.Tensor, images: torch.Tensor, momentum: float
) -> tuple:
    new = images.mean(dim=(0, 2, 3)), images.var(dim=(0, 2, 3), unbiased=False)
    return tuple(torch.lerp(a, b, momentum) for a, b in zip((mean, var), new))


@mistake("gpu-average", "Less than the share: one batch more.")
def batches_to_forget(momentum: float, left: float) -> int:
    return int(np.log(left) / np.log(1 - momentum))


# --- gpu-views


@mistake("gpu-views", "The net is in training mode: batch norm uses this batch's statistics.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :][..., :H, :W]
            total = total + model(view.flip(3) if mirrored else view)
    return total / len(views)


@mistake("gpu-views", "The net came in training mode, and must leave in it.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    model.eval()
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :][..., :H, :W]
            total = total + model(view.flip(3) if mirrored else view)
    return total / len(views)


@mistake("gpu-views", "The net came in evaluation mode, and must leave in it.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    model.eval()
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :][..., :H, :W]
            total = total + model(view.flip(3) if mirrored else view)
    model.train()
    return total / len(views)


@mistake("gpu-views", "dy moves the image down, and dx to the right.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    was = model.training
    model.eval()
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p + dy :, q + dx :][..., :H, :W]
            total = total + model(view.flip(3) if mirrored else view)
    model.train(was)
    return total / len(views)


@mistake("gpu-views", "Moved after mirroring: move first.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    was = model.training
    model.eval()
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            image, p, q = images.flip(3) if mirrored else images, abs(dy), abs(dx)
            total = total + model(
                F.pad(image, (q, q, p, p), mode="reflect")[
                    ..., p - dy : p - dy + H, q - dx : q - dx + W
                ]
            )
    model.train(was)
    return total / len(views)


@mistake("gpu-views", "These are means of probabilities: of the scores they are due.")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    was = model.training
    model.eval()
    (H, W), total = images.shape[2:], 0
    with torch.no_grad():
        for mirrored, dy, dx in views:
            p, q = abs(dy), abs(dx)
            view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :][..., :H, :W]
            total = total + model(view.flip(3) if mirrored else view).softmax(1)
    model.train(was)
    return total / len(views)


@mistake("gpu-views", "No gradient is wanted: torch.no_grad().")
def predict(model: nn.Module, images: torch.Tensor, views: list) -> torch.Tensor:
    was = model.training
    model.eval()
    (H, W), total = images.shape[2:], 0
    for mirrored, dy, dx in views:
        p, q = abs(dy), abs(dx)
        view = F.pad(images, (q, q, p, p), mode="reflect")[..., p - dy :, q - dx :][..., :H, :W]
        total = total + model(view.flip(3) if mirrored else view)
    model.train(was)
    return total / len(views)


# --- gpu-mixed


@mistake("gpu-mixed", "The gradients are still scaled: divide them before the step.")
def mixed_precision_step(
    loss: torch.Tensor, optimizer: torch.optim.Optimizer, scaler: dict
) -> bool:
    optimizer.zero_grad()
    (loss * scaler["scale"]).backward()
    owned = [
        p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None
    ]
    finite = all(bool(grad.isfinite().all()) for grad in owned)
    if finite:
        optimizer.step()
        scaler["good"] += 1
        if scaler["good"] == scaler["interval"]:
            scaler["scale"], scaler["good"] = 2 * scaler["scale"], 0
    else:
        scaler["scale"], scaler["good"] = max(scaler["scale"] / 2, 1.0), 0
    return finite


@mistake("gpu-mixed", "A gradient overflowed, and the step was made: skip it.")
def mixed_precision_step(
    loss: torch.Tensor, optimizer: torch.optim.Optimizer, scaler: dict
) -> bool:
    optimizer.zero_grad()
    (loss * scaler["scale"]).backward()
    owned = [
        p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None
    ]
    for grad in owned:
        grad /= scaler["scale"]
    optimizer.step()
    scaler["good"] += 1
    return True


@mistake(
    "gpu-mixed", "The scale doubles when `good` reaches the interval, and counting begins anew."
)
def mixed_precision_step(
    loss: torch.Tensor, optimizer: torch.optim.Optimizer, scaler: dict
) -> bool:
    optimizer.zero_grad()
    (loss * scaler["scale"]).backward()
    owned = [
        p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None
    ]
    for grad in owned:
        grad /= scaler["scale"]
    finite = all(bool(grad.isfinite().all()) for grad in owned)
    if finite:
        optimizer.step()
        scaler["good"] += 1
    else:
        scaler["scale"], scaler["good"] = max(scaler["scale"] / 2, 1.0), 0
    return finite


@mistake("gpu-mixed", "The scale is halved, but never below 1; and counting begins anew.")
def mixed_precision_step(
    loss: torch.Tensor, optimizer: torch.optim.Optimizer, scaler: dict
) -> bool:
    optimizer.zero_grad()
    (loss * scaler["scale"]).backward()
    owned = [
        p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None
    ]
    for grad in owned:
        grad /= scaler["scale"]
    finite = all(bool(grad.isfinite().all()) for grad in owned)
    if finite:
        optimizer.step()
        scaler["good"] += 1
        if scaler["good"] == scaler["interval"]:
            scaler["scale"], scaler["good"] = 2 * scaler["scale"], 0
    else:
        scaler["scale"], scaler["good"] = scaler["scale"] / 2, 0
    return finite


@mistake("gpu-mixed", "The sign's own gradient is 0 everywhere: let it go straight through.")
def sign_weights(weight: torch.Tensor) -> torch.Tensor:
    scale = weight.detach().abs().flatten(1).mean(dim=1).view(-1, *[1] * (weight.ndim - 1))
    return torch.where(weight >= 0, scale, -scale) + 0 * weight


@mistake("gpu-mixed", "Where |weight| > 1 the gradient is 0.")
def sign_weights(weight: torch.Tensor) -> torch.Tensor:
    scale = weight.detach().abs().flatten(1).mean(dim=1).view(-1, *[1] * (weight.ndim - 1))
    return torch.where(weight >= 0, scale, -scale) + (weight - weight.detach())


@mistake("gpu-mixed", "One scale for all filters: each has its own.")
def sign_weights(weight: torch.Tensor) -> torch.Tensor:
    scale, through = weight.detach().abs().mean(), weight.clamp(-1, 1)
    return torch.where(weight >= 0, scale, -scale) + (through - through.detach())


@mistake("gpu-mixed", "The sign of 0 is due as +.")
def sign_weights(weight: torch.Tensor) -> torch.Tensor:
    scale = weight.detach().abs().flatten(1).mean(dim=1).view(-1, *[1] * (weight.ndim - 1))
    through = weight.clamp(-1, 1)
    return scale * weight.sign() + (through - through.detach())


# --- gpu-accumulate


@mistake(
    "gpu-accumulate", "The parts' gradients are added: each counts by its share of the images."
)
def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    total = 0.0
    for first in range(0, len(images), size):
        loss = loss_of(model(images[first : first + size]), labels[first : first + size])
        loss.backward()
        total += loss.item() * len(labels[first : first + size]) / len(labels)
    return total


@mistake("gpu-accumulate", "Each part counts alike: the last one is smaller.")
def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    total, count = 0.0, -(-len(images) // size)
    for first in range(0, len(images), size):
        loss = loss_of(model(images[first : first + size]), labels[first : first + size]) / count
        loss.backward()
        total += loss.item()
    return total


@mistake("gpu-accumulate", "This is the last part alone: clear nothing in between.")
def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        model.zero_grad()
        loss = loss_of(model(x), y) * len(y) / len(labels)
        loss.backward()
        total += loss.item()
    return total


@mistake("gpu-accumulate", "The last part is left out.")
def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    total = 0.0
    for part in range(len(images) // size):
        rows = slice(part * size, (part + 1) * size)
        loss = loss_of(model(images[rows]), labels[rows]) * size / len(labels)
        loss.backward()
        total += loss.item()
    return total


@mistake("gpu-accumulate", "What was in .grad before is lost: add to it.")
def accumulated_step(
    model: nn.Module, loss_of, images: torch.Tensor, labels: torch.Tensor, size: int
) -> float:
    total = 0.0
    model.zero_grad()
    for x, y in zip(images.split(size), labels.split(size)):
        loss = loss_of(model(x), y) * len(y) / len(labels)
        loss.backward()
        total += loss.item()
    return total


# --- gpu-resume


@mistake("gpu-resume", "The optimiser's momentum is lost.")
def train_resumable(
    model, optimizer, images, labels, generator, *, steps, batch, every, save, checkpoint=None
) -> list:
    done, losses = 0, []
    if checkpoint is not None:
        model.load_state_dict(checkpoint["model"])
        generator.set_state(checkpoint["generator"])
        done = checkpoint["step"]
    model.train()
    for step in range(done, steps):
        rows = torch.randint(len(images), (batch,), generator=generator)
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % every == 0 or step + 1 == steps:
            found = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save({**found, "generator": generator.get_state(), "step": step + 1})
    return losses


@mistake("gpu-resume", "The generator's state is lost: other images come.")
def train_resumable(
    model, optimizer, images, labels, generator, *, steps, batch, every, save, checkpoint=None
) -> list:
    done, losses = 0, []
    if checkpoint is not None:
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        done = checkpoint["step"]
    model.train()
    for step in range(done, steps):
        rows = torch.randint(len(images), (batch,), generator=generator)
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % every == 0 or step + 1 == steps:
            found = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save({**found, "generator": generator.get_state(), "step": step + 1})
    return losses


@mistake("gpu-resume", "The steps are counted from 0 again.")
def train_resumable(
    model, optimizer, images, labels, generator, *, steps, batch, every, save, checkpoint=None
) -> list:
    losses = []
    if checkpoint is not None:
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        generator.set_state(checkpoint["generator"])
    model.train()
    for step in range(steps):
        rows = torch.randint(len(images), (batch,), generator=generator)
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % every == 0 or step + 1 == steps:
            found = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save({**found, "generator": generator.get_state(), "step": step + 1})
    return losses


@mistake("gpu-resume", "steps of the checkpoints")
def train_resumable(
    model, optimizer, images, labels, generator, *, steps, batch, every, save, checkpoint=None
) -> list:
    done, losses = 0, []
    if checkpoint is not None:
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        generator.set_state(checkpoint["generator"])
        done = checkpoint["step"]
    model.train()
    for step in range(done, steps):
        rows = torch.randint(len(images), (batch,), generator=generator)
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % every == 0:
            found = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save({**found, "generator": generator.get_state(), "step": step})
    return losses


@mistake("gpu-resume", "One number that moved a little has moved.")
def proof_of_learning(
    before: dict, after: dict, gradients: dict, accuracy: float, baseline: float, margin: float
) -> dict:
    still = sorted(name for name, weight in before.items() if torch.allclose(weight, after[name]))
    bad = [name for name, g in gradients.items() if not (g.isfinite().all() and g.any())]
    return {"still": still, "gradients": sorted(bad), "baseline": accuracy < baseline + margin}


@mistake("gpu-resume", "A gradient with nan or inf in it is none.")
def proof_of_learning(
    before: dict, after: dict, gradients: dict, accuracy: float, baseline: float, margin: float
) -> dict:
    still = sorted(name for name in before if (before[name] == after[name]).all())
    bad = sorted(name for name, g in gradients.items() if not g.any())
    return {"still": still, "gradients": bad, "baseline": accuracy < baseline + margin}


@mistake("gpu-resume", "A net hardly better than random filters proves nothing: the margin counts.")
def proof_of_learning(
    before: dict, after: dict, gradients: dict, accuracy: float, baseline: float, margin: float
) -> dict:
    still = sorted(name for name in before if (before[name] == after[name]).all())
    bad = sorted(name for name, g in gradients.items() if not (g.isfinite().all() and g.any()))
    return {"still": still, "gradients": bad, "baseline": accuracy < baseline}


@mistake("gpu-resume", "Numbers that changed places have changed.")
def proof_of_learning(
    before: dict, after: dict, gradients: dict, accuracy: float, baseline: float, margin: float
) -> dict:
    still = sorted(n for n in before if torch.equal(before[n].sort()[0], after[n].sort()[0]))
    bad = sorted(name for name, g in gradients.items() if not (g.isfinite().all() and g.any()))
    return {"still": still, "gradients": bad, "baseline": accuracy < baseline + margin}


# --- gpu-ablation


@mistake("gpu-ablation", "This is each trick alone: leave one out, and keep the others.")
def leave_one_out(switches: dict) -> dict:
    plan, on = {"all": dict(switches)}, [name for name in switches if switches[name]]
    for name in on:
        plan[f"without {name}"] = {key: switches[key] and key == name for key in switches}
    return plan


@mistake("gpu-ablation", "What is off already cannot be left out.")
def leave_one_out(switches: dict) -> dict:
    return {"all": dict(switches)} | {f"without {k}": {**switches, k: False} for k in switches}


@mistake("gpu-ablation", "This is the standard deviation: one run's spread, not the mean's.")
def paired_difference(base: np.ndarray, other: np.ndarray) -> tuple:
    if len(base) != len(other) or len(base) < 2:
        raise ValueError
    return float((other - base).mean()), float((other - base).std(ddof=1))


@mistake("gpu-ablation", "The mean comes from the same pairs: divide by n - 1.")
def paired_difference(base: np.ndarray, other: np.ndarray) -> tuple:
    if len(base) != len(other) or len(base) < 2:
        raise ValueError
    return float((other - base).mean()), float((other - base).std() / len(base) ** 0.5)


@mistake("gpu-ablation", "These are unpaired runs: take the spread of the differences.")
def paired_difference(base: np.ndarray, other: np.ndarray) -> tuple:
    if len(base) != len(other) or len(base) < 2:
        raise ValueError
    spread = (base.var(ddof=1) + other.var(ddof=1)) / len(base)
    return float((other - base).mean()), float(spread**0.5)


@mistake("gpu-ablation", "One pair has no spread.")
def paired_difference(base: np.ndarray, other: np.ndarray) -> tuple:
    if len(base) != len(other):
        raise ValueError
    gap = other - base
    if len(gap) == 1:
        return float(gap[0]), 0.0
    return float(gap.mean()), float(gap.std(ddof=1) / len(gap) ** 0.5)


# --- gpu-predictions


@mistake(
    "gpu-predictions", "One number an image is due, not one a class: which axis holds the classes?"
)
def hand_in(scores, path="predictions.npz"):
    if np.isnan(scores).any():
        raise ValueError
    best = scores.argmax(axis=0)
    data.write_predictions(best, path)
    return best


@mistake("gpu-predictions", "Class numbers begin at 0.")
def hand_in(scores, path="predictions.npz"):
    if np.isnan(scores).any():
        raise ValueError
    numbers = 1 + np.argmax(scores, axis=1)
    data.write_predictions(numbers, path, classes=11)
    return numbers


@mistake("gpu-predictions", "Of equal scores the first class wins.")
def hand_in(scores, path="predictions.npz"):
    if np.isnan(scores).any():
        raise ValueError
    last = np.argsort(scores, axis=1, kind="stable")[:, -1]
    data.write_predictions(last, path)
    return last


@mistake("gpu-predictions", "to argmax, nan is the greatest of all scores")
def hand_in(scores, path="predictions.npz"):
    best = scores.argmax(axis=1)
    data.write_predictions(best, path)
    return best


@mistake("gpu-predictions", "The file still holds what an earlier call wrote.")
def hand_in(scores, path="predictions.npz"):
    if np.isnan(scores).any():
        raise ValueError
    best = scores.argmax(axis=1)
    import os

    if not os.path.exists(path):
        data.write_predictions(best, path)
    return best
