"""Files of weights: a network's numbers and nothing else, in the form that its framework reads.

A file is read only into the network that it belongs to; where it does not, the layers are named.
"""

import tempfile
import warnings
from pathlib import Path
from typing import Any

from kernelwise.models.twins import is_torch


def save_weights(model: Any, path: str | Path) -> None:
    """Write a network's weights to a file that holds numbers and nothing else.

    torch: name.safetensors;  Keras: name.weights.h5

    Args:
        model: torch.nn.Module or keras.Model.
        path: of the file; its folder must exist, a file that is there is replaced.
    Raises:
        TypeError: neither framework.
        ValueError: the name does not end as the framework wants it.
    Source: https://huggingface.co/docs/safetensors; https://keras.io/api/models/model_saving_apis.
    Example:
        >>> from kernelwise.models.torch_nets import first_mlp
        >>> save_weights(first_mlp(), "mlp.pt")
        Traceback (most recent call last):
        ValueError: weights of a PyTorch network go to a file *.safetensors, got 'mlp.pt'
    """
    path = _weights_path(model, path)
    if not is_torch(model):
        _save_keras(model, path)
        return
    from safetensors.torch import save

    # Copies in plain order: training may have left the channels last in memory. Not by save_file, whose files
    # only their owner can read.
    path.write_bytes(save({name: value.contiguous() for name, value in model.state_dict().items()}))


def load_weights(model: Any, path: str | Path) -> None:
    """Read a network's weights from a file that save_weights wrote, all of them and no others.

    names and shapes in the file = names and shapes in the network

    Args:
        model: torch.nn.Module or keras.Model, changed in place; unchanged where an error is raised.
        path: *.safetensors for torch, *.weights.h5 for Keras.
    Raises:
        FileNotFoundError: there is no such file.
        TypeError: neither framework.
        ValueError: the name ends otherwise, or the file is another network's: the message names the layers.
    Source: as save_weights.
    Example:
        >>> from kernelwise.models.torch_nets import first_mlp
        >>> load_weights(first_mlp(), "mlp.pt")
        Traceback (most recent call last):
        ValueError: weights of a PyTorch network go to a file *.safetensors, got 'mlp.pt'
    """
    path = _weights_path(model, path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file of weights {path}")
    if is_torch(model):
        from safetensors.torch import load_file

        state = load_file(path)
        _compare(path, _shapes(state), _shapes(model.state_dict()))
        model.load_state_dict(state)
        return
    with tempfile.TemporaryDirectory() as folder:
        # Keras itself names no layer where shapes differ, and ignores what the network has no use for.
        own = Path(folder, "own.weights.h5")
        _save_keras(model, own)
        _compare(path, _h5_shapes(path), _h5_shapes(own))
    model.load_weights(path)


def _save_keras(model: Any, path: Path) -> None:
    """Write a Keras network's weights."""
    with warnings.catch_warnings():
        # Keras 3.15 asks its variables for arrays in a way that numpy 2 calls deprecated.
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        model.save_weights(path)


def _weights_path(model: Any, path: str | Path) -> Path:
    """Check the ending of a file of weights."""
    framework, ending = ("PyTorch", ".safetensors") if is_torch(model) else ("Keras", ".weights.h5")
    if not str(path).endswith(ending):
        raise ValueError(f"weights of a {framework} network go to a file *{ending}, got {str(path)!r}")
    return Path(path)


def _shapes(state: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Give the shape of each tensor."""
    return {name: tuple(value.shape) for name, value in state.items()}


def _h5_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Give the shape of each array in a file of Keras's; an optimizer's own are of no interest."""
    import h5py

    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer"):
            shapes[name] = item.shape

    with h5py.File(path) as file:
        file.visititems(note)
    return shapes


def _compare(path: Path, found: dict[str, tuple[int, ...]], wanted: dict[str, tuple[int, ...]]) -> None:
    """Refuse a file whose weights are not those of the network."""
    faults = [
        f"{name}: the file has {found.get(name, 'none')}, the network {wanted.get(name, 'none')}"
        for name in dict.fromkeys((*wanted, *found))
        if found.get(name) != wanted.get(name)
    ]
    if faults:
        more = f"; and {len(faults) - 6} more" if len(faults) > 6 else ""
        raise ValueError(f"{path} holds the weights of another network: {'; '.join(faults[:6])}{more}")
