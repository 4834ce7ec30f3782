"""Goes up the gradient instead of down."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "for guessing|NaN"
edits = {
    "train": [
        ("Adam(learning_rate)", "SGD(-learning_rate)"),
        ("optimizer.learning_rate = learning_rate", "optimizer.learning_rate = -learning_rate"),
    ]
}
