"""The student's namespace as a check sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.errors import UsageError
from autograder.handles import Model, Recipe, Shelf


class Student:
    """The student's namespace as a check sees it: `student.conv2d(x, kernel)` calls, and gives plain
    values."""

    def __init__(self, session: Any) -> None:
        self.__session = session

    @property
    def changed(self) -> tuple[Any, ...]:
        """Positions and names of the arguments that the last call changed in place."""
        return self.__session.changed

    def model(
        self,
        question: str,
        *,
        build: str = "build_model",
        weights: bool = True,
        images: bool = True,
        input_shape: tuple[int, ...] | None = None,
        training: bool = False,
    ) -> Model:
        """Have the student's process make a model, and return a handle of it: `model(inputs)` predicts.

        It is made once for all checks that ask for the same, until a function of the student's gets hold of
        it and may change it; who asks after that gets another.

        Args:
            question: whose weights are loaded into it; assignment.toml lists it under `weights`.
            build: name of the student's function that makes it, called without arguments.
            weights: False leaves it as it was made: a fresh model for a short training.
            images: give grey images (n, h, w) the axis of channels, and bytes the range 0 to 1
                (`autograder.models.model_input`); False for sequences.
            input_shape: of one input as the check passes it. A model that learns its sizes from its first
                input (Keras without `Input`, lazy layers of torch) is then shown zeros of this shape.
            training: leave a torch model in training mode, as after a fit, for a check of a function of the
                student's that must switch it. `model(inputs)` itself never trains.
        Raises:
            CheckFailure: there are no such weights, or they do not fit; says why, also in a hidden check.
            StudentError: `build` is not answered yet.
            UsageError: the assignment asks for no weights of this question.
        """
        shelf: Shelf | None = self.__session.models
        if shelf is None:
            raise UsageError("assignment.toml lists no weights, so there are no models")
        shape = None if input_shape is None else tuple(input_shape)
        return shelf.model(Recipe(question, build, weights, images, shape, training))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.__session.call(name, args, kwargs)
