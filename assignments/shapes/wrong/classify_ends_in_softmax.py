"""Gives probabilities where logits are asked."""

loses = {"test_classifier_gives_two_logits": 1, "test_classifier_on_new_images": 1}
says = "leave out the softmax"


# %% question="classify"
def build_classifier():
    import keras
    from keras import layers

    x = image = keras.Input((64, 64, 1))
    for width, kernel in ((8, 5), (16, 3), (32, 3)):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPool2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(2)(x)
    return keras.Model(image, layers.Softmax()(x))
