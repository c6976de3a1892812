"""Codes, themes and the codebook, the changes that lead to the next one, and the difference of two."""
