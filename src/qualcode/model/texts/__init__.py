"""Texts and places in them: documents and cases, spans, segments, and cutting a text into units."""
