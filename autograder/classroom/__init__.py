"""A whole class on several processes, such that a kill at any moment loses nothing."""
