"""Asking: from a project's content to suggestions, what to code next, doubts, gaps and drift."""
