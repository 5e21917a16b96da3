"""The spreadsheet to prepare a practice offline: writing it and reading it back."""
