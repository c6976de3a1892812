"""The values of qualitative coding: spans, documents, codes, history, assignments, rollups."""
