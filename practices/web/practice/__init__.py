"""The page of a practice, its revisions, citations and picture."""
