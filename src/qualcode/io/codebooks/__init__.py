"""Codebook files: reading, layers over shipped codebooks, and editing that keeps a person's comments."""
