"""The lanes of `make test`: which tests run side by side, and which alone.

    python -m tests.lanes units                   one lane
    python -m tests.lanes units walls user site   units first, then the others beside each other

Units need processors and nothing else: two at a time, a file as a whole in one process. Walls have clocks, and
spend half of their time in waiting for them: one process. User is what of them an ordinary user must see too. Site
has browsers, Sphinx, nbgrader and fresh processes with TensorFlow: one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANES = {
    "units": (
        "tests/autograder/contract",  # the longest files first: the shorter ones fill up what is left
        "tests/setup",
        "tests/assignments",
        "tests/autograder/notebook",
        "tests/autograder/player",
        "src/kernelwise",
        "tests/autograder/assignment",
        "tests/autograder/checks",
        "tests/autograder/judge",
        "tests/autograder/pages",
        "tests/autograder/submission",
        "tests/autograder/test_files.py",
        "tests/autograder/test_result.py",
        "tests/autograder/test_schema.py",
        "tests/autograder/wire",
        "tests/benchmarks",
        "tests/kernelwise",
        "tests/test_dependencies.py",
        "tests/test_lanes.py",
    ),
    "walls": (
        "tests/autograder/sandbox",
        "tests/autograder/referee",
        "tests/autograder/classroom",
        "tests/autograder/test_cli.py",
        "tests/autograder/test_doctor.py",
        "tests/corpus",
    ),
    "user": ("tests/test_unprivileged.py",),
    "site": (
        "tests/book",
        "tests/hub",
        "tests/autograder/nbgrader_bridge",
        "tests/autograder/test_tensorflow_symbols.py",
    ),
}
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# Two processes whose libraries each start a thread a core wait for each other's: up to eight times as long.
ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def command(lane: str, *options: str) -> list[str]:
    """Return the pytest command of a lane."""
    workers = TWO_AT_A_TIME if lane == "units" else ()
    return [sys.executable, "-m", "pytest", "-m", "not slow", *workers, *options, *LANES[lane]]


def run(lanes: list[str], options: list[str]) -> int:
    """Run lanes: units before the others, which run beside each other; what each says comes as a whole.

    Returns:
        0 where all tests of all lanes passed, else the first other status.
    """
    first = [lane for lane in lanes if lane == "units"]
    others = [lane for lane in lanes if lane != "units"]
    alone = {**os.environ, **ONE_THREAD}
    statuses = [subprocess.run(command(lane, *options), cwd=ROOT, env=alone).returncode for lane in first]
    if any(statuses):
        return next(filter(None, statuses))
    said: dict[str, subprocess.CompletedProcess] = {}

    def run_one(lane: str) -> None:
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if lane != others[0] else {}
        said[lane] = subprocess.run(command(lane, *options), cwd=ROOT, text=True, **piped)

    threads = [threading.Thread(target=run_one, args=(lane,)) for lane in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lane in others[1:]:
        print(f"\n{lane}:\n{said[lane].stdout}", flush=True)
    return next(filter(None, (said[lane].returncode for lane in others)), 0)


def main(arguments: list[str]) -> int:
    """Run the lanes that are named first; what follows them, from the first option on, goes to pytest.

    Returns:
        as `run`; 2 where no lane is named, or something that is none.
    """
    end = next((n for n, argument in enumerate(arguments) if argument.startswith("-")), len(arguments))
    lanes, options = arguments[:end], arguments[end:]
    if strange := [lane for lane in lanes if lane not in LANES] or ([] if lanes else ["nothing"]):
        print(f"{', '.join(strange)} is no lane; expected some of {', '.join(LANES)}", file=sys.stderr)
        return 2
    return run(lanes, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
