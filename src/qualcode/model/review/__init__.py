"""Reviews of evidence, as values: what people decide, judge and extract on the way to a synthesis."""
