"""Ten logits in a row."""

loses = {"test_counter_gives_two_times_five_logits": 1, "test_counter_on_new_images": 1}
says = "end with Reshape"
edits = {"count": [("        layers.Reshape((2, 5)),\n", "")]}
