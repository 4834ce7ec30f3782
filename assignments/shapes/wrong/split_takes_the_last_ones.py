"""Cuts without shuffling."""

loses = {"test_split_is_random", "test_split_follows_its_seed"}
says = "shuffle first"
edits = {"split": [("np.random.default_rng(seed).permutation(n)", "np.arange(n)")]}
