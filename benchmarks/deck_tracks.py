"""Search for data on which the deck's network shows what the deck reports: chance at first, 0.84 at epoch 10.

    python benchmarks/deck_tracks.py [SETTING …] [--nets deck_tracks] [--seeds 1] [--threads N] [--float32]

The deck prints the accuracy on its test images after each of ten epochs, and neither its generator nor how
many images it has. So settings are tried: the gap between low and high momenta, the number of images, and
whether hits are bright on black or, as matplotlib draws, dark on white. The training is the deck's: Adam with
Keras's defaults, batches of 32. Where the result is found, three seeds of it are trained, and beside them the
small network of the references. A training that is done is kept in build/benchmarks/deck_tracks.jsonl.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from machine import write_results
from models import spread
from torch import nn

from kernelwise import recipes
from kernelwise.data.tracks import Spectrometer, draw_tracks
from kernelwise.models import torch_nets
from kernelwise.training import fit_torch, predict, seed_everything

JOURNAL = Path("build/benchmarks/deck_tracks.jsonl")
DECK = [0.5010, 0.5064, None, 0.6857, None, None, None, 0.7636, 0.7997, 0.8411]  # None: no better than before
EPOCHS = len(DECK)
VALIDATION, FRESH = 2_000, 10_000  # images


@dataclass(frozen=True)
class Setting:
    """What is drawn, and how many images there are to train on."""

    low: tuple[float, float]
    high: tuple[float, float]
    images: int
    white: bool = False

    def draw(self, n: int, seed: int) -> recipes.Examples:
        """Draw images and labels."""
        drawn = draw_tracks(n, seed, spectrometer=Spectrometer(low=self.low, high=self.high))
        return recipes.Examples(255 - drawn.images if self.white else drawn.images, drawn.labels)


SETTINGS = {
    "default": Setting((0.6, 1.5), (5, 20), 10_000),
    "wide gap, on white": Setting((0.6, 1.0), (10, 50), 10_000, white=True),
    "wide gap": Setting((0.6, 1.0), (10, 50), 10_000),
    "wide gap, 15,000 images": Setting((0.6, 1.0), (10, 50), 15_000),
}
FOUND = "wide gap, 15,000 images"
# What is trained where no setting is named: (setting, network, seeds).
PLAN = [*((name, "deck_tracks", 3 if name == FOUND else 1) for name in SETTINGS), (FOUND, "small_tracks", 3)]
HEADER = [
    *("setting", "low p_T, GeV", "high p_T, GeV", "images", "network", "seeds", "core minutes a seed"),
    *map(str, range(1, EPOCHS + 1)),
    "best",
    "fresh",
]


class InBfloat16(nn.Module):
    """A network whose convolutions and products run in bfloat16: twice as fast here, enough for a search."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """As the network."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.network(x)
        return y.float()


def train(name: str, net: str, seed: int, float32: bool) -> dict[str, Any]:
    """Train one network on one setting, unless that is done already; its accuracy after each epoch."""
    setting = SETTINGS[name]
    key = f"{name} {setting} {net} seed {seed} {'float32' if float32 else 'bfloat16'}"
    if JOURNAL.exists():
        for record in map(json.loads, JOURNAL.read_text(encoding="utf-8").splitlines()):
            if record["key"] == key:
                return record
    seed_everything(seed)
    training, validation = setting.draw(setting.images, 2 * seed), setting.draw(VALIDATION, 2 * seed + 1)
    start = time.process_time()
    if net == "deck_tracks":
        network = torch_nets.deck_tracks(logits=True)
        network = network if float32 else InBfloat16(network)
        options: dict[str, Any] = {"epochs": EPOCHS, "batch_size": 32, "schedule": "constant"}
    else:
        network, recipe = torch_nets.small_tracks(), recipes.recipe("tracks/model")
        options = {
            "epochs": recipe.epochs,
            "batch_size": recipe.batch_size,
            "learning_rate": recipe.learning_rate,
            **recipe.options,
        }
    history = fit_torch(
        network,
        training,
        validation,
        loss="binary cross entropy",
        metric="accuracy",
        seed=seed,
        **options,
    )
    fresh = setting.draw(FRESH, recipes.FRESH + seed)
    record = {
        "key": key,
        "accuracy": history.validation_metric,
        "fresh": float(np.mean((predict(network, fresh.x)[:, 0] > 0) == fresh.y)),
        "core_minutes": (time.process_time() - start) / 60,
    }
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    with JOURNAL.open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(record) + "\n")
    return record


def row(name: str, net: str, records: list[dict[str, Any]]) -> list[str]:
    """Give the row of a network on a setting, with means over seeds."""
    setting = SETTINGS[name]
    curve = np.mean([record["accuracy"] for record in records], axis=0)
    return [
        name,
        "{:g}–{:g}".format(*setting.low),
        "{:g}–{:g}".format(*setting.high),
        f"{setting.images:,}",
        net,
        str(len(records)),
        f"{np.mean([record['core_minutes'] for record in records]):.1f}",
        *(f"{value:.3f}" for value in curve[:EPOCHS]),
        *["–"] * (EPOCHS - len(curve)),
        spread([max(record["accuracy"]) for record in records]),
        spread([record["fresh"] for record in records]),
    ]


NOTES = [
    "After each epoch: accuracy on 2,000 validation images, mean over the seeds. Best: of the best of these "
    "epochs.",
    "Fresh: accuracy of the best epoch on 10,000 other images.",
    "The deck prints an accuracy only where it is the best so far, on the very images by which it chooses: "
    "compare its last number with the column of the best.",
]


@click.command(help=__doc__.splitlines()[0])
@click.argument("names", nargs=-1, metavar="[SETTING …]")
@click.option("--nets", default="deck_tracks", show_default=True, help="Networks for the settings named.")
@click.option("--seeds", default=1, show_default=True, help="How many, for the settings named.")
@click.option("--threads", default=torch.get_num_threads(), show_default="all")
@click.option("--float32", is_flag=True, help="Train the deck's network in full precision.")
def main(names: tuple[str, ...], nets: str, seeds: int, threads: int, float32: bool) -> None:
    """Train what is not yet trained; without SETTING, all of the plan, and write the table down."""
    torch.set_num_threads(threads)
    curve = [f"{a:.3f}" if a else "–" for a in DECK]
    rows = [["the deck", *["?"] * 3, "deck_tracks", "1", "?", *curve, f"{DECK[-1]:.3f}", "–"]]
    for name, net, n in [(name, net, seeds) for name in names for net in nets.split(",")] or PLAN:
        rows.append(row(name, net, [train(name, net, seed, float32) for seed in range(n)]))
        click.echo("  ".join(rows[-1]))
    if not names:
        precision = "float32" if float32 else "bfloat16"
        note = f"The deck's network trained in {precision}, the small one as the references are."
        write_results("deck_tracks", "The deck's network on tracks", HEADER, rows, [*NOTES, note])


if __name__ == "__main__":
    main()
