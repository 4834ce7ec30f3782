"""Puts a ReLU after every layer, the last one too: no class can be unlikely."""

loses = {"test_simple_gives_fresh_logits": 1}
says = "no ReLU either"


# %% question="simple"
def build_simple():
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
        nn.ReLU(),
    )
