"""What is like what: codes, documents and cases in clusters and on maps."""
