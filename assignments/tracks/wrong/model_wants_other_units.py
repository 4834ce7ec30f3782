"""Was trained on pictures from 0 to 255: those from 0 to 1 all look black to it."""

loses = {
    "test_short_training_teaches": 1,
    "test_model_finds_the_fast_track": 1,
}
says = "cross entropy of 0.69"


# %% question="model"
def build_model():
    import keras
    from keras import layers

    stack = [keras.Input((128, 128, 1)), layers.Rescaling(1 / 255), layers.MaxPool2D((1, 8))]
    for width, height, stride in ((16, 5, 1), (32, 7, 1), (64, 7, 2), (96, 9, 1)):
        stack += [
            layers.ZeroPadding2D((height // 2, 0)),
            layers.Conv2D(width, (height, 2), strides=(stride, 2), use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(1)])


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss)
    model.fit(255 * images[..., None], labels, batch_size=32, epochs=epochs, verbose=0)
    return model
