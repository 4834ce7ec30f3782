"""The fit loops find known optima, keep the best epoch on validation data, and agree with each other."""

import json
import math
import random

import keras
import numpy as np
import pytest
import torch
from torch import nn

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import load_weights
from kernelwise.models.twins import copy_weights
from kernelwise.training import (
    History,
    accuracy,
    fit_keras,
    fit_torch,
    learning_rates,
    predict,
    seed_everything,
)
from kernelwise.training.keras_fit import keras_input
from kernelwise.training.losses import keras_loss, torch_loss
from kernelwise.training.torch_fit import torch_input


@pytest.fixture(autouse=True)
def one_thread():
    """Sums in the same order each time; the number of threads comes back afterwards."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def rng():
    """Seeded random numbers."""
    return np.random.default_rng(0)


def torch_line():
    """A linear model of three inputs in torch, zero at the start."""
    model = nn.Sequential(nn.Linear(3, 1))
    nn.init.zeros_(model[0].weight)
    nn.init.zeros_(model[0].bias)
    return model


def keras_line():
    """The same in Keras."""
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])


FITS = {"torch": (fit_torch, torch_line, torch_nets), "keras": (fit_keras, keras_line, keras_nets)}
both = pytest.mark.parametrize(("fit", "line", "nets"), FITS.values(), ids=FITS)


def regression(rng, n=200):
    """A noisy linear relation of three inputs."""
    x = rng.normal(size=(n, 3)).astype(np.float32)
    return x, (x @ [1.0, -2.0, 0.5] + 3 + rng.normal(0, 0.1, n)).astype(np.float32)


def bright_half(rng, n=96, size=28):
    """Grey images: which half is brighter, the upper (1) or the lower (0)?"""
    x = rng.integers(0, 128, (n, size, size), dtype=np.uint8)
    y = rng.integers(0, 2, n)
    x[y == 1, : size // 2] += 60
    x[y == 0, size // 2 :] += 60
    return x, y


@both
def test_linear_regression_finds_the_least_squares_solution(fit, line, nets, rng):
    """Mean squared error on a linear model ends where numpy's lstsq says that its minimum is."""
    x, y = regression(rng)
    model = line()
    fit(
        model,
        (x, y),
        (x, y),
        loss="mean squared error",
        epochs=60,
        batch_size=50,
        learning_rate=0.1,
        progress=False,
    )
    solution, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)
    np.testing.assert_allclose(predict(model, np.eye(4, 3)) - predict(model, np.zeros((1, 3))), np.vstack([solution[:3, None], [[0]]]), atol=2e-3)  # fmt: skip
    assert predict(model, np.zeros((1, 3)))[0, 0] == pytest.approx(solution[3], abs=2e-3)


@both
def test_history_tells_every_epoch(fit, line, nets, rng):
    """One entry an epoch, losses as recomputed afterwards, and JSON that reads back."""
    x, y = regression(rng)
    model = line()
    history = fit(model, (x, y), (x[:70], y[:70]), loss="mean squared error", epochs=4, progress=False)
    lists = (history.train_loss, history.validation_loss, history.learning_rate, history.seconds)
    assert [len(values) for values in lists] == [4] * 4
    assert history.validation_metric == []
    assert history.best_epoch == 1 + int(np.argmin(history.validation_loss)) == 4
    assert history.validation_loss[3] == pytest.approx(np.mean((predict(model, x[:70])[:, 0] - y[:70]) ** 2))
    assert json.loads(history.to_json()) == vars(history)


@both
def test_train_loss_is_a_mean_over_examples(fit, line, nets):
    """A last batch of one example weighs as one example: with a rate of almost zero the mean is exact."""
    y = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    history = fit(
        line(),
        (np.zeros((5, 3)), y),
        (np.zeros((1, 3)), y[:1]),
        loss="mean squared error",
        epochs=1,
        batch_size=4,
        learning_rate=1e-12,
        schedule="constant",
        progress=False,
    )
    assert history.train_loss[0] == pytest.approx(np.mean(y**2))


@both
def test_same_seed_gives_the_same_history(fit, line, nets):
    """Start, order, dropout and augmentation repeat: to the bit in torch, to 1e-5 in Keras."""

    def losses(seed):
        seed_everything(seed)
        model = nets.fashion_best(widths=(4, 4, 8), dropout=0.5)
        data = bright_half(np.random.default_rng(0), 64)
        history = fit(
            model,
            data,
            data,
            loss="cross entropy",
            epochs=2,
            batch_size=16,
            augment=lambda x, y, rng: (np.roll(x, rng.integers(5), axis=2), y),
            seed=seed,
            progress=False,
        )
        return history.train_loss + history.validation_loss

    first, second = losses(1), losses(1)
    if fit is fit_torch:
        assert first == second
    np.testing.assert_allclose(first, second, rtol=1e-5)
    assert not np.allclose(first, losses(2), rtol=1e-3)


def test_augmentation_does_not_change_the_order(rng):
    """With and without it the same seed shows the same examples in the same batches."""
    seen = []

    def note(x, y, rng):
        seen.append(y.copy())
        rng.random(7)
        return x, y

    x, y = regression(rng, 40)
    for _ in range(2):
        noted = fit_torch(
            torch_line(),
            (x, y),
            (x, y),
            loss="mean squared error",
            epochs=2,
            batch_size=8,
            augment=note,
            progress=False,
        )
    assert len(seen) == 20
    np.testing.assert_array_equal(seen[:10], seen[10:])
    assert sorted(np.concatenate(seen[:5])) == sorted(y), "each example once an epoch"
    assert not np.array_equal(seen[:5], seen[5:10]), "in a new order each epoch"
    plain = fit_torch(
        torch_line(), (x, y), (x, y), loss="mean squared error", epochs=2, batch_size=8, progress=False
    )
    assert plain.train_loss == noted.train_loss


@both
def test_augmentation_meets_training_data_alone(fit, line, nets, rng):
    """It gets copies of training batches as they were given; validation data never pass through it."""
    x, y = bright_half(rng, 20)
    given = x.copy()
    batches = []

    def blacken(x_batch, y_batch, _):
        assert x_batch.dtype == np.uint8
        assert x_batch.shape[1:] == (28, 28)
        batches.append(len(x_batch))
        x_batch[:] = 0
        return x_batch, y_batch

    model = nets.fashion_cnn()
    history = fit(
        model, (x, y), (x, y), loss="cross entropy", epochs=2, batch_size=8, augment=blacken, progress=False
    )
    assert batches == [8, 8, 4] * 2
    np.testing.assert_array_equal(x, given)
    logits = predict(model, x)
    expected = np.mean(np.log(np.exp(logits).sum(1)) - logits[np.arange(len(y)), y])
    assert history.validation_loss[history.best_epoch - 1] == pytest.approx(expected, rel=1e-5)


@both
def test_best_epoch_on_validation_data_is_kept(fit, line, nets, rng, tmp_path):
    """When later epochs are worse, network and checkpoint file have the weights of the best one."""
    x, y = regression(rng, 64)
    # The validation data are those of another relation, which training passes on its way and leaves.
    y_validation = (0.3 * y).astype(np.float32)
    path = tmp_path / f"best{'.safetensors' if fit is fit_torch else '.weights.h5'}"
    model = line()
    history = fit(
        model,
        (x, y),
        (x, y_validation),
        loss="mean squared error",
        epochs=12,
        batch_size=16,
        learning_rate=0.05,
        schedule="constant",
        progress=False,
        checkpoint=path,
    )
    assert 1 < history.best_epoch < 12
    assert history.best_epoch == 1 + np.argmin(history.validation_loss)
    best = np.mean((predict(model, x)[:, 0] - y_validation) ** 2)
    assert best == pytest.approx(min(history.validation_loss), rel=1e-6)
    assert best < 0.9 * history.validation_loss[-1]
    again = line()
    load_weights(again, path)
    np.testing.assert_array_equal(predict(again, x), predict(model, x))


@both
def test_metric_chooses_the_best_epoch(fit, line, nets, rng):
    """With a metric the largest value counts, the first of equals, whatever the loss says."""
    x, y = regression(rng, 40)
    values = iter([0.1, 0.7, 0.7, 0.3])
    history = fit(
        line(),
        (x, y),
        (x, y),
        loss="mean squared error",
        epochs=4,
        metric=lambda output, y: next(values),
        progress=False,
    )
    assert history.validation_metric == [0.1, 0.7, 0.7, 0.3]
    assert history.best_epoch == 2


def test_metric_is_averaged_over_examples(rng):
    """Validation data of more than one batch: each example weighs the same."""
    x, y = regression(rng, 601)
    history = fit_torch(
        torch_line(),
        (x, y),
        (x, y),
        loss="mean squared error",
        epochs=1,
        metric=lambda output, y: float(len(y)),
        progress=False,
    )
    assert history.validation_metric == [pytest.approx((500 * 500 + 101 * 101) / 601)]


@both
def test_patience_stops_the_training(fit, line, nets, rng):
    """Two epochs without a better one are enough for patience=2; the weights are those of the best."""
    x, y = regression(rng, 40)
    values = iter([0.2, 0.5, 0.4, 0.5, 0.9])
    history = fit(
        line(),
        (x, y),
        (x, y),
        loss="mean squared error",
        epochs=5,
        metric=lambda output, y: next(values),
        patience=2,
        progress=False,
    )
    assert history.validation_metric == [0.2, 0.5, 0.4, 0.5]
    assert history.best_epoch == 2


def test_schedules_have_the_values_on_paper():
    """Constant stays; cosine starts at the peak and goes through half of it; one cycle starts at 1/25."""
    assert learning_rates("constant", 0.5, 3).tolist() == [0.5, 0.5, 0.5]
    root = math.sqrt(2) / 2
    np.testing.assert_allclose(learning_rates("cosine", 2.0, 8)[::2], [2, 1 + root, 1, 1 - root], rtol=1e-12)
    cycle = learning_rates("one cycle", 2.0, 100)
    assert cycle[0] == pytest.approx(2 / 25)
    assert cycle.argmax() == 29
    assert cycle[29] == pytest.approx(2)
    assert cycle[64] == pytest.approx(1 + 2 / 25e4 / 2)  # half way down: 29 + 35 = 64
    assert cycle[99] == pytest.approx(2 / 25e4)


@pytest.mark.parametrize("steps", [4, 5, 10, 57, 1000])
def test_one_cycle_is_torchs(steps):
    """Each step has the rate of torch's OneCycleLR."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    oracle = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < steps:
            oracle.step()
    np.testing.assert_allclose(learning_rates("one cycle", 0.01, steps), rates, rtol=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_one_cycle_of_a_few_steps_only_falls(steps):
    """With no step left to rise, it starts at or near the peak, and no rate is missing."""
    rates = learning_rates("one cycle", 1.0, steps)
    assert np.isfinite(rates).all()
    assert rates[0] > 0.9
    assert (np.diff(rates) < 0).all()


@both
def test_steps_follow_the_schedule(fit, line, nets):
    """Adam's first step has the length of its learning rate: 1/25 of the largest in one cycle."""
    x, y = np.ones((4, 3)), np.full(4, 100.0)
    model = line()
    before = predict(model, np.zeros((1, 3)))[0, 0]
    history = fit(
        model,
        (x, y),
        (x, y),
        loss="mean squared error",
        epochs=1,
        batch_size=1,
        learning_rate=0.1,
        schedule="constant",
        progress=False,
    )
    # All gradients point one way and are alike, so each of the four steps moves the bias by about the rate.
    assert predict(model, np.zeros((1, 3)))[0, 0] - before == pytest.approx(0.4, rel=1e-3)
    assert history.learning_rate == [pytest.approx(0.1)]


@pytest.mark.parametrize(
    ("steps", "options", "tolerance"),
    [(1, {}, 1e-5), (1, {"weight_decay": 10.0}, 1e-5), (5, {"clip": 0.5}, 2e-4)],
)
def test_twins_stay_twins_through_training(steps, options, tolerance, rng):
    """From the same weights, a network with batch norm gets the same new weights in both frameworks."""
    seed_everything(0)
    x, y = bright_half(rng, 16 * steps, 64)
    theirs, ours, after = torch_nets.shape_classifier(), *(keras_nets.shape_classifier() for _ in range(2))
    copy_weights(theirs, ours)
    start = ours.get_weights()
    arguments = {"loss": "cross entropy", "epochs": 1, "batch_size": 16, "schedule": "cosine", **options}
    first, second = (
        fit(model, (x, y), (x, y), progress=False, **arguments)
        for fit, model in ((fit_torch, theirs), (fit_keras, ours))
    )
    copy_weights(theirs, after)
    for before, mine, yours in zip(start, ours.get_weights(), after.get_weights(), strict=True):
        np.testing.assert_allclose(yours, mine, rtol=1e-5, atol=tolerance)
        assert np.abs(mine - before).max() > 5e-4, "training changes every array, and by far more than that"
    assert first.train_loss == pytest.approx(second.train_loss, rel=1e-4)
    assert first.validation_loss == pytest.approx(second.validation_loss, rel=1e-4)


def test_clip_limits_the_gradient():
    """Adam forgets the size of equal gradients, not the ratio of two: clipping the larger one changes it."""
    data = np.ones((2, 3)), np.array([1e4, -1.0])
    options = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "schedule": "constant", "progress": False}
    ends = []
    for clip in (None, 1.0):
        for fit, line, _ in FITS.values():
            model = line()
            fit(model, data, data, loss="mean squared error", clip=clip, **options)
            ends.append(predict(model, np.zeros((1, 3)))[0, 0])
    assert ends[0] == pytest.approx(ends[1], rel=1e-5)
    assert ends[2] == pytest.approx(ends[3], rel=1e-5)
    assert abs(ends[0] - ends[2]) > 0.01


@both
@pytest.mark.parametrize("bad", ["train", "validation"])
def test_loss_that_is_not_finite_stops_at_once(fit, line, nets, bad, rng):
    """A NaN raises with epoch and step, and says what to try."""
    x, y = regression(rng, 10)
    broken = np.where(np.arange(10) == 3, np.nan, y).astype(np.float32)
    pairs = [(x, broken if name == bad else y) for name in ("train", "validation")]
    where = {
        "train": r"training loss is nan at epoch 1, step \d of 5",
        "validation": "validation loss is nan at epoch 1",
    }
    with pytest.raises(FloatingPointError, match=where[bad] + ": try a smaller learning_rate, clip=1.0"):
        fit(line(), *pairs, loss="mean squared error", epochs=2, batch_size=2, progress=False)


def test_metric_that_is_not_finite_stops_too(rng):
    """A metric of NaN would never be the best: it is an error as well."""
    x, y = regression(rng, 10)
    with pytest.raises(FloatingPointError, match="metric is nan at epoch 1"):
        fit_torch(
            torch_line(),
            (x, y),
            (x, y),
            loss="mean squared error",
            epochs=1,
            metric=lambda *_: math.nan,
            progress=False,
        )


LOGITS = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]])
TARGETS = np.array([0, 2])
CROSS_ENTROPY = np.mean(np.log(np.exp(LOGITS).sum(1)) - LOGITS[[0, 1], TARGETS])


@pytest.mark.parametrize(
    ("loss", "output", "y", "expected"),
    [
        ("cross entropy", LOGITS, TARGETS, CROSS_ENTROPY),
        ("cross entropy", LOGITS[None], TARGETS[None], CROSS_ENTROPY),  # two answers an example
        ("binary cross entropy", [[0.7], [-1.2]], np.array([1, 0]), np.mean(np.log1p(np.exp([-0.7, -1.2])))),
        ("binary cross entropy", [[100.0]], np.array([0.0]), 100.0),  # no overflow
        ("mean squared error", [[1.0], [4.0]], np.array([2.0, 2.0]), 2.5),
    ],
)
def test_losses_have_the_values_on_paper(loss, output, y, expected):
    """Means over all answers of a batch, equal in both frameworks; (n, 1) and (n,) belong together."""
    output = np.array(output, np.float32)
    assert torch_loss(loss)(torch.from_numpy(output), torch.from_numpy(y)).item() == pytest.approx(expected)
    assert float(keras_loss(loss)(keras.ops.array(output), keras.ops.array(y))) == pytest.approx(expected)


@both
def test_loss_of_ones_own_gets_all_of_y(fit, line, nets, rng):
    """A function is called with the output and y, a tuple of arrays included."""
    x, y = regression(rng, 30)
    weights = rng.uniform(size=30)

    def weighted(output, targets):
        truth, weight = targets
        return (weight * (output[:, 0] - truth) ** 2).mean()

    def weighted_keras(output, targets):
        return keras.ops.mean(targets[1] * (output[:, 0] - targets[0]) ** 2)

    data = x, (y, weights)
    model = line()
    loss = weighted if fit is fit_torch else weighted_keras
    history = fit(model, data, data, loss=loss, epochs=1, progress=False)
    expected = np.mean(weights * (predict(model, x)[:, 0] - y) ** 2)
    assert history.validation_loss[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("output", "y", "expected"),
    [
        (np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]]), np.array([0, 0, 0]), 2 / 3),
        (np.array([[[2.0, 1.0], [0.0, 3.0]]]), np.array([[0, 0]]), 1 / 2),
        (np.array([[2.0], [-1.0], [-3.0]]), np.array([1, 1, 0]), 2 / 3),
        (np.array([2.0, -1.0]), np.array([0.0, 0.0]), 1 / 2),
        (np.array([[2.0, -1.0]]), np.array([[1, 1]]), 1 / 2),
    ],
)
def test_accuracy_counts_right_answers(output, y, expected):
    """Classes by their largest logit, yes or no by its sign."""
    assert accuracy(output, y) == pytest.approx(expected)


def test_accuracy_refuses_shapes_that_do_not_match():
    """Numpy would broadcast (3, 2) against (3,) somehow; the message gives both shapes."""
    with pytest.raises(
        ValueError, match=r"one logit an answer or one a class, got shape \(3, 2\) for y of \(2,\)"
    ):
        accuracy(np.zeros((3, 2)), np.zeros(2))


@both
def test_accuracy_has_a_name(fit, line, nets, rng):
    """metric="accuracy" learns an easy question to the end."""
    seed_everything(0)
    x = rng.normal(size=(400, 32))
    data = x, x[:, 0] > 0
    model = nets.first_mlp(logits=True)
    history = fit(
        model,
        data,
        data,
        loss="binary cross entropy",
        epochs=20,
        learning_rate=1e-2,
        metric="accuracy",
        progress=False,
    )
    assert max(history.validation_metric) > 0.97
    assert history.validation_metric[history.best_epoch - 1] == accuracy(predict(model, x), data[1])


IMAGES = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)


def image_twins(channels):
    """Networks that give an image back: 1×1 convolutions with unit weights."""
    ours = keras.Sequential([keras.Input((4, 5, channels)), keras.layers.Conv2D(channels, 1)])
    theirs = nn.Sequential(nn.Conv2d(channels, channels, 1))
    ours.set_weights([np.eye(channels)[None, None], np.zeros(channels)])
    copy_weights(ours, theirs)
    return ours, theirs


def test_images_are_converted_a_batch_at_a_time():
    """uint8 is divided by 255, (n, c, h, w) is turned for Keras, grey images get their channel."""
    ours, theirs = image_twins(3)
    np.testing.assert_allclose(predict(theirs, IMAGES), IMAGES / 255, atol=1e-7)
    np.testing.assert_allclose(np.moveaxis(predict(ours, IMAGES), -1, 1), IMAGES / 255, atol=1e-7)
    ours, theirs = image_twins(1)
    np.testing.assert_allclose(predict(theirs, IMAGES[:, 0])[:, 0], IMAGES[:, 0] / 255, atol=1e-7)
    np.testing.assert_allclose(predict(ours, IMAGES[:, 0])[..., 0], IMAGES[:, 0] / 255, atol=1e-7)
    assert torch_input(theirs, IMAGES[:, :1], "cpu").is_contiguous(memory_format=torch.channels_last)


def test_other_inputs_stay_as_they_are():
    """Sequences keep their three axes, float64 becomes float32 unscaled, whole numbers stay whole."""
    x = np.linspace(0, 9, 40).reshape(1, 20, 2)
    assert torch_input(torch_nets.lstm_max(4), x, "cpu").shape == x.shape
    assert keras_input(keras_nets.lstm_max(4), x).shape == x.shape
    np.testing.assert_array_equal(torch_input(torch_nets.lstm_max(4), x, "cpu"), x.astype(np.float32))
    np.testing.assert_array_equal(keras_input(keras_nets.lstm_max(4), x), x.astype(np.float32))
    words = np.array([[1, 2, 300]])
    assert torch_input(torch_line(), words, "cpu").dtype == torch.int64
    assert keras_input(keras_line(), words).dtype == np.int64


def test_prediction_does_not_depend_on_the_batch_size(rng):
    """Batch norm uses its running means and dropout rests, so that batches do not matter."""
    x = rng.integers(0, 255, (7, 28, 28), dtype=np.uint8)
    for nets in (torch_nets, keras_nets):
        model = nets.fashion_best(widths=(4, 4, 8), dropout=0.9)
        np.testing.assert_allclose(predict(model, x, batch_size=3), predict(model, x), rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match=r"x must hold at least one example, got shape \(0, 28, 28\)"):
        predict(model, x[:0])
    with pytest.raises(ValueError, match="batch_size must be a whole number of at least 1, got 0"):
        predict(model, x, batch_size=0)


@both
def test_progress_is_a_line_an_epoch_or_nothing(fit, line, nets, rng, capsys):
    """Where standard output is no terminal each epoch prints a line, with a star for the best so far."""
    x, y = regression(rng, 40)
    for progress in (True, False):
        fit(
            line(),
            (x, y),
            (x, y),
            loss="mean squared error",
            epochs=2,
            schedule="constant",
            progress=progress,
        )
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == (2 if progress else 0)
        if progress:
            assert lines[1].startswith("epoch 2/2: train loss ")
            assert lines[1].endswith(" s *")


def test_progress_is_a_bar_in_a_terminal(rng, capsys, monkeypatch):
    """In a terminal one bar shows the last epoch's figures and no lines scroll by."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    x, y = regression(rng, 40)
    fit_torch(torch_line(), (x, y), (x, y), loss="mean squared error", epochs=3)
    shown = capsys.readouterr().out
    assert "epoch 3/3: train loss" in shown
    assert "━" in shown


@both
def test_wrong_arguments_are_named(fit, line, nets, rng):
    """Each message says what was given and what is allowed, before anything is trained."""
    x, y = regression(rng, 10)

    def refused(message, train=(x, y), validation=(x, y), **changes):
        arguments = {"loss": "mean squared error", "epochs": 1, "progress": False, **changes}
        with pytest.raises(ValueError, match=message):
            fit(line(), train, validation, **arguments)

    refused("loss must be one of 'cross entropy', .* or a function, got 'l2'", loss="l2")
    refused("metric must be 'accuracy', a function of .* got 'roc'", metric="roc")
    refused("schedule must be one of 'one cycle', 'cosine', 'constant', got 'step'", schedule="step")
    refused("learning_rate must be a positive number, got 0", learning_rate=0)
    refused("epochs must be a whole number of at least 1, got 0", epochs=0)
    refused("batch_size must be a whole number of at least 1, got 0", batch_size=0)
    refused("patience must be a whole number of at least 1, got 0", patience=0)
    refused("seed must be below", seed=2**32)
    refused(r"train must be a pair \(x, y\) of arrays, got ndarray", train=x)
    refused(
        r"validation must hold the same number of x and y, .* \[\(10, 3\), \(9,\)\]", validation=(x, y[:9])
    )
    refused(r"train must hold the same number of x and y, at least one", train=(x[:0], y[:0]))


@both
@pytest.mark.parametrize(
    ("net", "loss", "message"),
    [
        ("first_mlp", "binary cross entropy", "ends in a sigmoid, and 'binary cross entropy' takes logits"),
        ("digits_mlp", "cross entropy", "ends in a softmax, and 'cross entropy' takes logits"),
    ],
)
def test_activation_before_a_cross_entropy_is_refused(fit, line, nets, net, loss, message):
    """The losses apply sigmoid or softmax themselves: twice, it would train badly and say nothing."""
    data = np.zeros((2, 32)), np.zeros(2)
    with pytest.raises(ValueError, match=message):
        fit(getattr(nets, net)(), data, data, loss=loss, epochs=1, progress=False)


def test_seeding_repeats_every_generator():
    """Python, numpy's legacy generator, torch and Keras all start again."""

    def draws():
        seed_everything(5)
        layer = keras.layers.Dense(2)
        layer.build((None, 2))
        return [
            random.random(),
            np.random.random(),
            torch.rand(1).item(),
            *layer.get_weights()[0].ravel().tolist(),
        ]

    assert draws() == draws()


@both
def test_a_device_may_be_named(fit, line, nets, rng):
    """ "auto" takes a GPU if there is one and needs none; the result is the same as on the CPU."""
    x, y = regression(rng, 40)
    losses = []
    for device in ("cpu", "auto"):
        seed_everything(0)
        model = line()
        losses += fit(
            model, (x, y), (x, y), loss="mean squared error", epochs=1, device=device, progress=False
        ).train_loss
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_empty_history():
    """A new history has no epoch, and no best one."""
    assert json.loads(History().to_json())["best_epoch"] == 0
