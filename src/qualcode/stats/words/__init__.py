"""The words of texts: how often each is used where, what sets groups apart, and words in their context."""
