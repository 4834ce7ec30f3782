"""Grade notebooks that nobody trusts.

Checks, reference and scores live in one process (the *referee*), student code in another (the *player*, in a
sandbox); only plain values cross between them. This package knows nothing of any course: it works on any
folder of assignments.

Nothing of ours is imported here on purpose: the player imports this package, and must not drag the referee in
with it.
"""

from pathlib import Path

# Where the grader lies. No module counts its own way up: one that moves would count wrongly, in silence.
PACKAGE = Path(__file__).resolve().parent

__version__ = "0.1.0"
