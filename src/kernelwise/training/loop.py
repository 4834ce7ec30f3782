"""The loop: epochs, batches, the best weights on validation data; the same for both frameworks."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kernelwise.arguments import Array, whole_number
from kernelwise.training.batches import Arrays, accuracy, examples, slices, take
from kernelwise.training.progress import Progress
from kernelwise.training.schedules import learning_rates
from kernelwise.training.seeding import seed_everything

Metric = Callable[[Array, Any], float]
Augment = Callable[[Array, Any, np.random.Generator], tuple[Array, Any]]

METRICS: dict[str, Metric] = {"accuracy": accuracy}


class Trainer(Protocol):
    """What the loop needs of a framework: a network, its optimizer and its loss."""

    def step(self, x: Array, y: Arrays, rate: float) -> float:
        """Change the weights once, with this learning rate; the loss before."""

    def evaluate(self, x: Array, y: Arrays) -> tuple[float, Array]:
        """The loss and the output of a batch, in inference mode."""

    def weights(self) -> Any:
        """A copy of the weights."""

    def restore(self, weights: Any) -> None:
        """Put a copy of the weights back."""

    def save(self, path: Path) -> None:
        """Write the weights to a file."""


@dataclass
class History:
    """What happened, one entry an epoch; losses are means over examples, the learning rate is the last one.

    train_loss is the mean over the epoch, while the weights change and with dropout; validation_loss is taken
    at its end. best_epoch counts from 1: the weights that the network has now.
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    best_epoch: int = 0

    def to_json(self) -> str:
        """All of it as JSON."""
        return json.dumps(asdict(self))


def run(
    trainer: Trainer,
    train: Any,
    validation: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    schedule: str,
    augment: Augment | None,
    metric: str | Metric | None,
    seed: int,
    progress: bool,
    patience: int | None,
    checkpoint: str | Path | None,
) -> History:
    """Train for some epochs, and keep the weights that do best on the validation data.

    w ← w − α(t)·step(∂L/∂w) for every batch; the best epoch has the largest metric, or else the smallest loss

    Args:
        trainer: the network in its framework.
        train, validation, epochs, batch_size, learning_rate, schedule: as in fit_torch.
        augment, metric, seed, progress, patience, checkpoint: as in fit_torch.
    Returns:
        The history.
    Raises:
        ValueError: an argument is wrong.
        FloatingPointError: the loss is no longer finite.
    Example:
        >>> from kernelwise.training import fit_torch  # which calls it
    """
    x_train, y_train = examples("train", train)
    x_validation, y_validation = examples("validation", validation)
    epochs, batch_size = whole_number("epochs", epochs, 1), whole_number("batch_size", batch_size, 1)
    patience = epochs if patience is None else whole_number("patience", patience, 1)
    measure = _measure(metric)
    seed_everything(seed)
    # Two generators, so that the order of the examples is the same with and without augmentation.
    shuffling, augmenting = np.random.default_rng(seed).spawn(2)
    steps = math.ceil(len(x_train) / batch_size)
    rates = learning_rates(schedule, learning_rate, epochs * steps).reshape(epochs, steps)
    history, best, best_weights = History(), -math.inf, None
    with Progress(epochs * steps, shown=progress) as shown:
        for epoch in range(1, epochs + 1):
            start = time.perf_counter()
            batches = _batches(x_train, y_train, batch_size, shuffling, augment, augmenting)
            train_loss = _train(trainer, batches, rates[epoch - 1], f"epoch {epoch}", shown)
            loss, value = _validate(trainer, x_validation, y_validation, measure, max(batch_size, 500))
            _refuse_nan("validation loss", loss, f"epoch {epoch}")
            history.train_loss.append(train_loss)
            history.validation_loss.append(loss)
            history.learning_rate.append(float(rates[epoch - 1, -1]))
            history.seconds.append(time.perf_counter() - start)
            if value is not None:
                _refuse_nan("metric", value, f"epoch {epoch}")
                history.validation_metric.append(value)
            quality = -loss if value is None else value
            if quality > best:
                best, best_weights, history.best_epoch = quality, trainer.weights(), epoch
                if checkpoint is not None:
                    trainer.save(Path(checkpoint))
            shown.report(_line(history, epochs))
            if epoch - history.best_epoch >= patience:
                break
    trainer.restore(best_weights)
    return history


def _batches(
    x: Array,
    y: Arrays,
    size: int,
    shuffling: np.random.Generator,
    augment: Augment | None,
    augmenting: np.random.Generator,
) -> Iterator[tuple[Array, Arrays]]:
    """Cut the examples, in random order, into batches, and vary them."""
    order = shuffling.permutation(len(x))
    for rows in slices(len(x), size):
        batch = x[order[rows]], take(y, order[rows])
        yield batch if augment is None else augment(*batch, augmenting)


def _train(
    trainer: Trainer, batches: Iterator[tuple[Array, Arrays]], rates: Array, epoch: str, shown: Progress
) -> float:
    """Train on each batch once; the mean loss of an example."""
    losses, sizes = [], []
    for step, ((x, y), rate) in enumerate(zip(batches, rates, strict=True), start=1):
        losses.append(trainer.step(x, y, float(rate)))
        sizes.append(len(x))
        _refuse_nan("training loss", losses[-1], f"{epoch}, step {step} of {len(rates)}")
        shown.advance()
    return float(np.average(losses, weights=sizes))


def _validate(
    trainer: Trainer, x: Array, y: Arrays, measure: Metric | None, size: int
) -> tuple[float, float | None]:
    """Average loss and metric over all examples, a batch at a time."""
    loss = value = 0.0
    for rows in slices(len(x), size):
        y_batch = take(y, rows)
        part = (rows.stop - rows.start) / len(x)
        batch_loss, output = trainer.evaluate(x[rows], y_batch)
        loss += part * batch_loss
        if measure is not None:
            value += part * float(measure(output, y_batch))
    return loss, None if measure is None else value


def _measure(metric: str | Metric | None) -> Metric | None:
    """Look a metric up, if it has a name."""
    if isinstance(metric, str):
        if metric not in METRICS:
            known = ", ".join(map(repr, METRICS))
            raise ValueError(f"metric must be {known}, a function of (output, y) or None, got {metric!r}")
        return METRICS[metric]
    return metric


def _refuse_nan(name: str, value: float, where: str) -> None:
    """Stop at the first number that is not finite: everything after it would be lost."""
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the {name} is {value} at {where}: try a smaller learning_rate, clip=1.0 to limit the gradient, "
            "and look for values in x and y that are not finite"
        )


def _line(history: History, epochs: int) -> str:
    """Say in one line what the last epoch did; a star marks the best so far."""
    epoch = len(history.train_loss)
    metric = f", metric {history.validation_metric[-1]:.4f}" if history.validation_metric else ""
    return (
        f"epoch {epoch}/{epochs}: train loss {history.train_loss[-1]:.4f}, "
        f"validation loss {history.validation_loss[-1]:.4f}{metric}, {history.seconds[-1]:.1f} s"
        f"{' *' if history.best_epoch == epoch else ''}"
    )
