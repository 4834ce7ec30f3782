"""Measures y from the lower edge, as in a plot."""

loses = {"test_locator_on_new_images": 1}
says = "y is measured downwards"


# %% question="locate"
def build_locator():
    import keras
    from keras import layers

    x = image = keras.Input((64, 64, 1))
    for width, kernel in ((16, 5), (32, 3), (32, 3)):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPool2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = 64 * layers.Dense(4, activation="sigmoid")(x)
    return keras.Model(image, layers.Concatenate()([x[:, :1], 64 - x[:, 3:], x[:, 2:3], 64 - x[:, 1:2]]))
