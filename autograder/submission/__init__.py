"""What was handed in: found, read as the work of a stranger, and put back into the shape of the release."""
