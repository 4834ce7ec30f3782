"""Ends in a dense layer on whole maps, whose weights do not fit into the file that is taken."""

loses = {"test_model_gives_a_logit": 1, "test_model_finds_the_fast_track": 1}
says = "weights, at most 1,000,000 fit into 4 MB"
edits = {
    "model": [
        (
            "layers.GlobalMaxPooling2D(), layers.Dense(1)",
            'layers.Flatten(), layers.Dense(200, activation="relu"), layers.Dense(1)',
        )
    ]
}
