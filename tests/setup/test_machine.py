"""What rules a machine out, and what is remarked, before anything is installed."""

import os
import platform

import pytest

from autograder.sandbox import rungs, trial
from setup import machine


def test_this_machine_serves():
    """No reason, and a sandbox that was entered."""
    assert machine.system() == ""
    line, cure = machine.sandbox()
    assert line.endswith("submissions are graded behind walls")
    assert cure == ""


def test_other_systems_are_told(monkeypatch):
    """Students on macOS or Windows learn that they need none of this."""
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert "this is Darwin, and the course is set up on Linux" in machine.system()


@pytest.mark.parametrize(
    ("library", "told"), [(("glibc", "2.17"), "this is glibc 2.17"), (("", ""), "this is another one")]
)
def test_old_or_other_c_library_is_told(monkeypatch, library, told):
    """CentOS 7 is too old, Alpine has musl: no wheel of the lock would fit."""
    monkeypatch.setattr(platform, "libc_ver", lambda: library)
    assert told in machine.system()
    assert "take a newer system" in machine.system()


def test_other_processor_is_refused_by_name(monkeypatch):
    """The walls know system calls by their numbers on one kind of processor: on others they would be holes."""
    monkeypatch.setattr(rungs, "MACHINE", "pdp11")
    for rung in (rungs.ROOT, rungs.USER):
        with pytest.raises(OSError, match="the sandbox knows pdp11 processors only, and this is"):
            rungs.prepare(rung)
    assert trial.cure() == f"grade on a machine with pdp11 processors; this one is {os.uname().machine}"


def test_sandbox_that_cannot_be_entered_has_its_reason_and_a_cure(monkeypatch):
    """And the part of the course that works without."""
    monkeypatch.setattr(trial, "attempt", lambda rung: "OSError: unshare: Operation not permitted")
    line, cure = machine.sandbox()
    assert line == ""
    assert "submissions cannot be graded here (OSError: unshare: Operation not permitted): " in cure
    assert "make site" in cure


def test_missing_driver_is_remarked(monkeypatch, tmp_path):
    """Who asks for the CUDA build without a card learns it before 2.7 GB have come."""
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "DRIVER", tmp_path / "version")
    assert "no driver of an NVIDIA card is seen here" in machine.graphics_card()
    (tmp_path / "version").write_text("NVRM version: 1\n")
    assert machine.graphics_card() == ""
