"""What a log comes to at a moment: codebook, documents, coding, conflicts; and the codebook's history."""
