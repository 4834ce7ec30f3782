"""Gives the same answer to every picture."""

loses = {
    "test_model_finds_the_fast_track": 1,
    "test_short_training_teaches": 1,
}
says = "the same of all pictures"
edits = {"model": [("layers.Dense(1)]", "layers.Dense(1), layers.Rescaling(0.0, offset=3.0)]")]}
