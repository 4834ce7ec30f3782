"""Everything in loops over single numbers, as one would write it in any language."""


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    count, start = 0, -p
    while start + d * (k - 1) < i + p:
        count += 1
        start += s
    return count


# %% question="conv1d"
def conv1d(x, u):
    y = np.zeros(len(x) - len(u) + 1, dtype=x.dtype)
    for i in range(len(y)):
        for a in range(len(u)):
            y[i] += x[i + a] * u[a]
    return y


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    n, c, h, w = x.shape
    c_out, _, k_h, k_w = kernel.shape
    y = np.zeros(
        (n, c_out, (h + 2 * padding - k_h) // stride + 1, (w + 2 * padding - k_w) // stride + 1),
        dtype=x.dtype,
    )
    for image, o, i, j in np.ndindex(*y.shape):
        for channel, a, b in np.ndindex(c, k_h, k_w):
            row, column = i * stride + a - padding, j * stride + b - padding
            if 0 <= row < h and 0 <= column < w:
                y[image, o, i, j] += x[image, channel, row, column] * kernel[o, channel, a, b]
    return y


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    if stride is None:
        stride = size
    n, c, h, w = x.shape
    y = np.full((n, c, (h - size) // stride + 1, (w - size) // stride + 1), -np.inf, dtype=x.dtype)
    for image, channel, i, j in np.ndindex(*y.shape):
        for a, b in np.ndindex(size, size):
            pixel = x[image, channel, i * stride + a, j * stride + b]
            if pixel > y[image, channel, i, j]:
                y[image, channel, i, j] = pixel
    return y


# %% question="receptive_field"
def receptive_field(layers):
    seen = {0}
    for k, s, d in reversed(layers):
        seen = {pixel * s + a * d for pixel in (min(seen), max(seen)) for a in range(k)}
    return max(seen) - min(seen) + 1
