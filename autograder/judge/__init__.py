"""From a submission's answers to points and words: checks, what they may ask, and what students read."""
