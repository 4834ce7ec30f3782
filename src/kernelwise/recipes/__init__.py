"""Recipes: how each reference network of the course is trained, from data to a figure of merit.

One recipe a task, named "<assignment>/<question>" and found in the module of its assignment. The same recipes
train the reference weights of the assignments, fill the tables of the benchmarks and serve the chapters, so
that no figure is that of another network than the one shown. Networks train in PyTorch;
`kernelwise.models.twins` gives the weights to Keras.
"""

from kernelwise.recipes.definition import FRESH, Examples, Recipe
from kernelwise.recipes.fingerprints import fingerprint
from kernelwise.recipes.records import train_and_measure
from kernelwise.recipes.running import RECIPES, Figure, evaluate, recipe, train

__all__ = [
    "FRESH",
    "RECIPES",
    "Examples",
    "Figure",
    "Recipe",
    "evaluate",
    "fingerprint",
    "recipe",
    "train",
    "train_and_measure",
]
