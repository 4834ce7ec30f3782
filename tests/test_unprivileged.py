"""The sandbox without root: the walls and the corpus hold the same for an ordinary user of the machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
UID = 64_123  # no account of the machine's


def _count(text: str) -> dict[str, int]:
    """Return pytest's closing counts by word."""
    closing = text.strip().splitlines()[-1]
    return {
        word: int(number)
        for number, word in re.findall(r"(\d+) (passed|failed|error|skipped|deselected)", closing)
    }


# What depends on the walls. Forged frames, forging, mistakes and weights are judged outside of them, as are floods
# of outputs (39) and replies (40), and time that is used up in small parts (43, 53): as an ordinary user these run
# in the slow tests only.
WALLS = (
    "autograder/sandbox",
    "corpus/test_exhausting.py",
    "corpus/test_reading.py",
    "corpus/test_sharing.py",
    "corpus/test_tampering.py",
)


OUTSIDE = "test_39 or test_40 or test_43 or test_53"


@pytest.mark.parametrize(
    ("folders", "chosen"),
    [(WALLS, f"not ({OUTSIDE})"), pytest.param(("corpus",), "", marks=pytest.mark.slow)],
    ids=["walls", "corpus"],
)
def test_walls_and_corpus_hold_for_an_ordinary_user(folders, chosen, tmp_path_factory):
    """The same tests that run as root on rung 1 pass, all of them, on rung 2."""
    if os.geteuid() != 0:
        # then they ran on rung 2 already, in this very run
        from autograder.sandbox import rungs
        from tests.autograder.conftest import RUNGS

        assert RUNGS == (rungs.USER,)
        return
    home = tmp_path_factory.mktemp("home")
    pytest_ = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        "-k",
        chosen,
        *(str(TESTS / folder) for folder in folders),
    ]
    command = [sys.executable, "-P", str(TESTS / "as_another_user.py"), str(UID), str(home), *pytest_]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    counts = _count(done.stdout)
    assert set(counts) <= {"passed", "deselected"}
    assert counts["passed"] >= 20
