"""Training in Keras: what the loop needs of it."""

import math
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from kernelwise.arguments import Array
from kernelwise.training.batches import Arrays
from kernelwise.training.loop import Augment, History, Metric, run
from kernelwise.training.losses import ADAM_BETAS, ADAM_EPSILON, keras_loss, refuse_activation


def fit_keras(
    model: Any,
    train: Any,
    validation: Any,
    *,
    loss: str | Callable,
    epochs: int,
    batch_size: int = 64,
    learning_rate: float = 1e-3,
    schedule: str = "one cycle",
    weight_decay: float = 0.0,
    clip: float | None = None,
    augment: Augment | None = None,
    metric: str | Metric | None = None,
    seed: int = 0,
    device: str = "cpu",
    progress: bool = True,
    patience: int | None = None,
    checkpoint: str | Path | None = None,
) -> History:
    """Train a Keras network with Adam, and leave it with the weights that do best on the validation data.

    w ← w − α(t)·(m̂/(√v̂ + ε) + λw) for every batch; m̂, v̂: Adam's means of ∂L/∂w and its square

    All arguments are those of fit_torch. Images are (n, h, w) or (n, c, h, w) here too; the network sees
    (n, h, w, c). Keras needs TensorFlow behind it.

    Args:
        model: keras.Model with a known input shape. Trained in place.
        train, validation: (x, y), as in fit_torch.
        loss: a name of fit_torch's, or a function of (output, y) in Keras's or TensorFlow's operations.
        epochs, batch_size, learning_rate, schedule, weight_decay, clip: as in fit_torch.
        augment, metric, seed, progress, patience: as in fit_torch.
        device: "cpu", "auto" (a GPU if there is one), or a name that Keras knows, such as "gpu:0".
        checkpoint: file for the best weights so far, its name ending in .weights.h5; None: none.
    Returns:
        The history; its best_epoch is the one whose weights the network has.
    Raises:
        ValueError: an argument is wrong, or a cross entropy meets a network that ends in an activation.
        FloatingPointError: the loss is no longer finite; the message says when, and what to try.
    Source: Kingma & Ba 2014, arXiv:1412.6980; Loshchilov & Hutter 2017, arXiv:1711.05101.
    Example:
        >>> from kernelwise.models.keras_nets import first_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 32))
        >>> data = x, x[:, 0] > 0
        >>> model = first_mlp(logits=True)
        >>> history = fit_keras(model, data, data, loss="binary cross entropy", epochs=2, progress=False)
        >>> history.train_loss[1] < history.train_loss[0]
        True
    """
    if isinstance(loss, str):
        activation = getattr(model.layers[-1], "activation", None)
        refuse_activation(loss, getattr(activation, "__name__", ""))
    trainer = _KerasTrainer(model, keras_loss(loss), weight_decay, clip, device)
    return run(
        trainer,
        train,
        validation,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        augment=augment,
        metric=metric,
        seed=seed,
        progress=progress,
        patience=patience,
        checkpoint=checkpoint,
    )


class _KerasTrainer:
    """A network, its optimizer and its loss in Keras."""

    def __init__(
        self, model: Any, loss: Callable, weight_decay: float, clip: float | None, device: str
    ) -> None:
        import keras
        import tensorflow as tf

        self.model, self.device = model, device
        beta1, beta2 = ADAM_BETAS
        optimizer = keras.optimizers.AdamW(
            beta_1=beta1, beta_2=beta2, weight_decay=weight_decay, global_clipnorm=clip
        )
        optimizer.build(model.trainable_variables)
        # Keras adds ε to √v, torch and the paper to √v̂ = √(v/(1 − β₂ᵗ)), so Keras's has to follow t.
        optimizer.epsilon = self.epsilon = tf.Variable(0.0)
        self.optimizer, self.t = optimizer, 0

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                value = loss(model(x, training=True), y)
            optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
            return value

        def evaluate(x: Any, y: Any) -> Any:
            output = model(x, training=False)
            return loss(output, y), output

        # Compiled once for each shape of a batch; without it every operation is called from Python.
        self._step, self._evaluate = tf.function(step), tf.function(evaluate)

    def step(self, x: Array, y: Arrays, rate: float) -> float:
        """Change the weights once, with this learning rate; the loss before."""
        self.t += 1
        self.epsilon.assign(ADAM_EPSILON * math.sqrt(1 - ADAM_BETAS[1] ** self.t))
        self.optimizer.learning_rate.assign(rate)
        return float(self._on_device(self._step, x, y))

    def evaluate(self, x: Array, y: Arrays) -> tuple[float, Array]:
        """The loss and the output of a batch, in inference mode."""
        loss, output = self._on_device(self._evaluate, x, y)
        return float(loss), output.numpy()

    def weights(self) -> Any:
        """A copy of the weights."""
        return self.model.get_weights()

    def restore(self, weights: Any) -> None:
        """Put a copy of the weights back."""
        self.model.set_weights(weights)

    def save(self, path: Path) -> None:
        """Write the weights to a file."""
        from kernelwise.models.files import save_weights

        save_weights(self.model, path)

    def _on_device(self, function: Callable, x: Array, y: Arrays) -> Any:
        """Call a function of tensors where the caller wants it; "auto" leaves the choice to TensorFlow."""
        import keras
        import tensorflow as tf

        place = nullcontext() if self.device == "auto" else keras.device(self.device)
        with place:
            # As tensors: a numpy array would make TensorFlow compile the function anew for each batch.
            return function(tf.constant(keras_input(self.model, x)), _target(y))


def keras_input(model: Any, x: Array) -> Array:
    """Turn a batch in the course's layout into what a Keras network takes.

    uint8: x/255; (n, c, h, w) ↦ (n, h, w, c), (n, h, w) ↦ (n, h, w, 1) for a network that takes images

    Args:
        model: keras.Model with a known input shape.
        x: (n, …) of any dtype. The batch.
    Returns:
        Array, float32 for uint8 and floats; other whole numbers stay as they are.
    Example:
        >>> from kernelwise.models.keras_nets import digits_cnn
        >>> keras_input(digits_cnn(), np.zeros((2, 1, 28, 28), np.uint8)).shape
        (2, 28, 28, 1)
    """
    if x.dtype == np.uint8:
        x = x.astype(np.float32) / np.float32(255)
    elif np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float32, copy=False)
    if len(model.input_shape) == 4:
        x = x[..., None] if x.ndim == 3 else np.moveaxis(x, 1, -1)
    return x


def _target(y: Arrays) -> Any:
    """Turn y into tensors: float32 or int64."""
    import tensorflow as tf

    if isinstance(y, tuple):
        return tuple(_target(part) for part in y)
    return tf.constant(y, tf.float32 if np.issubdtype(y.dtype, np.floating) else tf.int64)
