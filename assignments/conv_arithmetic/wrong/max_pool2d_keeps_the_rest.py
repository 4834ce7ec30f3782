"""Rounds up: windows that do not fit whole are kept at the border."""

loses = {"test_max_pool2d_of_any_layer"}
says = "expected shape|another shape than expected"


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    tops = [top for top in range(0, h - size + stride, stride) if top < h]
    lefts = [left for left in range(0, w - size + stride, stride) if left < w]
    y = np.zeros((n, c, len(tops), len(lefts)), dtype=x.dtype)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            y[:, :, i, j] = x[:, :, top : top + size, left : left + size].max(axis=(2, 3))
    return y
