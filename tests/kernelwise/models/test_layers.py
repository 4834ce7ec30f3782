"""Layers in PyTorch do what Keras's do: an LSTM gives the deck's numbers and starts as Keras's."""

import keras
import numpy as np
import pytest
import torch
from torch import nn

from kernelwise.models import torch_nets
from kernelwise.models.twins import copy_weights, parameter_count

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


def test_recurrent_kernel_starts_orthogonal():
    """The recurrent weights of all four gates together have orthonormal rows, as Keras draws them."""
    recurrent = torch_nets.LSTM(2, 8).weight_hh_l0.detach()
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(8))
