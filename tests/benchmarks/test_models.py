"""The table of the models: trainings are kept as long as their code stays, and baselines are what they say."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from kernelwise import recipes

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def models(monkeypatch):
    """benchmarks/models.py as a module."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("benchmark_models", BENCHMARKS / "models.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_a_training_that_is_kept_is_not_repeated(models, tmp_path, monkeypatch):
    """The journal answers for what was trained; another seed is trained."""
    journal = tmp_path / "models.jsonl"
    kept = {"key": recipes.fingerprint("shapes/classify", 7), "fresh": {}}
    journal.write_text(json.dumps(kept) + "\n")

    def refuse(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(recipes, "train_and_measure", refuse)
    assert models.train("shapes/classify", 7, journal) == kept
    with pytest.raises(AssertionError, match="trained again"):
        models.train("shapes/classify", 8, journal)


def test_baselines_know_the_training_labels_alone(models):
    """The most frequent class, the mean box and the median length, against numpy by hand."""
    training = recipes.Examples(None, np.array([0, 1, 1, 2]))
    assert models.most_frequent(training, recipes.Examples(None, np.array([1, 1, 0, 2]))) == 0.5
    boxes = recipes.Examples(None, np.array([[0.0, 0, 2, 2], [0, 0, 4, 4]]))
    assert models.mean_box(boxes, recipes.Examples(None, np.array([[0.0, 0, 3, 3]]))) == pytest.approx(1)
    largest = recipes.Examples(None, np.array([[3.0, 1.0], [3, 2], [0, 6]]))
    fresh = recipes.Examples(None, np.array([[3.0, 2.5], [0, 1.0]]))
    assert models.most_frequent_position(largest, fresh) == 0.5
    assert models.median_length(largest, fresh) == pytest.approx(0.75)


def test_spread_is_mean_and_deviation(models):
    """Over seeds; of one seed there is no spread to state."""
    assert models.spread([0.9, 0.92, 0.94]) == "0.9200 ± 0.0200"
    assert models.spread([0.9]) == "0.9000"
