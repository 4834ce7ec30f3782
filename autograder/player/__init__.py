"""The side that runs student code. Nothing is imported here: each process loads only what it needs."""
