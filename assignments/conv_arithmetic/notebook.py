# %% [markdown]
# # Convolution arithmetic
#
# A convolutional network looks at an image through a small window. How many windows are there, what
# happens in each, and how much of the image does one number deep inside the network see? Here you write
# all of it yourself, with numpy alone: five short functions, each a few lines long.
#
# | question | you write |
# |---|---|
# | `output_size` | how many windows fit |
# | `conv1d` | a kernel sliding over a signal |
# | `conv2d` | a bank of kernels sliding over images |
# | `max_pool2d` | the largest value of each window |
# | `receptive_field` | how many pixels one output depends on |
#
# **How it is graded.** Below each answer stands a cell such as `check("conv2d")`. Run it as often as you
# like: it calls your function on numbers that you can redo by hand, says what is wrong, and shows what
# each check is worth. Grading runs these checks and further ones on fresh random inputs, so an answer that
# only knows the printed examples does not get far. Each question counts on its own, and any correct way to
# write it earns full marks: loops are fast enough.
#
# **Rules of the house.** Images are arrays of shape `(n, c, h, w)`: image, channel, row, column. Leave the
# arrays that you are given unchanged, and give `float32` back for `float32`. `np.convolve` and
# `np.correlate` cost you no points, but nothing is learned by calling them.
#
# In each answer cell, replace `raise NotImplementedError()` and leave the first line of the function alone.

# %%
import matplotlib.pyplot as plt
import numpy as np

from kernelwise import plotting

plotting.style()

# %% [markdown]
# ## 1. How many windows fit?
#
# A kernel of $k$ taps slides over $i$ pixels and moves by $s$ pixels, the *stride*. Here $i = 6$, $k = 3$,
# $s = 2$:
#
# ```
# pixel      0   1   2   3   4   5
# window 0   ■   ■   ■
# window 1           ■   ■   ■
# window 2                   ■   ■   ?    needs a pixel 6, and there is none: it does not count
# ```
#
# So `output_size(6, 3, s=2)` → `2`. *Padding* first adds $p$ zeros on **both** sides. *Dilation* puts the
# taps $d$ pixels apart, so that three taps with $d = 2$ span five pixels:
#
# ```
# d = 1   ■ ■ ■             d = 2   ■ · ■ · ■
# ```
#
# In general $k$ taps span $d(k-1)+1$ pixels, and the number of windows is
#
# $$o = \left\lfloor \frac{i + 2p - d(k-1) - 1}{s} \right\rfloor + 1 .$$
#
# The brackets $\lfloor\;\rfloor$ mean: round down. The lecture's slides round up here. In their examples
# the division leaves no remainder, so nobody notices: `output_size(4, 3)` → `2`,
# `output_size(5, 3, s=2)` → `2` and `output_size(5, 3, s=2, p=1)` → `3`.
#
# **By hand:** $i = 9$, $k = 3$, $d = 2$, $s = 2$, $p = 0$. The kernel spans 5 pixels, $9 - 5 = 4$ pixels
# are left to move over, in steps of 2: `output_size(9, 3, s=2, d=2)` → `3`.
#
# <details><summary>Hint</summary>
#
# Python's `//` divides whole numbers, rounds down and gives a whole number again; `/` gives a float.
#
# </details>


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    """Count the windows of a kernel along one axis.

    Args:
        i: int. Pixels of the input.
        k: int. Taps of the kernel; it fits the padded input.
        s, p, d: int. Stride, padding on each side, dilation; pixels.
    Returns:
        int. Pixels of the output.
    Example:
        >>> output_size(5, 3, s=2, p=1)
        3
    """
    ### BEGIN SOLUTION
    span = d * (k - 1) + 1
    return (i + 2 * p - span) // s + 1
    ### END SOLUTION


# %% [markdown]
# ## 2. A kernel over a signal
#
# Think of the charge on the strips of a silicon detector, one number a strip. At each place the kernel is
# laid over the signal, the numbers that meet are multiplied, and the products are added up:
#
# ```
# x        1    2    3    4
# u        3    2                 1·3 + 2·2 =  7
#               3    2            2·3 + 3·2 = 12
#                    3    2       3·3 + 4·2 = 17
# ```
#
# $$y_i = \sum_{a=0}^{w-1} x_{i+a}\, u_a , \qquad i = 0, \dots, W - w .$$
#
# A signal of length $W$ and a kernel of length $w$ give $W - w + 1$ numbers: only windows that lie fully
# inside count. `conv1d(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 2.0]))` → `[7, 12, 17]`.
#
# In mathematics this is called the *cross-correlation*. The true convolution flips the kernel first, to
# $(2, 3)$, and would give $(8, 13, 18)$. Networks learn their kernels, so the flip makes no difference to
# them: they leave it out, and say convolution all the same. So do we.
#
# The kernel $(-1, 1)$ takes differences of neighbours, a derivative for pixels: 10 inputs give 9 of them.
#
# | argument | shape | result | shape |
# |---|---|---|---|
# | `x` | `(W,)` | `y` | `(W - w + 1,)` |
# | `u` | `(w,)`, $w \le W$ | | |
#
# <details><summary>Hint</summary>
#
# `x[i : i + len(u)]` is the window at place `i`, and `window @ u` multiplies and adds up in one go. If you
# fill an array made by `np.zeros`, tell it the `dtype`, or you get `float64` whatever the input was.
#
# </details>


# %% question="conv1d"
def conv1d(x, u):
    """Cross-correlate a signal with a kernel, without padding.

    Args:
        x: (W,) float. The signal.
        u: (w,) float, w ≤ W. The kernel, not flipped.
    Returns:
        (W - w + 1,), dtype of the inputs.
    Example:
        >>> conv1d(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 2.0]))
        array([ 7., 12., 17.])
    """
    ### BEGIN SOLUTION
    return np.array([x[i : i + len(u)] @ u for i in range(len(x) - len(u) + 1)])
    ### END SOLUTION


# %% [markdown]
# ## 3. A bank of kernels over images
#
# The same in two directions. Here the kernel looks for a falling diagonal in a picture of an X, where `■`
# is 1 and `·` is −1; the brackets mark the upper left window:
#
# ```
# [· · ·]· ·
# [· ■ ·]■ ·          ■ · ·           7  -3   3
# [· · ■]· ·    ⊛     · ■ ·    =     -3   5  -3
#  · ■ · ■ ·          · · ■           3  -3   7
#  · · · · ·
#    image           kernel            output
# ```
#
# In the upper left window eight of nine pixels agree with the kernel and one does not: $8 - 1 = 7$. One
# pixel to the right three agree and six do not: $3 - 6 = -3$.
#
# Real images have channels, such as the layers of a calorimeter, and a layer of a network has many
# kernels. Each kernel is as deep as the image and **sums over all channels** $c$ into one output map $o$:
#
# $$y_{n,o,i,j} = \sum_{c,a,b} x_{n,c,\,i s + a,\,j s + b}\; K_{o,c,a,b} ,$$
#
# where $x$ has first been padded with $p$ zeros above, below, left and right.
#
# ```
#    x  (n, c, h, w)            kernel  (c_out, c, k_h, k_w)         y  (n, c_out, h', w')
#
#      ┌───────┐                     ┌───┐
#     ┌┴──────┐│  blue              ┌┴──┐│
#    ┌┴──────┐││  green            ┌┴──┐││     one such block              ┌─────┐
#    │▓▓▓    │││  red              │▓▓▓│││     for each output map   ──►   │▓    │
#    │▓▓▓    │├┘                   │▓▓▓│├┘                                 │     │
#    │       ├┘                    └───┴┘                                  └─────┘
#    └───────┘
# ```
#
# **By hand:** the upper left corner of the lecture's colour picture, padded with zeros. In the red channel
#
# ```
# 0    0    0          -1  -1   1
# 0  156  155    ⊛      0   1  -1     =   156 − 155 + 153 + 154  =  308
# 0  153  154           0   1   1
# ```
#
# Likewise green gives −498 and blue 164. Together: 308 − 498 + 164 = −26. (The lecture then adds a bias
# of 1; here there is none.)
#
# | argument | shape |
# |---|---|
# | `x` | `(n, c, h, w)` |
# | `kernel` | `(c_out, c, k_h, k_w)`; rows and columns may differ |
# | `stride`, `padding` | whole numbers, the same in both directions |
# | result | `(n, c_out, h', w')`, `h'` = ⌊(`h` + 2·`padding` − `k_h`) / `stride`⌋ + 1, likewise `w'` |
#
# <details><summary>Hint</summary>
#
# Pad with `np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))`, which makes a copy. Then
# loop over the rows `i` and columns `j` of the *output*: the window that belongs to them starts at row
# `i * stride` and column `j * stride` of the padded image. `np.einsum("ncab,ocab->no", window, kernel)`
# does one window for all images and all kernels at once; two more loops do it as well.
#
# </details>


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    """Cross-correlate images with a bank of kernels.

    Args:
        x: (n, c, h, w) float. Images.
        kernel: (c_out, c, k_h, k_w) float, not flipped.
        stride: int ≥ 1. Pixels between windows, in both directions.
        padding: int ≥ 0. Zeros on each of the four sides.
    Returns:
        (n, c_out, h', w'), h' = (h + 2·padding − k_h)//stride + 1 and likewise w'; dtype of the inputs.
    Example:
        >>> conv2d(np.ones((1, 2, 3, 3)), np.ones((1, 2, 2, 2)), stride=2, padding=1)
        array([[[[2., 4.],
                 [4., 8.]]]])
    """
    ### BEGIN SOLUTION
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    h_out = (h - k_h) // stride + 1
    w_out = (w - k_w) // stride + 1
    y = np.zeros((n, c_out, h_out, w_out), dtype=np.result_type(x, kernel))
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + k_h, left : left + k_w]
            y[:, :, i, j] = np.einsum("ncab,ocab->no", window, kernel)
    return y
    ### END SOLUTION


# %% [markdown]
# ## 4. The largest value of each window
#
# *Pooling* keeps one number of each window: that something was found, no longer exactly where. Max pooling
# keeps the largest. Without a stride, windows lie side by side: the stride is the size.
#
# ```
# 1  2 │ 5  6
# 3  4 │ 7  8             4  8
# ─────┼─────     ──►     9  3
# 9  9 │ 0  1
# 9  9 │ 2  3
# ```
#
# $$y_{n,c,i,j} = \max_{0 \le a, b < k} \; x_{n,c,\,i s + a,\,j s + b} , \qquad s = k \text{ unless given.}$$
#
# Every channel of every image is pooled by itself. Nothing is padded, and windows that do not fit whole
# are dropped, as in question 1. With stride 1 the windows overlap. After ReLU the X of question 3 is
#
# ```
# 7  0  3
# 0  5  0        size 2, stride 1  ──►   7  5         size 2 alone  ──►   7
# 3  0  7                                5  7
# ```
#
# Mind images without any positive value: the largest of −3 and −2 is −2, not 0.
#
# | argument | shape |
# |---|---|
# | `x` | `(n, c, h, w)` |
# | `size` | whole number: windows of `size` × `size` |
# | `stride` | whole number, or `None` for `size` |
# | result | `(n, c, h', w')`, `h'` = ⌊(`h` − `size`) / `stride`⌋ + 1, likewise `w'` |
#
# <details><summary>Hint</summary>
#
# The loops are those of `conv2d`. For a window of shape `(n, c, size, size)`, `window.max(axis=(2, 3))`
# has shape `(n, c)`.
#
# </details>


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    """Keep the largest value of each window.

    Args:
        x: (n, c, h, w) float. Images.
        size: int. Rows and columns of a window.
        stride: int. Pixels between windows, in both directions; None: size.
    Returns:
        (n, c, h', w'), h' = (h − size)//stride + 1 and likewise w'; dtype of x.
    Example:
        >>> max_pool2d(np.array([[[[1.0, 2.0, 5.0], [3.0, 4.0, 7.0]]]]), 2, stride=1)
        array([[[[4., 7.]]]])
    """
    ### BEGIN SOLUTION
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    h_out = (h - size) // stride + 1
    w_out = (w - size) // stride + 1
    y = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            y[:, :, i, j] = x[:, :, top : top + size, left : left + size].max(axis=(2, 3))
    return y
    ### END SOLUTION


# %% [markdown]
# ## 5. How much of the image does one number see?
#
# Stack layers, pick one number at the top, and follow back what it depends on, along one direction. For
# two convolutions with three taps:
#
# ```
# layer 2              ●
#                    / | \
# layer 1          ●   ●   ●
#                / | \/|\/ | \
# image        ●   ●   ●   ●   ●          5 pixels: the receptive field
# ```
#
# Go upwards and keep two numbers: the receptive field $r$ so far, and the *jump* $j$, the distance in
# pixels of the image between two neighbours of the current layer. In the image itself $r = 1$ and $j = 1$.
# A layer with $k$ taps, stride $s$ and dilation $d$ reaches over $d(k-1)$ further neighbours, each $j$
# pixels away; after it, neighbours lie $s$ times as far apart:
#
# $$r \leftarrow r + d(k-1)\,j , \qquad j \leftarrow s\, j .$$
#
# In this order: a stride widens only the layers *after* its own.
#
# **By hand:** convolution with 3 taps, pooling of 2 with stride 2, convolution with 3 taps.
#
# | layer | $k, s, d$ | $r$ | $j$ |
# |---|---|---|---|
# | image | | 1 | 1 |
# | convolution | 3, 1, 1 | 1 + 2·1 = 3 | 1 |
# | pooling | 2, 2, 1 | 3 + 1·1 = 4 | 2 |
# | convolution | 3, 1, 1 | 4 + 2·2 = 8 | 2 |
#
# So `receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1)])` → `8`. The picture above is
# `receptive_field([(3, 1, 1), (3, 1, 1)])` → `5`. One layer alone sees what its kernel spans:
# `receptive_field([(3, 1, 2)])` → `5` and `receptive_field([(2, 2, 1)])` → `2`.
#
# <details><summary>Hint</summary>
#
# `for k, s, d in layers:` unpacks one layer after the other. Two variables and two lines in the loop are
# enough.
#
# </details>


# %% question="receptive_field"
def receptive_field(layers):
    """Count the pixels, along one axis, that one output of a stack of layers depends on.

    Args:
        layers: list of (k, s, d), first layer first: taps, stride, dilation; pooling layers too.
    Returns:
        int. Pixels of the image.
    Example:
        >>> receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1)])
        8
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for k, s, d in layers:
        field += d * (k - 1) * jump
        jump *= s
    return field
    ### END SOLUTION


# %% [markdown]
# ## Your layers at work
#
# Nothing more to answer. A charged particle in a magnetic field leaves an arc of hits in a detector. Your
# `conv2d` smooths it with a small bell, and your `max_pool2d` makes it four times smaller; the track is
# still there.

# %% tags=["illustration"]
row, column = np.mgrid[:48, :48]
hits = np.exp(-((np.hypot(row - 60, column + 10) - 52.0) ** 2)) * (row % 4 == 0)
bell = np.outer([1, 2, 1], [1, 2, 1]) / 16

try:
    smooth = conv2d(hits[None, None], bell[None, None], padding=1)
    small = max_pool2d(smooth, 4)
except NotImplementedError:
    print("Answer questions 3 and 4 first, then run this cell again.")
else:
    figure, axes = plt.subplots(1, 3, figsize=(7, 2.5), layout="none")
    for ax, image, title in zip(axes, (hits, smooth, small), ("hits", "conv2d", "max_pool2d"), strict=True):
        ax.imshow(np.reshape(image, np.shape(image)[-2:]))
        ax.set(title=title, xticks=[], yticks=[])
