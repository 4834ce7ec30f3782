"""Layers in Keras that several networks share."""

from keras import layers


def normed_conv(
    width: int, kernel: int | tuple[int, int], *, strides: tuple[int, int] = (1, 1), padding: str = "same"
) -> list[layers.Layer]:
    """Make convolution, batch norm, ReLU; the convolution needs no bias, since the norm subtracts it.

    y = relu(norm(W∗x))

    Args:
        width: channels of the output.
        kernel: pixels, one number or (vertical, horizontal).
        strides: (vertical, horizontal), pixels.
        padding: "same" or "valid".
    Returns:
        The three layers.
    Example:
        >>> [type(layer).__name__ for layer in normed_conv(2, 3)]
        ['Conv2D', 'BatchNormalization', 'ReLU']
    """
    convolution = layers.Conv2D(
        width, kernel, strides=strides, padding=padding, use_bias=False, kernel_initializer="he_uniform"
    )
    return [convolution, layers.BatchNormalization(), layers.ReLU()]
