"""Networks for vectors, in Keras."""

import keras
from keras import layers


def first_mlp(*, logits: bool = False) -> keras.Model:
    """Build the first multilayer perceptron of deck R.

    Args:
        logits: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> first_mlp().output_shape
        (None, 1)
    """
    return keras.Sequential(
        [
            keras.Input((32,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, activation=None if logits else "sigmoid"),
        ]
    )
