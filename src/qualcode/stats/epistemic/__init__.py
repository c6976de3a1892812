"""What each person or document connects: epistemic networks, the space they lie in, and how groups differ."""
