"""Checks that a student can run: numbers to redo by hand, the lecture's own, and a look at the network."""

import numpy as np
import pytest

from autograder.checks import assert_close, assert_equal, assert_logits, assert_shape, fail, partial

STEPS = 20
# Lengths √2, 5, 2, 5: the largest is no component, and it stands twice.
FOUR_VECTORS = np.array([[1.0, 1.0], [-3.0, 4.0], [0.0, -2.0], [4.0, -3.0]])
# Lengths 13, 1, 10, 2.
OTHER_FOUR = np.array([[5.0, -12.0], [0.0, 1.0], [6.0, 8.0], [2.0, 0.0]])
# Lengths 1, 10, 2, 0.
THIRD_FOUR = np.array([[0.0, 1.0], [-6.0, 8.0], [2.0, 0.0], [0.0, 0.0]])

# The lecture's LSTM with one unit: outputs at 0.1, 0.2, 0.3, 0.4, 0.5, and the last cell state. Its weights
# are not printed there; these reproduce all six numbers. Keras's order of gates: i, f, c, o.
LECTURE_W = np.array([[-0.39838908, -0.74215547, 0.89807923, -0.78793875]])
LECTURE_U = np.array([[-0.54241495, 0.2718436, 0.53550967, 0.58746614]])
LECTURE_B = np.array([0.0, 1.0, 0.0, 0.0])
LECTURE_H = np.array([0.02106816, 0.05576485, 0.09626514, 0.13520567, 0.16713278])
LECTURE_C = 0.41894686

# The training check: so many epochs of so many sequences, up to four times in all where that was too short;
# measured on others. Its task is made up in each grading (`another_task`), and what is asked for is absolute.
# A guess has a cross entropy of ln 20 = 3.00, a constant length a squared error of 0.25. With Adam at a
# constant rate of 0.001 and batches of 128, 4 seeds each: many to one ends below 1.70 and 0.03 after two
# times; with a score for each step below 2.71 and 0.04 after three times, below 2.49 and 0.03 after four.
SEQUENCES, EPOCHS, FRESH, ROUNDS = 500, 8, 256, 4
MOST_SURPRISE, MOST_ERROR = np.log(STEPS) - 0.3, 0.12
# A file of weights of 1 MB holds no more numbers.
MOST_NUMBERS = 250_000


def two(got, name, names):
    """Return the two arrays that a function must give."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        fail(f"{name} must return two things, {names}: write return first, second")
    return got


def whole(position):
    """Fail if positions are no whole numbers."""
    if getattr(position, "dtype", np.dtype(int)).kind not in "iu":
        fail(f"positions count steps: expected whole numbers, got dtype {position.dtype}")


def another_task(rng):
    """Make up a task of the same form, which a network can only learn from its examples.

    One vector of a sequence points in a direction in which no other does, and stands at one of five places,
    the last step among them: it is the position. The length is a constant and half of how far
    the sequence lies to one side.

    Returns:
        A function that draws n sequences: vectors (n, 20, 2) float32, length (n,) float32,
        position (n,) int64.
    """
    angle = rng.uniform(0, 2 * np.pi)
    towards = np.array([np.cos(angle), np.sin(angle)])
    across = rng.choice([-1, 1]) * np.array([-towards[1], towards[0]])
    places, constant = [*rng.permutation(STEPS - 1)[:4], STEPS - 1], rng.uniform(1, 3)

    def draw(n):
        position, side = rng.choice(places, n), np.clip(rng.standard_normal(n), -2, 2)
        forward = -np.abs(rng.standard_normal((n, STEPS)))
        forward[np.arange(n), position] = 2.0
        sideways = rng.standard_normal((n, STEPS)) + side[:, None]
        vectors = forward[..., None] * towards + sideways[..., None] * across
        return vectors.astype(np.float32), (constant + side / 2).astype(np.float32), position

    return draw


def parts_of_the_loss(output, largest, position):
    """Return the cross entropy of the position and the squared error of the length, means.

    Of each sequence they count up to a limit: one of them decides nothing.
    """
    assert_shape(output, (len(position), STEPS + 1))
    output = output.astype(float)
    logits = output[:, :STEPS] - output[:, :STEPS].max(axis=1, keepdims=True)
    surprise = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(position)), position]
    error = np.square(np.clip(output[:, STEPS], -10, 10) - largest)
    return np.minimum(surprise, 10).mean(), error.mean()


@pytest.mark.points(1)
@pytest.mark.question("generate")
def test_generate_gives_sequences_of_vectors(student):
    """generate must give an array (n, steps, 2) of float32."""
    got = student.generate(5, 7, 1)
    if getattr(got, "shape", None) == (7, 5, 2):
        fail("expected shape (5, 7, 2), got (7, 5, 2): the sequences come first, then their steps")
    assert_shape(got, (5, 7, 2))
    if got.dtype != np.float32:
        fail(f"expected dtype float32, which networks compute with, got {got.dtype}")


@pytest.mark.points(1)
@pytest.mark.question("generate")
def test_generate_is_repeatable(student):
    """generate must give the same numbers for the same seed, and others for another seed."""
    first, other, again = (student.generate(4, 20, seed) for seed in (1, 2, 1))
    assert_shape(first, (4, 20, 2))
    if not np.array_equal(first, again):
        fail("the same seed gave other numbers the second time: make a generator from the seed in each call")
    if np.array_equal(first, other):
        fail("two seeds gave the same numbers: use the seed that is given")


@pytest.mark.points(1)
@pytest.mark.question("longest")
def test_longest_by_hand(student):
    """longest must find 13 at step 0 of one small sequence, and 10 at step 1 of another."""
    both = np.stack([OTHER_FOUR, THIRD_FOUR])
    largest, position = two(student.longest(both), "longest", "largest and position")
    expected = np.array([13.0, 10.0])
    if np.shape(largest) == (2,) and np.allclose(largest, expected**2):
        fail("got the squares of the lengths: take the root")
    if np.shape(largest) == (4,):
        fail("expected one number for each of 2 sequences, got 4: take the maximum over the steps, axis 1")
    if np.array_equal(largest, [0, 1]) and np.shape(position) == (2,) and np.allclose(position, expected):
        fail("the two results are exchanged: return the largest length first, then its position")
    if np.shape(largest) == (2,) and np.allclose(largest, [8, 8]):
        fail("got the largest component, expected 13 and 10: the length is √(x² + y²)")
    if np.array_equal(position, [1, 2]):
        fail("got positions 1 and 2, expected 0 and 1: count steps from 0")
    assert_close(largest, expected)
    assert_close(position, np.array([0, 1]))
    whole(position)


@pytest.mark.points(1)
@pytest.mark.question("longest")
def test_longest_takes_the_first_of_two(student):
    """longest must give the first position where the largest length stands twice."""
    largest, position = two(student.longest(FOUR_VECTORS[None]), "longest", "largest and position")
    if np.shape(largest) == (1,) and np.allclose(largest, 4):
        fail("got 4, the largest component, expected 5: the length is √(x² + y²)")
    if np.array_equal(position, [3]):
        fail("got position 3, expected 1: both vectors have length 5, and the first one counts")
    assert_close(largest, np.array([5.0]))
    assert_close(position, np.array([1]))


OTHER_GATES = 0.5, 1.0, 2.0, -1.0  # before their activations: i, f, g, o


def mistaken_steps(i, f, g, o, c):
    """Return what usual mistakes make of one unit: words → (h, c)."""

    def sigmoid(z):
        return 0.5 + 0.5 * np.tanh(z / 2)

    tanh = np.tanh
    new = sigmoid(i) * tanh(g) + sigmoid(f) * c
    forgotten = "the sigmoid of the {} gate is forgotten: {} lies between 0 and 1"
    cells = {
        forgotten.format("input", "i"): i * tanh(g) + sigmoid(f) * c,
        forgotten.format("forget", "f"): sigmoid(i) * tanh(g) + f * c,
        "the tanh of g, what is written, is forgotten: g = tanh(x·W_c + h·U_c + b_c)": (
            sigmoid(i) * g + sigmoid(f) * c
        ),
    }
    swapped = tanh(f) * c + tanh(i) * sigmoid(g)
    bare = f * c + i * tanh(g)
    return {words: (sigmoid(o) * tanh(cell), cell) for words, cell in cells.items()} | {
        forgotten.format("output", "o"): (o * tanh(new), new),
        "h = o·c, expected o·tanh(c): the tanh of the new cell state is forgotten": (sigmoid(o) * new, new),
        "the gates i, f and o have no sigmoid: it puts them between 0 and 1": (o * tanh(bare), bare),
        "sigmoid and tanh are exchanged: gates have the sigmoid; g, and the new c in h, have tanh": (
            tanh(o) * sigmoid(swapped),
            swapped,
        ),
    }


@pytest.mark.points(1)
@pytest.mark.question("lstm_step")
def test_lstm_step_by_hand(student):
    """lstm_step without weights, with b = (0, 0, 2, 0) and c = 1, must give h = 0.377 and c = 0.982."""
    zero, one, weights = np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 4))
    got = student.lstm_step(zero, zero, one, weights, weights, np.array([0.0, 0.0, 2.0, 0.0]))
    h, c = two(got, "lstm_step", "h and c")
    expected = 0.5 + 0.5 * np.tanh(2.0)
    if student.changed:
        fail("lstm_step changed an array that it was given: c *= f writes into it; write c = f * c + i * g")
    if np.allclose(c, 0.5 * np.tanh(expected)) and np.allclose(h, expected):
        fail("the two results are exchanged: return h first, then c")
    again = student.lstm_step(zero, zero, 2 * one, weights, weights, np.array(OTHER_GATES))
    for words, (other_h, other_c) in mistaken_steps(*OTHER_GATES, 2.0).items():
        if all(map(np.allclose, two(again, "lstm_step", "h and c"), (other_h, other_c))):
            fail(words)
    if np.allclose(c, 0.5):
        fail("got c = 0.5, expected 0.982: nothing is written; is b added? Is c the third block?")
    if np.allclose(h, np.tanh(0.5 * expected)):
        fail("got h = tanh(o·c), expected o·tanh(c): the gate comes after the tanh")
    assert_close(c, np.array([[expected]]))
    assert_close(h, np.array([[0.5 * np.tanh(expected)]]))


@pytest.mark.points(1)
@pytest.mark.question("lstm_step")
def test_lstm_step_of_the_lecture(student):
    """lstm_step, run over 0.1, 0.2, 0.3, 0.4, 0.5, must give the numbers that the lecture shows."""
    h, c = np.zeros((1, 1)), np.zeros((1, 1))
    for x, expected in zip((0.1, 0.2, 0.3, 0.4, 0.5), LECTURE_H, strict=True):
        got = student.lstm_step(np.array([[x]]), h, c, LECTURE_W, LECTURE_U, LECTURE_B)
        h, c = two(got, "lstm_step", "h and c")
        assert_close(h, np.array([[expected]]), rtol=1e-6)
    assert_close(c, np.array([[LECTURE_C]]), rtol=1e-6)


@pytest.mark.points(1)
@pytest.mark.question("lstm_parameters")
def test_lstm_parameters_of_the_lecture(student):
    """lstm_parameters must give 12 for the lecture's LSTM with one input and one unit."""
    got = student.lstm_parameters(1, 1)
    hints = {9: "there are four blocks: i, f, c, o", 16: "count one bias, not two", 8: "count the bias"}
    if type(got) is int and got in hints:
        fail(f"got {got}, expected 12: {hints[got]}")
    assert_equal(got, 12)


@pytest.mark.points(1)
@pytest.mark.question("running_maximum")
def test_running_maximum_by_hand(student):
    """running_maximum of lengths 1.41, 5, 2, 5 must give 1.41, 5, 5, 5, at positions 0, 1, 1, 1."""
    largest, position = two(
        student.running_maximum(FOUR_VECTORS[None]), "running_maximum", "largest and position so far"
    )
    if np.shape(largest) == (1,):
        fail("expected the maximum so far after each of 4 steps, got one number: keep all steps")
    assert_close(largest, np.array([[np.sqrt(2), 5.0, 5.0, 5.0]]))
    if np.array_equal(position, [[0, 1, 1, 3]]):
        fail("position 3 at the last step, expected 1: a vector that is as long changes nothing")
    assert_close(position, np.array([[0, 1, 1, 1]]))
    whole(position)


@pytest.mark.points(1)
@pytest.mark.question("running_maximum")
def test_running_maximum_keeps_sequences_apart(student):
    """running_maximum must follow each sequence by itself."""
    largest, position = two(
        student.running_maximum(np.stack([FOUR_VECTORS[:3], OTHER_FOUR[1:]])),
        "running_maximum",
        "largest and position so far",
    )
    expected = np.array([[np.sqrt(2), 5.0, 5.0], [1.0, 10.0, 10.0]])
    if np.shape(largest) == (2, 3) and np.allclose(largest, [[np.sqrt(2), 5, 5], [5, 10, 10]]):
        fail("the second sequence goes on where the first one ended: accumulate over the steps, axis 1")
    assert_close(largest, expected)
    assert_close(position, np.array([[0, 1, 1], [0, 1, 1]]))


@pytest.mark.points(2)
@pytest.mark.question("model")
def test_model_gives_logits_and_a_length(student, rng):
    """The model must turn (8, 20, 2) into (8, 21), logits and a length: fresh, and trained."""
    vectors, options = rng.standard_normal((8, STEPS, 2), dtype=np.float32), {"input_shape": (STEPS, 2)}
    fresh = student.model("model", weights=False, images=False, **options)
    if fresh.size > MOST_NUMBERS:
        fail(
            f"the network has {fresh.size:,} weights, at most {MOST_NUMBERS:,} fit into 1 MB: "
            "take fewer units"
        )
    for weights in (False, True):
        got = student.model("model", weights=weights, images=False, **options)(vectors)
        assert_shape(got, (8, STEPS + 1))
        for logits in (got[:, :STEPS], got[:, 1:], got):
            assert_logits(logits)


@pytest.mark.points(5)
@pytest.mark.question("train")
@pytest.mark.budget(seconds=60)
def test_train_lowers_both_parts_of_the_loss(student, rng):
    """train must return the loss of each epoch, and teach a fresh network a task that holds for others."""
    model = student.model("model", weights=False, images=False, input_shape=(STEPS, 2))
    draw = another_task(rng)
    (fresh, *truth), sequences = draw(FRESH), draw(SEQUENCES)
    before = model(fresh)
    for _ in range(ROUNDS):
        losses = student.train(model, *sequences, EPOCHS)
        if losses is None:
            fail("train returned nothing: end it with return and the list of the losses")
        if not isinstance(losses, list) or len(losses) != EPOCHS:
            fail(f"expected a list of {EPOCHS} losses for {EPOCHS} epochs, one an epoch")
        if not all(isinstance(loss, int | float) and np.isfinite(loss) for loss in losses):
            fail("a loss is no finite number: does the cross entropy get logits, and positions from 0 to 19?")
        surprise, error = parts_of_the_loss(model(fresh), *truth)
        learned = surprise < MOST_SURPRISE, error < MOST_ERROR
        if all(learned):
            break
    if np.array_equal(before, model(fresh)):
        fail("train left the network as it was: change the model that is given, not a copy, and take steps")
    partial(
        sum(learned) / 2,
        f"after the training the cross entropy of the position is {surprise:.2f}, expected below "
        f"{MOST_SURPRISE:.2f} (a guess has ln 20 = 3.00); the squared error of the length is {error:.2f}, "
        f"expected below {MOST_ERROR} (a constant has 0.25)",
    )
