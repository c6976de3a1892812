"""Finding: keywords, patterns and search, each passage by a rule that a person can read."""
