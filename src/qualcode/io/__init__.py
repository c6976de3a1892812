"""Reading and writing: the project's folder, codebook files, documents, tables, shipped data."""
