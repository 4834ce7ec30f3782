"""Pools by 4 the first time: the maps shrink, and with them the first dense layer."""

loses = {"test_simple_is_the_network_of_the_table": 1}
says = "35,914 parameters"
edits = {
    "simple": [
        ("nn.MaxPool2d(2),\n        nn.Conv2d", "nn.MaxPool2d(4),\n        nn.Conv2d"),
        ("64 * 5 * 5", "64 * 2 * 2"),
    ]
}
