"""The bench: what every suggester works with, from words of a text to scores, cuts and shortlists."""
