"""Was trained on components from −1 to 1: it knows no length above 1.4."""

weights = {"model": "weights/uniform.weights.h5"}
loses = {
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
}
says = "position right 0"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    y = keras.layers.Dense(2)(keras.layers.LSTM(32, return_sequences=True)(x))
    return keras.Model(x, keras.layers.Concatenate()([y[:, :, 0], y[:, -1:, 1]]))
