"""An assignment as its author wrote it, and what is made of it: released notebooks, answers, a skeleton."""

from autograder.assignment.budget import Budget
from autograder.assignment.definition import Assignment, load_assignment

__all__ = ["Assignment", "Budget", "load_assignment"]
