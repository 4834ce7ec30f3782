"""Was trained on pictures from 0 to 255: those from 0 to 1 all look black to it."""

loses = {
    "test_short_training_teaches": 1,
    "test_model_finds_the_fast_track": 1,
}
says = "cross entropy of 0.69"
edits = {
    "model": [
        ("layers.MaxPool2D((1, 8))", "layers.Rescaling(1 / 255), layers.MaxPool2D((1, 8))"),
        ("model.fit(images", "model.fit(255 * images"),
    ]
}
