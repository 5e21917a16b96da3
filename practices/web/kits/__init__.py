"""Kits: practices that readers put together, on a page and as files."""
