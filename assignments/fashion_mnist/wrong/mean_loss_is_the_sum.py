"""Adds up over images and does not divide."""

loses = {
    "test_mean_loss_by_hand": 1,
    "test_mean_loss_of_any_batches": 1,
    "test_train_reports_the_loss_of_an_image": 1,
}
says = "value is wrong"


# %% question="mean_loss"
def mean_loss(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True))
