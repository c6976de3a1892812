"""What coders say of texts: assignments, suggestions and verdicts, memos, and asking for them."""
