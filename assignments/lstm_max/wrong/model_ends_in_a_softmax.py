"""Gives probabilities of the positions where logits are asked, and so learns them slowly."""

loses = {"test_model_gives_logits_and_a_length": 1}
says = "leave out the softmax"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    y = keras.layers.Dense(21)(keras.layers.LSTM(64)(x))
    together = keras.layers.Concatenate()
    return keras.Model(x, together([keras.ops.softmax(y[:, :20]), y[:, 20:]]))
