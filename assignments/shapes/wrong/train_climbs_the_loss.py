"""Goes up the gradient instead of down."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "for guessing|NaN"


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(-learning_rate), loss=loss)
    return model.fit(images[..., None], labels, batch_size=64, epochs=epochs, verbose=0).history["loss"]
