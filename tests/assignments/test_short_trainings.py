"""The short training of the tracks tells a network that learns from one whose batch norm settles."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from autograder.judge.student import Student
from autograder.notebook.live import LiveSession, public_checks
from autograder.submission.weights import Weights

TRACKS = Path(__file__).parents[2] / "assignments/tracks"
CHECKS = public_checks(TRACKS / "checks_public.py")
TRAINING = next(spec.id for spec in CHECKS.manifest if "short_training" in spec.id)


def build_model():
    """A small network with batch norm as torch has it, whose averages settle within tens of batches."""
    layers, c_in = [], 1
    for c_out in (8, 16, 32):
        convolution = nn.Conv2d(c_in, c_out, 5, stride=2, padding=2)
        layers += [convolution, nn.BatchNorm2d(c_out), nn.ReLU()]
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 1))


def train_of(file):
    """The function train of an answer file."""
    namespace = {"np": np}
    reference = reference_answers(load_assignment(TRACKS))
    for _, source in read_answer_file(TRACKS / file).cells_with(reference):
        exec(source, namespace)
    return namespace["train"]


def outcome(seed, file):
    """Where the check ended for a network from this seed and the train of that file, and what it said."""
    torch.manual_seed(seed)
    namespace = {"build_model": build_model, "train": train_of(file)}
    session = LiveSession(namespace, Weights(("model",)))
    return CHECKS.run(TRAINING, Student(session, session.models))


# Two seeds each time, the others before a release.
LATER = pytest.mark.slow


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=LATER) for seed in (2, 3))])
def test_short_training_is_long_enough(seed):
    """A network that learns passes, whatever it starts from."""
    assert outcome(seed, "alternatives/torch_maximum_and_mean.py") == ("passed", None)


@pytest.mark.parametrize("seed", [8, 10, *(pytest.param(seed, marks=LATER) for seed in (5, 6))])
def test_short_training_asks_for_steps(seed):
    """In these networks the averages alone put all pairs into the order that is asked for, by chance."""
    ended, error = outcome(seed, "wrong/train_never_steps.py")
    assert ended == "call"
    assert "expected 5% at most and less than 0.6" in str(error)
