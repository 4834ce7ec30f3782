"""From a fresh machine to a whole environment: what `make` calls, with nothing but the standard library."""
