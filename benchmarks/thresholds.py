"""Measure trained networks as grading does, on many draws, beside the thresholds of half and full marks.

    python benchmarks/thresholds.py [NAME …] [--draws 20] [--seeds 3]

The references of the seeds that benchmarks/models.py has trained, and every alternative that hands in weights
of its own. A draw is what one submission is scored on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import numpy as np
from machine import write_results
from models import REFERENCES, weights_path

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from autograder.player.weight_files import load_weights
from kernelwise import recipes
from kernelwise.models import torch_nets
from kernelwise.training import predict

HEADER = ["question", "measure", "half", "full", "network", "mean", "of a draw ±", "worst draw", "full marks"]
FIRST_SEED = 5_000_000  # of the draws: those of the tables of the models are others


@dataclass(frozen=True)
class Scale:
    """What a check scores: images or sequences drawn as there, and where its marks begin."""

    name: str
    build: str
    measure: str
    n: int
    thresholds: Callable[[ModuleType], tuple[float, float]]

    @property
    def assignment(self) -> str:
        """Return the id of the assignment."""
        return self.name.partition("/")[0]

    def draw(self, checks: ModuleType, seed: int) -> recipes.Examples:
        """Draw what one submission is shown."""
        if self.assignment == "fashion_mnist":
            return recipes.Examples(*checks.warped(seed))
        return recipes.recipe(self.name).fresh(self.n, seed)

    def figure(self, network: Any, examples: recipes.Examples) -> float:
        """Return the figure that is scored."""
        score = recipes.recipe(self.name).scores[self.measure]
        return float(np.mean(score(predict(network, examples.x), examples.y)))


POSITION, LENGTH = recipes.recipe("lstm_max/model").scores
SCALES = [
    Scale(
        "shapes/classify",
        "build_classifier",
        "accuracy",
        256,
        lambda its: (its.CLASSIFY_HALF, its.CLASSIFY_FULL),
    ),
    Scale("shapes/count", "build_counter", "accuracy", 256, lambda its: (its.COUNT_HALF, its.COUNT_FULL)),
    Scale("shapes/locate", "build_locator", "mean IoU", 256, lambda its: (its.LOCATE_HALF, its.LOCATE_FULL)),
    Scale("tracks/model", "build_model", "accuracy", 1000, lambda its: (its.HALF, its.FULL)),
    Scale("lstm_max/model", "build_model", POSITION, 2000, lambda its: its.POSITION),
    Scale("lstm_max/model", "build_model", LENGTH, 500, lambda its: its.LENGTH),
    Scale("fashion_mnist/model", "build_model", "accuracy", 2000, lambda its: (its.HALF, its.FULL)),
]


def hidden_checks(assignment: str) -> ModuleType:
    """Import the hidden checks of an assignment, for their thresholds and draws."""
    path = REFERENCES / assignment / "checks_hidden.py"
    spec = importlib.util.spec_from_file_location(f"{assignment}_checks_hidden", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def references(scale: Scale, seeds: int) -> Iterator[tuple[str, Any]]:
    """Yield the reference networks: seed 0 stands in the repository, the others come from the benchmark."""
    folder, question = REFERENCES / scale.assignment / "weights", scale.name.partition("/")[2]
    for seed in range(seeds):
        network = getattr(torch_nets, recipes.recipe(scale.name).net)()
        paths = [folder / f"{question}.safetensors", folder / "twins" / f"{question}.safetensors"]
        path = next(path for path in paths if path.exists()) if seed == 0 else weights_path(scale.name, seed)
        load_weights(network, path.read_bytes(), path.name)
        yield f"reference, seed {seed}", network


def alternatives(scale: Scale) -> Iterator[tuple[str, Any]]:
    """Yield the networks of alternatives that hand in weights of their own."""
    question = scale.name.partition("/")[2]
    assignment = load_assignment(REFERENCES / scale.assignment)
    for path in assignment.answer_files("alternatives"):
        answer = read_answer_file(path)
        file = answer.header.get("weights", {}).get(question, "weights/twins/")
        if file.startswith("weights/twins/"):
            continue
        namespace: dict[str, Any] = {"np": np}
        exec("import torch\nfrom torch import nn\nfrom torch.nn import functional as F", namespace)
        reference = reference_answers(assignment)
        own = (source for _, source in answer.cells_with(reference))
        for source in (*reference.values(), *own):
            exec(source, namespace)
        network = namespace[scale.build]()
        load_weights(network, (assignment.folder / file).read_bytes(), file)
        yield f"{path.name}, {Path(file).name}", network


def row(scale: Scale, title: str, network: Any, draws: int, checks: ModuleType) -> list[str]:
    """Measure one network on so many draws."""
    half, full = scale.thresholds(checks)
    values = [scale.figure(network, scale.draw(checks, FIRST_SEED + draw)) for draw in range(draws)]
    worst = max(values) if half > full else min(values)
    reached = [value <= full if half > full else value >= full for value in values]
    figures = np.mean(values), np.std(values, ddof=1), worst
    return [
        scale.name,
        scale.measure,
        f"{half:g}",
        f"{full:g}",
        title,
        *(f"{value:.4f}" for value in figures),
        f"{sum(reached)} of {draws}",
    ]


NOTES = [
    "A draw is the data of one grading: 256 images (shapes), 1,000 (tracks), 1,000 test images of the "
    "subset, each warped twice (Fashion-MNIST), 2,000 sequences for the position, 500 for the length.",
    "Full marks: draws on which the figure itself reaches the threshold. Grading adds one standard error in "
    "the student's favour, which is not done here.",
]


@click.command(help=__doc__.splitlines()[0])
@click.argument("names", nargs=-1, metavar="[NAME …]")
@click.option("--draws", default=20, show_default=True)
@click.option("--seeds", default=3, show_default=True)
def main(names: tuple[str, ...], draws: int, seeds: int) -> None:
    """Print the table; without NAMES, write it down as well."""
    rows = []
    for scale in SCALES:
        if names and scale.name not in names:
            continue
        checks = hidden_checks(scale.assignment)
        for title, network in (*references(scale, seeds), *alternatives(scale)):
            rows.append(row(scale, title, network, draws, checks))
            click.echo("  ".join(rows[-1]))
    if not names:
        write_results("thresholds", "Thresholds of the assignments", HEADER, rows, NOTES)


if __name__ == "__main__":
    main()
