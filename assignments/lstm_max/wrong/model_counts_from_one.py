"""Counts positions from 1: its logits stand one place too far."""

loses = {"test_model_finds_the_position": 1, "test_model_decides_in_ties": 1}
says = "position right 0.0"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    y = keras.layers.Dense(21)(keras.layers.LSTM(64)(x))
    return keras.Model(x, keras.layers.Concatenate()([y[:, 19:20], y[:, :19], y[:, 20:]]))
