"""Wrong answers to lesson 06, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake

# --- batchnorm-standardise


@mistake(
    "batchnorm-standardise",
    "These are standardised rows: a unit is a column, and its images are axis 0.",
)
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)


@mistake(
    "batchnorm-standardise",
    "The variance is divided by N - 1: here it is the mean of squares, over N.",
)
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps)


@mistake("batchnorm-standardise", "eps stands outside the root: add it to the variance.")
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    return (x - x.mean(axis=0)) / (x.std(axis=0) + eps)


@mistake("batchnorm-standardise", "This is divided by the variance: the root is missing.")
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    return (x - x.mean(axis=0)) / (x.var(axis=0) + eps)


@mistake("batchnorm-standardise", "The mean is not subtracted.")
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    return x / np.sqrt(x.var(axis=0) + eps)


@mistake(
    "batchnorm-standardise",
    "One mean and one deviation for the whole table: each column has its own.",
)
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    return (x - x.mean()) / np.sqrt(x.var() + eps)


@mistake(
    "batchnorm-standardise",
    "Far from 0 the digits are lost: take the mean of squared deviations.",
)
def standardise(x, eps=1e-5):
    if x.ndim != 2:
        raise ValueError
    mean = x.mean(axis=0)
    return (x - mean) / np.sqrt(np.abs((x**2).mean(axis=0) - mean**2) + eps)


@mistake("batchnorm-standardise", "One row is not a table.")
def standardise(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


# --- batchnorm-forward


@mistake(
    "batchnorm-forward",
    "momentum is the share of the old value that is kept: yours is swapped.",
)
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = (1 - momentum) * running_mean + momentum * mean
    bn_param["running_var"] = (1 - momentum) * running_var + momentum * var
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


@mistake(
    "batchnorm-forward",
    "These are the statistics of this batch: test mode uses the running ones.",
)
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    if bn_param["mode"] == "train":
        for name, new in (("running_mean", mean), ("running_var", var)):
            old = bn_param.get(name, np.zeros(x.shape[1], x.dtype))
            bn_param[name] = momentum * old + (1 - momentum) * new
    elif bn_param["mode"] != "test":
        raise ValueError
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake(
    "batchnorm-forward",
    "The variance is divided by N - 1: the one that normalises is over N.",
)
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * x.var(axis=0)
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


@mistake("batchnorm-forward", "The running variance is divided by N - 1: here it is over N.")
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


@mistake("batchnorm-forward", "eps stands outside the root: add it to the variance.")
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / (np.sqrt(running_var) + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    std = np.sqrt(var) + eps
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


@mistake(
    "batchnorm-forward",
    "Nothing is written into bn_param: whoever calls cannot see it.",
)
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError
    mean, var = x.mean(axis=0), x.var(axis=0)
    running_mean = momentum * running_mean + (1 - momentum) * mean
    running_var = momentum * running_var + (1 - momentum) * var
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


@mistake("batchnorm-forward", "Train mode normalises by the batch, not by running values.")
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean, var = x.mean(axis=0), x.var(axis=0)
    if bn_param["mode"] == "train":
        kept = momentum if "running_mean" in bn_param else 0.0
        running_mean = kept * bn_param.get("running_mean", 0 * mean) + (1 - kept) * mean
        running_var = kept * bn_param.get("running_var", 0 * mean) + (1 - kept) * var
        first = 1.0 if kept else 1 - momentum
        bn_param["running_mean"] = first * running_mean
        bn_param["running_var"] = first * running_var
    elif bn_param["mode"] == "test":
        running_mean = bn_param.get("running_mean", 0 * mean)
        running_var = bn_param.get("running_var", 0 * mean)
    else:
        raise ValueError
    std = np.sqrt(running_var + eps)
    x_hat = (x - running_mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake("batchnorm-forward", "The mode is train or test.")
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] != "train":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, gamma, std)


# --- batchnorm-backward


@mistake("batchnorm-backward", "gamma is missing in dx: it stands between dout and x_hat.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    part = dout.sum(axis=0) + x_hat * (dout * x_hat).sum(axis=0)
    return (dout - part / len(dout)) / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-backward", "Mean and variance move with x: two of three routes are missing.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    return dout * gamma / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-backward", "The route through the variance is missing.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dx = gamma / std * (dout - dout.mean(axis=0))
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-backward", "The route through the mean is missing.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dx = gamma / std * (dout - x_hat * (dout * x_hat).mean(axis=0))
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-backward", "dgamma and dbeta are means: the pulls of all rows add up.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    part = dout.mean(axis=0) + x_hat * (dout * x_hat).mean(axis=0)
    return gamma / std * (dout - part), (dout * x_hat).mean(axis=0), dout.mean(axis=0)


@mistake(
    "batchnorm-backward",
    "The slope of a square is missing its 2, on the route through the variance.",
)
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    part = dout.mean(axis=0) + x_hat * (dout * x_hat).mean(axis=0) / 2
    return gamma / std * (dout - part), (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-backward", "dgamma and dbeta are swapped.")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    part = dout.mean(axis=0) + x_hat * (dout * x_hat).mean(axis=0)
    return gamma / std * (dout - part), dout.sum(axis=0), (dout * x_hat).sum(axis=0)


@mistake("batchnorm-backward", "Your function changed its 1st argument, dout")
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dout -= (dbeta + x_hat * dgamma) / len(dout)
    return gamma / std * dout, dgamma, dbeta


# --- batchnorm-backward-alt


@mistake("batchnorm-backward-alt", "gamma is missing in dx.")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return (dout - (dbeta + x_hat * dgamma) / len(dout)) / std, dgamma, dbeta


@mistake("batchnorm-backward-alt", "The sums are not divided by N: take out means.")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / std * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


@mistake("batchnorm-backward-alt", "The part along x_hat is still in dx.")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / std * (dout - dbeta / len(dout)), dgamma, dbeta


@mistake(
    "batchnorm-backward-alt", "The mean of the gradient is still in dx: all rows pushed alike."
)
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / std * (dout - x_hat * dgamma / len(dout)), dgamma, dbeta


@mistake("batchnorm-backward-alt", "The part along x_hat must be taken out, not put in.")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / std * (dout - (dbeta - x_hat * dgamma) / len(dout)), dgamma, dbeta


@mistake("batchnorm-backward-alt", "dx is divided by the variance: std is its root already.")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / std**2 * (dout - (dbeta + x_hat * dgamma) / len(dout)), dgamma, dbeta


@mistake("batchnorm-backward-alt", "No Python loop is allowed here")
def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dx = np.empty_like(dout)
    for i in range(len(dout)):
        dx[i] = gamma / std * (dout[i] - (dbeta + x_hat[i] * dgamma) / len(dout))
    return dx, dgamma, dbeta


# --- batchnorm-fold


@mistake("batchnorm-fold", "This is divided by the variance: the root is missing.")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / (running_var + eps)
    return w * factor, (b - running_mean) * factor + beta


@mistake("batchnorm-fold", "The old b passes through the batchnorm as well: it is scaled.")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / np.sqrt(running_var + eps)
    return w * factor, b - running_mean * factor + beta


@mistake("batchnorm-fold", "The old b is lost.")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / np.sqrt(running_var + eps)
    return w * factor, beta - running_mean * factor


@mistake("batchnorm-fold", "eps is missing beside running_var.")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / np.sqrt(running_var)
    return w * factor, (b - running_mean) * factor + beta


@mistake("batchnorm-fold", "The factors belong to the columns of w, one a unit.")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / np.sqrt(running_var + eps)
    rows = w.shape[0] == w.shape[1]
    return w * (factor[:, None] if rows else factor), (b - running_mean) * factor + beta


@mistake("batchnorm-fold", "Your function changed its 1st argument, w")
def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    factor = gamma / np.sqrt(running_var + eps)
    folded = w * factor
    w *= factor
    return folded, (b - running_mean) * factor + beta


# --- batchnorm-spatial


@mistake(
    "batchnorm-spatial",
    "Channels are mixed: reshape cuts as the numbers lie, so move axes first.",
)
def spatial_batchnorm_forward(x, gamma, beta, bn_param, forward=None):
    out, cache = forward(x.reshape(-1, x.shape[1]), gamma, beta, bn_param)
    return out.reshape(x.shape), cache


@mistake(
    "batchnorm-spatial",
    "Each pixel would have a mean of its own: a channel shares one over all places.",
)
def spatial_batchnorm_forward(x, gamma, beta, bn_param, forward=None):
    places = x.shape[2] * x.shape[3]
    out, cache = forward(x.reshape(len(x), -1), gamma.repeat(places), beta.repeat(places), bn_param)
    return out.reshape(x.shape), cache


@mistake("batchnorm-spatial", "One image at a time: the mean is taken over all images.")
def spatial_batchnorm_forward(x, gamma, beta, bn_param, forward=None):
    C = x.shape[1]
    done = [forward(one.reshape(C, -1).T, gamma, beta, bn_param) for one in x]
    out = np.stack([one.T.reshape(x.shape[1:]) for one, _ in done])
    return out, [cache for _, cache in done]


@mistake(
    "batchnorm-spatial",
    "The result has the right shape and not the right order: move the axes back.",
)
def spatial_batchnorm_forward(x, gamma, beta, bn_param, forward=None):
    table = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])
    out, cache = forward(table, gamma, beta, bn_param)
    return out.reshape(x.shape), cache


@mistake("batchnorm-spatial", "dout has to be laid out as x was: move its axes first.")
def spatial_batchnorm_backward(dout, cache, backward=None):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = backward(dout.reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


@mistake("batchnorm-spatial", "dx has the right shape and not the right order.")
def spatial_batchnorm_backward(dout, cache, backward=None):
    table = dout.transpose(0, 2, 3, 1).reshape(-1, dout.shape[1])
    dx, dgamma, dbeta = backward(table, cache)
    return dx.reshape(dout.shape), dgamma, dbeta


@mistake("batchnorm-spatial", "`forward` was not asked: it does the work.")
def spatial_batchnorm_forward(x, gamma, beta, bn_param, forward=None):
    table = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])
    std = np.sqrt(table.var(axis=0) + 1e-5)
    x_hat = (table - table.mean(axis=0)) / std
    out = (gamma * x_hat + beta).reshape(len(x), *x.shape[2:], -1).transpose(0, 3, 1, 2)
    return out, np.array(table)


# --- batchnorm-layernorm


@mistake("batchnorm-layernorm", "These are the statistics of columns: that is batchnorm.")
def layernorm_forward(x, gamma, beta, ln_param):
    std = np.sqrt(x.var(axis=0) + ln_param.get("eps", 1e-5))
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake("batchnorm-layernorm", "The variance is divided by D - 1: it is the mean of the squares.")
def layernorm_forward(x, gamma, beta, ln_param):
    std = np.sqrt(x.var(axis=1, keepdims=True, ddof=1) + ln_param.get("eps", 1e-5))
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake("batchnorm-layernorm", "eps stands outside the root: add it to the variance.")
def layernorm_forward(x, gamma, beta, ln_param):
    std = x.std(axis=1, keepdims=True) + ln_param.get("eps", 1e-5)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake("batchnorm-layernorm", "The eps of ln_param is not used.")
def layernorm_forward(x, gamma, beta, ln_param):
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@mistake("batchnorm-layernorm", "gamma is missing in dx.")
def layernorm_backward(dout, cache):
    x_hat, gamma, std = cache
    mean = dout.mean(axis=1, keepdims=True)
    along = (dout * x_hat).mean(axis=1, keepdims=True)
    dx = (dout - mean - x_hat * along) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake(
    "batchnorm-layernorm",
    "gamma comes too late: multiply dout by it before you take means of rows.",
)
def layernorm_backward(dout, cache):
    x_hat, gamma, std = cache
    mean = dout.mean(axis=1, keepdims=True)
    along = (dout * x_hat).mean(axis=1, keepdims=True)
    dx = gamma * (dout - mean - x_hat * along) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-layernorm", "The route through the variance is missing.")
def layernorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(axis=1, keepdims=True)) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@mistake("batchnorm-layernorm", "dgamma and dbeta have one entry a unit: sum over the rows.")
def layernorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    mean = dx_hat.mean(axis=1, keepdims=True)
    along = (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = (dx_hat - mean - x_hat * along) / std
    return dx, (dout * x_hat).sum(axis=1), dout.sum(axis=1)


# --- batchnorm-groupnorm


@mistake("batchnorm-groupnorm", "Groups are neighbouring channels: yours take every other one.")
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    if C % G:
        raise ValueError
    groups = x.reshape(N, C // G, G, H, W)
    std = np.sqrt(groups.var(axis=(1, 3, 4), keepdims=True) + gn_param.get("eps", 1e-5))
    x_hat = (groups - groups.mean(axis=(1, 3, 4), keepdims=True)) / std
    x_hat = x_hat.reshape(x.shape)
    std = np.broadcast_to(std, (N, C // G, G, 1, 1)).reshape(N, C, 1)
    return gamma * x_hat + beta, (x_hat.reshape(N, C, -1), gamma, std)


@mistake("batchnorm-groupnorm", "The images share their statistics: each must have its own.")
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C = x.shape[:2]
    if C % G:
        raise ValueError
    groups = x.reshape(N, G, -1)
    std = np.sqrt(groups.var(axis=(0, 2), keepdims=True) + gn_param.get("eps", 1e-5))
    x_hat = (groups - groups.mean(axis=(0, 2), keepdims=True)) / std
    return gamma * x_hat.reshape(x.shape) + beta, (x_hat, gamma, std)


@mistake("batchnorm-groupnorm", "These are statistics of single channels: pool those of a group.")
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C = x.shape[:2]
    if C % G:
        raise ValueError
    groups = x.reshape(N, C, -1)
    std = np.sqrt(groups.var(axis=2, keepdims=True) + gn_param.get("eps", 1e-5))
    x_hat = (groups - groups.mean(axis=2, keepdims=True)) / std
    return gamma * x_hat.reshape(x.shape) + beta, (x_hat, gamma, std)


@mistake("batchnorm-groupnorm", "G is the number of groups, not of channels in one.")
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C = x.shape[:2]
    if C % G:
        raise ValueError
    groups = x.reshape(N, C // G, -1)
    std = np.sqrt(groups.var(axis=2, keepdims=True) + gn_param.get("eps", 1e-5))
    x_hat = (groups - groups.mean(axis=2, keepdims=True)) / std
    return gamma * x_hat.reshape(x.shape) + beta, (x_hat, gamma, std)


@mistake("batchnorm-groupnorm", "6 channels do not make 4 groups.")
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    bounds = np.linspace(0, x.shape[1], G + 1).astype(int)
    x_hat, std = np.empty_like(x), np.empty((*x.shape[:2], 1, 1))
    for low, high in zip(bounds, bounds[1:]):
        part = x[:, low:high]
        std[:, low:high] = np.sqrt(
            part.var(axis=(1, 2, 3), keepdims=True) + gn_param.get("eps", 1e-5)
        )
        x_hat[:, low:high] = part - part.mean(axis=(1, 2, 3), keepdims=True)
    x_hat = x_hat / std
    groups = x_hat.reshape(len(x), G, -1) if x.shape[1] % G == 0 else x_hat
    return gamma * x_hat + beta, (groups, gamma, std[:, bounds[:-1], :, 0])


@mistake("batchnorm-groupnorm", "gamma is missing in dx.")
def spatial_groupnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dgroups = dout.reshape(x_hat.shape)
    along = (dgroups * x_hat).mean(axis=2, keepdims=True)
    dx = (dgroups - dgroups.mean(axis=2, keepdims=True) - x_hat * along) / std
    dgamma = (dout * x_hat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)


@mistake("batchnorm-groupnorm", "gamma comes too late: multiply dout by it before you take means.")
def spatial_groupnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dgroups = dout.reshape(x_hat.shape)
    along = (dgroups * x_hat).mean(axis=2, keepdims=True)
    dx = (dgroups - dgroups.mean(axis=2, keepdims=True) - x_hat * along) / std
    dgamma = (dout * x_hat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return gamma * dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)


@mistake("batchnorm-groupnorm", "dgamma and dbeta keep four axes: (1, C, 1, 1).")
def spatial_groupnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    dgroups = (dout * gamma).reshape(x_hat.shape)
    along = (dgroups * x_hat).mean(axis=2, keepdims=True)
    dx = (dgroups - dgroups.mean(axis=2, keepdims=True) - x_hat * along) / std
    dgamma = (dout * x_hat.reshape(dout.shape)).sum(axis=(0, 2, 3))
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3))


# --- batchnorm-response


@mistake("batchnorm-response", "The squares are added up, not averaged.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if size % 2 == 0:
        raise ValueError
    reach = size // 2
    squares = np.pad(x**2, ((0, 0), (reach, reach), (0, 0), (0, 0)))
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (k + alpha * total / size) ** beta


@mistake("batchnorm-response", "The neighbours are channels at one place: yours are pixels.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if size % 2 == 0:
        raise ValueError
    reach = size // 2
    squares = np.pad(x**2, ((0, 0), (0, 0), (reach, reach), (0, 0)))
    total = sum(squares[:, :, i : i + x.shape[2]] for i in range(size))
    return x / (k + alpha * total) ** beta


@mistake("batchnorm-response", "The first channel is no neighbour of the last.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if size % 2 == 0:
        raise ValueError
    reach = size // 2
    total = sum(np.roll(x**2, step, axis=1) for step in range(-reach, reach + 1))
    return x / (k + alpha * total) ** beta


@mistake("batchnorm-response", "The channel itself belongs to its neighbourhood.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if size % 2 == 0:
        raise ValueError
    reach = size // 2
    squares = np.pad(x**2, ((0, 0), (reach, reach), (0, 0), (0, 0)))
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size) if i != reach)
    return x / (k + alpha * total) ** beta


@mistake("batchnorm-response", "The power beta is missing.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    if size % 2 == 0:
        raise ValueError
    reach = size // 2
    squares = np.pad(x**2, ((0, 0), (reach, reach), (0, 0), (0, 0)))
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (k + alpha * total)


@mistake("batchnorm-response", "4 channels have no middle.")
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    reach = size // 2
    squares = np.pad(x**2, ((0, 0), (reach, reach), (0, 0), (0, 0)))
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (k + alpha * total) ** beta


# --- batchnorm-contrast


@mistake(
    "batchnorm-contrast",
    "Zeros beyond the border are averaged: count the pixels that are there.",
)
def local_contrast_norm(x, size, floor):
    if size % 2 == 0:
        raise ValueError
    edge, (H, W) = size // 2, x.shape[2:]

    def mean(values):
        padded = np.pad(values, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
        shifts = [(i, j) for i in range(size) for j in range(size)]
        return sum(padded[:, :, i : i + H, j : j + W] for i, j in shifts) / size**2

    v = x - mean(x)
    return v / np.maximum(floor, np.sqrt(mean(v**2)))


@mistake("batchnorm-contrast", "The floor is a least value, not a term to add.")
def local_contrast_norm(x, size, floor):
    if size % 2 == 0:
        raise ValueError
    edge = size // 2

    def mean(values):
        pad = ((0, 0), (0, 0), (edge, edge), (edge, edge))
        padded = np.pad(values, pad, constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
        return np.nanmean(windows, axis=(-2, -1))

    v = x - mean(x)
    return v / (floor + np.sqrt(mean(v**2)))


@mistake("batchnorm-contrast", "This is divided by the variance: the root is missing.")
def local_contrast_norm(x, size, floor):
    if size % 2 == 0:
        raise ValueError
    edge = size // 2

    def mean(values):
        pad = ((0, 0), (0, 0), (edge, edge), (edge, edge))
        padded = np.pad(values, pad, constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
        return np.nanmean(windows, axis=(-2, -1))

    v = x - mean(x)
    return v / np.maximum(floor, mean(v**2))


@mistake("batchnorm-contrast", "The mean is subtracted, and nothing divided.")
def local_contrast_norm(x, size, floor):
    if size % 2 == 0:
        raise ValueError
    edge = size // 2
    pad = ((0, 0), (0, 0), (edge, edge), (edge, edge))
    padded = np.pad(x, pad, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
    return x - np.nanmean(windows, axis=(-2, -1))


@mistake("batchnorm-contrast", "The floor is not used.")
def local_contrast_norm(x, size, floor):
    if size % 2 == 0:
        raise ValueError
    edge = size // 2

    def mean(values):
        pad = ((0, 0), (0, 0), (edge, edge), (edge, edge))
        padded = np.pad(values, pad, constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
        return np.nanmean(windows, axis=(-2, -1))

    v = x - mean(x)
    return v / np.sqrt(mean(v**2))
