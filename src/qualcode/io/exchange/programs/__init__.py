"""Files of other programs for qualitative analysis: their databases, tables, JSON and text, as studies."""
