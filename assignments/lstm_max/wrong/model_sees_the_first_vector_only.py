"""Looks at the first vector of each sequence alone."""

loses = {
    "test_train_lowers_both_parts_of_the_loss": 0.5,
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
}
says = "squared error of the length is"


# %% question="model"
def build_model():
    import keras

    x = keras.Input((20, 2))
    first = x[:, :1] * keras.ops.ones((1, 20, 1))
    return keras.Model(x, keras.layers.Dense(21)(keras.layers.LSTM(64)(first)))
