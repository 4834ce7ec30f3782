"""Files of weights come back as they were, and only into the network that they belong to."""

import numpy as np
import pytest

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import load_weights, save_weights
from kernelwise.models.twins import copy_weights


@pytest.mark.parametrize(("module", "ending"), [(keras_nets, ".weights.h5"), (torch_nets, ".safetensors")])
@pytest.mark.parametrize("name", ["shape_classifier", "lstm_scores"])
def test_saved_weights_come_back(module, ending, name, tmp_path):
    """A second network that loads the file has every number of the first, batch norm's and LSTM's included."""
    first, second = getattr(module, name)(), getattr(module, name)()
    save_weights(first, tmp_path / f"net{ending}")
    load_weights(second, tmp_path / f"net{ending}")
    reference = getattr(keras_nets, name)()
    copy_weights(first, reference)
    copied = getattr(keras_nets, name)()
    copy_weights(second, copied)
    for mine, yours in zip(reference.get_weights(), copied.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, yours)


@pytest.mark.parametrize(("module", "ending"), [(keras_nets, ".weights.h5"), (torch_nets, ".safetensors")])
def test_others_can_read_saved_weights(module, ending, tmp_path):
    """The file has the usual mode: it stands in a repository."""
    (tmp_path / "plain").touch()
    save_weights(module.first_mlp(), tmp_path / f"net{ending}")
    assert (tmp_path / f"net{ending}").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(("module", "ending"), [(keras_nets, ".weights.h5"), (torch_nets, ".safetensors")])
def test_load_is_strict(module, ending, tmp_path):
    """A file with other shapes, too few or too many layers is refused, and the message names a layer."""
    path = tmp_path / f"net{ending}"
    save_weights(module.shape_counter(2), path)
    layer = "layers/dense_1/vars/0" if module is keras_nets else "20.weight"
    shapes = (
        r"\(64, 6\), the network \(64, 10\)" if module is keras_nets else r"\(6, 64\), the network \(10, 64\)"
    )
    with pytest.raises(ValueError, match=rf"another network: {layer}: the file has {shapes}"):
        load_weights(module.shape_counter(4), path)
    # first_mlp and digits_mlp have two and three dense layers; the third is the one that only one of them has.
    third = r"(layers/dense_2/vars/0|4.weight)"
    save_weights(module.first_mlp(), path)
    with pytest.raises(ValueError, match=rf"{third}: the file has none, the network"):
        load_weights(module.digits_mlp(), path)
    save_weights(module.digits_mlp(), path)
    with pytest.raises(ValueError, match=rf"{third}: the file has .*, the network none"):
        load_weights(module.first_mlp(), path)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (keras_nets, r"weights of a Keras network go to a file \*.weights.h5, got 'net.keras'"),
        (torch_nets, r"weights of a PyTorch network go to a file \*.safetensors, got 'net.keras'"),
    ],
)
def test_wrong_endings_are_refused(module, message):
    """Neither a pickle nor a whole model can be written or read by mistake."""
    for call in (save_weights, load_weights):
        with pytest.raises(ValueError, match=message):
            call(module.first_mlp(), "net.keras")


def test_missing_file_is_named(tmp_path):
    """A path without a file is said so in plain words."""
    with pytest.raises(FileNotFoundError, match=r"there is no file of weights .*gone.safetensors"):
        load_weights(torch_nets.first_mlp(), tmp_path / "gone.safetensors")
