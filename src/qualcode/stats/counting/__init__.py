"""Counting: units, groups and meetings of codes, rollups in every policy, and how far the coding has come."""
