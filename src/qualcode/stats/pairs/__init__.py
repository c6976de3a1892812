"""Pairs of codes: co-occurrence, association, odds, tests against null models, and networks."""
