"""Circles first."""

loses = {"test_count_target_of_three_images", "test_count_target_of_any_images"}
says = "exchanged"
edits = {"count_target": [("[rectangles, circles]", "[circles, rectangles]")]}
