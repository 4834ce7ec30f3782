"""Averages over batches, as if the last one were as large as the others."""

loses = {"test_mean_loss_by_hand": 1, "test_mean_loss_of_any_batches": 1}
says = "mean of the two batches"


# %% question="mean_loss"
def mean_loss(losses, sizes):
    return sum(losses) / len(losses)
