"""What authors of checks import: assertions, the ways in which a check can end, and figures."""

from autograder.checks.assertions import assert_close, assert_equal, assert_logits, assert_shape
from autograder.checks.figures import (
    show_boxes,
    show_confusion_matrix,
    show_curve,
    show_examples,
    show_history,
)
from autograder.checks.learning import assert_learned
from autograder.checks.outcomes import CheckFailure, PartialCredit, StudentError, fail, partial, scale

__all__ = [
    "CheckFailure",
    "PartialCredit",
    "StudentError",
    "assert_close",
    "assert_equal",
    "assert_learned",
    "assert_logits",
    "assert_shape",
    "fail",
    "partial",
    "scale",
    "show_boxes",
    "show_confusion_matrix",
    "show_curve",
    "show_examples",
    "show_history",
]
