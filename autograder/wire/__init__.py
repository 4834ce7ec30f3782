"""What crosses between referee and player, and how. Nothing is imported here: both sides load parts of it."""
