"""What one submission may use. It imports nothing of ours, so that a student's notebook starts quickly."""

from __future__ import annotations

from dataclasses import dataclass

# A file of weights crosses to the sandbox in one frame, and lies there in a folder of 64 MB.
WEIGHTS_MB_AT_MOST = 32
# Where the assignment says nothing else.
WEIGHTS_MB = 4


@dataclass(frozen=True)
class Budget:
    """What one submission may use. Seconds are wall time, measured outside the sandbox; `weights_mb` is for
    each file of weights."""

    cell_seconds: float = 10.0
    notebook_seconds: float = 30.0
    check_seconds: float = 5.0
    submission_seconds: float = 120.0
    memory_mb: int = 1024
    output_kb: int = 256
    weights_mb: int = WEIGHTS_MB
