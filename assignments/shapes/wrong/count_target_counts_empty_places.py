"""Whatever is no circle counts as a rectangle, empty places too."""

loses = {"test_count_target_of_three_images", "test_count_target_of_any_images"}
says = "empty places were counted"
edits = {"count_target": [("kinds == 0", "kinds != 1")]}
