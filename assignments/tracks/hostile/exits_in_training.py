"""Ends the process with exit status 0 when it is asked to train, as if all had gone well."""

loses = {
    "test_short_training_teaches": 1,
}


# %% question="model"
def build_model():
    import keras
    from keras import layers

    stack = [keras.Input((128, 128, 1)), layers.MaxPool2D((1, 8))]
    for width, height, stride in ((16, 5, 1), (32, 7, 1), (64, 7, 2), (96, 9, 1)):
        stack += [
            layers.ZeroPadding2D((height // 2, 0)),
            layers.Conv2D(width, (height, 2), strides=(stride, 2), use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(1)])


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    import os

    os._exit(0)
