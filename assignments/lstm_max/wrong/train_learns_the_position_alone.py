"""Has no term for the length in its loss."""

loses = {"test_train_lowers_both_parts_of_the_loss": 0.5}
says = "which should fall to a fifth"


# %% question="train"
def train(model, vectors, largest, position, epochs):
    import keras

    def loss(truth, output):
        return keras.losses.sparse_categorical_crossentropy(truth[:, 0], output[:, :20], from_logits=True)

    model.compile(keras.optimizers.Adam(8e-3, global_clipnorm=1.0), loss)
    truth = np.stack([position, largest], axis=1).astype(np.float32)
    history = model.fit(vectors, truth, batch_size=128, epochs=epochs, verbose=0)
    return history.history["loss"]
