"""Stand-ins: classifiers and functions of the user's own as suggesters."""
