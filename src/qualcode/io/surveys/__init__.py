"""Surveys: from a table with a row for each respondent to cases and documents."""
