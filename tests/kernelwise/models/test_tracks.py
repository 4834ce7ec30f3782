"""Networks for images of tracks: sizes other than their own."""

import numpy as np
import pytest
import torch

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.twins import parameter_count


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


def test_small_tracks_follows_its_arguments(twins, inputs):
    """Other widths, heights, strides and strips build other twins."""
    ours, theirs = twins("small_tracks", widths=(4, 6), heights=(3, 5), strides=(2, 1), strip=2)
    x, x_torch = inputs(ours.input_shape[1:])
    assert x.shape == (4, 40, 8, 1)
    expected = np.asarray(ours(x, training=False))
    np.testing.assert_allclose(theirs.eval()(x_torch).detach().numpy(), expected, rtol=1e-4, atol=1e-6)
