"""Uncertainty: intervals, and resampling of whole documents."""
