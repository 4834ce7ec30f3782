"""What must hold of an assignment before students see it."""
