"""Groups of documents: prevalence, shares and their differences, and comparisons of groups."""
