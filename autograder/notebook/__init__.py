"""What a student uses while working: `check("conv2d")`, `save_weights(model, "classify")`, `load_weights`.

A released notebook imports this, in grading too, where a stand-in takes its place (`player.zygote`).
"""

from autograder import tensorflow_symbols
from autograder.notebook.checking import Report, check
from autograder.notebook.weights import load_weights, save_weights

__all__ = ["Report", "check", "load_weights", "save_weights"]

# A notebook imports this first, or at least before it trains: then a crash can still be kept away.
tensorflow_symbols.keep_local()
