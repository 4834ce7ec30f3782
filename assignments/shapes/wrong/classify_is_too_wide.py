"""The weights were trained with another width than the network has."""

loses = {"test_classifier_gives_two_logits": 1, "test_classifier_on_new_images": 1}
says = "belongs to another architecture"
edits = {"classify": [("(32, 3)", "(48, 3)")]}
