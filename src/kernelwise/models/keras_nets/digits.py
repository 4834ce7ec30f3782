"""Networks for handwritten digits, in Keras."""

import keras
from keras import layers


def digits_mlp(*, logits: bool = False) -> keras.Model:
    """Build deck R's perceptron.

    Args:
        logits: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> digits_mlp().output_shape
        (None, 10)
    """
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation=None if logits else "softmax"),
        ]
    )


def digits_cnn(*, logits: bool = False) -> keras.Model:
    """Build deck D's convolutional network.

    Args:
        logits: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> digits_cnn().output_shape
        (None, 10)
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, kernel_size=3, activation="relu"),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation=None if logits else "softmax"),
        ]
    )
