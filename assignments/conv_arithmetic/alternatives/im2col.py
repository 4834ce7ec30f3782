"""Stride tricks: every window becomes a column, and a convolution one matrix product."""

# %%
from numpy.lib.stride_tricks import as_strided


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    return len(range(0, i + 2 * p - (d * (k - 1) + 1) + 1, s))


# %% question="conv1d"
def conv1d(x, u):
    rows = len(x) - len(u) + 1
    return as_strided(x, (rows, len(u)), x.strides * 2) @ u


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, c, h, w = x.shape
    c_out, _, k_h, k_w = kernel.shape
    h_out, w_out = (h - k_h) // stride + 1, (w - k_w) // stride + 1
    image, channel, row, column = x.strides
    windows = as_strided(
        x, (n, c, k_h, k_w, h_out, w_out), (image, channel, row, column, row * stride, column * stride)
    )
    columns = windows.reshape(n, c * k_h * k_w, h_out * w_out)
    return (kernel.reshape(c_out, -1) @ columns).reshape(n, c_out, h_out, w_out)


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    h_out, w_out = (h - size) // stride + 1, (w - size) // stride + 1
    image, channel, row, column = x.strides
    shape = (n, c, h_out, w_out, size, size)
    return as_strided(x, shape, (image, channel, row * stride, column * stride, row, column)).max(axis=(4, 5))


# %% question="receptive_field"
def receptive_field(layers):
    pixels = 1
    for k, s, d in layers[::-1]:
        pixels = (pixels - 1) * s + d * (k - 1) + 1
    return pixels
