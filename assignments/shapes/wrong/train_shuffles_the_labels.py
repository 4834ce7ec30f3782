"""Shuffles the images, but not their labels with them."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "images and labels stay together"
edits = {"train": [("model.fit(images", "model.fit(np.random.default_rng(0).permutation(images)")]}
