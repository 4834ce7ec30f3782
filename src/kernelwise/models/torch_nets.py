"""The networks of the course in PyTorch; keras_nets has the same functions.

Images are (n, c, h, w) float32, 0 to 1; sequences (n, steps, 2) float32. Weights start from Keras's
distributions, so that twins are alike before training too; kernelwise.training.seed_everything makes them
repeatable. All networks give logits; the decks' own can also end in their deck's activation.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from kernelwise.arguments import whole_number

_glorot = nn.init.xavier_uniform_
_he = partial(nn.init.kaiming_uniform_, nonlinearity="relu")


class FlattenChannelsLast(nn.Module):
    """Flatten images in Keras's order (h, w, c), so that a dense layer has the same weights in both twins."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) → (n, h·w·c)."""
        return x.permute(0, 2, 3, 1).flatten(1)


class LSTM(nn.LSTM):
    """An LSTM layer with one bias, as in Keras: torch's second one stays zero and is no parameter."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__(inputs, units, batch_first=True)
        del self.bias_hh_l0
        self.register_buffer("bias_hh_l0", torch.zeros(4 * units), persistent=False)
        self._init_flat_weights()  # torch keeps a list of the four arrays: name the new one there
        with torch.no_grad():
            _glorot(self.weight_ih_l0)
            # Keras draws one orthogonal matrix (units, 4·units) for all four gates together.
            nn.init.orthogonal_(self.weight_hh_l0)
            self.bias_ih_l0.zero_()[units : 2 * units] = 1  # the forget gate starts open


class LstmMax(nn.Module):
    """One LSTM layer, then one dense layer on its last output."""

    def __init__(self, units: int, steps: int) -> None:
        super().__init__()
        self.lstm = LSTM(2, units)
        self.dense = _dense(units, steps + 1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, steps, 2) → (n, steps + 1): logits of the position, then the length."""
        h, _ = self.lstm(x)
        return self.dense(h[:, -1])


class LstmScores(nn.Module):
    """One LSTM layer, then one dense layer on its output at every step."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.lstm = LSTM(2, units)
        self.dense = _dense(units, 2)

    def forward(self, x: Tensor) -> Tensor:
        """(n, steps, 2) → (n, steps + 1): a score for every step, then the length that the last one gives."""
        h, _ = self.lstm(x)
        y = self.dense(h)
        return torch.cat([y[:, :, 0], y[:, -1:, 1]], dim=1)


def first_mlp(*, logits: bool = False) -> nn.Module:
    """Build the first multilayer perceptron of deck R: 32-32-1, 1,089 parameters.

    y = σ(w₂·relu(W₁x + b₁) + b₂)

    Args:
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 32) → (n, 1): probability, or logit.
    Source: deck R, "An MLP in keras".
    Example:
        >>> first_mlp()(torch.zeros(5, 32)).shape
        torch.Size([5, 1])
    """
    return _sequential(_dense(32, 32), nn.ReLU(), _dense(32, 1), None if logits else nn.Sigmoid())


def digits_mlp(*, logits: bool = False) -> nn.Module:
    """Build deck R's perceptron for 28×28 digits: 784-64-64-10, 55,050 parameters.

    y = softmax(W₃·relu(W₂·relu(W₁x + b₁) + b₂) + b₃)

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 784) → (n, 10): probabilities, or logits.
    Source: deck R, "Training a model with Keras".
    Example:
        >>> digits_mlp()(torch.zeros(5, 784)).shape
        torch.Size([5, 10])
    """
    return _sequential(
        _dense(784, 64),
        nn.ReLU(),
        _dense(64, 64),
        nn.ReLU(),
        _dense(64, 10),
        None if logits else nn.Softmax(dim=1),
    )


def digits_cnn(*, logits: bool = False) -> nn.Module:
    """Build deck D's convolutional network for 28×28 digits: 203,434 parameters.

    parameters = 640 + 18,464 + 184,330; sizes 28 → 26 → 24

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 1, 28, 28) → (n, 10): probabilities, or logits.
    Source: deck D, "Coding a simple CNN model".
    Example:
        >>> digits_cnn()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    return _sequential(
        _conv(1, 64, 3, start=_glorot),
        nn.ReLU(),
        _conv(64, 32, 3, start=_glorot),
        nn.ReLU(),
        FlattenChannelsLast(),
        _dense(24 * 24 * 32, 10),
        None if logits else nn.Softmax(dim=1),
    )


def deck_tracks(size: int = 128, *, logits: bool = False) -> nn.Module:
    """Build deck P's network for images of tracks: 4,216,193 numbers at 128², of which 4,216,001 are learned.

    parameters = 832 + 128 + 18,496 + 256 + (64·(size/4)²·64 + 64) + 2,080 + 33

    Args:
        size: of the square images, pixels; a multiple of 4.
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model, (n, 1, size, size) → (n, 1): probability of a high-momentum track, or its logit.
    Raises:
        ValueError: size is no multiple of 4.
    Source: deck P, "We setup a CNN".
    Example:
        >>> deck_tracks(32)(torch.zeros(5, 1, 32, 32)).shape
        torch.Size([5, 1])
    """
    if whole_number("size", size, 4) % 4:
        raise ValueError(f"size must be a multiple of 4, since two layers halve it, got {size}")
    return _sequential(
        _conv(1, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        _batch_norm(32),
        _conv(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        _batch_norm(64),
        FlattenChannelsLast(),
        _dense((size // 4) ** 2 * 64, 64, start=_he),
        nn.ReLU(),
        _dense(64, 32, start=_he),
        nn.ReLU(),
        _dense(32, 1),
        None if logits else nn.Sigmoid(),
    )


def small_tracks(
    widths: Sequence[int] = (16, 32, 64, 96),
    heights: Sequence[int] = (5, 7, 7, 9),
    strides: Sequence[int] = (1, 1, 2, 1),
    *,
    strip: int = 8,
) -> nn.Module:
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
        Model, (n, 1, h, strip·2^len(widths)) → (n, 1): logit of a high-momentum track.
    Raises:
        ValueError: widths, heights and strides differ in length, or a height is even.
    Example:
        >>> small_tracks()(torch.zeros(5, 1, 128, 128)).shape
        torch.Size([5, 1])
    """
    if not len(widths) == len(heights) == len(strides) or any(height % 2 == 0 for height in heights):
        raise ValueError(
            "one odd height and one stride for each of widths are needed, got "
            f"widths {widths}, heights {heights}, strides {strides}"
        )
    layers: list[nn.Module] = [nn.MaxPool2d((1, strip))]
    for c_in, c_out, height, stride in zip((1, *widths), widths, heights, strides, strict=False):
        layers += _normed_conv(c_in, c_out, (height, 2), stride=(stride, 2), padding=(height // 2, 0))
    return _sequential(*layers, nn.AdaptiveMaxPool2d(1), FlattenChannelsLast(), _dense(widths[-1], 1))


def shape_classifier() -> nn.Module:
    """Build a network that tells rectangle from circle: 6,138 learned parameters.

    64² → 32² → 16² → 8², 8, 16 and 32 channels; their mean over the image; one dense layer

    Returns:
        Model, (n, 1, 64, 64) → (n, 2): logits of rectangle, circle.
    Source: deck R, assignment 3.
    Example:
        >>> shape_classifier()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 2])
    """
    return _sequential(*_pyramid((8, 16, 32)), nn.AdaptiveAvgPool2d(1), FlattenChannelsLast(), _dense(32, 2))


def shape_counter(most: int = 4) -> nn.Module:
    """Build a network that counts rectangles and circles: 86,010 learned parameters for at most 4 of each.

    64² → 4², 16 to 96 channels; their mean over the image, which is proportional to a sum; two dense layers

    Args:
        most: the largest number of either shape.
    Returns:
        Model, (n, 1, 64, 64) → (n, 2, most + 1): logits of 0 … most rectangles, of 0 … most circles.
    Raises:
        ValueError: most is no whole number of at least 1.
    Source: deck R, assignment 3.
    Example:
        >>> shape_counter()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 2, 5])
    """
    numbers = whole_number("most", most, 1) + 1
    return _sequential(
        *_pyramid((16, 32, 64, 96)),
        nn.AdaptiveAvgPool2d(1),
        FlattenChannelsLast(),
        _dense(96, 64, start=_he),
        nn.ReLU(),
        _dense(64, 2 * numbers),
        nn.Unflatten(1, (2, numbers)),
    )


def shape_locator() -> nn.Module:
    """Build a network that finds the box of one shape: 145,780 learned parameters.

    (x0, y0, x1, y1) = 64 px · σ(dense layers of an 8×8 map with 32 channels)

    A dense layer on the map, not its mean: the mean does not know where.

    Returns:
        Model, (n, 1, 64, 64) → (n, 4): x0, y0, x1, y1, pixels from the top left corner.
    Source: deck R, assignment 3 and "Bounding Box".
    Example:
        >>> shape_locator()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 4])
    """
    return _sequential(
        *_pyramid((16, 32, 32)),
        FlattenChannelsLast(),
        _dense(8 * 8 * 32, 64, start=_he),
        nn.ReLU(),
        _dense(64, 4),
        nn.Sigmoid(),
        Scale(64),
    )


def lstm_max(units: int = 64, steps: int = 20) -> nn.Module:
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
        >>> lstm_max()(torch.zeros(5, 20, 2)).shape
        torch.Size([5, 21])
    """
    return LstmMax(whole_number("units", units, 1), whole_number("steps", steps, 1))


def lstm_scores(units: int = 32) -> nn.Module:
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
        >>> lstm_scores()(torch.zeros(5, 20, 2)).shape
        torch.Size([5, 21])
    """
    return LstmScores(whole_number("units", units, 1))


def fashion_cnn() -> nn.Module:
    """Build a simple network for Fashion-MNIST: 121,930 parameters.

    sizes 28 → 26 → 13 → 11 → 5; parameters = 320 + 18,496 + 102,464 + 650

    Returns:
        Model, (n, 1, 28, 28) → (n, 10): logits.
    Source: deck S, "Hands-on".
    Example:
        >>> fashion_cnn()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    return _sequential(
        _conv(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        _conv(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        FlattenChannelsLast(),
        _dense(5 * 5 * 64, 64, start=_he),
        nn.ReLU(),
        _dense(64, 10),
    )


def fashion_best(widths: Sequence[int] = (32, 64, 96), dropout: float = 0.2) -> nn.Module:
    """Build a better network for Fashion-MNIST, with batch norm and dropout: 158,986 learned parameters.

    sizes 28 → 14 → 7, one 5×5 convolution and three of 3×3, the last two at 7²; mean over the image; one
    dense layer

    Args:
        widths: channels at the three sizes.
        dropout: probability to drop a channel's mean before the last layer.
    Returns:
        Model, (n, 1, 28, 28) → (n, 10): logits.
    Raises:
        ValueError: dropout is no probability.
    Source: deck S, "Hands-on: improve it".
    Example:
        >>> fashion_best()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    first, second, third = widths
    return _sequential(
        _conv(1, first, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        *_normed_conv(first, second, 3, padding=1),
        nn.MaxPool2d(2),
        *_normed_conv(second, third, 3, padding=1),
        *_normed_conv(third, third, 3, padding=1),
        nn.AdaptiveAvgPool2d(1),
        FlattenChannelsLast(),
        nn.Dropout(dropout),
        _dense(third, 10),
    )


class Scale(nn.Module):
    """Multiply by a constant, such as the pixels of an image."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Any shape → the same."""
        return x * self.factor


def _sequential(*layers: nn.Module | None) -> nn.Sequential:
    """Stack layers; None is left out."""
    return nn.Sequential(*[layer for layer in layers if layer is not None])


def _dense(inputs: int, outputs: int, start: Callable = _glorot) -> nn.Linear:
    """Make a dense layer that starts as Keras's does: start for the weights, zero for the bias."""
    layer = nn.Linear(inputs, outputs)
    start(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _conv(c_in: int, c_out: int, kernel, *, start: Callable = _he, bias: bool = True, **options) -> nn.Conv2d:
    """Make a convolution that starts as Keras's does: start for the kernel, zero for the bias."""
    layer = nn.Conv2d(c_in, c_out, kernel, bias=bias, **options)
    start(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    """Make a batch normalisation with Keras's constants; torch's momentum is one minus Keras's 0.99."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def _normed_conv(c_in: int, c_out: int, kernel, **options) -> list[nn.Module]:
    """Make convolution, batch norm, ReLU; the convolution needs no bias, since the norm subtracts it."""
    return [_conv(c_in, c_out, kernel, bias=False, **options), _batch_norm(c_out), nn.ReLU()]


def _pyramid(widths: Sequence[int]) -> list[nn.Module]:
    """Make a stage for each width that halves the image: the first kernel is 5×5, the others 3×3."""
    layers: list[nn.Module] = []
    for stage, (c_in, c_out) in enumerate(zip((1, *widths), widths, strict=False)):
        k = 5 if stage == 0 else 3
        layers += [*_normed_conv(c_in, c_out, k, padding=k // 2), nn.MaxPool2d(2)]
    return layers
