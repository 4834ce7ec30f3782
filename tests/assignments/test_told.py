"""What the notebooks of the assignments say of the reference networks and of constant answers is measured."""

import re
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from kernelwise import recipes
from kernelwise.boxes import intersection_over_union
from kernelwise.data.sequences import draw_sequences
from kernelwise.data.shapes import draw_shapes
from kernelwise.data.tracks import draw_tracks
from kernelwise.models import torch_nets
from kernelwise.models.catalogue import NETWORKS
from kernelwise.models.files import load_weights
from kernelwise.models.twins import parameter_count
from kernelwise.training import predict

FOLDER = Path(__file__).parents[2] / "assignments"


def told(assignment):
    """The text of a notebook, without marks of comments and line ends."""
    text = (FOLDER / assignment / "notebook.py").read_text(encoding="utf-8")
    return " ".join(re.sub("^# ?", "", text, flags=re.MULTILINE).split())


@pytest.fixture(scope="module")
def lstm():
    """The reference that remembers, trained."""
    network = torch_nets.lstm_max()
    load_weights(network, FOLDER / "lstm_max/weights/twins/model.safetensors")
    return network


def test_ties_as_told(lstm):
    """The rule of the check of ties rests on this: the network names one of the two, hardly the first."""
    drawn = draw_sequences(10_000, 4_100_000, ties=1)
    said = predict(lstm, drawn.vectors)[:, :20].argmax(axis=1)
    either = ((said == drawn.position) | (said == drawn.last_position)).mean()
    first = (said == drawn.position).mean()
    assert f"names one of the two in {either:.0%} and the first in".replace("%", " %") in told("lstm_max")
    assert "the first in 52 %" in told("lstm_max")
    assert first == pytest.approx(0.52, abs=0.02)


def test_near_ties_as_told(lstm):
    """Where nobody can tell, neither can the reference; elsewhere it is right nearly always."""
    drawn = draw_sequences(40_000, 4_100_001)
    right = predict(lstm, drawn.vectors)[:, :20].argmax(axis=1) == drawn.position
    assert "less than 0.02 the reference is right in 2 of 3 cases, beyond 0.1 in 999 of 1000" in told(
        "lstm_max"
    )
    assert right[drawn.gap < 0.02].mean() == pytest.approx(2 / 3, abs=0.04)
    assert right[drawn.gap > 0.1].mean() == pytest.approx(0.999, abs=0.001)


def test_always_the_mean_length_as_told():
    """A network without learning is 0.35 off in the length."""
    train, fresh = draw_sequences(20_000, 1).largest, draw_sequences(20_000, 2).largest
    assert "0.35 (always the mean)" in told("lstm_max")
    assert np.abs(fresh - train.mean()).mean() == pytest.approx(0.35, abs=0.005)


def test_networks_have_the_parameters_told():
    """Sizes of networks in the texts are those of the catalogue, whose tests count them."""
    learned = {name: network.learned for name, network in NETWORKS.items()}
    assert f"it learns {learned['lstm_max']:,} numbers" in told("lstm_max")
    assert f"32 units, {learned['lstm_scores']:,} numbers" in told("lstm_max")
    assert "A network of 150,000 parameters" in told("tracks")
    assert learned["small_tracks"] == pytest.approx(150_000, rel=0.03)
    assert "The lecture's network has 4.2 million (17 MB)" in told("tracks")
    assert (round(learned["deck_tracks"] / 1e6, 1), round(4 * learned["deck_tracks"] / 1e6)) == (4.2, 17)
    assert "That is about 6,000 parameters" in told("shapes")
    assert learned["shape_classifier"] == pytest.approx(6_000, rel=0.03)
    assert f"Together {learned['fashion_cnn']:,} parameters" in told("fashion_mnist")


def test_best_constant_answers_to_shapes_as_told():
    """No constant pair is right for more than one image in eight; a constant box reaches 0.11 at best."""
    counts = draw_shapes(20_000, 1, count=(1, 4), half_width=(4, 10), overlap=False).counts
    assert "No constant answer is right for more than one image in eight" in told("shapes")
    pairs = {tuple(pair): n for pair, n in zip(*np.unique(counts, axis=0, return_counts=True), strict=True)}
    assert max(pairs.values()) / len(counts) == pytest.approx(1 / 8, abs=0.01)
    boxes = draw_shapes(20_000, 2).boxes[:, 0]
    centred = [np.array([32 - r, 32 - r, 32 + r, 32 + r]) for r in range(4, 32)]
    best = max(intersection_over_union(box, boxes).mean() for box in centred)
    assert "A constant box reaches 0.11 at best" in told("shapes")
    assert best == pytest.approx(0.11, abs=0.005)


def test_bends_of_tracks_as_told():
    """Sagittas of 1.5 and 5 GeV at 128 and 32 pixels, from L²/8R."""
    bend = {(p, size): 0.3 * 2 / (8 * p) * size for p in (1.5, 5.0) for size in (128, 32)}
    text = told("tracks")
    assert f"they bend by {bend[1.5, 128]:.1f} and by {bend[5.0, 128]:.1f} pixels" in text
    assert f"they would bend by {bend[1.5, 32]:.1f} and {bend[5.0, 32]:.1f}" in text


def test_angles_of_tracks_as_told():
    """Tracks enter nearly along x, and half of them leave at more than 30 degrees: the mirror rests on it."""
    drawn = draw_tracks(2_000, 5)
    dx = 1 / 16
    first, last = (drawn.hits[..., side] for side in (slice(0, 2), slice(-2, None)))
    enter, leave = (np.arctan2(np.abs(np.diff(hits)[..., 0]), dx) for hits in (first, last))
    text = told("tracks")
    assert "at angles of 0.1 rad or so" in text
    assert np.percentile(enter, 68) == pytest.approx(0.1, abs=0.01)
    assert "half of them leave at more than 34°" in text
    assert np.degrees(np.median(leave)) == pytest.approx(34, abs=1)


def test_network_of_tracks_reaches_what_is_told():
    """The small network reaches 0.98 on fresh pictures."""
    network = torch_nets.small_tracks()
    load_weights(network, FOLDER / "tracks/weights/twins/model.safetensors")
    figure = recipes.evaluate("tracks/model", network, n=4_000, seed=7)["accuracy"]
    assert "reaches 0.98 on the pictures here" in told("tracks")
    assert figure.value == pytest.approx(0.984, abs=0.007)


def test_mean_places_do_better_than_dense_layers_as_told():
    """The closing question of shapes: 24,000 parameters reach 0.94, 146,000 reach 0.91."""
    namespace = {"np": np}
    reference = reference_answers(load_assignment(FOLDER / "shapes"))
    for _, source in read_answer_file(FOLDER / "shapes/alternatives/torch.py").cells_with(reference):
        exec(source, namespace)
    heat_maps, dense = namespace["build_locator"](), torch_nets.shape_locator()
    load_weights(heat_maps, FOLDER / "shapes/weights/heat_maps.safetensors")
    load_weights(dense, FOLDER / "shapes/weights/twins/locate.safetensors")
    text = told("shapes")
    for network, told_parameters, told_iou in ((heat_maps, 24_000, 0.94), (dense, 146_000, 0.91)):
        assert f"{told_parameters:,}" in text
        assert f"{told_iou}" in text
        assert parameter_count(network)[1] == pytest.approx(told_parameters, rel=0.01)
        reached = recipes.evaluate("shapes/locate", network, n=2_000, seed=11)["mean IoU"].value
        assert reached == pytest.approx(told_iou, abs=0.01)
