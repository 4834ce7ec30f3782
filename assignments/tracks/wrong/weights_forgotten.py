"""Hands in the notebook without its weights."""

weights = {"model": None}
loses = {
    "test_model_gives_a_logit": 1,
    "test_model_finds_the_fast_track": 1,
}
says = "There is no weights"
