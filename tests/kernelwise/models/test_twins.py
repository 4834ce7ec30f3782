"""Each network exists twice, and both give the same numbers from the same weights."""

import inspect

import keras
import numpy as np
import pytest
import torch
from torch import nn

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.twins import copy_weights, load_weights, parameter_count, save_weights
from kernelwise.training import seed_everything


def nets_of(module):
    """Public functions of a module, by name."""
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


NETS = sorted(nets_of(keras_nets))
# Dropout is random while training: without it, twins can be compared there too.
SURE = {"fashion_best": {"dropout": 0.0}}

# (total, trainable): of the decks, of content.md, or counted by hand in the comment.
COUNTS = {
    "first_mlp": (1_089, 1_089),
    "digits_mlp": (55_050, 55_050),
    "digits_cnn": (640 + 18_464 + 184_330, 203_434),
    "deck_tracks": (4_216_193, 4_216_001),
    # kernels 2·(5·16 + 7·16·32 + 7·32·64 + 9·64·96), batch norm 4 a channel of which 2 learned, dense 97
    "small_tracks": (146_592 + 4 * 208 + 97, 146_592 + 2 * 208 + 97),
    # kernels 25·8 + 9·8·16 + 9·16·32, batch norm of 56 channels, dense 66
    "shape_classifier": (5_960 + 4 * 56 + 66, 6_138),
    # kernels 25·16 + 9·(16·32 + 32·64 + 64·96), batch norm of 208 channels, dense 97·64 + 65·10
    "shape_counter": (78_736 + 4 * 208 + 6_858, 86_010),
    # kernels 25·16 + 9·(16·32 + 32·32), batch norm of 80 channels, dense 2,049·64 + 65·4
    "shape_locator": (14_224 + 4 * 80 + 131_396, 145_780),
    "lstm_max": (18_517, 18_517),
    "lstm_scores": (4_546, 4_546),
    "fashion_cnn": (121_930, 121_930),
    # kernels 25·32 + 32 + 9·(32·64 + 64·96 + 96·96), batch norm of 256 channels, dense 97·10
    "fashion_best": (157_504 + 4 * 256 + 970, 158_986),
}


def scrambled(model, rng):
    """The network with every weight random, so that no two arrays can be mistaken for each other."""
    for layer in model.layers:
        weights = [rng.normal(0, 0.05, w.shape) for w in layer.get_weights()]
        if isinstance(layer, keras.layers.BatchNormalization):
            weights = [1 + weights[0], weights[1], weights[2], 1 + rng.uniform(size=weights[3].shape)]
        layer.set_weights(weights)
    return model


def twins(name, rng, **options):
    """A Keras network with random weights, and its torch twin with the same."""
    ours = scrambled(getattr(keras_nets, name)(**options), rng)
    theirs = getattr(torch_nets, name)(**options)
    copy_weights(ours, theirs)
    return ours, theirs


def inputs(model, rng, n=4):
    """Random inputs for both twins: (n, h, w, c) and (n, c, h, w); the free height of tracks is 40 pixels."""
    shape = [20 if size is None and len(model.input_shape) == 3 else size or 40 for size in model.input_shape]
    x = rng.uniform(size=(n, *shape[1:])).astype(np.float32)
    return x, torch.from_numpy(np.moveaxis(x, -1, 1).copy() if x.ndim == 4 else x)


@pytest.fixture
def rng():
    """Seeded random numbers."""
    return np.random.default_rng(0)


def test_both_modules_have_the_same_functions():
    """A network that is written in one framework only has no twin."""
    assert sorted(nets_of(torch_nets)) == NETS
    assert sorted(COUNTS) == NETS


@pytest.mark.parametrize("name", NETS)
def test_twins_take_the_same_arguments(name):
    """Names, defaults and order of the arguments agree."""
    ours, theirs = (inspect.signature(getattr(m, name)).parameters for m in (keras_nets, torch_nets))
    assert list(ours.values()) == list(theirs.values())


@pytest.mark.parametrize("name", NETS)
def test_parameters_are_counted_as_on_paper(name):
    """Both twins have the number of parameters of the deck, or of the calculation by hand."""
    assert parameter_count(getattr(keras_nets, name)()) == COUNTS[name]
    assert parameter_count(getattr(torch_nets, name)()) == COUNTS[name]


@pytest.mark.parametrize("name", NETS)
def test_twins_give_the_same_output(name, rng):
    """With copied weights, outputs in inference mode agree to float32 accuracy."""
    ours, theirs = twins(name, rng)
    x, x_torch = inputs(ours, rng)
    expected = np.asarray(ours(x, training=False))
    with torch.inference_mode():
        output = theirs.eval()(x_torch).numpy()
    assert output.shape == expected.shape
    np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    assert expected.std() > 1e-3 * np.abs(expected).max(), "the inputs must matter"


@pytest.mark.parametrize("name", NETS)
def test_twins_agree_while_training(name, rng):
    """With copied weights, outputs in training mode agree, and the running means that batch norm keeps."""
    ours, theirs = twins(name, rng, **SURE.get(name, {}))
    x, x_torch = inputs(ours, rng)
    expected = np.asarray(ours(x, training=True))
    output = theirs.train()(x_torch).detach().numpy()
    np.testing.assert_allclose(output, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    after = getattr(keras_nets, name)()
    copy_weights(theirs, after)
    for mine, yours in zip(ours.get_weights(), after.get_weights(), strict=True):
        np.testing.assert_allclose(yours, mine, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", NETS)
def test_weights_survive_the_way_there_and_back(name, rng):
    """Keras to torch and back into a fresh Keras network changes no bit."""
    ours, theirs = twins(name, rng)
    back = getattr(keras_nets, name)()
    copy_weights(theirs, back)
    for mine, yours in zip(ours.get_weights(), back.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, yours)


@pytest.mark.parametrize("name", NETS)
def test_twins_start_alike(name):
    """Untrained weights have the same spread, layer by layer, and the same range where it is a uniform one."""
    seed_everything(1)
    ours, theirs = getattr(keras_nets, name)(), getattr(keras_nets, name)()
    copy_weights(getattr(torch_nets, name)(), theirs)
    for mine, yours in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        if mine.size >= 200:
            assert yours.std() == pytest.approx(mine.std(), rel=4 / np.sqrt(mine.size) + 0.01)
            assert np.abs(yours).max() == pytest.approx(np.abs(mine).max(), rel=0.25)
        elif mine.ndim == 1:
            np.testing.assert_array_equal(mine, yours)  # biases and batch norm start at fixed values


def test_recurrent_kernel_starts_orthogonal():
    """The recurrent weights of all four gates together have orthonormal rows, as Keras draws them."""
    recurrent = torch_nets.LSTM(2, 8).weight_hh_l0.detach()
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(8))


@pytest.mark.parametrize("name", NETS)
def test_same_seed_gives_the_same_start(name):
    """seed_everything makes untrained torch networks repeat, and another seed changes them."""

    def first_weights(seed):
        seed_everything(seed)
        return next(getattr(torch_nets, name)().parameters())

    assert torch.equal(first_weights(3), first_weights(3))
    assert not torch.equal(first_weights(3), first_weights(4))


@pytest.mark.parametrize("name", ["first_mlp", "digits_mlp", "digits_cnn", "deck_tracks"])
def test_decks_networks_end_in_probabilities_or_logits(name, rng):
    """As in the deck the output is a probability; with logits=True it is what the activation takes."""
    model = getattr(torch_nets, name)(logits=True)
    with_activation = getattr(torch_nets, name)()
    copy_weights(model, with_activation)
    x = inputs(getattr(keras_nets, name)(), rng)[1]
    logits, output = model(x), with_activation(x)
    expected = torch.sigmoid(logits) if logits.shape[1] == 1 else torch.softmax(logits, dim=1)
    torch.testing.assert_close(output, expected)


def test_deck_tracks_at_full_size():
    """At 512² pixels the deck's network has 67,130,753 numbers."""
    with torch.device("meta"):  # shapes alone: the weights would take 269 MB
        assert parameter_count(torch_nets.deck_tracks(512))[0] == 67_130_753


@pytest.mark.parametrize("module", [keras_nets, torch_nets])
def test_wrong_sizes_are_refused(module):
    """What cannot be built is refused with what was given and what is allowed."""
    with pytest.raises(ValueError, match="size must be a multiple of 4, since two layers halve it, got 30"):
        module.deck_tracks(30)
    with pytest.raises(ValueError, match=r"one odd height .* for each of widths .*, got .*\(3, 4\)"):
        module.small_tracks((8, 8), (3, 4), (1, 1))
    with pytest.raises(ValueError, match="one odd height and one stride for each of widths"):
        module.small_tracks((8, 8), (3,), (1, 1))
    with pytest.raises(ValueError, match=r"strides \(1,\)"):
        module.small_tracks((8, 8), (3, 3), (1,))


def test_small_tracks_follows_its_arguments(rng):
    """Other widths, heights, strides and strips build other twins."""
    ours, theirs = twins("small_tracks", rng, widths=(4, 6), heights=(3, 5), strides=(2, 1), strip=2)
    x, x_torch = inputs(ours, rng)
    assert x.shape == (4, 40, 8, 1)
    expected = np.asarray(ours(x, training=False))
    np.testing.assert_allclose(theirs.eval()(x_torch).detach().numpy(), expected, rtol=1e-4, atol=1e-6)


# The LSTM of deck R on 0.1 … 0.5: the seven numbers that it prints, and weights that give them.
SEQUENCE = [0.02106816, 0.05576485, 0.09626514, 0.13520567, 0.16713278]
LAST_STATE, LAST_CELL = 0.16713278, 0.41894686
W = [[-0.39838908, -0.74215547, 0.89807923, -0.78793875]]
U = [[-0.54241495, 0.2718436, 0.53550967, 0.58746614]]
B = [0.0, 1.0, 0.0, 0.0]


def printed_lstm():
    """Deck R's Keras network with these weights."""
    x = keras.Input((5, 1))
    model = keras.Model(x, keras.layers.LSTM(1, return_state=True, return_sequences=True)(x))
    model.set_weights([np.array(a, np.float32) for a in (W, U, B)])
    return model


@pytest.mark.parametrize("layer", [torch_nets.LSTM, lambda i, u: nn.LSTM(i, u, batch_first=True)])
def test_lstm_gives_the_decks_seven_numbers(layer):
    """Keras, our LSTM and torch's own one print what the deck prints; ours has its 12 parameters."""
    data = np.arange(1, 6, dtype=np.float32).reshape(1, 5, 1) / 10
    ours, theirs = printed_lstm(), layer(1, 1)
    copy_weights(ours, theirs)
    assert parameter_count(ours) == parameter_count(torch_nets.LSTM(1, 1)) == (12, 12)
    h, (last, cell) = theirs(torch.from_numpy(data))
    for sequence, state, memory in (ours(data), (h.detach(), last.detach(), cell.detach())):
        np.testing.assert_allclose(np.ravel(sequence), SEQUENCE, rtol=0, atol=2e-8)
        assert np.ravel(state)[0] == pytest.approx(LAST_STATE, abs=2e-8)
        assert np.ravel(memory)[0] == pytest.approx(LAST_CELL, abs=4e-8)


def test_two_biases_of_torch_become_one(rng):
    """torch's own LSTM has two biases: Keras gets their sum, and the output stays."""
    theirs = nn.Sequential()
    theirs.add_module("lstm", nn.LSTM(3, 4, batch_first=True))
    ours = keras.Sequential([keras.Input((6, 3)), keras.layers.LSTM(4, return_sequences=True)])
    copy_weights(theirs, ours)
    x = rng.normal(size=(2, 6, 3)).astype(np.float32)
    expected, _ = theirs(torch.from_numpy(x))
    np.testing.assert_allclose(np.asarray(ours(x)), expected.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs", "shape"),
    [
        (keras.layers.Conv1D(4, 3), nn.Conv1d(2, 4, 3), (8, 2)),
        (keras.layers.Conv2DTranspose(4, 3, strides=2), nn.ConvTranspose2d(2, 4, 3, stride=2), (5, 6, 2)),
    ],
)
def test_other_convolutions_are_copied(ours, theirs, shape, rng):
    """One-dimensional and transposed convolutions have twins too, though no network above uses them."""
    model = scrambled(keras.Sequential([keras.Input(shape), ours]), rng)
    copy_weights(model, nn.Sequential(theirs))
    x = rng.normal(size=(2, *shape)).astype(np.float32)
    output = theirs(torch.from_numpy(np.moveaxis(x, -1, 1).copy())).detach().numpy()
    np.testing.assert_allclose(np.moveaxis(output, 1, -1), np.asarray(model(x)), atol=1e-5)


def test_copy_looks_into_networks_within(rng):
    """A Keras network used as a layer is copied layer by layer."""
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(5)])
    ours = keras.Sequential([keras.Input((3,)), inner, keras.layers.Dense(2)])
    theirs = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)), nn.Linear(5, 2))
    copy_weights(ours, theirs)
    x = rng.normal(size=(2, 3)).astype(np.float32)
    np.testing.assert_allclose(theirs(torch.from_numpy(x)).detach().numpy(), np.asarray(ours(x)), atol=1e-6)


def test_copy_names_the_layer_whose_shape_differs():
    """The message gives the layer in both networks and both shapes, and the target keeps its weights."""
    ours = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2, name="head")])
    theirs = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 3))
    before = theirs[0].weight.detach().clone()
    message = r"layer 2: the source has Dense 'head' with \[\(4, 2\), \(2,\)\], the target Dense '1' with \[\(4, 3\)"
    with pytest.raises(ValueError, match=message):
        copy_weights(ours, theirs)
    assert torch.equal(theirs[0].weight, before)


def test_copy_tells_kinds_apart():
    """A one-step LSTM matrix and a dense one may have the same shape: the kind decides."""
    ours = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    with pytest.raises(ValueError, match=r"layer 1: the source has Dense .*, the target Conv1D '0'"):
        copy_weights(ours, nn.Sequential(nn.Conv1d(3, 4, 1)))


def test_copy_counts_the_layers():
    """A network with a layer more is no twin."""
    with pytest.raises(ValueError, match=r"the source has 2 layers with weights .*, the target 3"):
        copy_weights(keras_nets.first_mlp(), torch_nets.digits_mlp())


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.GRU(2, 3)),
        keras.Sequential([keras.Input((5, 2)), keras.layers.GRU(3)]),
    ],
)
def test_copy_refuses_unknown_layers(model):
    """A layer whose layouts nobody has compared is refused by name."""
    with pytest.raises(TypeError, match=r"layer .* is a GRU, which has no twin here"):
        copy_weights(model, torch_nets.first_mlp())


def test_only_networks_are_accepted(tmp_path):
    """What is neither a torch module nor a Keras model is named."""
    for call in (parameter_count, lambda model: save_weights(model, tmp_path / "x.safetensors")):
        with pytest.raises(TypeError, match=r"must be a torch.nn.Module or a keras.Model, got str"):
            call("first_mlp")


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
