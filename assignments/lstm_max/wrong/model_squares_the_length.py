"""Gives the square of the length."""

loses = {"test_model_measures_the_length": 1}
says = "mean absolute error"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    y = keras.layers.Dense(21)(keras.layers.LSTM(64)(x))
    return keras.Model(x, keras.layers.Concatenate()([y[:, :20], y[:, 20:] ** 2]))
