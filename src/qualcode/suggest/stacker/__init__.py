"""The default suggester: shared scores stacked across codes, fitted in closed form."""
