"""Divides by 255 what is between 0 and 1 already."""

loses = {"test_classifier_on_new_images": 1}
says = "accuracy"
edits = {"classify": [("keras.Input((64, 64, 1))", "keras.Input((64, 64, 1)), layers.Rescaling(1 / 255)")]}
