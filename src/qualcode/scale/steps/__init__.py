"""Counting in three steps: what is counted of whole documents, united, and finished."""
