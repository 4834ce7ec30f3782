"""The catalogue, walked: each network is there in its frameworks, has its numbers, and its twins agree."""

import inspect
from importlib import import_module

import numpy as np
import pytest
import torch

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.catalogue import NETWORKS
from kernelwise.models.twins import copy_weights, parameter_count
from kernelwise.training import seed_everything

PACKAGES = {"keras": keras_nets, "torch": torch_nets}
VERSIONS = [(network, framework) for network in NETWORKS.values() for framework in network.frameworks]
TWINS = [name for name, network in NETWORKS.items() if {"keras", "torch"} <= set(network.frameworks)]
# Dropout is random while training: without it, twins can be compared there too.
SURE = {"fashion_best": {"dropout": 0.0}}
DECKS = [name for name in TWINS if "logits" in inspect.signature(getattr(torch_nets, name)).parameters]

each_version = pytest.mark.parametrize(
    ("network", "framework"), VERSIONS, ids=[f"{network.name}-{framework}" for network, framework in VERSIONS]
)
each_twin = pytest.mark.parametrize("name", TWINS)


def build(network, framework):
    """The network as it is without arguments."""
    return getattr(PACKAGES[framework], network.name)()


@each_version
def test_network_is_where_the_catalogue_says(network, framework):
    """Its function stands in the file of its problem, and is had from the package."""
    module = f"{PACKAGES[framework].__name__}.{network.problem}"
    function = getattr(import_module(module), network.name)
    assert function.__module__ == module
    assert getattr(PACKAGES[framework], network.name) is function
    assert network.name in PACKAGES[framework].__all__


@pytest.mark.parametrize("framework", PACKAGES)
def test_no_network_is_missing_in_the_catalogue(framework):
    """Whatever a package builds, the catalogue says what it is."""
    built = {name for name, _ in inspect.getmembers(PACKAGES[framework], inspect.isfunction)}
    assert built == {network.name for network, its_framework in VERSIONS if its_framework == framework}


@pytest.mark.parametrize("framework", PACKAGES)
def test_functions_of_problems_are_networks(framework):
    """A public function in the file of a problem is a network of it: what several share stands in layers."""
    networks = [network for network, its_framework in VERSIONS if its_framework == framework]
    for problem in {network.problem for network in networks}:
        module = import_module(f"{PACKAGES[framework].__name__}.{problem}")
        public = {
            name
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not name.startswith("_")
        }
        assert public == {network.name for network in networks if network.problem == problem}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=list(NETWORKS))
def test_facts_are_stated(network):
    """Each entry says what the network is for, how it computes, what its answer means and where it comes from."""
    assert network.purpose.endswith(".")
    assert all([network.rule, network.meaning, network.source])
    assert set(network.frameworks) <= set(PACKAGES)
    assert network.frameworks


@each_version
def test_parameters_are_counted_as_on_paper(network, framework):
    """The framework counts the parameters of the deck, or of the calculation by hand; so does our own count."""
    model = build(network, framework)
    if framework == "keras":
        total, learned = model.count_params(), sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    else:
        learned = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
        averages = (b for name, b in model.named_buffers() if name.endswith(("running_mean", "running_var")))
        total = learned + sum(buffer.numel() for buffer in averages)
    assert (total, learned) == (network.total, network.learned) == parameter_count(model)


@each_version
def test_shapes_are_those_of_the_catalogue(network, framework, inputs):
    """An example of the shape that the catalogue gives goes in, an answer of the shape that it gives comes out."""
    model, (x, x_torch) = build(network, framework), inputs(network.input)
    if framework == "keras":
        assert model.input_shape == (None, *network.input_shape("keras"))
        assert model.output_shape == (None, *network.output)
        output = np.asarray(model(x, training=False))
    else:
        assert all(
            a in (b, None) for a, b in zip(network.input_shape("torch"), x_torch.shape[1:], strict=True)
        )
        output = model.eval()(x_torch).detach().numpy()
    assert output.shape[0] == len(x)
    assert all(a in (b, None) for a, b in zip(network.output, output.shape[1:], strict=True))


@each_version
def test_checks_of_arguments_are_those_of_the_function(network, framework):
    """What refuses wrong arguments takes arguments that the function has, and accepts its defaults."""
    if network.check:
        parameters = inspect.signature(getattr(PACKAGES[framework], network.name)).parameters
        checked = inspect.signature(network.check).parameters
        network.check(*[parameters[name].default for name in checked])


@each_twin
def test_twins_take_the_same_arguments(name):
    """Names, defaults and order of the arguments agree."""
    ours, theirs = (inspect.signature(getattr(m, name)).parameters for m in (keras_nets, torch_nets))
    assert list(ours.values()) == list(theirs.values())


@each_twin
def test_twins_give_the_same_output(name, twins, inputs):
    """With copied weights, outputs in inference mode agree to float32 accuracy."""
    ours, theirs = twins(name)
    x, x_torch = inputs(NETWORKS[name].input)
    expected = np.asarray(ours(x, training=False))
    with torch.inference_mode():
        output = theirs.eval()(x_torch).numpy()
    assert output.shape == expected.shape
    np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    assert expected.std() > 1e-3 * np.abs(expected).max(), "the inputs must matter"


@each_twin
def test_twins_agree_while_training(name, twins, inputs):
    """With copied weights, outputs in training mode agree, and the running means that batch norm keeps."""
    ours, theirs = twins(name, **SURE.get(name, {}))
    x, x_torch = inputs(NETWORKS[name].input)
    expected = np.asarray(ours(x, training=True))
    output = theirs.train()(x_torch).detach().numpy()
    np.testing.assert_allclose(output, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    after = getattr(keras_nets, name)()
    copy_weights(theirs, after)
    for mine, yours in zip(ours.get_weights(), after.get_weights(), strict=True):
        np.testing.assert_allclose(yours, mine, rtol=1e-3, atol=1e-5)


@each_twin
def test_weights_survive_the_way_there_and_back(name, twins):
    """Keras to torch and back into a fresh Keras network changes no bit."""
    ours, theirs = twins(name)
    back = getattr(keras_nets, name)()
    copy_weights(theirs, back)
    for mine, yours in zip(ours.get_weights(), back.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, yours)


@each_twin
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


@each_twin
def test_same_seed_gives_the_same_start(name):
    """seed_everything makes untrained torch networks repeat, and another seed changes them."""

    def first_weights(seed):
        seed_everything(seed)
        return next(getattr(torch_nets, name)().parameters())

    assert torch.equal(first_weights(3), first_weights(3))
    assert not torch.equal(first_weights(3), first_weights(4))


@pytest.mark.parametrize("name", DECKS)
def test_decks_networks_end_in_probabilities_or_logits(name, inputs):
    """As in the deck the output is a probability; with logits=True it is what the activation takes."""
    model = getattr(torch_nets, name)(logits=True)
    with_activation = getattr(torch_nets, name)()
    copy_weights(model, with_activation)
    x = inputs(NETWORKS[name].input)[1]
    logits, output = model(x), with_activation(x)
    expected = torch.sigmoid(logits) if logits.shape[1] == 1 else torch.softmax(logits, dim=1)
    torch.testing.assert_close(output, expected)
