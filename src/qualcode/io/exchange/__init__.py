"""What goes in from other programs and out to them, with a list of what did not come along."""
