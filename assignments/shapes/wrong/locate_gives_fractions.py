"""Fractions of the image where pixels are asked."""

loses = {"test_locator_gives_boxes_in_pixels": 1, "test_locator_on_new_images": 1}
says = "boxes are asked in pixels"
edits = {"locate": [("        layers.Rescaling(64),\n", "")]}
