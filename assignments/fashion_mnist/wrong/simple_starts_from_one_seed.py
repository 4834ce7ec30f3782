"""Sets the seed within the function: all networks start alike, and so does all else that is random."""

loses = {"test_simple_gives_fresh_logits": 1}
says = "same weights"


# %% question="simple"
def build_simple():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 5 * 5, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )
