"""Trained on labels that were shuffled apart from their images."""

weights = {"classify": "weights/shuffled.weights.h5"}
loses = {"test_classifier_on_new_images": 1}
says = "accuracy 0"
