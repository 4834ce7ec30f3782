"""Keras made quick for short trainings, once in the warm process."""

from __future__ import annotations

import functools
import importlib
import sys
from typing import Any


def hasten_keras() -> None:
    """Spare short trainings what pays only in long ones; their numbers stay the same, but for rounding.

    Keras makes the optimizer's variables within the first training step, and TensorFlow traces that step a
    second time, 0.6 to 0.9 s: here they are made before. TensorFlow's rewriting of graphs takes 0.1 to 0.2 s
    for each, and makes a step no faster. For each layer that is saved or loaded, Keras makes a plain one to
    compare with, a third of the time that loading takes: one of a kind will do.
    """
    keras = sys.modules.get("keras")
    if keras is None:
        return
    saving: Any = importlib.import_module("keras.src.saving.saving_lib")
    if hasattr(saving, "get_attr_skipset"):
        saving.get_attr_skipset = functools.cache(saving.get_attr_skipset)
    if keras.backend.backend() == "tensorflow":
        options = {"disable_meta_optimizer": True}
        sys.modules["tensorflow"].config.optimizer.set_experimental_options(options)
    original = keras.Model.make_train_function

    def make_train_function(self: Any, *args: Any, **kwargs: Any) -> Any:
        optimizer = getattr(self, "optimizer", None)
        if self.built and optimizer is not None and not optimizer.built:
            optimizer.build(self.trainable_variables)
        return original(self, *args, **kwargs)

    keras.Model.make_train_function = make_train_function
