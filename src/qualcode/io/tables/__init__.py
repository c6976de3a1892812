"""Tables in and out: frames and files of assignments, cells as programs write them, review tables."""
