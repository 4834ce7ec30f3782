"""Models in the student's process: made there, loaded there and kept there; only their numbers cross.

This runs beside student code, in the sandbox or in the student's own notebook, and protects nothing. How
inputs are handed to a model is decided in `model_input`, and nowhere else.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.player.disturbance import disturbed, size_of
from autograder.player.plain_values import NotPlain, not_defined, plain
from autograder.player.weight_files import WeightsProblem, framework_of, load_weights
from autograder.wire.codec import Handle
from autograder.wire.weight_names import TITLES, file_name

KEPT_AT_MOST = 64


class Models:
    """The models of one submission that the grader knows by number, and the weights that were handed in."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, bytes]] = {}
        self._kept: dict[int, Any] = {}
        self._graphs: dict[tuple[Any, ...], Callable[[np.ndarray], Any]] = {}
        self._count = 0

    def receive(self, question: str, framework: str, data: bytes, folder: str | None = None) -> None:
        """Take the bytes of a file of weights; in `folder` the student's own cells find it too."""
        self._files.setdefault(question, {})[framework] = data
        if folder is not None:
            path = os.path.join(folder, file_name(question, framework))
            with contextlib.suppress(OSError):  # no room; what counts is in memory
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(data)

    def keep(self, value: Any) -> Handle | None:
        """Return the handle of a model, the same for the same one; None for anything else.

        Raises:
            NotPlain: too many are kept already.
        """
        if framework_of(value) is None:
            return None
        for number, model in self._kept.items():
            if model is value:
                return Handle(number)
        if len(self._kept) >= KEPT_AT_MOST:
            raise NotPlain(f"one model more, beyond the {KEPT_AT_MOST} that are kept")
        self._count += 1
        self._kept[self._count] = value
        return Handle(self._count)

    def drop(self, numbers: list[int]) -> None:
        """Forget models that nobody will ask for again."""
        for number in numbers:
            self._kept.pop(number, None)

    def resolved(self, value: Any) -> Any:
        """Return arguments with the models themselves in the place of their handles."""
        if type(value) is Handle:
            for key in [key for key in self._graphs if key[0] == value.number]:
                del self._graphs[key]  # who gets hold of a model may change more of it than its weights
            return self._kept[value.number]
        if type(value) in (list, tuple):
            return type(value)(self.resolved(item) for item in value)
        if type(value) is dict:
            return {key: self.resolved(item) for key, item in value.items()}
        return value

    def answer(self, request: Mapping[str, Any], namespace: Mapping[str, Any]) -> dict[str, Any]:
        """Make a model (`op` "model"), apply one ("apply") or count its weights ("size").

        Returns:
            `value`, or `problem`: a sentence for the student.
        Raises:
            BaseException: whatever the student's code raises.
        """
        try:
            if request["op"] == "apply":
                return {"value": self._apply(request)}
            if request["op"] == "size":
                return {"value": size_of(self._kept[request["model"].number])}
            return {"value": self._make(request, namespace)}
        except (WeightsProblem, NotPlain) as error:
            return {"problem": str(error)}

    def _make(self, request: Mapping[str, Any], namespace: Mapping[str, Any]) -> Handle | None:
        name, question = request["build"], request["question"]
        if name not in namespace:
            raise WeightsProblem(not_defined(name, namespace))
        model = namespace[name]()
        framework = framework_of(model)
        if framework is None:
            raise WeightsProblem(f"{name} {_instead_of_a_model(model)}")
        if any(model is other for other in self._kept.values()):
            raise WeightsProblem(f"{name} returned the model that it had returned before; make a new one")
        _materialise(model, framework, name, request)
        if question is not None:
            self._load(model, framework, name, question)
        if framework == "torch":
            model.train(request["training"])
        return self.keep(model)

    def _load(self, model: Any, framework: str, name: str, question: str) -> None:
        files = self._files.get(question, {})
        if framework not in files:
            others = " and ".join(file_name(question, other) for other in files)
            wanted = file_name(question, framework)
            raise WeightsProblem(
                f"{name} makes a {TITLES[framework]} model, whose weights would be in {wanted}, "
                f"but {others or 'nothing'} was handed in; save them with save_weights"
            )
        load_weights(model, files[framework], file_name(question, framework))

    def _apply(self, request: Mapping[str, Any]) -> Any:
        model = self._kept[request["model"].number]
        if "disturbance" not in request:
            return self._predicted(model, request)
        with disturbed(model, **request["disturbance"]):
            return self._predicted(model, request)

    def _predicted(self, model: Any, request: Mapping[str, Any]) -> Any:
        framework = framework_of(model)
        batch = model_input(request["inputs"], str(framework), request["images"])
        if framework == "torch":
            return plain(predict(model, batch))
        key = (request["model"].number, batch.shape[1:], batch.dtype)
        if key not in self._graphs:
            self._graphs[key] = _graph(model, batch)
        return plain(self._graphs[key](batch))


def predict(model: Any, batch: Any) -> Any:
    """Return what a model makes of a batch, as in use and not as in training: no gradients, no dropout."""
    if framework_of(model) == "keras":
        return model(batch, training=False)
    torch = sys.modules["torch"]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return model(batch)
    finally:
        model.train(was_training)


def _graph(model: Any, batch: np.ndarray) -> Callable[[np.ndarray], Any]:
    """Return the prediction of a Keras model as a graph: its layers one by one take 1.4 to 2 times as long,
    also where there are a few batches only."""
    try:
        tensorflow = sys.modules["tensorflow"]
        kind = tensorflow.TensorSpec((None, *batch.shape[1:]), batch.dtype)
        graph = tensorflow.function(lambda inputs: predict(model, inputs), input_signature=[kind])
        graph.get_concrete_function()
        return graph
    except Exception:  # Python code that needs the numbers, or another backend: without a graph it may work
        return lambda inputs: predict(model, inputs)


def model_input(inputs: np.ndarray, framework: str, images: bool) -> Any:
    """Return an array as a model takes it: a tensor of torch, or an array for Keras.

    Grey images (n, h, w): torch gets (n, 1, h, w), Keras (n, h, w, 1). Bytes, 0 to 255, become float32, 0 to
    1: so a quarter of the data crosses. Anything else is passed as it is, and so is everything where `images`
    is false (sequences). float64 becomes float32; other types stay.
    """
    if images and inputs.dtype == np.uint8:
        inputs = inputs / np.float32(255)
    if images and inputs.ndim == 3:
        inputs = inputs[:, None] if framework == "torch" else inputs[..., None]
    if inputs.dtype == np.float64:
        inputs = inputs.astype(np.float32)
    return sys.modules["torch"].from_numpy(np.ascontiguousarray(inputs)) if framework == "torch" else inputs


def _materialise(model: Any, framework: str, name: str, request: Mapping[str, Any]) -> None:
    """Let a model that learns its sizes from its first input see one."""
    if not _is_lazy(model, framework):
        return
    if request["input_shape"] is None:
        first = {"keras": "a keras.Input", "torch": "layers with all their sizes"}[framework]
        raise WeightsProblem(f"the model of {name} does not know the size of its input; give it {first}")
    shape = (1, *request["input_shape"])
    try:
        predict(model, model_input(np.zeros(shape, np.float32), framework, request["images"]))
    except Exception as error:
        text = f"the model of {name} cannot take an input of shape {shape} ({type(error).__name__}: {error})"
        raise WeightsProblem(text) from None


def _is_lazy(model: Any, framework: str) -> bool:
    if framework == "keras":
        return not model.built
    is_lazy: Callable[[Any], bool] = sys.modules["torch"].nn.parameter.is_lazy
    return any(map(is_lazy, [*model.parameters(), *model.buffers()]))


def _instead_of_a_model(value: Any) -> str:
    if value is None:
        return "returned None (is there a return?); return the model"
    kinds = " or ".join(f"a {title} model" for title in TITLES.values())
    hint = "; return an instance of the class, not the class" if isinstance(value, type) else ""
    return f"returned a value of type {type(value).__name__}; expected {kinds}{hint}"
