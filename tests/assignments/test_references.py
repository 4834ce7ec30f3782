"""The reference weights in the repository: they are what their records say, in both frameworks."""

import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from kernelwise import recipes
from kernelwise.data.fashion_mnist import FashionMNISTWarning
from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import load_weights
from kernelwise.models.twins import parameter_count
from kernelwise.training import predict

FOLDER = Path(__file__).parents[2] / "assignments"
TARGETS = {  # the figure that earns full marks
    "shapes/classify": 0.995,
    "shapes/count": 0.97,
    "shapes/locate": 0.85,
    "tracks/model": 0.96,
    "lstm_max/model": 0.95,
    "fashion_mnist/model": 0.915,
}


@pytest.fixture(scope="module")
def training():
    """assignments/train_references.py as a module."""
    spec = importlib.util.spec_from_file_location("train_references", FOLDER / "train_references.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(name):
    """Folder of the weights of a reference, and its record."""
    assignment, _, question = name.partition("/")
    folder = FOLDER / assignment / "weights"
    return folder, question, json.loads((folder / f"{question}.json").read_text(encoding="utf-8"))


def networks(name):
    """The reference network in torch and in Keras, with the weights that are stored for each."""
    folder, question, record = stored(name)
    found = []
    for nets, ending in ((torch_nets, ".safetensors"), (keras_nets, ".weights.h5")):
        network = getattr(nets, record["network"])()
        paths = [folder / f"{question}{ending}", folder / "twins" / f"{question}{ending}"]
        (path,) = [path for path in paths if path.is_file()]
        assert path.stat().st_size <= 1 << 20, "small weights only"
        load_weights(network, path)
        found.append(network)
    return found


def test_every_reference_has_its_target_here(training):
    """A new reference is not silently left unverified."""
    assert set(training.REFERENCES) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_reference_is_of_the_code_as_it_stands(name):
    """A recipe or network that changes voids the weights: train them anew, or show that the change is none."""
    _, _, record = stored(name)
    code = [
        key.rpartition(", torch")[0] for key in (record["key"], recipes.fingerprint(name, record["seed"]))
    ]
    assert code[0] == code[1]


@pytest.mark.parametrize("name", TARGETS)
def test_reference_reaches_what_its_record_says(name):
    """On fresh data of another seed the main figure is that of the record, within four standard errors."""
    _, _, record = stored(name)
    network, twin = networks(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FashionMNISTWarning)  # the subset will do here
        figures = recipes.evaluate(name, network, n=1000, seed=1)
        x = recipes.recipe(name).fresh(64, recipes.FRESH + 2).x
    (title, said), found = next(iter(record["fresh"].items())), next(iter(figures.values()))
    assert list(figures) == list(record["fresh"])
    error = np.hypot(max(said["error"], found.error), 1 / 1000)
    assert found.value == pytest.approx(said["value"], abs=4 * error), title
    assert said["value"] >= TARGETS[name]
    assert parameter_count(network)[1] == record["parameters"] <= 200_000
    np.testing.assert_allclose(predict(network, x), predict(twin, x), rtol=1e-3, atol=1e-3)


@pytest.mark.slow
def test_training_writes_weights_that_give_the_record(training, tmp_path, monkeypatch):
    """The command trains, writes both twins and the record; loaded again, they give the recorded figure."""
    from dataclasses import replace

    name = "shapes/classify"
    whole = recipes.recipe(name)
    small = replace(
        whole, epochs=1, data=lambda seed: (whole.fresh(200, 2 * seed), whole.fresh(50, 2 * seed + 1))
    )
    monkeypatch.setitem(recipes.RECIPES, name, small)
    record = training.train(name, 3, tmp_path)
    folder = tmp_path / "shapes" / "weights"
    assert json.loads((folder / "classify.json").read_text()) == record
    assert record["key"].startswith("shapes/classify, seed 3")
    network, twin = torch_nets.shape_classifier(), keras_nets.shape_classifier()
    load_weights(network, folder / "twins" / "classify.safetensors")
    load_weights(twin, folder / "classify.weights.h5")
    value = record["fresh"]["accuracy"]["value"]
    assert recipes.evaluate(name, network)["accuracy"].value == value
    assert recipes.evaluate(name, twin)["accuracy"].value == pytest.approx(value, abs=1e-3)


def test_unknown_references_are_refused(training):
    """The message lists what there is."""
    from click.testing import CliRunner

    result = CliRunner().invoke(training.main, ["tracks"])
    assert result.exit_code == 2
    assert "no reference tracks; there are shapes/classify" in result.output
