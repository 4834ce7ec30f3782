"""Divides by 255 what is between 0 and 1 already."""

loses = {"test_classifier_on_new_images": 1}
says = "accuracy"


# %% question="classify"
def build_classifier():
    import keras
    from keras import layers

    x = image = keras.Input((64, 64, 1))
    x = layers.Rescaling(1 / 255)(x)
    for width, kernel in ((8, 5), (16, 3), (32, 3)):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPool2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(2)(x)
    return keras.Model(image, x)
