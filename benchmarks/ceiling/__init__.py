"""The ceiling: a plain Django project whose only page renders 20 cards and 83 links from constants. No database."""
