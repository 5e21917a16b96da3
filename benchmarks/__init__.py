"""Benchmarks of the catalogue at any size. See README.md in this folder; not part of the application."""
