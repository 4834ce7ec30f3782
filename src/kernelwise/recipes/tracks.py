"""Recipe of the assignment "tracks": is there a track of high transverse momentum?"""

import numpy as np

from kernelwise.arguments import Array
from kernelwise.data.tracks import draw_tracks
from kernelwise.recipes.definition import Examples, Recipe, drawn


def _tracks(n: int, seed: int) -> Examples:
    tracks = draw_tracks(n, seed)
    return Examples(tracks.images, tracks.labels)


def _flip_up_down(x: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Mirror half of the images at the axis of the spectrometer: charge ± turns into ∓, physics stays."""
    flipped = rng.random(len(x)) < 0.5
    x[flipped] = x[flipped, ::-1]
    return x, y


def _right_sign(output: Array, y: Array) -> Array:
    return (output[:, 0] > 0) == (y > 0)


RECIPES = {
    "tracks/model": Recipe(
        net="small_tracks",
        data=drawn(_tracks, 16_000, 2_000),
        fresh=_tracks,
        loss="binary cross entropy",
        scores={"accuracy": _right_sign},
        epochs=8,
        learning_rate=3e-3,
        options={"weight_decay": 1e-2, "augment": _flip_up_down},
    )
}
