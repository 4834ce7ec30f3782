"""The convolution theorem: products of Fourier transforms, the kernel's conjugated so that nothing flips."""


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    import math

    return math.floor((i + 2 * p - d * (k - 1) - 1) / s + 1)


# %% question="conv1d"
def conv1d(x, u):
    product = np.fft.rfft(x) * np.conj(np.fft.rfft(u, len(x)))
    return np.fft.irfft(product, len(x))[: len(x) - len(u) + 1].astype(x.dtype)


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    size = x.shape[2:]
    images, kernels = np.fft.rfft2(x, size), np.conj(np.fft.rfft2(kernel, size))
    y = np.fft.irfft2(np.einsum("ncuv,ocuv->nouv", images, kernels), size)
    rows, columns = size[0] - kernel.shape[2] + 1, size[1] - kernel.shape[3] + 1
    return y[:, :, :rows:stride, :columns:stride].astype(x.dtype)


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = stride or size
    rows, columns = x.shape[2] - size + 1, x.shape[3] - size + 1
    tops = np.max([x[:, :, a : a + rows] for a in range(size)], axis=0)
    return np.max([tops[..., b : b + columns] for b in range(size)], axis=0)[:, :, ::stride, ::stride]


# %% question="receptive_field"
def receptive_field(layers):
    if not layers:
        return 1
    *below, (k, _, d) = layers
    jump = int(np.prod([stride for _, stride, _ in below]))
    return receptive_field(below) + (k - 1) * d * jump
