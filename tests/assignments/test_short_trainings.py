"""The short training of the tracks tells a network that learns from one whose batch norm settles."""

from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.live import LiveSession, public_checks
from autograder.student import Student
from autograder.weights import Weights

CHECKS = public_checks(Path(__file__).parents[2] / "assignments/tracks/checks_public.py")
TRAINING = next(spec.id for spec in CHECKS.manifest if "short_training" in spec.id)


def build_model():
    """A small network with batch norm as torch has it, whose averages settle within tens of batches."""
    layers, c_in = [], 1
    for c_out in (8, 16, 32):
        convolution = nn.Conv2d(c_in, c_out, 5, stride=2, padding=2)
        layers += [convolution, nn.BatchNorm2d(c_out), nn.ReLU()]
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 1))


def training(step):
    """Make a train that goes through all batches, and takes steps or takes none."""

    def train(model, images, labels, epochs=1, learning_rate=1e-3):
        x, y = torch.from_numpy(images)[:, None], torch.from_numpy(labels).float()
        optimizer = torch.optim.Adam(model.parameters(), learning_rate)
        model.train()
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(32):
                loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows])[:, 0], y[rows])
                optimizer.zero_grad()
                loss.backward()
                if step:
                    optimizer.step()
        return model

    return train


def outcome(seed, step):
    """Where the check ended for a network from this seed, and what it said."""
    torch.manual_seed(seed)
    namespace = {"build_model": build_model, "train": training(step)}
    return CHECKS.run(TRAINING, Student(LiveSession(namespace, Weights(("model",)))))


@pytest.mark.parametrize("seed", range(4))
def test_short_training_is_long_enough(seed):
    """A network that learns passes, whatever it starts from."""
    assert outcome(seed, step=True) == ("passed", None)


@pytest.mark.parametrize("seed", [5, 6, 8, 10])
def test_short_training_asks_for_steps(seed):
    """In these networks the averages alone put all pairs into the order that is asked for, by chance."""
    ended, error = outcome(seed, step=False)
    assert ended == "call"
    assert "expected 5% at most and less than 0.6" in str(error)
