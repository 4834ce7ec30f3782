"""Hands in weights that say when there is no fast track."""

loses = {"test_model_finds_the_fast_track": 1}
says = "accuracy 0.0"
edits = {"model": [("layers.Dense(1)]", "layers.Dense(1), layers.Rescaling(-1.0)]")]}
