"""Order: which codes follow which, in sequences, stanzas and transitions."""
