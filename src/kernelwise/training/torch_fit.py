"""Training in PyTorch: what the loop needs of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kernelwise.arguments import Array
from kernelwise.training.batches import Arrays
from kernelwise.training.loop import Augment, History, Metric, run
from kernelwise.training.losses import ADAM_BETAS, ADAM_EPSILON, refuse_activation, torch_loss


def fit_torch(
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
    """Train a PyTorch network with Adam, and leave it with the weights that do best on the validation data.

    w ← w − α(t)·(m̂/(√v̂ + ε) + λw) for every batch; m̂, v̂: Adam's means of ∂L/∂w and its square

    x is uint8 (divided by 255 a batch at a time) or float: (n, h, w) grey images, for a network with
    convolutions; (n, c, h, w) images; or whatever the network takes. y holds float32 or whole numbers.

    Args:
        model: torch.nn.Module. Trained in place, left on the device in inference mode.
        train, validation: (x, y); y (n, …), or a tuple of such arrays for a loss of one's own. The best
            epoch is chosen on validation: never give the test data here.
        loss: "cross entropy" (logits, classes on the last axis; y: whole numbers), "binary cross entropy"
            (logits), "mean squared error", or a function of (output, y) in torch that gives a scalar.
        epochs, batch_size: how often each example is seen, and how many at a time; the order is random.
        learning_rate: the largest, α₀.
        schedule: "one cycle", "cosine" or "constant"; learning_rates gives them.
        weight_decay: λ, decoupled from the gradient (AdamW); it acts on all parameters.
        clip: the largest norm of the whole gradient, such as 1.0 for an LSTM; None: no limit.
        augment: function of (x, y, rng) in numpy, called on training batches alone; they are
            copies, x in the form given here.
        metric: "accuracy", or a function of (output, y) in numpy; larger is better. It chooses the best
            epoch, averaged over batches; None: the smallest validation loss does.
        seed: of seed_everything, the order of the examples and augment.
        device: "cpu", "auto" (a GPU if there is one), or a name that torch knows.
        progress: whether to show a bar, or a line an epoch where there is no terminal.
        patience: stop after so many epochs without a better one; None: never.
        checkpoint: file for the best weights so far, safetensors; None: none.
    Returns:
        The history; its best_epoch is the one whose weights the network has.
    Raises:
        ValueError: an argument is wrong, or a cross entropy meets a network that ends in an activation.
        FloatingPointError: the loss is no longer finite; the message says when, and what to try.
    Source: Kingma & Ba 2014, arXiv:1412.6980; Loshchilov & Hutter 2017, arXiv:1711.05101.
    Example:
        >>> from kernelwise.models.torch_nets import first_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 32))
        >>> data = x, x[:, 0] > 0
        >>> model = first_mlp(logits=True)
        >>> history = fit_torch(model, data, data, loss="binary cross entropy", epochs=2, progress=False)
        >>> history.train_loss[1] < history.train_loss[0]
        True
    """
    if isinstance(loss, str):
        refuse_activation(loss, type(list(model.modules())[-1]).__name__)
    trainer = _TorchTrainer(model, torch_loss(loss), weight_decay, clip, _device(device))
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


class _TorchTrainer:
    """A network, its optimizer and its loss in PyTorch."""

    def __init__(
        self, model: Any, loss: Callable, weight_decay: float, clip: float | None, device: str
    ) -> None:
        import torch

        # With the channels last in memory, convolutions on a CPU take about half the time.
        self.model = model.to(device, memory_format=torch.channels_last)
        self.loss, self.clip, self.device = loss, clip, device
        self.optimizer = torch.optim.AdamW(
            model.parameters(), betas=ADAM_BETAS, eps=ADAM_EPSILON, weight_decay=weight_decay, fused=True
        )

    def step(self, x: Array, y: Arrays, rate: float) -> float:
        """Change the weights once, with this learning rate; the loss before."""
        import torch

        self.model.train()
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad()
        loss = self.loss(self.model(torch_input(self.model, x, self.device)), _target(y, self.device))
        loss.backward()
        if self.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        return loss.item()

    def evaluate(self, x: Array, y: Arrays) -> tuple[float, Array]:
        """The loss and the output of a batch, in inference mode."""
        import torch

        self.model.eval()
        with torch.inference_mode():
            output = self.model(torch_input(self.model, x, self.device))
            return self.loss(output, _target(y, self.device)).item(), output.cpu().numpy()

    def weights(self) -> Any:
        """A copy of the weights."""
        return {name: value.clone() for name, value in self.model.state_dict().items()}

    def restore(self, weights: Any) -> None:
        """Put a copy of the weights back."""
        self.model.load_state_dict(weights)
        self.model.eval()

    def save(self, path: Path) -> None:
        """Write the weights to a file."""
        from kernelwise.models.files import save_weights

        save_weights(self.model, path)


def torch_input(model: Any, x: Array, device: Any) -> Any:
    """Turn a batch of numpy's into what a PyTorch network takes.

    uint8: x/255; grey images (n, h, w) ↦ (n, 1, h, w) for a network with two-dimensional convolutions

    Args:
        model: torch.nn.Module.
        x: (n, …) of any dtype. The batch.
        device: where the network is.
    Returns:
        Tensor, float32 for uint8 and floats; other whole numbers stay as they are. Images: channels last in
        memory.
    Example:
        >>> from kernelwise.models.torch_nets import digits_cnn
        >>> torch_input(digits_cnn(), np.full((2, 28, 28), 255, np.uint8), "cpu").sum().item()
        1568.0
    """
    import torch

    batch = torch.from_numpy(np.ascontiguousarray(x)).to(device)
    if batch.dtype == torch.uint8:
        batch = batch.float().div_(255)
    elif batch.is_floating_point():
        batch = batch.float()
    if batch.ndim == 3 and any(isinstance(module, torch.nn.Conv2d) for module in model.modules()):
        batch = batch[:, None]
    return batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch


def _target(y: Arrays, device: str) -> Any:
    """Turn y into tensors: float32 or int64."""
    import torch

    if isinstance(y, tuple):
        return tuple(_target(part, device) for part in y)
    tensor = torch.from_numpy(np.ascontiguousarray(y)).to(device)
    return tensor.float() if tensor.is_floating_point() else tensor.long()


def _device(name: str) -> str:
    """Choose a GPU for "auto", where there is one."""
    import torch

    return ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name
