"""Always one epoch."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "one an epoch"


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss)
    return model.fit(images[..., None], labels, batch_size=64, verbose=0).history["loss"]
