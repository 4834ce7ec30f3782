"""Trains a copy, and leaves the model that it was given as it was."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "as it was"


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    import keras

    copy = keras.models.clone_model(model)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    copy.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss)
    return copy.fit(images[..., None], labels, batch_size=64, epochs=epochs, verbose=0).history["loss"]
