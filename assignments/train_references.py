"""Train the reference networks of the assignments from scratch; keep their weights and how they came about.

    make train-references        (or: python assignments/train_references.py [NAME …] [--seed 0])

Each reference has a recipe in kernelwise.recipes and trains in PyTorch. Its weights are written in the
framework in which the assignment's notebook writes it, and for its twin in the other one below weights/twins;
the record beside them says what was trained, how, how long, and what it reaches on fresh data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import torch

from kernelwise import recipes
from kernelwise.models import keras_nets
from kernelwise.models.files import save_weights
from kernelwise.models.twins import copy_weights

FOLDER = Path(__file__).parent
# The notebooks of decks R and P are written in Keras, that of deck S in PyTorch.
REFERENCES = {
    "shapes/classify": "keras",
    "shapes/count": "keras",
    "shapes/locate": "keras",
    "tracks/model": "keras",
    "lstm_max/model": "keras",
    "fashion_mnist/model": "torch",
}


def train(name: str, seed: int, folder: Path = FOLDER) -> dict[str, Any]:
    """Train one reference, write its weights and its record, and return the record."""
    network, record = recipes.train_and_measure(name, seed, progress=True)
    assignment, _, question = name.partition("/")
    write(network, record["network"], folder / assignment / "weights", question, REFERENCES[name])
    path = folder / assignment / "weights" / f"{question}.json"
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


def write(network: Any, net: str, folder: Path, question: str, framework: str) -> None:
    """Write the weights of a trained torch network in both frameworks, the notebook's own one first."""
    twin = getattr(keras_nets, net)()
    copy_weights(network, twin)
    (folder / "twins").mkdir(parents=True, exist_ok=True)
    for model, its_framework, ending in (
        (network, "torch", ".safetensors"),
        (twin, "keras", ".weights.h5"),
    ):
        place = folder if its_framework == framework else folder / "twins"
        save_weights(model, place / f"{question}{ending}")


@click.command(help=__doc__.splitlines()[0])
@click.argument("names", nargs=-1, metavar="[NAME …]")
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", default=torch.get_num_threads(), show_default="all")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Default: assignments/."
)
def main(names: tuple[str, ...], seed: int, threads: int, folder: Path) -> None:
    """Train the named references, or all, and say what each reaches."""
    if unknown := set(names) - set(REFERENCES):
        raise click.UsageError(
            f"no reference {', '.join(sorted(unknown))}; there are {', '.join(REFERENCES)}"
        )
    torch.set_num_threads(threads)
    for name in names or REFERENCES:
        click.echo(f"{name}: training")
        record = train(name, seed, folder)
        reached = ", ".join(
            f"{title} {figure['value']:.4f} ± {figure['error']:.4f}"
            for title, figure in record["fresh"].items()
        )
        click.echo(f"{name}: {reached}; {record['parameters']:,} parameters, {record['minutes']:.1f} min")


if __name__ == "__main__":
    main()
