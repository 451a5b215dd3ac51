"""Wrong answers to lesson 05, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- conv-1d

mistake(
    "conv-1d",
    "The filter is turned round: correlate takes it as it stands.",
    swap={"@ w for": "@ w[::-1] for"}
)
mistake(
    "conv-1d",
    "One window is missing: there are W - F + 1 of them.",
    swap={"len(w) + 1)])": "len(w))])"}
)
mistake(
    "conv-1d",
    "The first window begins at number 0: yours is missing.",
    swap={"in range(len(x)": "in range(1, len(x)"}
)
mistake(
    "conv-1d",
    "Windows that stick out are counted, too: take those that lie inside.",
    swap={
        "np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])": 'np.correlate(x, w, "full")'
    }
)
mistake(
    "conv-1d",
    "Some windows stick out, so that there are as many numbers as in x: take those that lie inside.",
    swap={
        "np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])": 'np.correlate(x, w, "same")'
    }
)
mistake(
    "conv-1d",
    "Windows overlap: each begins one number after the last.",
    swap={"range(len(x) - len(w) + 1)": "range(0, len(x) - len(w) + 1, len(w))"}
)
mistake("conv-1d", "These are means: add up only.", swap={"@ w for": "@ w / len(w) for"})
mistake("conv-1d", "The products of a window must be added up.", swap={"] @ w for": "] * w for"})
mistake(
    "conv-1d",
    "The filter is not turned round: this is the correlation.",
    swap={"w[::-1])": "w)"}
)
mistake(
    "conv-1d",
    "Turn the filter round, not x: the answers come in the wrong order.",
    swap={"correlate(x, w[::-1])": "correlate(x[::-1], w)"}
)
mistake(
    "conv-1d",
    "Turn only the filter round, neither x nor the result.",
    swap={"correlate(x, w[::-1])": "correlate(x, w)[::-1]"}
)
mistake(
    "conv-1d",
    "Your function changed its 2nd argument, w: work on a copy.",
    swap={"return correlate(x, w[::-1])": "w[:] = w[::-1].copy()\n    return correlate(x, w)"}
)
mistake(
    "conv-1d",
    "A filter of 4 does not fit into 3 numbers.",
    swap={"if len(w) > len(x)": "if not len(w)"}
)
mistake(
    "conv-1d",
    "convolve must raise a ValueError: A filter of 4 does not fit into 3 numbers.",
    swap={"return correlate(x, w[::-1])": 'return np.convolve(x, w, "valid")'}
)

# --- conv-output-size

mistake(
    "conv-output-size",
    "The padding is counted once: it is put on both sides.",
    swap={"2 * pad - kernel": "pad - kernel"}
)
mistake(
    "conv-output-size",
    "The padding is not counted: 2P pixels more.",
    swap={"size + 2 * pad - kernel": "size - kernel"}
)
mistake(
    "conv-output-size",
    "One window is missing: the first one needs no step.",
    swap={"room // stride + 1": "room // stride"}
)
mistake("conv-output-size", "The stride is not used.", swap={"room // stride + 1": "room + 1"})
mistake(
    "conv-output-size",
    "Divide by the stride before you add 1: the first window needs no step.",
    swap={"room // stride + 1": "(room + 1) // stride"}
)
mistake(
    "conv-output-size",
    "These pixels would be windows of one pixel: the kernel is not taken off.",
    swap={"2 * pad - kernel": "2 * pad - 1"}
)
mistake(
    "conv-output-size",
    "There are no half windows: round down.",
    swap={"room // stride": "room / stride"}
)
mistake(
    "conv-output-size",
    "The last window would stick out: round down, not up.",
    swap={"room // stride": "-(-room // stride)"}
)
mistake(
    "conv-output-size",
    "Pixels left over: Your code raised ValueError",
    swap={"room < 0": "room < 0 or room % stride"}
)
mistake(
    "conv-output-size",
    "Your code raised ValueError: a window of 5 does not fit into 5 + 2 x 0 pixels",
    swap={"room < 0": "room <= 0"}
)
mistake("conv-output-size", "5 pixels are more than 3.", swap={"room < 0": "room < -size"})
mistake(
    "conv-output-size",
    "Padding comes on both sides: half of F - 1 is enough.",
    swap={"(kernel - 1) // 2": "kernel - 1"}
)
mistake(
    "conv-output-size",
    "One pixel too many: the middle of the window needs none.",
    swap={"(kernel - 1) // 2": "(kernel + 1) // 2"}
)
mistake("conv-output-size", "4 pixels have no middle.", swap={"kernel % 2 == 0": "kernel < 1"})
mistake(
    "conv-output-size",
    "The biases are missing: one for each filter.",
    swap={"(down * across * depth + 1)": "(down * across * depth)"}
)
mistake(
    "conv-output-size",
    "Each filter has a bias of its own.",
    swap={"(down * across * depth + 1) * filters": "down * across * depth * filters + 1"}
)
mistake(
    "conv-output-size",
    "A filter goes through all channels of its input.",
    swap={"across * depth + 1": "across + 1"}
)
mistake(
    "conv-output-size",
    "A filter has one bias, not one for each channel.",
    swap={"(down * across * depth + 1)": "(down * across + 1) * depth"}
)
mistake(
    "conv-output-size",
    "This is one filter: multiply by how many there are.",
    swap={"depth + 1) * filters": "depth + 1)"}
)
mistake(
    "conv-output-size",
    "The kernel is 3 down and 5 across: use both.",
    swap={"down * across * depth": "down * down * depth"}
)

# --- conv-pad

mistake(
    "conv-pad",
    "The mirror stands on the edge pixel: do not repeat it.",
    swap={'"reflect": "reflect"': '"reflect": "symmetric"'}
)
mistake(
    "conv-pad",
    "The other end comes in: that is a picture that wraps round.",
    swap={'"edge"': '"wrap"'}
)
mistake(
    "conv-pad",
    "In reflect the other end comes in: hold a mirror to the edge instead.",
    swap={'"reflect": "reflect"': '"reflect": "wrap"'}
)
mistake(
    "conv-pad",
    "replicate repeats the pixel at the edge, reflect holds a mirror to it: yours are exchanged.",
    swap={'"edge", "reflect": "reflect"': '"reflect", "reflect": "edge"'}
)
mistake("conv-pad", "Zeros, whatever the mode.", swap={", modes[mode])": ")"})
mistake(
    "conv-pad", "The edge is repeated, whatever the mode.", swap={", modes[mode])": ', "edge")'}
)
mistake(
    "conv-pad",
    "The frame goes on both sides.",
    swap={"(down, down), (across, across)": "(down, 0), (across, 0)"}
)
mistake(
    "conv-pad",
    "The frame goes on both sides: yours has no top and no left side.",
    swap={"(down, down), (across, across)": "(0, down), (0, across)"}
)
mistake(
    "conv-pad",
    "Only rows and columns get a frame, not images and channels.",
    swap={"((0, 0), (0, 0), (down": "((down, down), (across, across), (down"}
)
mistake(
    "conv-pad",
    "Rows are added, columns are not: the frame goes all round.",
    swap={"(across, across))": "(0, 0))"}
)
mistake(
    "conv-pad",
    "pad is (down, across): yours are swapped.",
    swap={"down, across = pair(pad)": "across, down = pair(pad)"}
)
mistake(
    "conv-pad",
    "The frame is as wide as it is high: use both numbers of pad.",
    swap={"(across, across))": "(down, down))"}
)
mistake(
    "conv-pad",
    "The padded images must keep the dtype of x.",
    swap={"np.pad(x,": "np.pad(x.astype(float),"}
)
mistake(
    "conv-pad",
    "There is no such mode.",
    swap={"if mode not in modes": "if not modes", "modes[mode])": 'modes.get(mode, "constant"))'}
)
mistake(
    "conv-pad",
    "Four rows show three.",
    swap={'if mode == "reflect" and': 'if mode == "mirror" and'}
)
mistake(
    "conv-pad",
    "Your function changed its 1st argument, x: work on a copy.",
    swap={"return np.pad(": "x -= x.min()\n    return np.pad("}
)

# --- conv-forward

mistake(
    "conv-forward",
    "The filters are turned round: nets correlate.",
    swap={"window * w[f])": "window * w[f, :, ::-1, ::-1])"}
)
mistake(
    "conv-forward",
    "The filters are transposed: rows of a filter meet rows of the window.",
    swap={"window * w[f])": "window * w[f].swapaxes(1, 2))"}
)
mistake(
    "conv-forward",
    "Only the first channel is seen: a filter goes through all of them.",
    swap={"(window * w[f])": "(window[0] * w[f, 0])"}
)
mistake(
    "conv-forward",
    "The bias is added for every weight: add it once.",
    swap={"(window * w[f]).sum() + b[f]": "(window * w[f] + b[f]).sum()"}
)
mistake("conv-forward", "The bias is missing.", swap={" + b[f]": ""})
mistake(
    "conv-forward",
    "These are means: add up all products of a window.",
    swap={"(window * w[f]).sum()": "(window * w[f]).mean()"}
)
mistake(
    "conv-forward",
    "Neighbouring windows start one pixel apart: they start a stride apart.",
    swap={"top, left = stride * i, stride * j": "top, left = i, j"}
)
mistake(
    "conv-forward",
    "The stride is not used.",
    swap={
        "(H - HH) // stride + 1, (W - WW) // stride + 1": "H - HH + 1, W - WW + 1",
        "top, left = stride * i, stride * j": "top, left = i, j"
    }
)
mistake(
    "conv-forward",
    "The padding is not used.",
    swap={"padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))": "padded = x"}
)
mistake(
    "conv-forward",
    "The padding is on one side only.",
    swap={"(pad, pad), (pad, pad)": "(pad, 0), (pad, 0)"}
)
mistake(
    "conv-forward",
    "The frame is not zero: yours repeats the edge.",
    swap={"(pad, pad), (pad, pad)))": '(pad, pad), (pad, pad)), "edge")'}
)
mistake(
    "conv-forward",
    "The size of out is computed without the padding.",
    swap={
        "(H - HH) // stride + 1, (W - WW) // stride + 1": "(x.shape[2] - HH) // stride + 1, (x.shape[3] - WW) // stride + 1"
    }
)
mistake(
    "conv-forward",
    "The width is computed from the height: images need not be square.",
    swap={"(W - WW) // stride + 1": "(H - HH) // stride + 1"}
)
mistake(
    "conv-forward",
    "One row and one column of windows are missing: the first window needs no step.",
    swap={
        "(H - HH) // stride + 1, (W - WW) // stride + 1": "(H - HH) // stride, (W - WW) // stride"
    }
)
mistake(
    "conv-forward",
    "Rows and columns are exchanged where the window is cut out.",
    swap={"top, left = stride * i, stride * j": "left, top = stride * i, stride * j"}
)
mistake(
    "conv-forward",
    "The products are written into the padded image, which the next window needs.",
    swap={"= (window * w[f]).sum() + b[f]": "= np.multiply(window, w[f], out=window).sum() + b[f]"}
)
mistake(
    "conv-forward",
    "operands could not be broadcast",
    swap={"left : left + WW": "left : left + HH"}
)
mistake(
    "conv-forward",
    "Pixels left over: Your code raised ValueError",
    swap={"H < HH or W < WW": "H < HH or W < WW or (H - HH) % stride or (W - WW) % stride"}
)
mistake(
    "conv-forward",
    "Images of 3 channels and filters of 1 do not go together.",
    swap={"if C != D": "if not D"}
)
mistake(
    "conv-forward",
    "The filters are larger than the images.",
    swap={"if H < HH or W < WW": "if not HH or not WW"}
)
mistake(
    "conv-forward",
    "Your function changed its 3rd argument, b: work on a copy.",
    swap={"out = np.zeros((N, F": "b -= b.mean()\n    out = np.zeros((N, F"}
)

# --- conv-dilation

mistake(
    "conv-dilation",
    "No zeros come after the last weight: the size is (F - 1) d + 1.",
    swap={"(HH - 1) * down + 1, (WW - 1) * across + 1": "HH * down, WW * across"}
)
mistake(
    "conv-dilation",
    "The weights are repeated: zeros stand between them.",
    swap={
        "spread[:, :, ::down, ::across] = w": "spread += w.repeat(down, 2).repeat(across, 3)[:, :, : spread.shape[2], : spread.shape[3]]"
    }
)
mistake("conv-dilation", "Between the weights stand zeros.", swap={"np.zeros(": "np.ones("})
mistake(
    "conv-dilation",
    "Neighbours are d apart, with d - 1 zeros between them: yours are d + 1 apart.",
    swap={"down, across = pair(dilation)\n": "down, across = (d + 1 for d in pair(dilation))\n"}
)
mistake(
    "conv-dilation",
    "dilation is (down, across), and only the first is used.",
    swap={"down, across = pair(dilation)\n": "down = across = pair(dilation)[0]\n"}
)
mistake(
    "conv-dilation",
    "dilation is (down, across): yours are exchanged.",
    swap={"down, across = pair(dilation)\n": "across, down = pair(dilation)\n"}
)
mistake(
    "conv-dilation",
    "The weights are in the right places, but turned round.",
    swap={"::across] = w\n": "::across] = w[:, :, ::-1, ::-1]\n"}
)
mistake(
    "conv-dilation",
    "0 pixels apart is one.",
    swap={"pair(dilation)\n    if": "(max(d, 1) for d in pair(dilation))\n    if"}
)
mistake(
    "conv-dilation",
    "Your function changed its 1st argument, w: work on a copy.",
    swap={"    return spread\n": "    w[:] = 0\n    return spread\n"}
)
mistake(
    "conv-dilation",
    "The gradients of the zeros are added in: they are no parameters.",
    swap={
        "return dspread[:, :, :: steps[0], :: steps[1]]": "H, W = dspread.shape[2:]\n    rows = np.add.reduceat(dspread, np.arange(0, H, steps[0]), axis=2)\n    return np.add.reduceat(rows, np.arange(0, W, steps[1]), axis=3)"
    }
)
mistake(
    "conv-dilation",
    "dw must have the shape of w: this is the gradient of the spread filters.",
    swap={"return dspread[:, :, :: steps[0], :: steps[1]]": "return dspread"}
)
mistake(
    "conv-dilation",
    "The weights stand a dilation apart, in columns, too.",
    swap={", :: steps[1]]": "]"}
)
mistake(
    "conv-dilation",
    "This is the corner of the gradient: the weights stand a dilation apart.",
    swap={
        ":: steps[0], :: steps[1]]": ": -(-dspread.shape[2] // steps[0]), : -(-dspread.shape[3] // steps[1])]"
    }
)
mistake(
    "conv-dilation",
    "The steps down and across are exchanged on the way back.",
    swap={":: steps[0], :: steps[1]]": ":: steps[1], :: steps[0]]"}
)

# --- conv-receptive-field

mistake(
    "conv-receptive-field",
    "The kernels are added: neighbouring windows overlap.",
    swap={"field, jump = 1, 1": "field, jump = 0, 1", '(layer["kernel"] - 1)': 'layer["kernel"]'}
)
mistake(
    "conv-receptive-field",
    "The kernels are multiplied: neighbouring windows overlap.",
    swap={'field += (layer["kernel"] - 1) *': 'field *= layer["kernel"] *'}
)
mistake(
    "conv-receptive-field",
    "The pixel where it begins is missing: a layer of 3 sees 3 pixels, and no layer sees 1.",
    swap={"field, jump = 1, 1": "field, jump = 0, 1"}
)
mistake(
    "conv-receptive-field",
    "A kernel of F adds F - 1 pixels: one of them was seen before.",
    swap={'(layer["kernel"] - 1)': 'layer["kernel"]'}
)
mistake(
    "conv-receptive-field",
    "The strides before a layer are not used: they make its steps longer.",
    swap={" * jump\n": "\n"}
)
mistake(
    "conv-receptive-field",
    "A layer's own stride counts for the layers after it, not for itself.",
    swap={
        ' * jump\n        jump *= layer.get("stride", 1)': ' * jump * layer.get("stride", 1)\n        jump *= layer.get("stride", 1)'
    }
)
mistake(
    "conv-receptive-field",
    "Strides multiply: steps of 2, then of 3, are steps of 6.",
    swap={'jump *= layer.get("stride", 1)': 'jump += layer.get("stride", 1) - 1'}
)
mistake(
    "conv-receptive-field",
    "Only the last stride counts here: all strides before a layer multiply.",
    swap={'jump *= layer.get("stride", 1)': 'jump = layer.get("stride", 1)'}
)
mistake(
    "conv-receptive-field",
    "The strides of the layers after it make no layer's steps longer: the first layer stands first.",
    swap={"for layer in layers": "for layer in layers[::-1]"}
)
mistake(
    "conv-receptive-field",
    "The dilation is not used: it spreads a kernel to (F - 1) d + 1.",
    swap={' * layer.get("dilation", 1)': ""}
)
mistake(
    "conv-receptive-field",
    "A dilated kernel sees (F - 1) d + 1 pixels, not F d.",
    swap={
        '(layer["kernel"] - 1) * layer.get("dilation", 1)': '(layer["kernel"] * layer.get("dilation", 1) - 1)'
    }
)
mistake(
    "conv-receptive-field",
    "A dilation spreads its own kernel only: later layers do not move further.",
    swap={
        'jump *= layer.get("stride", 1)': 'jump *= layer.get("stride", 1) * layer.get("dilation", 1)'
    }
)
mistake(
    "conv-receptive-field",
    "These are the pixels of a square: the pixels in a row are due.",
    swap={"return field": "return field**2"}
)
mistake(
    "conv-receptive-field", "KeyError: 'stride'", swap={'layer.get("stride", 1)': 'layer["stride"]'}
)
mistake(
    "conv-receptive-field",
    "KeyError: 'dilation'",
    swap={'layer.get("dilation", 1)': 'layer["dilation"]'}
)
mistake(
    "conv-receptive-field",
    "Without a layer a unit is a pixel, and sees 1.",
    swap={"return field": "return field if layers else 0"}
)
mistake(
    "conv-receptive-field",
    "Your function changed its 1st argument, layers: work on a copy.",
    swap={"for layer in layers:": "while layers:\n        layer = layers.pop(0)"}
)

# --- conv-backward

mistake(
    "conv-backward",
    "Windows overlap: what comes back to a pixel adds up.",
    swap={"dpadded[window] +=": "dpadded[window] ="}
)
mistake(
    "conv-backward",
    "dw comes from the last window alone: a weight is used in all windows.",
    swap={"dw[f] +=": "dw[f] ="}
)
mistake(
    "conv-backward",
    "dw comes from the last image alone: add up over all images.",
    swap={
        "        top, left = stride * i, stride * j\n": "        top, left = stride * i, stride * j\n        if f == i == j == 0:\n            dw[:] = 0\n"
    }
)
mistake(
    "conv-backward",
    "The stride is not used: windows start a stride apart.",
    swap={"top, left = stride * i, stride * j": "top, left = i, j"}
)
mistake(
    "conv-backward",
    "The padding is still on dx: take it off.",
    swap={"dx = dpadded[:, :, pad : pad + H, pad : pad + W]": "dx = dpadded"}
)
mistake(
    "conv-backward",
    "With padding 0 the slice pad:-pad is empty.",
    swap={"pad : pad + H, pad : pad + W": "pad:-pad, pad:-pad"}
)
mistake(
    "conv-backward",
    "dx is cut off at the wrong end: the padding comes first, above and on the left.",
    swap={"pad : pad + H, pad : pad + W": ":H, :W"}
)
mistake(
    "conv-backward",
    "The filter is turned round in dx.",
    swap={"dout[n, f, i, j] * w[f]\n": "dout[n, f, i, j] * w[f, :, ::-1, ::-1]\n"}
)
mistake(
    "conv-backward",
    "dx must pass through the weights: this adds dout alone.",
    swap={"dout[n, f, i, j] * w[f]\n": "dout[n, f, i, j]\n"}
)
mistake(
    "conv-backward",
    "dw must be multiplied by dout.",
    swap={"dout[n, f, i, j] * padded[window]": "padded[window]"}
)
mistake(
    "conv-backward",
    "The windows of dw are taken from images of zeros: take them from the padded x.",
    swap={"dout[n, f, i, j] * padded[window]": "dout[n, f, i, j] * dpadded[window]"}
)
mistake(
    "conv-backward",
    "The windows of dw begin in the padded image: x is shifted against it.",
    swap={
        "padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))": "padded = np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))"
    }
)
mistake(
    "conv-backward",
    "db is summed over the wrong axes: one number for each filter.",
    swap={"axis=(0, 2, 3)": "axis=(0, 1, 2)"}
)
mistake("conv-backward", "db is a sum, not a mean.", swap={"dout.sum(": "dout.mean("})
mistake(
    "conv-backward",
    "db comes from one image alone: add up over all images.",
    swap={"dout.sum(axis=(0, 2, 3))": "dout[-1].sum(axis=(1, 2))"}
)
mistake(
    "conv-backward",
    "db is added up over all filters: each has a bias of its own.",
    swap={"dout.sum(axis=(0, 2, 3))": "np.full(len(w), dout.sum())"}
)
mistake(
    "conv-backward",
    "Nothing is divided by the number of images here: the mean is taken in the loss.",
    swap={
        "return dx, dw, dout.sum(axis=(0, 2, 3))": "return dx, dw / len(x), dout.sum(axis=(0, 2, 3)) / len(x)"
    }
)
mistake(
    "conv-backward",
    "dx and dw are exchanged.",
    swap={"return dx, dw,": "return dw, dx,"}
)
mistake("conv-backward", "broadcast", swap={"left : left + WW": "left : left + HH"})
mistake(
    "conv-backward",
    "Your function changed its 1st argument, dout: work on a copy.",
    swap={"    (H, W), (HH, WW)": "    dout -= dout.mean()\n    (H, W), (HH, WW)"}
)

# --- conv-max-pool

mistake(
    "conv-max-pool",
    "Windows start a stride apart, not a window apart.",
    swap={
        "(H - HH) // stride + 1, (W - WW) // stride + 1": "H // HH, W // WW",
        "top, left = stride * i, stride * j": "top, left = HH * i, WW * j"
    }
)
mistake(
    "conv-max-pool",
    "There are (H - HH) / S + 1 windows in a column, not H / HH.",
    swap={"(H - HH) // stride + 1, (W - WW) // stride + 1": "H // HH, W // WW"}
)
mistake(
    "conv-max-pool",
    "There are (H - HH) / S + 1 windows in a column, not H / S.",
    swap={"(H - HH) // stride + 1, (W - WW) // stride + 1": "-(-H // stride), -(-W // stride)"}
)
mistake(
    "conv-max-pool",
    "Neighbouring windows start one pixel apart: they start a stride apart.",
    swap={"top, left = stride * i, stride * j": "top, left = i, j"}
)
mistake(
    "conv-max-pool",
    "Where a whole window is negative, so is its maximum: do not start at 0.",
    swap={"left : left + WW].max()": "left : left + WW].max(initial=0)"}
)
mistake(
    "conv-max-pool",
    "This is the mean of each window: its largest number is due.",
    swap={"left : left + WW].max()": "left : left + WW].mean()"}
)
mistake(
    "conv-max-pool",
    "This is the smallest number of each window.",
    swap={"left : left + WW].max()": "left : left + WW].min()"}
)
mistake(
    "conv-max-pool",
    "This is the largest distance from 0: a negative number has its sign.",
    swap={
        "= x[n, c, top : top + HH, left : left + WW].max()": "= abs(x[n, c, top : top + HH, left : left + WW]).max()"
    }
)
mistake(
    "conv-max-pool",
    "The maximum is taken over all channels: each channel has its own.",
    swap={"= x[n, c, top": "= x[n, :, top"}
)
mistake(
    "conv-max-pool",
    "The windows are as wide as they are high: pool_height and pool_width are two numbers.",
    swap={
        '    HH, WW = pool_param["pool_height"], pool_param["pool_width"]': '    HH = WW = pool_param["pool_height"]'
    }
)
mistake(
    "conv-max-pool",
    "Height and width of the window are exchanged.",
    swap={
        '    HH, WW = pool_param["pool_height"], pool_param["pool_width"]': '    WW, HH = pool_param["pool_height"], pool_param["pool_width"]'
    }
)
mistake(
    "conv-max-pool",
    "The width is computed from the height: images need not be square.",
    swap={"(W - WW) // stride + 1": "(H - HH) // stride + 1"}
)
mistake(
    "conv-max-pool",
    "Pixels left over: Your code raised ValueError",
    swap={"H < HH or W < WW": "H < HH or W < WW or (H - HH) % stride or (W - WW) % stride"}
)
mistake(
    "conv-max-pool",
    "A window larger than an image does not fit.",
    swap={"if H < HH or W < WW": "if not HH or not WW"}
)
mistake(
    "conv-max-pool",
    "Every pixel of a window gets the gradient: it belongs to the largest.",
    swap={"dx[n, c, u + place[0], v + place[1]] +=": "dx[n, c, u : u + HH, v : v + WW] +="}
)
mistake(
    "conv-max-pool",
    "The gradient goes to the smallest number of each window.",
    swap={"window.argmax()": "window.argmin()"}
)
mistake(
    "conv-max-pool",
    "The place is counted within its window: where does the window begin in x?",
    swap={"u + place[0], v + place[1]": "place[0], place[1]"}
)
mistake(
    "conv-max-pool",
    "The largest numbers come back instead of dout.",
    swap={"+= dout[n, c, i, j]": "+= window.max()"}
)
mistake(
    "conv-max-pool",
    "dout is multiplied by the largest number: its slope is 1.",
    swap={"+= dout[n, c, i, j]": "+= window.max() * dout[n, c, i, j]"}
)
mistake(
    "conv-max-pool",
    "A pixel that wins in two windows gets both gradients.",
    swap={"v + place[1]] +=": "v + place[1]] ="}
)
mistake(
    "conv-max-pool",
    "Of equal numbers only the first gets the gradient, not each of them.",
    swap={
        "dx[n, c, u + place[0], v + place[1]] += dout[n, c, i, j]": "dx[n, c, u : u + HH, v : v + WW] += (window == window.max()) * dout[n, c, i, j]"
    }
)
mistake(
    "conv-max-pool",
    "Of equal numbers the first gets all of it: it is not shared.",
    swap={
        "dx[n, c, u + place[0], v + place[1]] += dout[n, c, i, j]": "won = window == window.max()\n        dx[n, c, u : u + HH, v : v + WW] += won / won.sum() * dout[n, c, i, j]"
    }
)
mistake(
    "conv-max-pool",
    "Of equal numbers the first in reading order gets the gradient, not the last.",
    swap={"window.argmax()": "window.size - 1 - window.ravel()[::-1].argmax()"}
)
mistake(
    "conv-max-pool",
    "Of equal numbers the first in reading order gets the gradient: row by row, not column by column.",
    swap={
        "np.unravel_index(window.argmax(), window.shape)": "np.unravel_index(window.T.argmax(), window.T.shape)[::-1]"
    }
)
mistake(
    "conv-max-pool",
    "Your function changed its 1st argument, x: work on a copy.",
    swap={"out = np.zeros((N, C": "x -= x.mean()\n    out = np.zeros((N, C"}
)

# --- conv-avg-pool

mistake(
    "conv-avg-pool",
    "These are sums: divide by the pixels of a window.",
    swap={".mean(axis=(2, 3))": ".sum(axis=(2, 3))"}
)
mistake(
    "conv-avg-pool",
    "This is the largest number of each window: its mean is due.",
    swap={".mean(axis=(2, 3))": ".max(axis=(2, 3))"}
)
mistake(
    "conv-avg-pool",
    "The mean is taken over all channels: each channel has its own.",
    swap={".mean(axis=(2, 3))": ".mean(axis=(1, 2, 3))[:, None]"}
)
mistake(
    "conv-avg-pool",
    "The sums are divided by the stride squared: divide by the pixels of a window.",
    swap={".mean(axis=(2, 3))": ".sum(axis=(2, 3)) / stride**2"}
)
mistake(
    "conv-avg-pool",
    "Windows start a stride apart, not a window apart.",
    swap={
        "(H - HH) // stride + 1, (W - WW) // stride + 1": "H // HH, W // WW",
        "top, left = stride * i, stride * j": "top, left = HH * i, WW * j"
    }
)
mistake(
    "conv-avg-pool",
    "Neighbouring windows start one pixel apart: they start a stride apart.",
    swap={"top, left = stride * i, stride * j": "top, left = i, j"}
)
mistake(
    "conv-avg-pool",
    "The windows are as wide as they are high: pool_height and pool_width are two numbers.",
    swap={
        '    HH, WW = pool_param["pool_height"], pool_param["pool_width"]': '    HH = WW = pool_param["pool_height"]'
    }
)
mistake(
    "conv-avg-pool",
    "Pixels left over: Your code raised ValueError",
    swap={"H < HH or W < WW": "H < HH or W < WW or (H - HH) % stride or (W - WW) % stride"}
)
mistake(
    "conv-avg-pool",
    "A window larger than an image does not fit.",
    swap={"if H < HH or W < WW": "if not HH or not WW"}
)
mistake(
    "conv-avg-pool",
    "Every pixel gets all of the gradient: its share is 1 / (pixels of a window).",
    swap={"None, None] / (HH * WW)": "None, None]"}
)
mistake(
    "conv-avg-pool",
    "Windows overlap: the shares of a pixel add up.",
    swap={"v : v + WW] += dout": "v : v + WW] = dout"}
)
mistake(
    "conv-avg-pool",
    "The gradient goes to the largest alone.",
    swap={
        "dx[:, :, u : u + HH, v : v + WW] += dout[:, :, i, j, None, None] / (HH * WW)": "window = x[:, :, u : u + HH, v : v + WW]\n        won = window == window.max(axis=(2, 3), keepdims=True)\n        dx[:, :, u : u + HH, v : v + WW] += won * dout[:, :, i, j, None, None]"
    }
)
mistake(
    "conv-avg-pool",
    "The share of the gradient does not depend on the pixel's value.",
    swap={"None, None] / (HH * WW)": "None, None] * x[:, :, u : u + HH, v : v + WW] / (HH * WW)"}
)
mistake(
    "conv-avg-pool",
    "dout is divided by the stride squared: divide by the pixels of a window.",
    swap={"/ (HH * WW)": "/ stride**2"}
)
mistake(
    "conv-avg-pool",
    "dout is divided by the height of the window alone.",
    swap={"/ (HH * WW)": "/ HH"}
)
mistake(
    "conv-avg-pool",
    "On the way back windows start a stride apart.",
    swap={"u, v = stride * i, stride * j": "u, v = i, j"}
)
mistake(
    "conv-avg-pool",
    "Your function changed its 1st argument, dout: work on a copy.",
    swap={
        "    dx = np.zeros(x.shape)": "    dout /= HH * WW\n    dx = np.zeros(x.shape)",
        "None, None] / (HH * WW)": "None, None]"
    }
)

# --- conv-im2col

mistake(
    "conv-im2col",
    "Windows are columns: yours are rows.",
    swap={
        "return cols.reshape(N, C * HH * WW, rows * columns)": "return cols.reshape(N, C * HH * WW, rows * columns).swapaxes(1, 2)"
    }
)
mistake(
    "conv-im2col",
    "A column begins with all of channel 0: yours changes channel at every step.",
    swap={"return cols.reshape(": "return cols.transpose(0, 2, 3, 1, 4, 5).reshape("}
)
mistake(
    "conv-im2col",
    "The columns follow in reading order, row by row of the picture.",
    swap={"return cols.reshape(": "return cols.swapaxes(4, 5).reshape("}
)
mistake(
    "conv-im2col",
    "Within a window numbers go row by row.",
    swap={"return cols.reshape(": "return cols.swapaxes(2, 3).reshape("}
)
mistake(
    "conv-im2col",
    "A window's numbers stand in a column: here windows and places within a window are mixed up.",
    swap={"return cols.reshape(": "return cols.transpose(0, 1, 4, 5, 2, 3).reshape("}
)
mistake(
    "conv-im2col",
    "Each image has a table of its own: yours is one table for all.",
    swap={
        "return cols.reshape(N, C * HH * WW, rows * columns)": "return cols.transpose(1, 2, 3, 4, 5, 0).reshape(C * HH * WW, -1)"
    }
)
mistake(
    "conv-im2col",
    "The padding is not used.",
    swap={
        "(s, t), (p, q) = kernel, pair(stride), pair(pad)": "(s, t), (p, q) = kernel, pair(stride), (0, 0)"
    }
)
mistake(
    "conv-im2col",
    "The padding is on one side only.",
    swap={"(p, p), (q, q)": "(p, 0), (q, 0)"}
)
mistake(
    "conv-im2col",
    "The stride is not used.",
    swap={"(s, t), (p, q) = kernel, pair(stride)": "(s, t), (p, q) = kernel, (1, 1)"}
)
mistake(
    "conv-im2col",
    "The windows are turned round: the first number of a column is the upper left pixel.",
    swap={"cols[:, :, u, v] = padded": "cols[:, :, -1 - u, -1 - v] = padded"}
)
mistake(
    "conv-im2col",
    "Stride and padding are (down, across): yours are exchanged.",
    swap={"(HH, WW), (s, t), (p, q) = kernel": "(HH, WW), (t, s), (q, p) = kernel"}
)
mistake(
    "conv-im2col",
    "The table must have the dtype of x.",
    swap={"rows, columns), x.dtype)": "rows, columns))"}
)
mistake(
    "conv-im2col",
    "A pixel in two windows gets both numbers: add, do not overwrite.",
    swap={"v : v + t * columns : t] += cols": "v : v + t * columns : t] = cols"}
)
mistake(
    "conv-im2col",
    "The padding is still on: take it off.",
    swap={"return framed[:, :, p : p + H, q : q + W]": "return framed"}
)
mistake(
    "conv-im2col",
    "The images are cut off at the wrong end: the padding comes first, above and on the left.",
    swap={"p : p + H, q : q + W": ":H, :W"}
)
mistake(
    "conv-im2col",
    "With padding 0 the slice pad:-pad is empty.",
    swap={"p : p + H, q : q + W": "p:-p, q:-q"}
)
mistake(
    "conv-im2col",
    "These are means of what came back: add it up.",
    swap={
        "    return framed[": "    count = np.zeros_like(framed)\n    for u, v in np.ndindex(HH, WW):\n        count[:, :, u : u + s * rows : s, v : v + t * columns : t] += 1\n    framed /= np.maximum(count, 1)\n    return framed["
    }
)
mistake(
    "conv-im2col",
    "The columns are read in another order than im2col writes them: channels come first.",
    swap={
        "cols = cols.reshape(N, C, HH, WW, rows, columns)": "cols = cols.reshape(N, HH, WW, C, rows, columns).transpose(0, 3, 1, 2, 4, 5)"
    }
)
mistake(
    "conv-im2col",
    "The windows are turned round on the way back.",
    swap={"+= cols[:, :, u, v]": "+= cols[:, :, -1 - u, -1 - v]"}
)
mistake(
    "conv-im2col",
    "Your function changed its 1st argument, cols: work on a copy.",
    swap={"    cols = cols.reshape(": "    cols -= cols.mean()\n    cols = cols.reshape("}
)

# --- conv-fast

mistake("conv-fast", "The bias is missing.", swap={"    out += b[:, None, None]\n": ""})
mistake(
    "conv-fast",
    "The bias is added to the wrong axis: one number for each filter.",
    swap={"b[:, None, None]": "b.mean()"}
)
mistake(
    "conv-fast",
    "The filters are turned round: nets correlate.",
    swap={"np.matmul(matrix, columns": "np.matmul(w[:, :, ::-1, ::-1].reshape(F, -1), columns"}
)
mistake(
    "conv-fast",
    "The padding is not used.",
    swap={
        "np.zeros((N, C, H + 2 * p, W + 2 * q), x.dtype)": "x.copy()",
        "    padded[:, :, p : p + H, q : q + W] = x\n": ""
    }
)
mistake(
    "conv-fast",
    "The padding is on one side only.",
    swap={"padded[:, :, p : p + H, q : q + W] = x": "padded[:, :, 2 * p :, 2 * q :] = x"}
)
mistake("conv-fast", "The stride is not used.", swap={"    s, t = pair(stride)": "    s, t = 1, 1"})
mistake(
    "conv-fast",
    "Stride is (down, across): yours are exchanged.",
    swap={"    s, t = pair(stride)": "    t, s = pair(stride)"}
)
mistake(
    "conv-fast",
    "The padding is (down, across): yours are exchanged.",
    swap={
        '(p, q), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"])': '(q, p), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"])'
    }
)
mistake(
    "conv-fast",
    "Filters and images are mixed up in the reshape: move axes, then reshape.",
    swap={
        "    out += b[:, None, None]\n": "    out += b[:, None, None]\n    out = out.swapaxes(0, 1).reshape(out.shape)\n"
    }
)
mistake(
    "conv-fast",
    "Windows and the places within them are mixed up: which axes does each number of the product run over?",
    swap={".transpose(0, 1, 4, 5, 2, 3)": ".transpose(0, 1, 5, 4, 2, 3)"}
)
mistake(
    "conv-fast",
    "Images of 2 channels and filters of 1 do not go together.",
    swap={
        "    if C != D:\n": "    if D == 1:\n        w = w.repeat(C, axis=1)\n    elif C != D:\n"
    }
)
mistake(
    "conv-fast",
    "Pixels left over: Your code raised ValueError",
    swap={
        "    views = views[:, :, ::s": '    if (padded.shape[2] - HH) % s or (padded.shape[3] - WW) % t:\n        raise ValueError("pixels left over")\n    views = views[:, :, ::s'
    }
)
mistake(
    "conv-fast",
    "In float32 everything must stay float32.",
    swap={
        "W + 2 * q), x.dtype)": "W + 2 * q))",
        "*views.shape[4:]), x.dtype)": "*views.shape[4:]))"
    }
)
mistake(
    "conv-fast",
    "In float32 the gradients must stay float32, too.",
    swap={
        "np.zeros_like(padded), np.zeros_like(matrix)": "np.zeros(padded.shape), np.zeros(matrix.shape)"
    }
)
mistake(
    "conv-fast",
    "dw comes from the last image alone: add up over all.",
    swap={"dmatrix +=": "dmatrix ="}
)
mistake(
    "conv-fast",
    "Nothing is divided by the number of images here: the mean is taken in the loss.",
    swap={"dmatrix.reshape(w.shape)": "dmatrix.reshape(w.shape) / N"}
)
mistake(
    "conv-fast",
    "db is summed over the wrong axes: one number for each filter.",
    swap={"dout.sum(axis=(0, 2, 3))": "dout.sum(axis=(0, 1, 2))"}
)
mistake(
    "conv-fast",
    "db comes from the last image alone: add up over all.",
    swap={"dout.sum(axis=(0, 2, 3))": "dout[-1].sum(axis=(1, 2))"}
)
mistake(
    "conv-fast",
    "Windows overlap: what comes back to a pixel adds up.",
    swap={"dpadded[place] +=": "dpadded[place] ="}
)
mistake(
    "conv-fast",
    "The padding is still on dx: take it off.",
    swap={"return dpadded[:, :, p : p + H, q : q + W]": "return dpadded"}
)
mistake(
    "conv-fast",
    "The stride is not used on the way back.",
    swap={"u : u + s * rows : s, v : v + t * columns : t": "u : u + rows, v : v + columns"}
)
mistake(
    "conv-fast",
    "A second call of forward changes the cache of the first: no two calls may share it.",
    swap={
        "    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), x.dtype)\n": "    size = (N, C, H + 2 * p, W + 2 * q)\n    if getattr(conv_forward_fast, 'buffer', np.zeros(0)).shape != size:\n        conv_forward_fast.buffer = np.zeros(size, x.dtype)\n    padded = conv_forward_fast.buffer\n"
    }
)
mistake(
    "conv-fast",
    "Your function changed its 1st argument, dout: work on a copy.",
    swap={
        "    padded, w, conv_param = cache\n": "    padded, w, conv_param = cache\n    dout -= dout.mean()\n"
    }
)

# --- conv-pool-fast

mistake(
    "conv-pool-fast",
    "Where a whole window is negative, so is its maximum: do not start at 0.",
    swap={
        "out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()": "out = np.zeros_like(x[:, :, : H - HH + 1 : s, : W - WW + 1 : t])"
    }
)
mistake(
    "conv-pool-fast",
    "This is the smallest number of each window.",
    swap={"np.maximum(out, rival": "np.minimum(out, rival", "rival > out": "rival < out"}
)
mistake(
    "conv-pool-fast",
    "Of equal numbers the first gets the gradient, not the last.",
    swap={"won = rival > out": "won = rival >= out"}
)
mistake(
    "conv-pool-fast",
    "Of equal numbers only the first gets the gradient, not each of them.",
    swap={
        "return out, (x.shape, winner, pool_param)": "return out, (x, out, pool_param)",
        "shape, winner, pool_param = cache\n": "x, out, pool_param = cache\n    shape = x.shape\n",
        "dout * (winner == place)": "dout * (x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t] == out)"
    }
)
mistake(
    "conv-pool-fast",
    "A pixel that wins in two windows gets both gradients.",
    swap={
        "share = dout * (winner == place)\n": "part = dx[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]\n        share = np.where(winner == place, dout - part, 0)\n"
    }
)
mistake(
    "conv-pool-fast",
    "What came back before is overwritten: gradients of windows that overlap add up.",
    swap={"v : v + W - WW + 1 : t] += share": "v : v + W - WW + 1 : t] = share"}
)
mistake(
    "conv-pool-fast",
    "Every pixel of a window gets the gradient: it belongs to the largest.",
    swap={"dout * (winner == place)": "dout"}
)
mistake(
    "conv-pool-fast",
    "Windows start a stride apart, not a window apart.",
    swap={
        '(H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])': '(H, W), (s, t) = x.shape[2:], (pool_param["pool_height"], pool_param["pool_width"])'
    }
)
mistake(
    "conv-pool-fast",
    "The stride is not used.",
    swap={
        '(H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])': "(H, W), (s, t) = x.shape[2:], (1, 1)"
    }
)
mistake(
    "conv-pool-fast",
    "Only every second winner is kept: compare with the largest so far, not with the first.",
    swap={
        "        np.maximum(out, rival, out=out)\n": "",
        "    return out, (x.shape": "    out = np.max([x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t] for u, v in np.ndindex(HH, WW)], axis=0)\n    return out, (x.shape"
    }
)
mistake(
    "conv-pool-fast",
    "A stride is (down, across): yours are exchanged.",
    swap={"(H, W), (s, t) = x.shape[2:]": "(H, W), (t, s) = x.shape[2:]"}
)
mistake(
    "conv-pool-fast",
    "The result must have the dtype of x.",
    swap={"W - WW + 1 : t].copy()": "W - WW + 1 : t].astype(float)"}
)
mistake(
    "conv-pool-fast",
    "Pixels left over: Your code raised ValueError",
    swap={"H < HH or W < WW": "H < HH or W < WW or (H - HH) % s or (W - WW) % t"}
)
mistake(
    "conv-pool-fast",
    "A window larger than an image does not fit.",
    swap={
        "    if H < HH or W < WW:\n        raise ValueError(": "    if H < HH or W < WW:\n        return np.zeros((*x.shape[:2], 0, 0)), str("
    }
)
mistake(
    "conv-pool-fast",
    "Your function changed its 1st argument, x: work on a copy.",
    swap={"W - WW + 1 : t].copy()": "W - WW + 1 : t]"}
)

# --- conv-as-conv

mistake("conv-as-conv", "The bias is missing.", swap={" + b[:, None])": ")"})
mistake(
    "conv-as-conv",
    "The bias belongs to the filters: here it goes along another axis.",
    swap={"b[:, None])": "b.mean())"}
)
mistake(
    "conv-as-conv",
    "The channels must move to the end before they are multiplied: reshape does not move.",
    swap={
        "return (w @ x.reshape(N, C, H * W) + b[:, None])": "return (x.reshape(N, H * W, C) @ w.T + b).swapaxes(1, 2)"
    }
)
mistake(
    "conv-as-conv",
    "The channels of the result must move back: reshape does not move.",
    swap={
        "return (w @ x.reshape(N, C, H * W) + b[:, None])": "return (x.transpose(0, 2, 3, 1).reshape(N, H * W, C) @ w.T + b)"
    }
)
mistake(
    "conv-as-conv",
    "The channels are due at axis 1, as in x: yours come last.",
    swap={
        "return (w @ x.reshape(N, C, H * W) + b[:, None]).reshape(N, len(w), H, W)": "return x.transpose(0, 2, 3, 1) @ w.T + b"
    }
)
mistake(
    "conv-as-conv",
    "Rows and columns of the picture are exchanged.",
    swap={"x.reshape(N, C, H * W)": "x.swapaxes(2, 3).reshape(N, C, H * W)"}
)
mistake(
    "conv-as-conv",
    "No Python loop is allowed here",
    swap={
        "return (w @ x.reshape(N, C, H * W) + b[:, None]).reshape(N, len(w), H, W)": "return np.stack([np.tensordot(row, x, (0, 1)) + own for row, own in zip(w, b)], axis=1)"
    }
)
mistake(
    "conv-as-conv",
    "Your function changed its 1st argument, x: work on a copy.",
    swap={"    return (w @ x": "    x -= x.mean()\n    return (w @ x"}
)
mistake(
    "conv-as-conv",
    "The axes must be swapped first: a unit's weights are a column of W.",
    swap={"W.T.reshape(-1, *input_shape)": "W.reshape(-1, *input_shape)"}
)
mistake(
    "conv-as-conv",
    "Channels come first in a filter, then rows, then columns.",
    swap={
        "W.T.reshape(-1, *input_shape)": "W.T.reshape(-1, *input_shape[1:], input_shape[0]).transpose(0, 3, 1, 2)"
    }
)
mistake(
    "conv-as-conv",
    "The filters are turned round: the layers here correlate.",
    swap={"*input_shape)\n    ### END": "*input_shape)[:, :, ::-1, ::-1]\n    ### END"}
)
mistake(
    "conv-as-conv",
    "The units come first, as filters do: yours come last.",
    swap={"W.T.reshape(-1, *input_shape)": "W.reshape(*input_shape, -1)"}
)
mistake(
    "conv-as-conv",
    "60 is not 3 x 4 x 4.",
    swap={
        "if len(W) != np.prod(input_shape):": "if False:",
        "W.T.reshape(-1, *input_shape)": "np.resize(W.T, (W.shape[1], *input_shape))"
    }
)
mistake(
    "conv-as-conv",
    "120 is not 3 x 4 x 5.",
    swap={"if len(W) != np.prod(input_shape)": "if W.size % np.prod(input_shape)"}
)

# --- conv-net

mistake(
    "conv-net",
    "The ReLU is missing.",
    swap={'out, relu_cache = layers["relu"]': '_, relu_cache = layers["relu"]'}
)
mistake(
    "conv-net",
    "The pool is missing.",
    swap={'out, pool_cache = layers["pool"][0]': '_, pool_cache = layers["pool"][0]'}
)
mistake(
    "conv-net",
    "The way back does not pass through the ReLU.",
    swap={'    dout = layers["relu"][1](dout, relu_cache)\n': ""}
)
mistake(
    "conv-net",
    "The ReLU's gradient depends on what went in: the scores of the next layers do not.",
    swap={'dout = layers["relu"][1](dout, relu_cache)': "dout = np.maximum(dout, 0)"}
)
mistake(
    "conv-net",
    "Images of 4 x 10 leave the pool as 2 x 5: height and width are two numbers.",
    swap={"(H // 2) * (W // 2)": "(H // 2) ** 2"}
)
mistake(
    "conv-net",
    "W2 is made for maps before the pool: it halves both sides.",
    swap={"num_filters * (H // 2) * (W // 2)": "num_filters * H * W"}
)
mistake(
    "conv-net",
    "The filters go through all channels of the images.",
    swap={
        "(num_filters, C, filter_size, filter_size)": "(num_filters, 1, filter_size, filter_size)"
    }
)
mistake(
    "conv-net",
    "The standard deviation is not weight_scale: these are weights of standard deviation 1.",
    swap={"rng.normal(0, weight_scale, shape)": "rng.normal(0, 1, shape)"}
)
mistake(
    "conv-net",
    "weight_scale is the standard deviation, not the variance.",
    swap={"rng.normal(0, weight_scale, shape)": "rng.normal(0, weight_scale**0.5, shape)"}
)
mistake(
    "conv-net",
    "The weights must be normal: these are uniform, and too small.",
    swap={"rng.normal(0, weight_scale, shape)": "rng.uniform(-weight_scale, weight_scale, shape)"}
)
mistake(
    "conv-net",
    "The biases begin at 0.",
    swap={"np.zeros(units, dtype)": "rng.normal(0, weight_scale, units).astype(dtype)"}
)
mistake(
    "conv-net",
    "Another seed must make other weights.",
    swap={"default_rng(seed)": "default_rng(0)"}
)
mistake(
    "conv-net",
    "The same seed must make the same weights.",
    swap={"default_rng(seed)": "default_rng()"}
)
mistake(
    "conv-net",
    "The regularisation is missing.",
    swap={"            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())\n": ""}
)
mistake(
    "conv-net",
    "The factor 0.5 of the regularisation is missing.",
    swap={"loss += 0.5 * self.reg": "loss += self.reg"}
)
mistake(
    "conv-net",
    "The regularisation is divided by the number of images: only the data loss is a mean.",
    swap={"loss += 0.5 * self.reg": "loss += 0.5 / len(X) * self.reg"}
)
mistake(
    "conv-net",
    "The gradient of the regularisation is missing.",
    swap={"            grads[name] = grads[name] + self.reg * self.params[name]\n": ""}
)
mistake(
    "conv-net",
    "The gradient of 0.5 * reg * W**2 is reg * W: yours is twice that.",
    swap={"grads[name] + self.reg *": "grads[name] + 2 * self.reg *"}
)
mistake(
    "conv-net",
    "The gradient of 0.5 * reg * W**2 is reg * W: yours is half of that.",
    swap={"grads[name] + self.reg *": "grads[name] + 0.5 * self.reg *"}
)
mistake(
    "conv-net",
    "The biases are regularised too.",
    swap={'for name in ("W1", "W2", "W3"):': "for name in self.params:"}
)
mistake(
    "conv-net",
    "The filters are not regularised: W1 is a weight like W2 and W3.",
    swap={'for name in ("W1", "W2", "W3"):': 'for name in ("W2", "W3"):'}
)
mistake(
    "conv-net",
    "The ReLU after the hidden layer is missing.",
    swap={"out, hinge = relu(out)": "_, hinge = relu(out)"}
)
mistake(
    "conv-net",
    "The way back does not pass through the ReLU of the hidden layer.",
    swap={"affine_back(relu_back(dout, hinge), second)": "affine_back(dout, second)"}
)
mistake(
    "conv-net",
    "There is a ReLU after the last layer: scores may be negative.",
    swap={
        "out, third = affine(out, W3, b3)\n": "out, third = affine(out, W3, b3)\n        out = np.maximum(out, 0)\n"
    }
)
mistake(
    "conv-net",
    "The dtype of the net is not used: give X the dtype of the net first.",
    swap={"        X = X.astype(self.dtype)\n": ""}
)
mistake(
    "conv-net",
    "The parameters are not of the dtype of the net.",
    swap={"shape).astype(dtype)": "shape)"}
)
mistake(
    "conv-net",
    "loss must leave the parameters alone: the solver takes the step.",
    swap={
        "            grads[name] = grads[name] + self.reg * self.params[name]\n": "            grads[name] = grads[name] + self.reg * self.params[name]\n            self.params[name] -= 1e-3 * grads[name]\n"
    }
)
