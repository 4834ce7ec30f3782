"""The side that knows: it has submissions played in the sandbox, and judges what comes back."""

from autograder.referee.referee import Graded, Referee

__all__ = ["Graded", "Referee"]
