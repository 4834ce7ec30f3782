"""Models as a check sees them: inert handles, while the models stay with the student's code.

Shared by the referee's session and by the checks in a student's own notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.checks.outcomes import CheckFailure, StudentError
from autograder.errors import UsageError
from autograder.judge.exchange import Exchange
from autograder.judge.replies import failure_of, readable
from autograder.submission.weights import Weights
from autograder.wire import requests
from autograder.wire.codec import Handle
from autograder.wire.failures import MESSAGE_CHARACTERS, NOT_ANSWERED

# A batch: its inputs, as 32-bit numbers, stay small beside what the layers of a network make of them, and
# that in turn stays in the cache: 256 images of 64 x 64 at once take torch 1.4 to 2 times as long.
BATCH_BYTES, BATCH_AT_MOST = 4 << 20, 64
PREDICTIONS_AT_MOST = 64 << 20
# What each part of them counts at least: joining a million small arrays takes seconds.
_ITEM_BYTES = 1000


@dataclass(frozen=True)
class Recipe:
    """How a model is made; the fields are those of `Student.model`."""

    question: str
    build: str
    weights: bool
    images: bool
    input_shape: tuple[int, ...] | None
    training: bool


class Model:
    """A model of the student's. `model(inputs)` gives its predictions, and it may be passed to functions of
    the student's; a check can learn its `size` and what it says with other weights, and nothing else."""

    __slots__ = ("_generation", "_images", "_number", "_passed", "_recipe", "_shelf")

    def __init__(
        self, shelf: Shelf, recipe: Recipe | None, number: int, generation: int, images: bool
    ) -> None:
        self._shelf, self._recipe, self._number, self._generation = shelf, recipe, number, generation
        self._images = images
        self._passed = False  # to a function of the student's, which may have changed it

    def __call__(self, inputs: np.ndarray, *, images: bool | None = None) -> Any:
        """Predict; `images` as in `Student.model`, for a model that a function of the student's has made."""
        return self._shelf.predict(self, inputs, self._images if images is None else images)

    def disturbed(self, inputs: np.ndarray, seed: int, *, shuffled: float = 0.0, noise: float = 0.0) -> Any:
        """Predict with other weights (`player.disturbance.disturbed`); the model keeps its own."""
        other = {"seed": seed, "shuffled": shuffled, "noise": noise}
        return self._shelf.predict(self, inputs, self._images, other)

    @property
    def size(self) -> int:
        """How many numbers a file of its weights holds, as its process says."""
        return self._shelf.size(self)

    def __repr__(self) -> str:
        return "a model"


class Shelf:
    """The models of one submission.

    Args:
        exchange: the way to them.
        weights: what was handed in of them.
    """

    def __init__(self, exchange: Exchange, weights: Weights) -> None:
        self._exchange, self._weights = exchange, weights
        self._made: dict[Recipe, Model] = {}
        self._failed: dict[Recipe, Exception] = {}
        self._issued: set[int] = set()
        self._images: dict[int, bool] = {}
        self._unused: list[int] = []
        self._generation = exchange.generation

    def begin_check(self) -> None:
        """Give up the models of the last check, but for those that are as they were made."""
        kept = {model._number for model in self._made.values()}
        self._unused += sorted(self._issued - kept)
        self._issued &= kept

    def unused(self) -> list[int]:
        """Return the numbers that the process may forget, once."""
        self._notice_renewal()
        unused, self._unused = self._unused, []
        return unused

    def model(self, recipe: Recipe) -> Model:
        """Return the model made by this recipe: made once for all checks, until the student's code has it.

        Raises:
            CheckFailure: it cannot be made or loaded; says why.
            StudentError: the function that makes it is not answered yet.
            UsageError: the assignment asks for no weights of this question.
        """
        if recipe.weights and recipe.question not in self._weights.questions:
            raise UsageError(f"weights of {recipe.question!r} are not listed in assignment.toml")
        self._notice_renewal()
        if recipe in self._failed:
            raise self._failed[recipe].with_traceback(None)
        if recipe not in self._made:
            try:
                number = self._make(recipe)
                made = Model(self, recipe, number, self._exchange.generation, recipe.images)
            except (CheckFailure, StudentError) as error:
                self._failed[recipe] = error  # what is no model for one check is none for the next
                raise
            self._made[recipe] = made
        return self._made[recipe]

    def predict(
        self,
        model: Model,
        inputs: np.ndarray,
        images: bool,
        disturbance: Mapping[str, float] | None = None,
    ) -> Any:
        """Return the predictions of a model, batch by batch: an array, or a list or dictionary of arrays.

        Args:
            disturbance: of its weights, as in `requests.apply`; the same for all batches.
        Raises:
            StudentError: the model raised an error, or returned what is no prediction for each input.
        """
        inputs = np.asarray(inputs)
        size = max(1, min(BATCH_AT_MOST, BATCH_BYTES // max(1, 4 * inputs[:1].size)))
        parts, room = [], PREDICTIONS_AT_MOST
        for start in range(0, len(inputs), size):
            batch = inputs[start : start + size]
            handle = self._sent_model(model, passed=False)
            reply = self._exchange.ask(requests.apply(handle, batch, images, disturbance))
            if "failure" in reply:
                ended = failure_of(reply)
                raise StudentError(ended.type_name, ended.message, ended.place)
            if "problem" in reply:
                raise StudentError("TypeError", f"the model returned {_problem(reply)}")
            parts.append(reply.get("value"))
            room -= _size(parts[-1])
            if room < 0:
                raise StudentError("ValueError", "the predictions are too large")
        return joined(parts)

    def size(self, model: Model) -> int:
        """Return how many numbers a file of a model's weights holds.

        Raises:
            StudentError: there is no telling.
        """
        value = self._exchange.ask(requests.size(self._sent_model(model, passed=False))).get("value")
        if type(value) is not int:
            raise StudentError("TypeError", "the weights of the model cannot be counted")
        return value

    def sent(self, value: Any) -> Any:
        """Return arguments of a call with the numbers of models in their place; a model of a process that
        has ended is made again.

        Args:
            value: an argument, or several in a list, tuple or dictionary.
        Raises:
            StudentError: a function of the student's had made or changed it, so that it cannot be made again.
        """
        if type(value) is Model:
            return self._sent_model(value, passed=True)
        if type(value) in (list, tuple):
            return type(value)(self.sent(item) for item in value)
        if type(value) is dict:
            return {key: self.sent(item) for key, item in value.items()}
        return value

    def received(self, value: Any) -> Any:
        """Return a value from the process with models in the place of their numbers."""
        if type(value) is Handle:
            self._issued.add(value.number)
            images = self._images.get(value.number, True)
            return Model(self, None, value.number, self._exchange.generation, images)
        if type(value) in (list, tuple):
            return type(value)(self.received(item) for item in value)
        if type(value) is dict:
            return {key: self.received(item) for key, item in value.items()}
        return value

    def _sent_model(self, model: Model, passed: bool) -> Handle:
        """Return the number of a model; `passed`: the student's code gets hold of it, and may change it."""
        self._notice_renewal()
        if model._generation != self._exchange.generation:
            if model._recipe is None or model._passed:
                raise StudentError("RuntimeError", "a model was lost when the process that had it ended")
            model._number = self._make(model._recipe)
            model._generation = self._exchange.generation
        if passed:
            model._passed = True
            if model._recipe is not None and self._made.get(model._recipe) is model:
                del self._made[model._recipe]
        return Handle(model._number)

    def _notice_renewal(self) -> None:
        if self._generation != self._exchange.generation:
            self._generation = self._exchange.generation
            self._made, self._issued, self._images, self._unused = {}, set(), {}, []

    def _make(self, recipe: Recipe) -> int:
        """Have a model made and loaded, and return its number.

        What the student's code says of a failure is shown, even by a hidden check. So it must come from a
        process that knows nothing hidden: if the present one was told something, a fresh one is asked.
        """
        problem = self._weights.problems.get(recipe.question) if recipe.weights else None
        question = recipe.question if recipe.weights and problem is None else None
        request = partial(
            requests.model,
            recipe.build,
            question,
            images=recipe.images,
            input_shape=recipe.input_shape,
            training=recipe.training,
        )
        # The numbers of unused models are the process's own words too: they go back to no other.
        reply = self._exchange.ask(request(unused=self.unused()))
        if not _is_made(reply) and self._exchange.told:
            self._exchange.renew()
            reply = self._exchange.ask(request())
        self._notice_renewal()
        if not _is_made(reply):
            raise _failed(reply, recipe.build)
        number = reply["value"].number
        self._issued.add(number)
        self._images[number] = recipe.images
        if problem is not None:
            raise _safe_failure(problem)
        return number


def joined(parts: list[Any]) -> Any:
    """Join the predictions of several batches along their first axis.

    Raises:
        StudentError: they are no arrays, or do not fit together.
    """
    first: Any = parts[0] if parts else None
    if type(first) is np.ndarray and first.ndim > 0:
        kind = (first.shape[1:], first.dtype)  # one wide number would widen all
        if any(type(part) is not np.ndarray or (part.shape[1:], part.dtype) != kind for part in parts):
            raise StudentError("ValueError", "the predictions of two batches differ in shape or dtype")
        return np.concatenate(parts)
    if type(first) in (list, tuple):
        if any(type(part) is not type(first) or len(part) != len(first) for part in parts):
            raise StudentError("ValueError", "the predictions of two batches differ in number")
        return type(first)(joined(list(column)) for column in zip(*parts, strict=True))
    if type(first) is dict:
        if any(type(part) is not dict or part.keys() != first.keys() for part in parts):
            raise StudentError("ValueError", "the predictions of two batches differ in their names")
        return {key: joined([part[key] for part in parts]) for key in first}
    raise StudentError("TypeError", f"the model returned {type(first).__name__}; expected an array")


def _size(value: Any) -> int:
    """Return the bytes of predictions; what is nested or no array counts as something."""
    if type(value) is np.ndarray:
        return value.nbytes + _ITEM_BYTES
    if type(value) in (list, tuple, dict):
        return _ITEM_BYTES + sum(map(_size, value.values() if type(value) is dict else value))
    return _ITEM_BYTES


def _is_made(reply: dict[str, Any]) -> bool:
    """Whether a reply is a model and nothing else: one that also has a text would have it shown."""
    return reply.keys() == {"value"} and type(reply["value"]) is Handle


def _failed(reply: dict[str, Any], build: str) -> Exception:
    if "failure" not in reply:
        return _safe_failure(_problem(reply) or f"{build} made no model")
    ended = failure_of(reply)
    if ended.type_name == NOT_ANSWERED:
        return StudentError(ended.type_name, ended.message, ended.place)
    return _safe_failure(f"{build} raised {ended.told}")


def _safe_failure(text: str) -> CheckFailure:
    """Return a failure that a hidden check shows too: who said it knew nothing hidden."""
    return CheckFailure(text, hidden=text)


def _problem(reply: dict[str, Any]) -> str:
    return readable(reply.get("problem"))[:MESSAGE_CHARACTERS]
