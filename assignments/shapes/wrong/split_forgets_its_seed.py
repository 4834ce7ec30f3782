"""Shuffles with numpy's global source: another split each time."""

loses = {"test_split_follows_its_seed"}
says = "the same seed gives another split"
edits = {"split": [("np.random.default_rng(seed).permutation(n)", "np.random.permutation(n)")]}
