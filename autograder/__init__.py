"""Grade notebooks that nobody trusts.

Checks, reference and scores live in one process (the *referee*), student code in another (the *player*, in a
sandbox); only plain values cross between them. This package knows nothing of any course: it works on any
folder of assignments.

Nothing is imported here on purpose: the player imports `autograder.player`, and must not drag the referee in
with it.
"""

__version__ = "0.1.0"
