"""Trains well, and returns nothing."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "return a list"


# %% question="train"
def train(model, images, labels, epochs=1, learning_rate=0.003):
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss)
    model.fit(images[..., None], labels, batch_size=64, epochs=epochs, verbose=0)
