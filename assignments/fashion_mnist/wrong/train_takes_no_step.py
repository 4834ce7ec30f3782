"""Computes gradients, and never lets the optimizer use them."""

loses = {
    "test_train_learns_stripes": 1,
    "test_train_learns_what_holds_for_other_images": 1,
    "test_train_reports_the_loss_of_an_image": 1,
    "test_train_uses_training_mode": 1,
    "test_train_applies_augment": 1,
    "test_model_learns_from_fresh_weights": 1,
}
says = "hardly fall"
edits = {"train": [("            adam.step()\n            schedule.step()\n", "")]}
