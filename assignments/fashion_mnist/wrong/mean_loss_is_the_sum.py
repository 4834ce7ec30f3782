"""Adds up over images and does not divide."""

loses = {
    "test_mean_loss_by_hand": 1,
    "test_mean_loss_of_any_batches": 1,
    "test_train_reports_the_loss_of_an_image": 1,
}
says = "value is wrong"
edits = {"mean_loss": [("total / sum(sizes)", "total")]}
