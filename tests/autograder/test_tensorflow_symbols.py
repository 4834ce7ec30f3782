"""TensorFlow and torch in one process in any order; with the CUDA build of torch the wrong one was a crash."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import Budget
from autograder.referee.processes import Zygote
from autograder.tensorflow_symbols import FLAGS
from setup.environment import STARTUP_LINE
from tests.autograder.conftest import RUNGS, Play

ROOT = Path(__file__).resolve().parents[2]
TRAIN = """
import torch
layer = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(layer.parameters())
layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
"""
IS_GLOBAL = "sys.modules['tensorflow.python.pywrap_tensorflow']._use_dlopen_global_flags"
# What the environment's start-up file did is undone: a student's own machine has none.
ELSEWHERE = f"import sys; sys.modules.pop({FLAGS!r}, None)\n"
# Stands in for Triton where the build of torch has none: loading it after a global LLVM ends the process.
TRITON = f"import os, sys\nif {IS_GLOBAL}: os._exit(139)\nraise ImportError('no triton here')\n"


@pytest.fixture
def run(tmp_path):
    """A function that runs a program in a process of its own and gives its last line."""
    (tmp_path / "triton").mkdir()
    (tmp_path / "triton" / "__init__.py").write_text(TRITON)
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": f"{ROOT}:{tmp_path}"}

    def run_program(source):
        done = subprocess.run(
            [sys.executable, "-c", source],
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout.strip().splitlines()[-1:], done.stderr[-1000:]

    return run_program


@pytest.mark.parametrize("first", ["tensorflow", pytest.param("keras", marks=pytest.mark.slow)])
def test_tensorflow_may_come_first_in_the_environment(run, first):
    """A chapter, a kernel or a student's cell imports in the order that it likes."""
    status, said, error = run(f"import sys, {first}\n{TRAIN}\nprint({IS_GLOBAL})")
    assert (status, said) == (0, ["False"]), error


def test_it_is_a_crash_without_the_cure(run):
    """The stand-in for Triton, or Triton itself, ends the process: so the tests above and below say something."""
    status, _, _ = run(f"{ELSEWHERE}import tensorflow\n{TRAIN}")
    assert status in (139, -11)


@pytest.mark.slow
def test_students_package_is_the_cure_on_other_machines(run):
    """Imported before TensorFlow, as a released notebook does, it keeps the symbols local."""
    status, said, error = run(
        f"{ELSEWHERE}import autograder.notebook, tensorflow\n{TRAIN}\nprint({IS_GLOBAL})"
    )
    assert (status, said) == (0, ["False"]), error


def test_students_package_saves_who_imported_tensorflow_first(run):
    """Then torch does without Triton."""
    status, said, error = run(
        f"{ELSEWHERE}import tensorflow, autograder.notebook\n{TRAIN}\nprint({IS_GLOBAL}, sys.modules['triton'])"
    )
    assert (status, said) == (0, ["True None"]), error


def test_start_up_file_and_package_name_the_same_module():
    """The environment has it in one line, which needs no package; here is the same."""
    assert f'"{FLAGS}"' in STARTUP_LINE


def test_warm_process_keeps_the_symbols_local(tiny_assignment):
    """A submission may train with torch where the assignment preloads TensorFlow only."""
    assignment = replace(
        tiny_assignment, preload=("numpy", "keras"), budget=Budget(memory_mb=1024, submission_seconds=120)
    )
    zygote = Zygote(assignment, RUNGS[0])
    try:
        play = Play(zygote.spawn())
        assert play.run(TRAIN, seconds=60)["failure"] is None
        play.run("import sys")
        assert play.value(IS_GLOBAL) is False
        play.player.close()
    finally:
        zygote.close()
