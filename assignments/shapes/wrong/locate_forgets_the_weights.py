"""Hands in no weights of one network."""

weights = {"locate": None}
loses = {"test_locator_gives_boxes_in_pixels": 1, "test_locator_on_new_images": 1}
says = "There is no weights/locate"
