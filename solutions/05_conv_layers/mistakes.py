"""Wrong answers to lesson 05, each with the sentence that a student who made it should read."""

# What is not defined here stands in the set-up cell or in the answer's own cell.
# ruff: noqa: B006, F821, F841

import numpy as np

from autograder.mistakes import mistake

# --- conv-1d


@mistake("conv-1d", "The filter is turned round: correlate takes it as it stands.")
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[i : i + len(w)] @ w[::-1] for i in range(len(x) - len(w) + 1)])


@mistake("conv-1d", "One window is missing: there are W - F + 1 of them.")
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w))])


@mistake("conv-1d", "Windows that stick out are counted, too: take those that lie inside.")
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.correlate(x, w, "full")


@mistake("conv-1d", "The filter is not turned round: this is the correlation.")
def convolve(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])


@mistake("conv-1d", "Turn the filter round, not x: the answers come in the wrong order.")
def convolve(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[::-1][i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])


@mistake("conv-1d", "A filter of 4 does not fit into 3 numbers.")
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])


# --- conv-output-size


@mistake("conv-output-size", "Seven pixels, a kernel of 3 and stride 3 leave a pixel over.")
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    room = size + 2 * pad - kernel
    if room < 0:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
    return room // stride + 1


@mistake("conv-output-size", "The padding is counted once: it is put on both sides.")
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    room = size + pad - kernel
    if room < 0 or (room + pad) % stride:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
    return room // stride + 1


@mistake("conv-output-size", "One window is missing: the first one needs no step.")
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    room = size + 2 * pad - kernel
    if room < 0 or room % stride:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
    return room // stride


@mistake("conv-output-size", "A kernel of 5 does not fit into 3 pixels.")
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    room = size + 2 * pad - kernel
    if room % stride:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
    return room // stride + 1


@mistake("conv-output-size", "sizes[0]: Wrong dtype")
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    room = size + 2 * pad - kernel
    if room < 0 or room % stride:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
    return room / stride + 1


@mistake("conv-output-size", "Padding comes on both sides: half of F - 1 is enough.")
def same_padding(kernel: int) -> int:
    if kernel % 2 == 0:
        raise ValueError(f"no padding on both sides keeps the size under a kernel of {kernel}")
    return kernel - 1


@mistake("conv-output-size", "The biases are missing: one for each filter.")
def count_parameters(kernel, depth: int, filters: int) -> int:
    down, across = pair(kernel)
    return (down * across * depth) * filters


@mistake("conv-output-size", "A filter goes through all channels of its input.")
def count_parameters(kernel, depth: int, filters: int) -> int:
    down, across = pair(kernel)
    return (down * across + 1) * filters


# --- conv-pad


@mistake("conv-pad", "The mirror stands on the edge pixel: do not repeat it.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "symmetric"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)), modes[mode])


@mistake("conv-pad", "pad is (down, across): yours are swapped.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    across, down = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)), modes[mode])


@mistake("conv-pad", "Zeros, whatever the mode.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)))


@mistake("conv-pad", "The frame goes on both sides.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, 0), (across, 0)), modes[mode])


@mistake("conv-pad", "Wrong shape")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((down, down), (across, across), (down, down), (across, across)), modes[mode])


@mistake("conv-pad", "There is no such mode.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)), modes.get(mode, "constant"))


@mistake("conv-pad", "Four rows can be reflected by three at most.")
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)), modes[mode])


# --- conv-forward


@mistake("conv-forward", "The filters are turned round: nets correlate.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f, :, ::-1, ::-1]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "Only the first channel is seen: a filter goes through all of them.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window[0] * w[f, 0]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "The bias is added for every weight: add it once.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f] + b[f]).sum()
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "Neighbouring windows start one pixel apart: they start a stride apart.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, i : i + HH, j : j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "The width is computed from the height: images need not be square.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (H - HH) // s + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "operands could not be broadcast")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + HH]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "7 pixels, a kernel of 3 and stride 3 leave a pixel over.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv-forward", "Images of 1 channel and filters of 2 do not go together.")
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


# --- conv-dilation


@mistake("conv-dilation", "There are no zeros behind the last weight: the size is (F - 1) d + 1.")
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    down, across = pair(dilation)
    if min(down, across) < 1:
        raise ValueError(f"neighbours cannot be {dilation} apart")
    F, C, HH, WW = w.shape
    spread = np.zeros((F, C, HH * down, WW * across), w.dtype)
    spread[:, :, ::down, ::across] = w
    return spread


@mistake("conv-dilation", "The weights are repeated: zeros stand between them.")
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    down, across = pair(dilation)
    if min(down, across) < 1:
        raise ValueError(f"neighbours cannot be {dilation} apart")
    F, C, HH, WW = w.shape
    spread = w.repeat(down, axis=2).repeat(across, axis=3)
    return spread[:, :, : (HH - 1) * down + 1, : (WW - 1) * across + 1]


@mistake("conv-dilation", "dilation is (down, across), and only the first is used.")
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    down, across = pair(dilation)
    across = down
    if min(down, across) < 1:
        raise ValueError(f"neighbours cannot be {dilation} apart")
    F, C, HH, WW = w.shape
    spread = np.zeros((F, C, (HH - 1) * down + 1, (WW - 1) * across + 1), w.dtype)
    spread[:, :, ::down, ::across] = w
    return spread


@mistake("conv-dilation", "The gradients of the zeros are added in: they are no parameters.")
def dilate_backward(dspread: np.ndarray, dilation) -> np.ndarray:
    down, across = pair(dilation)
    H, W = dspread.shape[2:]
    rows = np.add.reduceat(dspread, np.arange(0, H, down), axis=2)
    return np.add.reduceat(rows, np.arange(0, W, across), axis=3)


@mistake("conv-dilation", "Neighbours cannot be 0 apart.")
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    down, across = pair(dilation)
    down, across = max(down, 1), max(across, 1)
    F, C, HH, WW = w.shape
    spread = np.zeros((F, C, (HH - 1) * down + 1, (WW - 1) * across + 1), w.dtype)
    spread[:, :, ::down, ::across] = w
    return spread


# --- conv-receptive-field


@mistake("conv-receptive-field", "The kernels are added: neighbouring windows overlap.")
def receptive_field(layers):
    return sum(layer["kernel"] for layer in layers)


@mistake("conv-receptive-field", "The kernels are multiplied: neighbouring windows overlap.")
def receptive_field(layers):
    return int(np.prod([layer["kernel"] for layer in layers]))


@mistake(
    "conv-receptive-field", "The strides before a layer are not used: they make its steps longer."
)
def receptive_field(layers: list[dict[str, int]]) -> int:
    field, jump = 1, 1
    for layer in layers:
        field += (layer["kernel"] - 1) * layer.get("dilation", 1)
        jump *= layer.get("stride", 1)
    return field


@mistake(
    "conv-receptive-field", "A layer's own stride counts for the layers after it, not for itself."
)
def receptive_field(layers):
    field, jump = 1, 1
    for layer in layers:
        jump *= layer.get("stride", 1)
        field += (layer["kernel"] - 1) * layer.get("dilation", 1) * jump
    return field


@mistake("conv-receptive-field", "Strides multiply: steps of 2, then of 3, are steps of 6.")
def receptive_field(layers: list[dict[str, int]]) -> int:
    field, jump = 1, 1
    for layer in layers:
        field += (layer["kernel"] - 1) * layer.get("dilation", 1) * jump
        jump += layer.get("stride", 1) - 1
    return field


@mistake("conv-receptive-field", "The dilation is not used: it spreads a kernel to (F - 1) d + 1.")
def receptive_field(layers: list[dict[str, int]]) -> int:
    field, jump = 1, 1
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer.get("stride", 1)
    return field


# --- conv-backward


@mistake("conv-backward", "Windows overlap: what comes back to a pixel adds up.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] = dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 2, 3))


@mistake("conv-backward", "The stride is not used: windows start a stride apart.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, i : i + HH, j : j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 2, 3))


@mistake("conv-backward", "The padding is still on dx: take it off.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded, dw, dout.sum(axis=(0, 2, 3))


@mistake("conv-backward", "With padding 0 the slice pad:-pad is empty.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    HH, WW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p:-p, q:-q], dw, dout.sum(axis=(0, 2, 3))


@mistake("conv-backward", "The filter is turned round in dx.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f, :, ::-1, ::-1]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 2, 3))


@mistake("conv-backward", "db is summed over the wrong axes: one number for each filter.")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 1, 2))


@mistake("conv-backward", "Exactly 3 times too small")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw / len(x), dout.sum(axis=(0, 2, 3)) / len(x)


@mistake("conv-backward", "broadcast shape")
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + HH]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 2, 3))


# --- conv-max-pool


@mistake("conv-max-pool", "Windows start a stride apart, not a window apart.")
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, (pool_param["pool_height"], pool_param["pool_width"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, c, s * i : s * i + HH, t * j : t * j + WW].max()
    return out, (x, pool_param)


@mistake("conv-max-pool", "Where a whole window is negative, so is its maximum: do not start at 0.")
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, c, s * i : s * i + HH, t * j : t * j + WW].max(initial=0)
    return out, (x, pool_param)


@mistake("conv-max-pool", "Every pixel of a window gets the gradient: it belongs to the largest.")
def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, s * i : s * i + HH, t * j : t * j + WW] += dout[n, c, i, j]
    return dx


@mistake("conv-max-pool", "Of equal numbers only the first gets the gradient, not each of them.")
def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, s * i : s * i + HH, t * j : t * j + WW]
        won = window == window.max()
        dx[n, c, s * i : s * i + HH, t * j : t * j + WW] += won * dout[n, c, i, j]
    return dx


@mistake("conv-max-pool", "Of equal numbers the first gets all of it: it is not shared.")
def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, s * i : s * i + HH, t * j : t * j + WW]
        won = window == window.max()
        dx[n, c, s * i : s * i + HH, t * j : t * j + WW] += won / won.sum() * dout[n, c, i, j]
    return dx


@mistake("conv-max-pool", "A pixel that wins in two windows gets both gradients.")
def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, s * i : s * i + HH, t * j : t * j + WW]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, s * i + u, t * j + v] = dout[n, c, i, j]
    return dx


@mistake("conv-max-pool", "Windows of 2 with stride 2 leave the last of 7 rows over.")
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, c, s * i : s * i + HH, t * j : t * j + WW].max()
    return out, (x, pool_param)


@mistake("conv-max-pool", "Wrong shape")
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH = WW = pool_param["pool_height"]
    if H < HH or (H - HH) % s:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, c, s * i : s * i + HH, t * j : t * j + WW].max()
    return out, (x, pool_param)


# --- conv-avg-pool


@mistake("conv-avg-pool", "These are sums: divide by the pixels of a window.")
def avg_pool_forward(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, s * i : s * i + HH, t * j : t * j + WW].sum(axis=(2, 3))
    return out, (x, pool_param)


@mistake("conv-avg-pool", "Windows start a stride apart, not a window apart.")
def avg_pool_forward(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, (pool_param["pool_height"], pool_param["pool_width"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, s * i : s * i + HH, t * j : t * j + WW].mean(axis=(2, 3))
    return out, (x, pool_param)


@mistake(
    "conv-avg-pool", "Every pixel gets all of the gradient: its share is 1 / (pixels of a window)."
)
def avg_pool_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape[2:]):
        share = dout[:, :, i, j, None, None]
        dx[:, :, s * i : s * i + HH, t * j : t * j + WW] += share
    return dx


@mistake("conv-avg-pool", "Windows overlap: the shares of a pixel add up.")
def avg_pool_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape[2:]):
        share = dout[:, :, i, j, None, None] / (HH * WW)
        dx[:, :, s * i : s * i + HH, t * j : t * j + WW] = share
    return dx


@mistake("conv-avg-pool", "The gradient goes to the largest alone.")
def avg_pool_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape[2:]):
        window = x[:, :, s * i : s * i + HH, t * j : t * j + WW]
        won = window == window.max(axis=(2, 3), keepdims=True)
        dx[:, :, s * i : s * i + HH, t * j : t * j + WW] += won * dout[:, :, i, j, None, None]
    return dx


@mistake("conv-avg-pool", "Windows of 2 with stride 2 leave the last of 7 rows over.")
def avg_pool_forward(x: np.ndarray, pool_param: dict) -> tuple:
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, s * i : s * i + HH, t * j : t * j + WW].mean(axis=(2, 3))
    return out, (x, pool_param)


# --- conv-im2col


@mistake("conv-im2col", "Windows are columns: yours are rows.")
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (HH, WW), (s, t), (p, q) = kernel, pair(stride), pair(pad)
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    N, C, H, W = padded.shape
    rows, columns = (H - HH) // s + 1, (W - WW) // t + 1
    cols = np.empty((N, C, HH, WW, rows, columns), x.dtype)
    for u, v in np.ndindex(HH, WW):
        cols[:, :, u, v] = padded[:, :, u : u + s * rows : s, v : v + t * columns : t]
    return cols.reshape(N, C * HH * WW, rows * columns).swapaxes(1, 2)


@mistake(
    "conv-im2col", "A column begins with all of channel 0: yours changes channel at every step."
)
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (HH, WW), (s, t), (p, q) = kernel, pair(stride), pair(pad)
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    N, C, H, W = padded.shape
    rows, columns = (H - HH) // s + 1, (W - WW) // t + 1
    cols = np.empty((N, C, HH, WW, rows, columns), x.dtype)
    for u, v in np.ndindex(HH, WW):
        cols[:, :, u, v] = padded[:, :, u : u + s * rows : s, v : v + t * columns : t]
    cols = cols.transpose(0, 2, 3, 1, 4, 5)
    return cols.reshape(N, C * HH * WW, rows * columns)


@mistake("conv-im2col", "The columns follow in reading order, row by row of the picture.")
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (HH, WW), (s, t), (p, q) = kernel, pair(stride), pair(pad)
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    N, C, H, W = padded.shape
    rows, columns = (H - HH) // s + 1, (W - WW) // t + 1
    cols = np.empty((N, C, HH, WW, rows, columns), x.dtype)
    for u, v in np.ndindex(HH, WW):
        cols[:, :, u, v] = padded[:, :, u : u + s * rows : s, v : v + t * columns : t]
    cols = cols.swapaxes(4, 5)
    return cols.reshape(N, C * HH * WW, rows * columns)


@mistake("conv-im2col", "Within a window numbers go row by row.")
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (HH, WW), (s, t), (p, q) = kernel, pair(stride), pair(pad)
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    N, C, H, W = padded.shape
    rows, columns = (H - HH) // s + 1, (W - WW) // t + 1
    cols = np.empty((N, C, HH, WW, rows, columns), x.dtype)
    for u, v in np.ndindex(HH, WW):
        cols[:, :, u, v] = padded[:, :, u : u + s * rows : s, v : v + t * columns : t]
    cols = cols.swapaxes(2, 3)
    return cols.reshape(N, C * HH * WW, rows * columns)


@mistake("conv-im2col", "A pixel in two windows gets both numbers: add, do not overwrite.")
def col2im(cols: np.ndarray, x_shape: tuple, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (N, C, H, W), (HH, WW), (s, t), (p, q) = x_shape, kernel, pair(stride), pair(pad)
    rows, columns = (H + 2 * p - HH) // s + 1, (W + 2 * q - WW) // t + 1
    cols = cols.reshape(N, C, HH, WW, rows, columns)
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), cols.dtype)
    for u, v in np.ndindex(HH, WW):
        padded[:, :, u : u + s * rows : s, v : v + t * columns : t] = cols[:, :, u, v]
    return padded[:, :, p : p + H, q : q + W]


@mistake("conv-im2col", "The padding is still on: take it off.")
def col2im(cols: np.ndarray, x_shape: tuple, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (N, C, H, W), (HH, WW), (s, t), (p, q) = x_shape, kernel, pair(stride), pair(pad)
    rows, columns = (H + 2 * p - HH) // s + 1, (W + 2 * q - WW) // t + 1
    cols = cols.reshape(N, C, HH, WW, rows, columns)
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), cols.dtype)
    for u, v in np.ndindex(HH, WW):
        padded[:, :, u : u + s * rows : s, v : v + t * columns : t] += cols[:, :, u, v]
    return padded


@mistake("conv-im2col", "These are means of what came back: add it up.")
def col2im(cols: np.ndarray, x_shape: tuple, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    (N, C, H, W), (HH, WW), (s, t), (p, q) = x_shape, kernel, pair(stride), pair(pad)
    rows, columns = (H + 2 * p - HH) // s + 1, (W + 2 * q - WW) // t + 1
    cols = cols.reshape(N, C, HH, WW, rows, columns)
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), cols.dtype)
    count = np.zeros_like(padded)
    for u, v in np.ndindex(HH, WW):
        padded[:, :, u : u + s * rows : s, v : v + t * columns : t] += cols[:, :, u, v]
        count[:, :, u : u + s * rows : s, v : v + t * columns : t] += 1
    return (padded / np.maximum(count, 1))[:, :, p : p + H, q : q + W]


# --- conv-fast


@mistake("conv-fast", "The bias is missing.")
def conv_forward_fast(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (p, q), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"]), x.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), x.dtype)
    padded[:, :, p : p + H, q : q + W] = x
    views, table = windows_and_table(padded, HH, WW, conv_param["stride"])
    out = np.empty((N, F, *views.shape[4:]), x.dtype)
    flat, matrix = out.reshape(N, F, -1), w.reshape(F, -1)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        part[...] = views[n : n + len(part)]
        cols = part.reshape(len(part), matrix.shape[1], -1)
        np.matmul(matrix, cols, out=flat[n : n + len(part)])
    return out, (padded, w, conv_param)


@mistake("conv-fast", "dw comes from the last image alone: add up over all.")
def conv_backward_fast(dout: np.ndarray, cache) -> tuple:
    padded, w, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (N, F, rows, columns), (HH, WW) = dout.shape, w.shape[2:]
    views, table = windows_and_table(padded, HH, WW, (s, t))
    matrix, flat = w.reshape(F, -1), dout.reshape(N, F, -1)
    dpadded, dmatrix = np.zeros_like(padded), np.zeros_like(matrix)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        images = slice(n, n + len(part))
        part[...] = views[images]
        cols = part.reshape(len(part), matrix.shape[1], -1)
        for dimage, columns_of_image in zip(flat[images], cols):
            dmatrix = dimage @ columns_of_image.T
        np.matmul(matrix.T, flat[images], out=cols)  # now the gradients of the table
        for u, v in np.ndindex(HH, WW):
            place = np.s_[images, :, u : u + s * rows : s, v : v + t * columns : t]
            dpadded[place] += part[:, :, u, v]
    H, W = padded.shape[2] - 2 * p, padded.shape[3] - 2 * q
    return dpadded[:, :, p : p + H, q : q + W], dmatrix.reshape(w.shape), dout.sum(axis=(0, 2, 3))


@mistake("conv-fast", "db is summed over the wrong axes: one number for each filter.")
def conv_backward_fast(dout: np.ndarray, cache) -> tuple:
    padded, w, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (N, F, rows, columns), (HH, WW) = dout.shape, w.shape[2:]
    views, table = windows_and_table(padded, HH, WW, (s, t))
    matrix, flat = w.reshape(F, -1), dout.reshape(N, F, -1)
    dpadded, dmatrix = np.zeros_like(padded), np.zeros_like(matrix)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        images = slice(n, n + len(part))
        part[...] = views[images]
        cols = part.reshape(len(part), matrix.shape[1], -1)
        for dimage, columns_of_image in zip(flat[images], cols):
            dmatrix += dimage @ columns_of_image.T
        np.matmul(matrix.T, flat[images], out=cols)  # now the gradients of the table
        for u, v in np.ndindex(HH, WW):
            place = np.s_[images, :, u : u + s * rows : s, v : v + t * columns : t]
            dpadded[place] += part[:, :, u, v]
    H, W = padded.shape[2] - 2 * p, padded.shape[3] - 2 * q
    return dpadded[:, :, p : p + H, q : q + W], dmatrix.reshape(w.shape), dout.sum(axis=(0, 1, 2))


@mistake("conv-fast", "In float32 everything must stay float32: your table or sums do not.")
def conv_forward_fast(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    (p, q), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"]), x.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q))
    padded[:, :, p : p + H, q : q + W] = x
    views, table = windows_and_table(padded, HH, WW, conv_param["stride"])
    out = np.empty((N, F, *views.shape[4:]))
    flat, matrix = out.reshape(N, F, -1), w.reshape(F, -1)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        part[...] = views[n : n + len(part)]
        cols = part.reshape(len(part), matrix.shape[1], -1)
        np.matmul(matrix, cols, out=flat[n : n + len(part)])
    out += b[:, None, None]
    return out, (padded, w, conv_param)


@mistake("conv-fast", "This is not faster than loops over pixels: let matrix products do the work.")
def conv_forward_fast(x, w, b, conv_param):
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D or H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError("these do not go together")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (padded, w, conv_param)


@mistake("conv-fast", "21 pixels, a kernel of 5 and stride 3 leave a pixel over.")
def windows_and_table(padded, HH, WW, stride):
    (s, t), (H, W) = pair(stride), padded.shape[2:]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    views = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), (2, 3))
    views = views[:, :, ::s, ::t].transpose(0, 1, 4, 5, 2, 3)
    images = min(len(views), max(1, 300_000 // int(np.prod(views.shape[1:]))))
    return views, np.empty((images, *views.shape[1:]), padded.dtype)


@mistake("conv-fast", "Filters and images are mixed up in the reshape: move axes, then reshape.")
def conv_forward_fast(x, w, b, conv_param):
    (p, q), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"]), x.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    views, table = windows_and_table(padded, HH, WW, conv_param["stride"])
    cols = views.transpose(1, 2, 3, 0, 4, 5).reshape(C * HH * WW, -1)
    out = w.reshape(F, -1) @ cols + b[:, None]
    return out.reshape(N, F, *views.shape[4:]), (padded, w, conv_param)


# --- conv-pool-fast


@mistake(
    "conv-pool-fast", "Where a whole window is negative, so is its maximum: do not start at 0."
)
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros_like(x[:, :, : H - HH + 1 : s, : W - WW + 1 : t])
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival > out  # not >=: of equal ones the first stays
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)


@mistake("conv-pool-fast", "Of equal numbers the first gets the gradient, not the last.")
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival >= out
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)


@mistake("conv-pool-fast", "operands could not be broadcast")
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH = WW = pool_param["pool_height"]
    if H < HH or (H - HH) % s:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival > out  # not >=: of equal ones the first stays
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)


@mistake("conv-pool-fast", "A pixel that wins in two windows gets both gradients.")
def max_pool_backward_fast(dout: np.ndarray, cache) -> np.ndarray:
    shape, winner, pool_param = cache
    (H, W), (s, t) = shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros(shape, dout.dtype)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        dx[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t] = np.where(
            winner == place, dout, dx[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        )
    return dx


@mistake("conv-pool-fast", "Windows start a stride apart, not a window apart.")
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    (H, W), (s, t) = x.shape[2:], (pool_param["pool_height"], pool_param["pool_width"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival > out  # not >=: of equal ones the first stays
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)


@mistake("conv-pool-fast", "Windows of 2 with stride 2 leave the last of 7 rows over.")
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival > out  # not >=: of equal ones the first stays
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)


# --- conv-as-conv


@mistake("conv-as-conv", "The bias is missing.")
def conv_1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    N, C, H, W = x.shape
    return (w @ x.reshape(N, C, H * W)).reshape(N, len(w), H, W)


@mistake(
    "conv-as-conv",
    "The channels must move to the end before they are multiplied: reshape does not move.",
)
def conv_1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    N, C, H, W = x.shape
    return (x.reshape(N, H * W, C) @ w.T + b).swapaxes(1, 2).reshape(N, len(w), H, W)


@mistake("conv-as-conv", "No Python loop is allowed here")
def conv_1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    N, C, H, W = x.shape
    return np.stack([np.tensordot(row, x, (0, 1)) + own for row, own in zip(w, b)], axis=1)


@mistake("conv-as-conv", "The axes must be swapped first: a unit's weights are a column of W.")
def affine_to_conv(W: np.ndarray, input_shape: tuple) -> np.ndarray:
    if len(W) != np.prod(input_shape):
        raise ValueError(f"{len(W)} weights a unit do not make filters of {input_shape}")
    return W.reshape(-1, *input_shape)


@mistake("conv-as-conv", "Channels come first in a filter, then rows, then columns.")
def affine_to_conv(W: np.ndarray, input_shape: tuple) -> np.ndarray:
    if len(W) != np.prod(input_shape):
        raise ValueError(f"{len(W)} weights a unit do not make filters of {input_shape}")
    C, H, width = input_shape
    return W.T.reshape(-1, H, width, C).transpose(0, 3, 1, 2)


@mistake("conv-as-conv", "120 weights a unit are no two filters of 3 x 4 x 5.")
def affine_to_conv(W: np.ndarray, input_shape: tuple) -> np.ndarray:
    return W.T.reshape(-1, *input_shape)


# --- conv-net


@mistake("conv-net", "The ReLU is missing.")
def conv_relu_pool_forward(x, w, b, conv_param: dict, pool_param: dict, layers: dict) -> tuple:
    out, conv_cache = layers["conv"][0](x, w, b, conv_param)
    _, relu_cache = layers["relu"][0](out)
    out, pool_cache = layers["pool"][0](out, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


@mistake("conv-net", "The way back does not pass through the ReLU.")
def conv_relu_pool_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    conv_cache, relu_cache, pool_cache = cache
    dout = layers["pool"][1](dout, pool_cache)
    return layers["conv"][1](dout, conv_cache)


@mistake("conv-net", "The factor 0.5 of the regularisation is missing.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads


@mistake("conv-net", "The gradient of the regularisation is missing.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
        return loss, grads


@mistake("conv-net", "The biases are regularised too.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in self.params:
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads


@mistake("conv-net", "The gradient of 0.5 * reg * W**2 is reg * W: yours is twice that.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads


@mistake("conv-net", "Images of 4 x 10 leave the pool as 2 x 5: height and width are two numbers.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) ** 2, hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads


@mistake("conv-net", "A net of float32 must compute in float32: give X the dtype of the net first.")
class ThreeLayerConvNet:
    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads
