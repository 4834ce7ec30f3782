"""Train every network of the recipes with three seeds, and put classical baselines beside them.

    python benchmarks/models.py [NAME …] [--seeds 3] [--threads N]

A training that is done is kept in build/benchmarks/models.jsonl and not repeated, as long as the code of the
recipes and networks stays the same; so a run can be interrupted. With seed 0 the assignments' references
count, if `make train-references` has trained them by the same code.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from machine import describe, write_results
from rich.console import Console
from rich.table import Table

from kernelwise import recipes, track_finding
from kernelwise.boxes import intersection_over_union
from kernelwise.data import shapes, tracks
from kernelwise.models.files import save_weights

JOURNAL = Path("build/benchmarks/models.jsonl")
REFERENCES = Path(__file__).parents[1] / "assignments"
HEADER = ["task", "method", "parameters", "measure", "value", "seeds", "minutes (threads)", "core minutes"]


def done(path: Path = JOURNAL) -> dict[str, dict[str, Any]]:
    """Read the trainings that are kept: of the assignments' references, and of earlier runs."""
    texts = [record.read_text(encoding="utf-8") for record in sorted(REFERENCES.glob("*/weights/*.json"))]
    texts += path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {record["key"]: record for record in map(json.loads, texts)}


def train(name: str, seed: int, path: Path = JOURNAL) -> dict[str, Any]:
    """Train one network and measure it, unless that is done already."""
    if kept := done(path).get(recipes.fingerprint(name, seed)):
        return kept
    network, record = recipes.train_and_measure(name, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_weights(network, weights_path(name, seed, path))
    with path.open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(record) + "\n")
    return record


def weights_path(name: str, seed: int, path: Path = JOURNAL) -> Path:
    """Say where the weights of a training are kept: beside the journal."""
    return path.with_name(f"{name.replace('/', '-')}-{seed}.safetensors")


def network_rows(name: str, seeds: int) -> Iterator[list[str]]:
    """Give one row for each figure of merit of a recipe."""
    records = [train(name, seed) for seed in range(seeds)]
    recipe = recipes.recipe(name)
    for title in records[0]["fresh"]:
        values = [record["fresh"][title]["value"] for record in records]
        yield [
            name,
            recipe.net,
            f"{records[0]['parameters']:,}",
            title,
            spread(values),
            " ".join(f"{value:.4f}" for value in values),
            " ".join(f"{record['minutes']:.1f} ({record['threads']})" for record in records),
            f"{np.mean([record['core_minutes'] for record in records]):.1f}",
        ]


def spread(values: list[float]) -> str:
    """Write a mean over seeds with its standard deviation."""
    return f"{np.mean(values):.4f} ± {np.std(values, ddof=1):.4f}" if len(values) > 1 else f"{values[0]:.4f}"


def baseline(task: str, method: str, measure: str, figure: Callable[[int], float], seeds: int) -> list[str]:
    """Give the row of a method without training, or with one of microseconds."""
    start = time.process_time()
    values = [figure(seed) for seed in range(seeds)]
    minutes = (time.process_time() - start) / seeds / 60
    each = " ".join(f"{value:.4f}" for value in values)
    return [task, method, "–", measure, spread(values), each, "–", f"{minutes:.2f}"]


def constant(
    name: str, score: Callable[[recipes.Examples, recipes.Examples], float]
) -> Callable[[int], float]:
    """Judge fresh examples by the training examples alone."""
    recipe = recipes.recipe(name)

    def figure(seed: int) -> float:
        (training, _), fresh = recipe.data(seed), recipe.fresh(10_000, recipes.FRESH + seed)
        return score(training, fresh)

    return figure


def most_frequent(training: recipes.Examples, fresh: recipes.Examples) -> float:
    """Say what was most often true."""
    said, counts = np.unique(training.y, axis=0, return_counts=True)
    return float((fresh.y == said[counts.argmax()]).reshape(len(fresh.y), -1).all(axis=1).mean())


def mean_box(training: recipes.Examples, fresh: recipes.Examples) -> float:
    """Say the mean box, whatever the image shows."""
    return float(intersection_over_union(training.y.mean(axis=0), fresh.y).mean())


def most_frequent_position(training: recipes.Examples, fresh: recipes.Examples) -> float:
    """Say the position that was most often right."""
    return float(np.mean(fresh.y[:, 0] == np.bincount(training.y[:, 0].astype(int)).argmax()))


def median_length(training: recipes.Examples, fresh: recipes.Examples) -> float:
    """Say the median length; the error that is left."""
    return float(np.abs(fresh.y[:, 1] - np.median(training.y[:, 1])).mean())


def by_score(score: Callable[[tracks.Tracks], np.ndarray], n: int = 2_000) -> Callable[[int], float]:
    """Judge tracks by one number an image; its threshold comes from other images."""

    def figure(seed: int) -> float:
        training, fresh = tracks.draw_tracks(n, 2 * seed), tracks.draw_tracks(n, recipes.FRESH + seed)
        threshold = track_finding.best_threshold(score(training), training.labels)
        return float(((score(fresh) >= threshold) == fresh.labels).mean())

    return figure


def straightest(drawn: tracks.Tracks) -> np.ndarray:
    """Fit a circle to each track, told which hits are its own; the straightest one counts."""
    positions = tracks.SPECTROMETER.plane_positions
    return -np.abs(track_finding.fit_circle(drawn.hits, positions)).min(axis=1)


def ceiling(seed: int) -> float:
    """Count the images on which no shape is hidden whole: nobody can count the others but by luck."""
    drawn = shapes.draw_shapes(10_000, recipes.FRESH + seed, count=(1, 4))
    return 1 - float((shapes.visible_fraction(drawn) == 0).any(axis=1).mean())


def baselines(seeds: int) -> list[list[str]]:
    """Give the rows of all methods without a network."""
    rows = [
        baseline(name, "most frequent class", "accuracy", constant(name, most_frequent), seeds)
        for name in ("shapes/classify", "shapes/count", "shapes/count_overlap")
    ]
    rows.append(baseline("shapes/count_overlap", "ceiling: nothing hidden whole", "accuracy", ceiling, seeds))
    rows.append(baseline("shapes/locate", "mean box", "mean IoU", constant("shapes/locate", mean_box), seeds))
    scores: dict[str, Callable[[tracks.Tracks], np.ndarray]] = {
        "Hough transform, lines": lambda drawn: track_finding.hough_lines(drawn.images),
        "Hough transform, arcs": lambda drawn: track_finding.hough_arcs(drawn.images),
        "following arcs through hits": lambda drawn: track_finding.follow_arcs(drawn.hits),
        "circle fit, true association": straightest,
    }
    rows += [
        baseline("tracks/model", method, "accuracy", by_score(of), seeds) for method, of in scores.items()
    ]
    name = "lstm_max/model"
    position, length = constant(name, most_frequent_position), constant(name, median_length)
    rows.append(baseline(name, "most frequent position", "position", position, seeds))
    rows.append(baseline(name, "median length", "length: mean absolute error", length, seeds))
    return rows


NOTES = [
    "Value: mean over the seeds with their standard deviation, each on 10,000 fresh examples "
    "(classical methods on tracks: 2,000); of Fashion-MNIST the official test images.",
    "The best epoch is chosen on validation data. The recipe of Fashion-MNIST was settled after looking at "
    "this very figure, of three variants and three lengths: it is a little optimistic.",
    "Minutes: wall time. Core minutes: processor time of all threads together, which another load on the "
    "machine changes little; on two idle cores a training takes a little more than half of it.",
]


@click.command(help=__doc__.splitlines()[0])
@click.argument("names", nargs=-1, metavar="[NAME …]")
@click.option("--seeds", default=3, show_default=True)
@click.option("--threads", default=torch.get_num_threads(), show_default="all")
def main(names: tuple[str, ...], seeds: int, threads: int) -> None:
    """Train what is not yet trained, print the table and write it down; with NAMES, train those only."""
    torch.set_num_threads(threads)
    if names:
        for name in names:
            for row in network_rows(name, seeds):
                click.echo("  ".join(row))
        return
    rows = [row for name in recipes.RECIPES for row in network_rows(name, seeds)] + baselines(seeds)
    rows.sort(key=lambda row: list(recipes.RECIPES).index(row[0]))  # baselines beside their networks
    table = Table(*HEADER, title="Models")
    for row in rows:
        table.add_row(*row)
    Console(width=180).print(table)
    click.echo(", ".join(f"{what} {value}" for what, value in describe().items()))
    write_results("models", "Models", HEADER, rows, NOTES)


if __name__ == "__main__":
    main()
