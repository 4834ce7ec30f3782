"""Reads the sequence from its end, other than it was trained."""

loses = {"test_model_finds_the_position": 1, "test_model_decides_in_ties": 1}
says = "position right 0.0"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    y = keras.layers.LSTM(64, go_backwards=True)(x)
    return keras.Model(x, keras.layers.Dense(21)(y))
