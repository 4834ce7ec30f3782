"""Recipes: their data, their scores against counting by hand, and a whole training in small."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kernelwise import recipes
from kernelwise.data.fashion_mnist import load_subset
from kernelwise.data.tracks import draw_tracks
from kernelwise.models.catalogue import NETWORKS

DRAWN = [name for name in recipes.RECIPES if not name.startswith("fashion_mnist/")]


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_network_of_a_recipe_is_in_the_catalogue(name):
    """Recipes train in PyTorch."""
    assert "torch" in NETWORKS[recipes.recipe(name).net].frameworks


@pytest.mark.parametrize("name", DRAWN)
def test_fresh_examples_are_no_training_examples(name):
    """What is measured on was neither trained on nor used to choose the epoch."""
    recipe = recipes.recipe(name)
    small = recipe.fresh(50, 0), recipe.fresh(50, 1), recipe.fresh(50, recipes.FRESH)
    for one in range(3):
        for other in range(one):
            assert not np.array_equal(small[one].x, small[other].x)


def test_figure_is_mean_and_standard_error():
    """The error is the spread of the scores over √n."""

    class Constant(torch.nn.Module):
        """Says circle, always."""

        def __init__(self):
            super().__init__()
            self.answer = torch.nn.Parameter(torch.tensor([0.0, 1.0]))

        def forward(self, x):
            """The same logits for all."""
            return self.answer.expand(len(x), 2)

    figure = recipes.evaluate("shapes/classify", Constant(), n=400)["accuracy"]
    assert figure.value == 0.5  # classes are balanced
    assert figure.error == pytest.approx(0.5 / 20)
    assert figure.n == 400


def test_scores_count_what_they_say():
    """Of counts both must be right; a position is the largest logit; a logit above zero says 1."""
    counts = np.zeros((2, 2, 5))
    counts[0, 0, 3] = counts[0, 1, 1] = counts[1, 0, 2] = 1
    (score,) = recipes.recipe("shapes/count").scores.values()
    assert score(counts, np.array([[3, 1], [2, 1]])).tolist() == [True, False]
    position, length = recipes.recipe("lstm_max/model").scores.values()
    output = np.array([[0.0, 2.0, 9.0], [1.0, 0.0, 0.5]])  # two steps, then the length
    y = np.array([[1.0, 8.0], [1.0, 0.75]])
    assert position(output, y).tolist() == [True, False]
    np.testing.assert_allclose(length(output, y), [1.0, 0.25])
    (score,) = recipes.recipe("tracks/model").scores.values()
    assert score(np.array([[0.3], [-0.3]]), np.array([1, 1], np.uint8)).tolist() == [True, False]


def test_losses_vanish_for_the_truth_and_only_for_it():
    """A perfect answer costs nothing, a wrong one costs."""
    boxes = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    assert recipes.recipe("shapes/locate").loss(boxes, boxes) == 0
    assert recipes.recipe("shapes/locate").loss(boxes + 6.4, boxes) == pytest.approx(1)
    truth = torch.tensor([[1.0, 2.5]])
    sure, unsure = torch.tensor([[-50.0, 50.0, 2.5]]), torch.tensor([[0.0, 0.0, 3.5]])
    assert recipes.recipe("lstm_max/model").loss(sure, truth) < 1e-6
    assert recipes.recipe("lstm_max/model").loss(unsure, truth) == pytest.approx(np.log(2) + 2)
    counts = torch.zeros(1, 2, 5)
    assert recipes.recipe("shapes/count").loss(counts, torch.tensor([[3, 1]])) == pytest.approx(np.log(5))


def test_tracks_are_flipped_up_and_down_alone():
    """About half of the images are upside down, the others as they were, and labels stay."""
    drawn = draw_tracks(200, 0)
    augment = recipes.recipe("tracks/model").options["augment"]
    x, y = augment(drawn.images.copy(), drawn.labels, np.random.default_rng(0))
    same = (x == drawn.images).all(axis=(1, 2))
    flipped = (x == drawn.images[:, ::-1]).all(axis=(1, 2))
    assert (same ^ flipped).all()
    assert 70 < flipped.sum() < 130
    assert y is drawn.labels


def test_clothes_are_mirrored_and_moved_a_little():
    """A quarter of the images stays, a quarter is mirrored only, half are moved; labels stay."""
    clothes = load_subset()
    augment = recipes.recipe("fashion_mnist/model").options["augment"]
    x, y = augment(clothes.test_images.copy(), clothes.test_labels, np.random.default_rng(0))
    same = (x == clothes.test_images).all(axis=(1, 2))
    mirrored = (x == clothes.test_images[:, :, ::-1]).all(axis=(1, 2))
    assert 200 < same.sum() < 300
    assert 200 < mirrored.sum() < 300
    brightness = x.mean(axis=(1, 2)) / clothes.test_images.mean(axis=(1, 2))
    assert 0.6 < brightness.min() < 0.9 < 1.05 < brightness.max() < 1.4
    assert y is clothes.test_labels


def test_unknown_recipes_are_named():
    """The message lists what there is."""
    with pytest.raises(ValueError, match=r"no recipe 'tracks'; there are .*tracks/model"):
        recipes.recipe("tracks")


def test_training_learns_and_repeats(monkeypatch):
    """A small part of a recipe separates circles from rectangles, and the same seed gives the same figure."""
    whole = recipes.recipe("shapes/classify")
    fewer = replace(
        whole, batch_size=16, data=lambda seed: (whole.fresh(800, 2 * seed), whole.fresh(200, 2 * seed + 1))
    )
    monkeypatch.setitem(recipes.RECIPES, "shapes/classify", fewer)
    figures = []
    for _ in range(2):
        network, history = recipes.train("shapes/classify", seed=0)
        figures.append(recipes.evaluate("shapes/classify", network, n=500)["accuracy"].value)
        assert len(history.train_loss) == 4
    assert figures[0] == figures[1] > 0.9
