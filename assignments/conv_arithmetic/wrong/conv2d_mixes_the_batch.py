"""The sum runs over the images of the batch too."""

loses = {"test_conv2d_keeps_the_images_of_a_batch_apart", "test_conv2d_of_any_layer"}
says = "images of a batch are mixed"
edits = {"conv2d": [("ncab,ocab->no", "ncab,ocab->o")]}
