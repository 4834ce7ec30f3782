"""Sizes: what a layer does to the length of an axis, and how far back an output pixel sees.

Letters as on the notation page: i input size, k kernel size, s stride, p padding on each side, d dilation, o
output size.
"""

from collections.abc import Iterable, Sequence

from kernelwise.arguments import whole_number


def output_size(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Count the positions at which a kernel fits on an axis.

    o = ⌊(i + 2p − d(k−1) − 1) / s⌋ + 1

    The brackets round *down*: a last step that does not fit whole is not taken. Rounding up is a common
    mistake, which examples that divide exactly hide. Counter-example: i=6, k=3, s=2 gives 2 (the kernel fits
    at 0 and at 2; at 4 it would stick out), not ⌈2.5⌉ = 3. Rounding up is right for `same` padding only,
    where o = ⌈i/s⌉: see same_padding.

    Args:
        i: input size, pixels, at least 1.
        k: kernel size, pixels, at least 1.
        s: stride, pixels, at least 1.
        p: padding on each side, pixels, at least 0.
        d: dilation, the distance between neighbouring kernel weights, pixels, at least 1.
    Returns:
        o, pixels, at least 1.
    Raises:
        ValueError: an argument is no whole number or too small, or the kernel exceeds the padded input; the
            message gives both sizes.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, relationship 15.
    Example:
        >>> output_size(6, 3, s=2)
        2
    """
    i, k, s = whole_number("i", i, 1), whole_number("k", k, 1), whole_number("s", s, 1)
    p, d = whole_number("p", p, 0), whole_number("d", d, 1)
    padded, extent = i + 2 * p, d * (k - 1) + 1
    if extent > padded:
        raise ValueError(
            f"the kernel (k={k}, d={d}) spans {extent} pixels, but the padded input (i={i}, p={p}) has "
            f"{padded}: use a smaller kernel or dilation, or more padding"
        )
    return (padded - extent) // s + 1


def transposed_output_size(i: int, k: int, s: int = 1, p: int = 0, d: int = 1, op: int = 0) -> int:
    """Give the size that a transposed convolution makes of an axis.

    o = (i−1)s − 2p + d(k−1) + op + 1

    It undoes output_size where the division was exact; where it rounded down, op chooses among the s input
    sizes that share one output size.

    Args:
        i: input size, pixels, at least 1.
        k: kernel size, pixels, at least 1.
        s: stride of the convolution that is transposed, pixels, at least 1.
        p: padding of the convolution that is transposed, pixels, at least 0.
        d: dilation, pixels, at least 1.
        op: output padding, pixels on one side, 0 ≤ op < max(s, d).
    Returns:
        o, pixels, at least 1.
    Raises:
        ValueError: an argument is no whole number or too small, op is too large, or nothing is left of the
            output.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, relationship 14, with dilation as in
        torch.nn.ConvTranspose2d.
    Example:
        >>> transposed_output_size(output_size(7, 3, s=2), 3, s=2)
        7
    """
    i, k, s = whole_number("i", i, 1), whole_number("k", k, 1), whole_number("s", s, 1)
    p, d, op = whole_number("p", p, 0), whole_number("d", d, 1), whole_number("op", op, 0)
    if op >= max(s, d):
        raise ValueError(
            f"output padding op={op} must be smaller than the stride s={s} or the dilation d={d}: "
            f"give at most {max(s, d) - 1}"
        )
    o = (i - 1) * s - 2 * p + d * (k - 1) + op + 1
    if o < 1:
        raise ValueError(
            f"i={i}, k={k}, s={s}, p={p}, d={d}, op={op} leave {o} pixels, but an output needs at least 1: "
            "use less padding or a larger kernel"
        )
    return o


def same_padding(i: int, k: int, s: int = 1, d: int = 1) -> tuple[int, int]:
    """Give the padding that makes the output as long as the input (divided by the stride).

    total = max((⌈i/s⌉ − 1)s + d(k−1) + 1 − i, 0),  before = ⌊total/2⌋,  after = total − before

    This is Keras's `same`: an odd total puts the extra pixel *after*, so that the padding is asymmetric, and
    for s > 1 it depends on i. PyTorch's integer padding is the same on both sides; its padding="same" exists
    for s = 1 only, where it agrees with this.

    Args:
        i: input size, pixels, at least 1.
        k: kernel size, pixels, at least 1.
        s: stride, pixels, at least 1.
        d: dilation, pixels, at least 1.
    Returns:
        (before, after), pixels; the output has ⌈i/s⌉ pixels.
    Raises:
        ValueError: an argument is no whole number or too small.
    Source: TensorFlow API, tf.nn, "Notes on padding": https://www.tensorflow.org/api_docs/python/tf/nn
    Example:
        >>> same_padding(6, 3, s=2)
        (0, 1)
    """
    i, k, s, d = (whole_number(name, value, 1) for name, value in zip("iksd", (i, k, s, d), strict=True))
    o = -(-i // s)  # rounds up
    total = max((o - 1) * s + d * (k - 1) + 1 - i, 0)
    return total // 2, total - total // 2


def receptive_field(layers: Iterable[Sequence[int]]) -> int:
    """Give the length of input that one output pixel of a stack of layers sees.

    r = 1 + Σ_l d_l (k_l − 1) · Π_{m<l} s_m

    Args:
        layers: [(k, s, d), ...] from the input to the output: kernel size, stride, dilation, pixels of that
            layer's input. Convolutions and poolings alike.
    Returns:
        r, pixels of the input; 1 for no layer.
    Raises:
        ValueError: a layer is no triple, or one of its numbers is no whole number of at least 1.
    Source: Araujo, Norris & Sim 2019, "Computing receptive fields of convolutional neural networks", Distill,
        doi:10.23915/distill.00021.
    Example:
        >>> receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1)])
        8
    """
    field, jump = 1, 1  # jump: distance, in input pixels, between neighbouring pixels of the current layer
    for number, layer in enumerate(layers):
        if not isinstance(layer, Sequence) or isinstance(layer, str) or len(layer) != 3:
            raise ValueError(
                f"layer {number} must be a triple (k, s, d), got {layer!r}: "
                "give kernel size, stride and dilation, such as (3, 1, 1)"
            )
        k, s, d = (
            whole_number(f"{name} of layer {number}", value, 1)
            for name, value in zip("ksd", layer, strict=True)
        )
        field += d * (k - 1) * jump
        jump *= s
    return field
