"""Circles first."""

loses = {"test_counter_on_new_images": 1}
says = "two numbers are exchanged"


# %% question="count"
def build_counter():
    import keras
    from keras import layers

    x = image = keras.Input((64, 64, 1))
    for width, kernel in ((16, 5), (32, 3), (64, 3), (96, 3)):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPool2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(10)(x)
    return keras.Model(image, layers.Reshape((2, 5))(x)[:, ::-1])
