"""Ends in a sigmoid, and trains with it."""

loses = {
    "test_model_gives_a_logit": 1,
    "test_model_finds_the_fast_track": 1,
}
says = "leave out the sigmoid"
edits = {
    "model": [
        ("layers.Dense(1)", 'layers.Dense(1, activation="sigmoid")'),
        ("from_logits=True", "from_logits=False"),
    ]
}
