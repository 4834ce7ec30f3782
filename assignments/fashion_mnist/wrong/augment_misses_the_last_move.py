"""Draws from 0 to 3: nothing moves by 2 pixels to the left or up."""

loses = {"test_augment_draws_for_each_image": 1}
says = "forms"
edits = {"augment": [("randint(0, 5,", "randint(0, 4,")]}
