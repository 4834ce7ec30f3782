"""One tap of the kernel at a time: shift the whole image, multiply, add; and calls among the answers."""


# %%
def shifted(x, a, b, rows, columns, stride):
    """Return what tap (a, b) of a kernel meets in every window."""
    return x[:, :, a : a + stride * (rows - 1) + 1 : stride, b : b + stride * (columns - 1) + 1 : stride]


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    free = i + 2 * p - d * (k - 1)
    return -(-free // s)  # the ceiling of one less is the floor plus one


# %% question="conv1d"
def conv1d(x, u):
    n = len(x) - len(u) + 1
    return sum(x[a : a + n] * tap for a, tap in enumerate(u))


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding), dtype=x.dtype)
    padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]] = x
    rows, columns = (
        output_size(i, k, s=stride, p=padding) for i, k in zip(x.shape[2:], kernel.shape[2:], strict=True)
    )
    y = 0
    for a in range(kernel.shape[2]):
        for b in range(kernel.shape[3]):
            seen = shifted(padded, a, b, rows, columns, stride)
            y = y + np.tensordot(kernel[:, :, a, b], seen, axes=(1, 1)).swapaxes(0, 1)
    return y


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = stride or size
    rows, columns = (output_size(i, size, s=stride) for i in x.shape[2:])
    taps = [shifted(x, a, b, rows, columns, stride) for a in range(size) for b in range(size)]
    return np.maximum.reduce(taps)


# %% question="receptive_field"
def receptive_field(layers):
    first, last, jump = 0, 0, 1
    for k, s, d in layers:
        last = last + jump * d * (k - 1)
        jump = jump * s
    return last - first + 1
