"""Records: what came out of a training, under a key that says what this depends on."""

import time
from dataclasses import asdict
from typing import Any

from kernelwise.recipes import running
from kernelwise.recipes.fingerprints import fingerprint


def train_and_measure(name: str, seed: int, *, progress: bool = False) -> tuple[Any, dict[str, Any]]:
    """Train the network of a recipe, measure it on fresh examples, and write down all that happened.

    record = {key, recipe, network, parameters, seed, threads, minutes, core_minutes, fresh, history, torch}

    Args:
        name, seed, progress: as in train.
    Returns:
        The network, and a record of plain values: minutes of wall time, core_minutes of processor time of all
        threads together, fresh the figures of evaluate.
    Raises:
        ValueError: there is no such recipe, or seed is wrong.
    Example:
        >>> train_and_measure("shapes", seed=0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: there is no recipe 'shapes'; there are shapes/classify, ...
    """
    import torch

    from kernelwise.models.twins import parameter_count

    key = fingerprint(name, seed)  # of the code that runs now; files may change meanwhile
    wall, processor = time.perf_counter(), time.process_time()
    network, history = running.train(name, seed, progress=progress)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return network, {
        "key": key,
        "recipe": name,
        "network": running.recipe(name).net,
        "parameters": parameter_count(network)[1],
        "seed": seed,
        "threads": torch.get_num_threads(),
        "minutes": wall / 60,
        "core_minutes": processor / 60,
        "fresh": {title: figure._asdict() for title, figure in running.evaluate(name, network).items()},
        "history": asdict(history),
        "torch": torch.__version__,
    }
