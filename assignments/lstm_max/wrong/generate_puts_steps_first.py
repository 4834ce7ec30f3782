"""Has the axes of steps and sequences exchanged."""

loses = {
    "test_generate_gives_sequences_of_vectors": 1,
    "test_generate_is_repeatable": 1,
    "test_generate_draws_independent_normal_numbers": 1,
}
says = "sequences come first"
edits = {"generate": [("((n, steps, 2)", "((steps, n, 2)")]}
