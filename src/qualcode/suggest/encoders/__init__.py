"""Encoders: vectors of meaning from packaged weights, without a network."""
