"""Has a wide dense layer on large maps, whose weights do not fit into the file that is taken."""

loses = {"test_locator_gives_boxes_in_pixels": 1, "test_locator_on_new_images": 1}
says = "weights, at most 1,000,000 fit into 4 MB"
edits = {"locate": [("layers.Dense(64, activation", "layers.Dense(600, activation")]}
