"""The student's namespace as a check sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.errors import UsageError
from autograder.judge.exchange import Exchange
from autograder.judge.model_handles import Model, Recipe, Shelf
from autograder.judge.replies import returned
from autograder.wire import requests


class Student:
    """The student's namespace as a check sees it: `student.conv2d(x, kernel)` calls, and gives plain
    values."""

    def __init__(self, exchange: Exchange, models: Shelf | None = None) -> None:
        self.__exchange, self.__models = exchange, models
        self.__changed: tuple[Any, ...] = ()

    @property
    def changed(self) -> tuple[Any, ...]:
        """Positions and names of the arguments that the last call changed in place."""
        return self.__changed

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
                (`player.models.model_input`); False for sequences.
            input_shape: of one input as the check passes it. A model that learns its sizes from its first
                input (Keras without `Input`, lazy layers of torch) is then shown zeros of this shape.
            training: leave a torch model in training mode, as after a fit, for a check of a function of the
                student's that must switch it. `model(inputs)` itself never trains.
        Raises:
            CheckFailure: there are no such weights, or they do not fit; says why, also in a hidden check.
            StudentError: `build` is not answered yet.
            UsageError: the assignment asks for no weights of this question.
        """
        shelf = self.__models
        if shelf is None:
            raise UsageError("assignment.toml lists no weights, so there are no models")
        shape = None if input_shape is None else tuple(input_shape)
        return shelf.model(Recipe(question, build, weights, images, shape, training))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.__call(name, args, kwargs)

    def __call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the student's with copies of the arguments.

        Raises:
            StudentError: it raised, is not defined, or returned what cannot be checked.
            PlayerDied, InfrastructureError: as `exchange.ask` raises them.
        """
        self.__changed = ()
        shelf, names = self.__models, {*range(len(args)), *kwargs}
        if shelf is None:
            request = requests.call(name, args, kwargs)
        else:
            sent = shelf.sent(args), shelf.sent(kwargs)
            request = requests.call(name, *sent, models=True, unused=shelf.unused())
        value, self.__changed = returned(self.__exchange.ask(request), name, names)
        return value if shelf is None else shelf.received(value)
