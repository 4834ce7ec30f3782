"""Checks that a student can run and redo by hand."""

import numpy as np
import pytest

from autograder.checks import assert_close, assert_equal, assert_logits, assert_shape, fail
from kernelwise.data.tracks import Spectrometer, draw_tracks

# 0.3 and 0.29979 are both right; no fault that anyone makes is so small.
SAME = 2e-3
# The short training: pictures, its rounds of epochs, fresh pictures, the part of pairs of these that may be
# in the wrong order, and the loss on them, but for a shift of all logits. It ends with the first round that
# has taught that much: with batches of 32, after 2 or 6 epochs, with the slowest networks after 14; with
# batches of 64 and a rate of 0.001, after 30 at the latest (eight designs, with and without batch norm, 6 to
# 16 seeds each). Batch norm's averages alone, without any step, may turn the order of all pairs, but leave a
# loss of 0.61 or more after the last round, 90 networks.
SHORT_TRAINING, ROUNDS, FRESH, MOST_WRONG_PAIRS, LEARNED = 64, (2, 4, 4, 4, 16), 60, 0.05, 0.6
# Networks that are slow with 0.001 learn in half the epochs.
SHORT_RATE = 0.003
# A file of weights of 4 MB holds no more numbers.
MOST_NUMBERS = 1_000_000
SINGLE, CROWD = Spectrometer(tracks=1), Spectrometer(tracks=40)


def says(got, value):
    """Tell whether a number was given that reveals a fault."""
    return np.shape(got) == () and np.isclose(got, value, rtol=SAME)


@pytest.mark.points(1)
@pytest.mark.question("sagitta")
def test_radius_by_hand(student):
    """radius must give 2 m for 1.2 GeV in 2 T, and 4 m in 1 T."""
    got = student.radius(1.2, 2.0)
    if says(got, 0.5):
        fail("radius(1.2, 2.0) gave 0.5, expected 2: that is 1/R; more momentum makes a larger circle")
    if says(got, 2.0 / 0.36):
        fail("radius(1.2, 2.0) gave 5.56, expected 2: momentum and field are exchanged; momentum comes first")
    if says(got, 0.6):
        fail("radius(1.2, 2.0) gave 0.6, expected 2: the 0.3 of GeV, T and m is missing")
    if says(got, 2000.0):
        fail("radius(1.2, 2.0) gave 2000, expected 2: give metres, not millimetres")
    assert_close(got, 2.0, rtol=SAME)
    assert_close(student.radius(1.2, 1.0), 4.0, rtol=SAME)


@pytest.mark.points(1)
@pytest.mark.question("sagitta")
def test_sagitta_by_hand(student):
    """sagitta must give 37.5 mm at 2 GeV and 7.5 mm at 10 GeV (2 T, 1 m), in metres."""
    got = student.sagitta(2.0, 2.0, 1.0)
    if says(got, 37.5):
        fail("sagitta(2.0, 2.0, 1.0) gave 37.5, expected 0.0375: give metres, not millimetres")
    if says(got, 0.075):
        fail("sagitta(2.0, 2.0, 1.0) gave 0.075, expected 0.0375: L² is divided by 8 R, not by 4 R")
    if says(got, 0.0000375):
        fail("sagitta(2.0, 2.0, 1.0) gave 0.0000375, expected 0.0375: something is in mm; all are in m")
    if says(got, 0.0625):
        fail("sagitta(2.0, 2.0, 1.0) gave 0.0625, expected 0.0375: divide by 8 R, the radius, not by 8 p_T")
    if says(got, 0.125):
        fail("sagitta(2.0, 2.0, 1.0) gave 0.125, expected 0.0375: the 0.3 of GeV, T and m is missing")
    assert_close(got, 0.0375, rtol=SAME)
    assert_close(student.sagitta(10.0, 2.0, 1.0), 0.0075, rtol=SAME)


@pytest.mark.points(1)
@pytest.mark.question("pixels")
def test_sagitta_in_pixels_by_hand(student):
    """sagitta_in_pixels must give 4.8 of 128 pixels at 2 GeV (2 T, 1 m), and 19.2 of 512."""
    got = student.sagitta_in_pixels(2.0, 2.0, 1.0, 128)
    if says(got, 4800.0) or says(got, 0.0048):
        fail(
            f"got {got:g}, expected 4.8: a sagitta in millimetres and a pixel in metres; take both in metres"
        )
    if says(got, 0.0375 / 128):
        fail("got 0.000293, expected 4.8: a pixel is length/size wide; how many of them are 37.5 mm?")
    assert_close(got, 4.8, rtol=SAME)
    assert_close(student.sagitta_in_pixels(2.0, 2.0, 1.0, 512), 19.2, rtol=SAME)
    got = student.sagitta_in_pixels(2.0, 2.0, 0.5, 128)
    if says(got, 1.2) or says(got, 4.8):
        fail(
            f"for a window of half the size got {got:g}, expected 2.4: L² in the sagitta, and L/size a pixel"
        )
    assert_close(got, 2.4, rtol=SAME)


@pytest.mark.points(1)
@pytest.mark.question("pixels")
def test_momentum_of_one_pixel_by_hand(student):
    """momentum_of_one_pixel must give 9.6 GeV for 128 pixels (2 T, 1 m), and 38.4 GeV for 512."""
    got = student.momentum_of_one_pixel(2.0, 1.0, 128)
    if says(got, 9600.0) or says(got, 0.0096):
        fail(f"momentum_of_one_pixel(2.0, 1.0, 128) gave {got:g}, expected 9.6: momenta in GeV, lengths in m")
    if says(got, 1 / 9.6):
        fail("momentum_of_one_pixel(2.0, 1.0, 128) gave 0.104, expected 9.6: that is 1/p; solve for p")
    assert_close(got, 9.6, rtol=SAME)
    assert_close(student.momentum_of_one_pixel(2.0, 1.0, 512), 38.4, rtol=SAME)
    assert_close(student.momentum_of_one_pixel(2.0, 0.5, 128), 4.8, rtol=SAME)


BLOCKS = np.array([[0, 4, 8, 8], [4, 8, 0, 0], [255, 255, 1, 2], [255, 255, 2, 1]], np.uint8)


@pytest.mark.points(1)
@pytest.mark.question("resize")
def test_resize_by_hand(student):
    """resize must give the means of the blocks of the picture above: 4, 4, 255 and 1.5."""
    got = student.resize(BLOCKS[None], 2)
    if np.array_equal(got, [BLOCKS[::2, ::2]]):
        fail("resize took one pixel of each block, the upper left one: take the mean of all of them")
    if np.array_equal(got, [[[8, 8], [255, 2]]]):
        fail("resize took the largest pixel of each block: take the mean")
    if np.array_equal(got, [[[66, 67.25], [65.25, 66]]]):
        fail("resize averaged over the axes that count blocks: take those that count pixels inside a block")
    if np.array_equal(got, [[[4, 4], [255, 2]]]) or np.array_equal(got, [[[4, 4], [255, 1]]]):
        fail("resize rounded 1.5 to a whole number: give floats")
    if np.shape(got) == (1, 2, 2) and np.allclose(got, [[[4, 4], [63, 1.5]]]):
        fail(
            "got 63 for four pixels of 255: the sum does not fit into 8 bits; add up in floats, as mean does"
        )
    assert_close(got, np.array([[[4.0, 4.0], [255.0, 1.5]]]))


@pytest.mark.points(1)
@pytest.mark.question("mirror")
def test_mirror_by_hand(student):
    """mirror must turn a picture into one that this detector could see."""
    picture = np.array([[[1, 2, 3], [4, 5, 6]], [[0, 0, 0], [7, 7, 9]]], np.uint8)
    got = student.mirror(picture)
    if np.array_equal(got, picture[::-1]):
        fail("the order of the pictures is reversed: the first axis counts pictures, rows are the second one")
    if np.array_equal(got, picture[:, :, ::-1]):
        fail("left and right are swapped: then tracks enter at large angles, which no particle here does")
    if np.array_equal(got, picture.transpose(0, 2, 1)):
        fail("rows and columns are swapped: then the detector planes lie along x")
    if np.array_equal(got, picture[:, ::-1, ::-1]):
        fail("the picture is turned by 180 degrees: then tracks enter where they should leave")
    if np.array_equal(got, picture):
        fail("the picture is as it was")
    assert_close(got, np.array([[[4, 5, 6], [1, 2, 3]], [[7, 7, 9], [0, 0, 0]]]), dtype=np.uint8)


@pytest.mark.points(1)
@pytest.mark.question("checkpoint")
def test_best_epoch_by_hand(student):
    """best_epoch must choose by validation: 0.50, 0.75, 0.75 gives 1, whatever the test data say."""
    got = student.best_epoch(np.array([0.5, 0.6, 0.9, 0.8]), np.array([0.5, 0.95, 0.7, 0.8]))
    if np.array_equal(got, 1):
        fail("epoch 1 is the best on the test data: choose by validation, or nothing is left to test with")
    if np.array_equal(got, 3):
        fail("got 3 for validation 0.5, 0.6, 0.9, 0.8, expected 2: count from 0")
    assert_equal(got, 2)
    got = student.best_epoch(np.array([0.50, 0.75, 0.75]), np.array([0.50, 0.70, 0.80]))
    if np.array_equal(got, 2):
        fail("got 2 for validation 0.50, 0.75, 0.75, expected 1: of equally good epochs the first one")
    assert_equal(got, 1)


def two_arrays(got, bins):
    """Return efficiency and error, two arrays of one number a bin; a (2, bins) array is as good."""
    if not isinstance(got, tuple | list | np.ndarray) or len(got) != 2:
        fail("expected two arrays: return efficiency, error")
    for one in got:
        if not isinstance(one, np.ndarray) or one.shape != (bins,):
            fail(f"expected two arrays of one number for each of the {bins} bins, between {bins + 1} edges")
    return got


@pytest.mark.points(1)
@pytest.mark.question("efficiency")
def test_efficiency_by_hand(student):
    """efficiency must give 2 of 3 and 2 of 2 for the tracks above, 0.667 ± 0.272 and 1 ± 0."""
    momenta = np.array([5.0, 6.0, 7.0, 10.0, 12.0])
    found = np.array([True, True, False, True, True])
    part, error = two_arrays(student.efficiency(momenta, found, np.array([5.0, 10.0, 20.0])), 2)
    if np.allclose(part, [0.4, 0.4]):
        fail("the found tracks of a bin were divided by all 5 tracks: divide by those in the bin")
    if np.allclose(part, [0.75, 1.0]):
        fail("the track of 10 GeV was counted below 10: a bin does not hold its upper edge")
    assert_close(part, np.array([2 / 3, 1.0]))
    if np.allclose(error, [np.sqrt(2 / 9), 0.0]):
        fail("got 0.471 ± for 2 of 3, expected 0.272: the error is √(ε(1 − ε)/n); divide by n under the root")
    assert_close(error, np.array([np.sqrt(2 / 27), 0.0]))


@pytest.mark.points(1)
@pytest.mark.question("efficiency")
def test_efficiency_of_an_empty_bin(student):
    """efficiency must give NaN, and NaN as its error, where a bin has no track."""
    momenta, found = np.array([6.0, 15.0]), np.array([False, True])
    part, error = two_arrays(student.efficiency(momenta, found, np.array([5.0, 10.0, 12.0, 20.0])), 3)
    if not (np.isnan(part[1]) and np.isnan(error[1])):
        fail("no track lies between 10 and 12 GeV: nothing is known there, so give NaN and NaN")
    assert_close(part[[0, 2]], np.array([0.0, 1.0]))
    assert_close(error[[0, 2]], np.array([0.0, 0.0]))


@pytest.mark.points(2)
@pytest.mark.question("model")
def test_model_gives_a_logit(student):
    """The network must load its weights and give one logit for each picture, (n, 1), and no probability."""
    fresh = student.model("model", weights=False)
    if fresh.size > MOST_NUMBERS:
        fail(
            f"the network has {fresh.size:,} weights, at most {MOST_NUMBERS:,} fit into 4 MB: "
            "most are in a dense layer on large maps; take the maximum over the picture before it"
        )
    images = draw_tracks(40, seed=7).images
    usual, bright = fresh(images), fresh(np.float32(1e6) * images)
    assert_shape(usual, (40, 1))
    if (
        usual.min() > 0 and usual.max() < 1 and np.isin(bright, (0, 1)).all()
    ):  # a logit grows with the picture
        fail("the output of a fresh network lies from 0 to 1: a logit is asked; leave out the sigmoid")
    logits = student.model("model")(images)
    assert_shape(logits, (40, 1))
    if np.ptp(logits) > 0.5:  # a network that says the same of all pictures has learned nothing; that is all
        assert_logits(logits)


def single_or_crowd(n, rng):
    """Draw n easy pictures as float32, and whether each shows a crowd, half of them."""
    images = [
        draw_tracks(n // 2, int(rng.integers(2**31)), spectrometer=kind).images for kind in (SINGLE, CROWD)
    ]
    order = rng.permutation(n)
    return np.concatenate(images)[order].astype(np.float32) / 255, np.repeat([0, 1], n // 2)[order]


def wrong_pairs(logits, labels):
    """Return the part of the pairs, one picture of each label, whose logits are in the wrong order."""
    return float(np.mean(logits[labels == 1, 0][:, None] <= logits[labels == 0, 0]))


def shifted_loss(logits, labels):
    """Return the cross entropy with that constant added to all logits with which it is smallest."""
    shifts = -np.linspace(logits.min(), logits.max(), 100)[:, None]
    return float(np.logaddexp(0, (logits[:, 0] + shifts) * (1 - 2 * labels)).mean(axis=1).min())


def taught(student, x, labels, fresh, truth):
    """Train a fresh network round by round until it has learned; fail if it has not in the end."""
    model = student.model("model", weights=False)
    before = model(fresh)
    assert_shape(before, (FRESH, 1))
    for epochs in ROUNDS:
        trained = student.train(model, x, labels, epochs=epochs, learning_rate=SHORT_RATE)
        model = model if trained is None else trained
        logits = model(fresh)
        assert_shape(logits, (FRESH, 1))
        share, loss = wrong_pairs(logits, truth), shifted_loss(logits, truth)
        if share <= MOST_WRONG_PAIRS and loss < LEARNED:
            return
    if np.ptp(logits) == 0:
        fail(
            "the network says the same of all pictures, also after training: does its output depend on them?"
        )
    if np.array_equal(before, logits):
        fail(
            "train left the network as it was: train the one that is given, and let the optimizer take steps"
        )
    was = wrong_pairs(before, truth)
    fail(
        f"of pairs of fresh pictures, a single track and a crowd, {was:.0%} were in the wrong order "
        f"before the training and {share:.0%} after it, with a cross entropy of {loss:.2f}, the mean logit "
        f"aside: expected {MOST_WRONG_PAIRS:.0%} at most and less than {LEARNED}"
    )


@pytest.mark.points(4)
@pytest.mark.question("model")
@pytest.mark.budget(seconds=90)
def test_short_training_teaches(student, rng):
    """train must teach fresh networks on 64 easy pictures: is it a single track, or a crowd?"""
    x, labels = single_or_crowd(SHORT_TRAINING, rng)
    fresh, truth = single_or_crowd(FRESH, rng)
    before = student.model("model", weights=False)(fresh)
    assert_shape(before, (FRESH, 1))
    # A fresh network may know bright from dark by chance: it is asked for the contrary of that.
    # But for a shift: batch norm's averages shift all logits until they have settled.
    if wrong_pairs(before, truth) < 0.5:
        labels, truth = 1 - labels, 1 - truth
    taught(student, x, labels, fresh, truth)
    # Another one is taught the contrary: nobody but the labels can tell it.
    taught(student, x, 1 - labels, fresh, 1 - truth)
