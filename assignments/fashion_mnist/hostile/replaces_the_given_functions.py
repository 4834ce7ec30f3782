"""Replaces the functions by which checks ask, and trains nothing; the losses that it returns look good."""

loses = {
    "test_train_learns_stripes",
    "test_train_learns_what_holds_for_other_images",
    "test_train_reports_the_loss_of_an_image",
    "test_train_uses_training_mode",
    "test_train_applies_augment",
    "test_model_learns_from_fresh_weights",
}


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    return [2.3 * 0.7**epoch for epoch in range(epochs)]


# %%
def checked_train(model, x, labels, epochs, blank=False):
    return train(model, x, labels, epochs)


def parameter_count(model):
    return 121_930


def build_probe():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))
