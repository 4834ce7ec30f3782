"""Catalogue: the facts of every network, each written down once; no framework is loaded to read them.

The functions in keras_nets and torch_nets say how a network is built. What it is for, its shapes, sizes,
numbers of parameters and where in the course it stands is said here alone, for all frameworks that have it.
Checks of arguments that all of its versions need are here too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernelwise.arguments import whole_number

Shape = tuple[int | None, ...]
BOTH = ("keras", "torch")


@dataclass(frozen=True)
class Network:
    """What is true of a network as it is built without arguments.

    Args:
        name: of its function in keras_nets and torch_nets.
        problem: the module of these packages that has it.
        purpose: what it is for.
        rule: its equation, or the sizes from layer to layer.
        source: where in the course it comes from.
        input: shape of one example, images (h, w, c), sequences (steps, entries); None: any size.
        output: shape of the answer to it; None: any size, as the input has it.
        meaning: of the answer. Decks' networks end in their deck's activation, with logits=True before it.
        learned: numbers that training changes.
        kept: further numbers, which are no parameters: the means and variances of batch norm.
        frameworks: that have it.
        check: what refuses wrong arguments, the same in all frameworks; None: each argument stands alone.
    """

    name: str
    problem: str
    purpose: str
    rule: str
    source: str
    input: Shape
    output: Shape
    meaning: str
    learned: int
    kept: int = 0
    frameworks: tuple[str, ...] = BOTH
    check: Callable[..., None] | None = None

    @property
    def total(self) -> int:
        """All numbers in it."""
        return self.learned + self.kept

    def input_shape(self, framework: str) -> Shape:
        """Give the shape of one example in "keras" or "torch", where images have their channels first."""
        if framework == "torch" and len(self.input) == 3:
            return (self.input[-1], *self.input[:-1])
        return self.input


def check_deck_tracks(size: int) -> None:
    """Refuse images of tracks that two layers cannot halve.

    size = 4k, k ≥ 1

    Args:
        size: of the square images, pixels.
    Raises:
        ValueError: size is no multiple of 4.
    Example:
        >>> check_deck_tracks(30)
        Traceback (most recent call last):
        ValueError: size must be a multiple of 4, since two layers halve it, got 30
    """
    if whole_number("size", size, 4) % 4:
        raise ValueError(f"size must be a multiple of 4, since two layers halve it, got {size}")


def check_small_tracks(widths: Sequence[int], heights: Sequence[int], strides: Sequence[int]) -> None:
    """Refuse kernels that do not belong to one layer each, or that have no middle row.

    len(widths) = len(heights) = len(strides), heights odd

    Args:
        widths: channels after each merging convolution.
        heights: of the kernels along y.
        strides: along y.
    Raises:
        ValueError: widths, heights and strides differ in length, or a height is even.
    Example:
        >>> check_small_tracks((8, 8), (3, 3), (1, 2))
    """
    if not len(widths) == len(heights) == len(strides) or any(height % 2 == 0 for height in heights):
        raise ValueError(
            "one odd height and one stride for each of widths are needed, got "
            f"widths {widths}, heights {heights}, strides {strides}"
        )


# Numbers of parameters come from the decks, or are counted by hand in the comment above them.
_ALL = (
    Network(
        name="first_mlp",
        problem="vectors",
        purpose="The first multilayer perceptron: 32 numbers, yes or no.",
        rule="y = σ(w₂·relu(W₁x + b₁) + b₂); 32-32-1",
        source='deck R, "An MLP in keras"',
        input=(32,),
        output=(1,),
        meaning="probability",
        learned=1_089,
    ),
    Network(
        name="digits_mlp",
        problem="digits",
        purpose="A perceptron for 28×28 digits, whose rows stand one after the other.",
        rule="y = softmax(W₃·relu(W₂·relu(W₁x + b₁) + b₂) + b₃); 784-64-64-10",
        source='deck R, "Training a model with Keras"',
        input=(784,),
        output=(10,),
        meaning="probabilities of the digits",
        learned=55_050,
    ),
    Network(
        name="digits_cnn",
        problem="digits",
        purpose="A convolutional network for 28×28 digits.",
        rule="28 → 26 → 24 pixels, 64 and 32 channels; one dense layer",
        source='deck D, "Coding a simple CNN model"',
        input=(28, 28, 1),
        output=(10,),
        meaning="probabilities of the digits",
        learned=640 + 18_464 + 184_330,
    ),
    Network(
        name="deck_tracks",
        problem="tracks",
        purpose="The deck's network for images of tracks: one of high momentum, or none.",
        rule="size → size/2 → size/4 pixels, 32 and 64 channels; dense layers 64-32-1",
        source='deck P, "We setup a CNN"',
        input=(128, 128, 1),
        output=(1,),
        meaning="probability of a high-momentum track",
        # 64·(size/4)²·64 + 64 in the first dense layer; batch norm of 96 channels
        learned=832 + 18_496 + 2 * 96 + 4_194_368 + 2_080 + 33,
        kept=2 * 96,
        check=check_deck_tracks,
    ),
    # One strip of columns is one plane. Each convolution has twice the lever arm of the one before, like a
    # tracker that joins hits to pairs, pairs to fours, and so on.
    Network(
        name="small_tracks",
        problem="tracks",
        purpose="A small network for images of tracks that knows the detector.",
        rule="(h, w) → max over each strip → (h, planes); convolutions merge planes two by two, "
        "16 → 8 → 4 → 2 → 1; the largest response along y decides",
        source='assignment "tracks"',
        input=(None, 128, 1),
        output=(1,),
        meaning="logit of a high-momentum track",
        # kernels 2·(5·16 + 7·16·32 + 7·32·64 + 9·64·96), batch norm of 208 channels, dense 97
        learned=146_592 + 2 * 208 + 97,
        kept=2 * 208,
        check=check_small_tracks,
    ),
    Network(
        name="shape_classifier",
        problem="shapes",
        purpose="Tells rectangle from circle.",
        rule="64² → 32² → 16² → 8², 8, 16 and 32 channels; their mean over the image; one dense layer",
        source='deck R, assignment 3; assignment "shapes"',
        input=(64, 64, 1),
        output=(2,),
        meaning="logits of rectangle, circle",
        # kernels 25·8 + 9·8·16 + 9·16·32, batch norm of 56 channels, dense 66
        learned=5_960 + 2 * 56 + 66,
        kept=2 * 56,
    ),
    # The mean over the image is proportional to a sum, which is what counting needs.
    Network(
        name="shape_counter",
        problem="shapes",
        purpose="Counts rectangles and circles, at most 4 of each.",
        rule="64² → 4², 16 to 96 channels; their mean over the image; two dense layers",
        source='deck R, assignment 3; assignment "shapes"',
        input=(64, 64, 1),
        output=(2, 5),
        meaning="logits of 0 … 4 rectangles, of 0 … 4 circles",
        # kernels 25·16 + 9·(16·32 + 32·64 + 64·96), batch norm of 208 channels, dense 97·64 + 65·10
        learned=78_736 + 2 * 208 + 6_858,
        kept=2 * 208,
    ),
    # A dense layer on the map, not its mean: the mean does not know where.
    Network(
        name="shape_locator",
        problem="shapes",
        purpose="Finds the box of one shape.",
        rule="(x0, y0, x1, y1) = 64 px · σ(dense layers of an 8×8 map with 32 channels)",
        source='deck R, assignment 3 and "Bounding Box"; assignment "shapes"',
        input=(64, 64, 1),
        output=(4,),
        meaning="x0, y0, x1, y1, pixels from the top left corner",
        # kernels 25·16 + 9·(16·32 + 32·32), batch norm of 80 channels, dense 2,049·64 + 65·4
        learned=14_224 + 2 * 80 + 131_396,
        kept=2 * 80,
    ),
    Network(
        name="lstm_max",
        problem="sequences",
        purpose="Remembers the longest of 20 vectors, and where it stood.",
        rule="y = W·h(last step) + b",
        source='deck R, assignment 4; assignment "lstm_max"',
        input=(20, 2),
        output=(21,),
        meaning="logits of the position, then the length",
        # 4·units·(2 + units + 1) + (units + 1)·(steps + 1), 64 units
        learned=4 * 64 * 67 + 65 * 21,
    ),
    # The position is a softmax over the scores: no step needs to remember it. Only the length needs memory.
    Network(
        name="lstm_scores",
        problem="sequences",
        purpose="Gives every vector of a sequence a score; the longest one has the largest.",
        rule="y(t) = W·h(t) + b",
        source='deck R, assignment 4; assignment "lstm_max"',
        input=(None, 2),
        output=(None,),
        meaning="scores of the steps: logits of the position; then the length as the last step says it",
        # 4·units·(2 + units + 1) + (units + 1)·2, 32 units
        learned=4 * 32 * 35 + 33 * 2,
    ),
    Network(
        name="fashion_cnn",
        problem="fashion_mnist",
        purpose="A simple network for Fashion-MNIST.",
        rule="28 → 26 → 13 → 11 → 5 pixels, 32 and 64 channels; dense layers 64-10",
        source='deck S, "Hands-on"; assignment "fashion_mnist"',
        input=(28, 28, 1),
        output=(10,),
        meaning="logits of the classes",
        learned=320 + 18_496 + 102_464 + 650,
    ),
    Network(
        name="fashion_best",
        problem="fashion_mnist",
        purpose="A better network for Fashion-MNIST, with batch norm and dropout.",
        rule="28 → 14 → 7 pixels, one 5×5 convolution and three of 3×3, the last two at 7²; mean over the "
        "image; one dense layer",
        source='deck S, "Hands-on: improve it"; assignment "fashion_mnist"',
        input=(28, 28, 1),
        output=(10,),
        meaning="logits of the classes",
        # kernels 25·32 + 32 + 9·(32·64 + 64·96 + 96·96), batch norm of 256 channels, dense 97·10
        learned=157_504 + 2 * 256 + 970,
        kept=2 * 256,
    ),
)
NETWORKS = {network.name: network for network in _ALL}
