"""Every test is in exactly one lane of `make test`, and a failure in any lane is a failure of all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import lanes

ROOT = Path(__file__).resolve().parents[1]


def lanes_of(path: Path) -> list[str]:
    """Return the lanes that a file of tests is in."""
    return [
        lane
        for lane, places in lanes.LANES.items()
        if any(path.is_relative_to(ROOT / place) for place in places)
    ]


def test_every_test_is_in_one_lane():
    """A new folder of tests is not left out of `make test`, and none runs twice."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(files) > 80
    assert {
        path.relative_to(ROOT).as_posix(): lanes_of(path) for path in files if len(lanes_of(path)) != 1
    } == {}


def test_every_place_of_a_lane_exists():
    """pytest would stop at a path that is gone; this says so before."""
    places = [place for lane in lanes.LANES.values() for place in lane]
    assert [place for place in places if not (ROOT / place).exists()] == []
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("failing", "status"),
    [((), 0), (("units",), 1), (("walls",), 1), (("site",), 1), (("walls", "site"), 1)],
)
def test_failure_of_any_lane_is_a_failure(tmp_path, monkeypatch, capfd, failing, status):
    """Also of a lane beside another one, whose words are shown."""

    def made_up(lane, *options):
        return [sys.executable, "-c", f"print('{lane} ran'); raise SystemExit({int(lane in failing)})"]

    monkeypatch.setattr(lanes, "command", made_up)
    assert lanes.main(["units", "walls", "site"]) == status
    said = capfd.readouterr().out
    assert ("walls ran" in said and "site ran" in said) == ("units" not in failing)


def test_command_of_a_lane_runs_its_tests(monkeypatch):
    """What follows the names of lanes goes to pytest."""
    monkeypatch.setitem(lanes.LANES, "site", ("tests/book/test_contents.py",))
    command = lanes.command("site", "--collect-only", "-q", "-p", "no:cacheprovider")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tests/book/test_contents.py" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["unit"], ["units", "wall"], ["-q"]])
def test_misspelt_lane_does_not_pass(monkeypatch, capfd, arguments):
    """A run of nothing is no success."""
    monkeypatch.setattr(lanes, "run", lambda *_: 0)
    assert lanes.main(arguments) == 2
    assert "is no lane; expected some of units, walls, user, site" in capfd.readouterr().err


def test_options_come_after_the_lanes(monkeypatch):
    """Also such as have a word of their own."""
    given = []
    monkeypatch.setattr(lanes, "run", lambda *arguments: given.append(arguments) or 0)
    assert lanes.main(["units", "site", "-k", "walls"]) == 0
    assert given == [(["units", "site"], ["-k", "walls"])]


@pytest.mark.slow
def test_units_have_the_same_names_in_each_process():
    """Else the two processes of the lane refuse to share them: no name holds a time, or the order of a set."""
    collect = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    said = []
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [*collect, *lanes.LANES["units"]], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        said.append([line for line in done.stdout.splitlines() if "::" in line])
        time.sleep(1)
    assert len(said[0]) > 2000
    assert said[0] == said[1]
