"""The project: documents, codebook and assignments together, and the questions asked of them."""
