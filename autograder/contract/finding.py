"""What a test of an assignment found: one line for its author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: "clause: subject", such as "wrong answers: ceil_for_floor".
        ok: whether all is well.
        reason: if not, what was found and what to do; else empty.
    """

    name: str
    ok: bool
    reason: str = ""


def finding(name: str, faults: Iterable[str] = ()) -> Finding:
    """Return the finding for these faults; without any, all is well."""
    reason = "; ".join(faults)
    return Finding(name, not reason, reason)
