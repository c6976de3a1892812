"""Asking: from a project's state to suggestions with evidence, what to code next, doubts and gaps."""
