"""Trains a copy and leaves the network that it was given as it is."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "which should fall to a fifth"


# %% question="train"
def train(model, vectors, largest, position, epochs):
    import keras

    def loss(truth, output):
        surprise = keras.losses.sparse_categorical_crossentropy(truth[:, 0], output[:, :20], from_logits=True)
        return surprise + 4 * keras.ops.square(output[:, 20] - truth[:, 1])

    model = keras.models.clone_model(model)
    model.compile(keras.optimizers.Adam(8e-3, global_clipnorm=1.0), loss)
    truth = np.stack([position, largest], axis=1).astype(np.float32)
    history = model.fit(vectors, truth, batch_size=128, epochs=epochs, verbose=0)
    return history.history["loss"]
