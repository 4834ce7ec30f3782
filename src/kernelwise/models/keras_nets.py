"""The networks of the course in Keras; torch_nets has the same functions.

Images are (n, h, w, c) float32, 0 to 1; sequences (n, steps, 2) float32. Weights start from Keras's defaults,
he uniform where a ReLU follows; kernelwise.training.seed_everything makes them repeatable. All networks give
logits; the decks' own can also end in their deck's activation.
"""

import os
from collections.abc import Sequence

from kernelwise.arguments import whole_number

# TensorFlow reads both when Keras loads it: which backend, and that only errors are worth a message.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
from keras import layers


def first_mlp(*, logits: bool = False) -> keras.Model:
    """Build the first multilayer perceptron of deck R: 32-32-1, 1,089 parameters.

    y = σ(w₂·relu(W₁x + b₁) + b₂)

    Args:
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 32) → (n, 1): probability, or logit.
    Source: deck R, "An MLP in keras".
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


def digits_mlp(*, logits: bool = False) -> keras.Model:
    """Build deck R's perceptron for 28×28 digits: 784-64-64-10, 55,050 parameters.

    y = softmax(W₃·relu(W₂·relu(W₁x + b₁) + b₂) + b₃)

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 784) → (n, 10): probabilities, or logits.
    Source: deck R, "Training a model with Keras".
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
    """Build deck D's convolutional network for 28×28 digits: 203,434 parameters.

    parameters = 640 + 18,464 + 184,330; sizes 28 → 26 → 24

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 28, 28, 1) → (n, 10): probabilities, or logits.
    Source: deck D, "Coding a simple CNN model".
    Example:
        >>> digits_cnn().count_params()
        203434
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


def deck_tracks(size: int = 128, *, logits: bool = False) -> keras.Model:
    """Build deck P's network for images of tracks: 4,216,193 numbers at 128², of which 4,216,001 are learned.

    parameters = 832 + 128 + 18,496 + 256 + (64·(size/4)²·64 + 64) + 2,080 + 33

    Args:
        size: of the square images, pixels; a multiple of 4.
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, size, size, 1) → (n, 1): probability of a high-momentum track, or its logit.
    Raises:
        ValueError: size is no multiple of 4.
    Source: deck P, "We setup a CNN".
    Example:
        >>> deck_tracks().count_params()
        4216193
    """
    if whole_number("size", size, 4) % 4:
        raise ValueError(f"size must be a multiple of 4, since two layers halve it, got {size}")
    he = {"activation": "relu", "kernel_initializer": "he_uniform"}
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.Conv2D(32, (5, 5), strides=(1, 1), padding="same", **he),
            layers.MaxPool2D((2, 2), padding="same"),
            layers.BatchNormalization(),
            layers.Conv2D(64, (3, 3), strides=(1, 1), padding="same", **he),
            layers.MaxPool2D((2, 2), padding="same"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(64, **he),
            layers.Dense(32, **he),
            layers.Dense(1, activation=None if logits else "sigmoid"),
        ]
    )


def small_tracks(
    widths: Sequence[int] = (16, 32, 64, 96),
    heights: Sequence[int] = (5, 7, 7, 9),
    strides: Sequence[int] = (1, 1, 2, 1),
    *,
    strip: int = 8,
) -> keras.Model:
    """Build a network for images of tracks that knows the detector: 147,105 learned parameters.

    (h, w) → max over each strip → (h, planes); then convolutions that merge planes two by two, 16 → 8 → 4 → 2
    → 1; the largest response along y decides

    One strip of columns is one plane. Each convolution has twice the lever arm of the one before, like a
    tracker that joins hits to pairs, pairs to fours, and so on.

    Args:
        widths: channels after each merging convolution.
        heights: of the kernels along y, odd; as many as widths.
        strides: along y; as many as widths.
        strip: columns that belong to one plane.
    Returns:
        Model, (n, h, strip·2^len(widths), 1) → (n, 1): logit of a high-momentum track.
    Raises:
        ValueError: widths, heights and strides differ in length, or a height is even.
    Example:
        >>> small_tracks().output_shape
        (None, 1)
    """
    if not len(widths) == len(heights) == len(strides) or any(height % 2 == 0 for height in heights):
        raise ValueError(
            "one odd height and one stride for each of widths are needed, got "
            f"widths {widths}, heights {heights}, strides {strides}"
        )
    stack = [keras.Input((None, strip * 2 ** len(widths), 1)), layers.MaxPool2D((1, strip))]
    for width, height, stride in zip(widths, heights, strides, strict=True):
        stack += [
            layers.ZeroPadding2D((height // 2, 0)),
            *_normed_conv(width, (height, 2), strides=(stride, 2), padding="valid"),
        ]
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(1)])


def shape_classifier() -> keras.Model:
    """Build a network that tells rectangle from circle: 6,138 learned parameters.

    64² → 32² → 16² → 8², 8, 16 and 32 channels; their mean over the image; one dense layer

    Returns:
        Model, (n, 64, 64, 1) → (n, 2): logits of rectangle, circle.
    Source: deck R, assignment 3.
    Example:
        >>> shape_classifier().output_shape
        (None, 2)
    """
    return keras.Sequential([*_pyramid((8, 16, 32)), layers.GlobalAveragePooling2D(), layers.Dense(2)])


def shape_counter(most: int = 4) -> keras.Model:
    """Build a network that counts rectangles and circles: 86,010 learned parameters for at most 4 of each.

    64² → 4², 16 to 96 channels; their mean over the image, which is proportional to a sum; two dense layers

    Args:
        most: the largest number of either shape.
    Returns:
        Model, (n, 64, 64, 1) → (n, 2, most + 1): logits of 0 … most rectangles, of 0 … most circles.
    Raises:
        ValueError: most is no whole number of at least 1.
    Source: deck R, assignment 3.
    Example:
        >>> shape_counter().output_shape
        (None, 2, 5)
    """
    numbers = whole_number("most", most, 1) + 1
    return keras.Sequential(
        [
            *_pyramid((16, 32, 64, 96)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(2 * numbers),
            layers.Reshape((2, numbers)),
        ]
    )


def shape_locator() -> keras.Model:
    """Build a network that finds the box of one shape: 145,780 learned parameters.

    (x0, y0, x1, y1) = 64 px · σ(dense layers of an 8×8 map with 32 channels)

    A dense layer on the map, not its mean: the mean does not know where.

    Returns:
        Model, (n, 64, 64, 1) → (n, 4): x0, y0, x1, y1, pixels from the top left corner.
    Source: deck R, assignment 3 and "Bounding Box".
    Example:
        >>> shape_locator().output_shape
        (None, 4)
    """
    return keras.Sequential(
        [
            *_pyramid((16, 32, 32)),
            layers.Flatten(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(4, activation="sigmoid"),
            layers.Rescaling(64),
        ]
    )


def lstm_max(units: int = 64, steps: int = 20) -> keras.Model:
    """Build a network that remembers the longest vector of a sequence: 18,517 parameters for 64 units.

    y = W·h(last step) + b; parameters = 4·units·(2 + units + 1) + (units + 1)·(steps + 1)

    Args:
        units: of the LSTM layer.
        steps: vectors in a sequence.
    Returns:
        Model, (n, steps, 2) → (n, steps + 1): logits of the position, then the length.
    Raises:
        ValueError: units or steps is no whole number of at least 1.
    Source: deck R, assignment 4.
    Example:
        >>> lstm_max().output_shape
        (None, 21)
    """
    units, steps = whole_number("units", units, 1), whole_number("steps", steps, 1)
    return keras.Sequential([keras.Input((steps, 2)), layers.LSTM(units), layers.Dense(steps + 1)])


def lstm_scores(units: int = 32) -> keras.Model:
    """Build a network that gives every vector of a sequence a score: 4,546 parameters for 32 units.

    y(t) = W·h(t) + b; parameters = 4·units·(2 + units + 1) + (units + 1)·2

    The position is a softmax over the scores: no step needs to remember it. Only the length needs memory.

    Args:
        units: of the LSTM layer.
    Returns:
        Model, (n, steps, 2) → (n, steps + 1): scores, which are logits of the position, then the length as
        the last step says it. Any number of steps.
    Raises:
        ValueError: units is no whole number of at least 1.
    Source: deck R, assignment 4.
    Example:
        >>> lstm_scores().output_shape
        (None, None)
    """
    x = keras.Input((None, 2))
    h = layers.LSTM(whole_number("units", units, 1), return_sequences=True)(x)
    y = layers.Dense(2)(h)
    return keras.Model(x, layers.Concatenate()([y[:, :, 0], y[:, -1:, 1]]))


def fashion_cnn() -> keras.Model:
    """Build a simple network for Fashion-MNIST: 121,930 parameters.

    sizes 28 → 26 → 13 → 11 → 5; parameters = 320 + 18,496 + 102,464 + 650

    Returns:
        Model, (n, 28, 28, 1) → (n, 10): logits.
    Source: deck S, "Hands-on".
    Example:
        >>> fashion_cnn().output_shape
        (None, 10)
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.Conv2D(64, 3, activation="relu", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(10),
        ]
    )


def fashion_best(widths: Sequence[int] = (32, 64, 96), dropout: float = 0.2) -> keras.Model:
    """Build a better network for Fashion-MNIST, with batch norm and dropout: 158,986 learned parameters.

    sizes 28 → 14 → 7, one 5×5 convolution and three of 3×3, the last two at 7²; mean over the image; one
    dense layer

    Args:
        widths: channels at the three sizes.
        dropout: probability to drop a channel's mean before the last layer.
    Returns:
        Model, (n, 28, 28, 1) → (n, 10): logits.
    Raises:
        ValueError: dropout is no probability.
    Source: deck S, "Hands-on: improve it".
    Example:
        >>> fashion_best().output_shape
        (None, 10)
    """
    first, second, third = widths
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(first, 5, padding="same", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.ReLU(),
            *_normed_conv(second, 3),
            layers.MaxPool2D(2),
            *_normed_conv(third, 3),
            *_normed_conv(third, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(dropout),
            layers.Dense(10),
        ]
    )


def _normed_conv(
    width: int, kernel: int | tuple[int, int], *, strides: tuple[int, int] = (1, 1), padding: str = "same"
) -> list[layers.Layer]:
    """Make convolution, batch norm, ReLU; the convolution needs no bias, since the norm subtracts it."""
    convolution = layers.Conv2D(
        width, kernel, strides=strides, padding=padding, use_bias=False, kernel_initializer="he_uniform"
    )
    return [convolution, layers.BatchNormalization(), layers.ReLU()]


def _pyramid(widths: Sequence[int]) -> list[layers.Layer]:
    """Make a stage for each width that halves 64×64 images: the first kernel is 5×5, the others 3×3."""
    stack = [keras.Input((64, 64, 1))]
    for stage, width in enumerate(widths):
        stack += [*_normed_conv(width, 5 if stage == 0 else 3), layers.MaxPool2D(2)]
    return stack
