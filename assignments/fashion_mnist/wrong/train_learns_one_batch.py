"""Draws the batches once more at each step, and always takes the first images."""

loses = {"test_train_learns_what_holds_for_other_images": 1, "test_train_reports_the_loss_of_an_image": 1}
says = "loss on others"
edits = {"train": [(".split(size):", ".split(size):\n            rows = torch.arange(64)")]}
