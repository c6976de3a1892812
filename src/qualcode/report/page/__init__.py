"""The page: a report in one file, in which every number opens the passages behind it."""
