"""Leaves the numbers in double precision."""

loses = {"test_generate_gives_sequences_of_vectors": 1}
says = "float32.*float64"
edits = {"generate": [(", dtype=np.float32", "")]}
