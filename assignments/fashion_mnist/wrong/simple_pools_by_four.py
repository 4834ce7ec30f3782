"""Pools by 4 the first time: the maps shrink, and with them the first dense layer."""

loses = {"test_simple_is_the_network_of_the_table": 1}
says = "35,914 parameters"


# %% question="simple"
def build_simple():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(4),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 2 * 2, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )
