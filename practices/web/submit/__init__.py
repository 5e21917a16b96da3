"""Submitting a practice: form, draft, private pages."""
