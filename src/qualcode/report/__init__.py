"""What a project looks like to a reader."""
