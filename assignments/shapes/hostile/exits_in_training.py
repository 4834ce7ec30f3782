"""Ends the process with exit status 0 in the midst of the training."""

loses = {"test_train_teaches_a_fresh_network": 1}


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    import os

    os._exit(0)
