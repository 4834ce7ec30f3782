"""What one submission may use. It imports nothing of ours, so that a student's notebook starts quickly."""

from __future__ import annotations

from dataclasses import dataclass

# A file of weights crosses to the sandbox in one frame, and lies there in a folder of 64 MB.
WEIGHTS_MB_AT_MOST = 32
# Where the assignment says nothing else.
WEIGHTS_MB = 4


@dataclass(frozen=True)
class Budget:
    """What one submission may use.

    Seconds are processor time of the student's code, all threads and child processes together, measured
    outside the sandbox; while it sleeps, wall time counts. Waiting for a processor that others use does not
    count, up to five times as much wall time.

    Attributes:
        cell_seconds: for each cell. Cells with a question and given cells always run.
        notebook_seconds: for all cells of the student's own together: none starts after that. So one run of a
            notebook ends after `notebook_seconds`, and `cell_seconds` for each answer, for each given cell
            and for the last own one.
        check_seconds: for each check, all its calls together.
        submission_seconds: for all checks together. Half is shared out evenly as a reserve of each question.
            To run the cells again after a question has ended the process costs that question up to half of
            it, and five ends at most; to find who is to blame, all of it at most. A question that is judged
            once more, as it was before later cells ran, has as much again.
        memory_mb: above what the libraries take.
        output_kb: of what each cell shows.
        weights_mb: for each file of weights.
    """

    cell_seconds: float = 10.0
    notebook_seconds: float = 30.0
    check_seconds: float = 5.0
    submission_seconds: float = 120.0
    memory_mb: int = 1024
    output_kb: int = 256
    weights_mb: int = WEIGHTS_MB
