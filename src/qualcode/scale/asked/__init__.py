"""The questions that tables of assignments answer, and what they answer."""
