"""Networks for sequences of vectors, in Keras."""

import keras
from keras import layers

from kernelwise.arguments import whole_number


def lstm_max(units: int = 64, steps: int = 20) -> keras.Model:
    """Build a network that remembers the longest vector of a sequence.

    Args:
        units, steps: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: units or steps is no whole number of at least 1.
    Example:
        >>> lstm_max().output_shape
        (None, 21)
    """
    units, steps = whole_number("units", units, 1), whole_number("steps", steps, 1)
    return keras.Sequential([keras.Input((steps, 2)), layers.LSTM(units), layers.Dense(steps + 1)])


def lstm_scores(units: int = 32) -> keras.Model:
    """Build a network that gives every vector of a sequence a score.

    Args:
        units: as in torch_nets.
    Returns:
        Model for any number of steps; the catalogue has its facts.
    Raises:
        ValueError: units is no whole number of at least 1.
    Example:
        >>> lstm_scores().output_shape
        (None, None)
    """
    x = keras.Input((None, 2))
    h = layers.LSTM(whole_number("units", units, 1), return_sequences=True)(x)
    y = layers.Dense(2)(h)
    return keras.Model(x, layers.Concatenate()([y[:, :, 0], y[:, -1:, 1]]))
