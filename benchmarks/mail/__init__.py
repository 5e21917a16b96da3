"""Benchmarks of e-mail, under fault and at speed: `python -m benchmarks.mail`. See ../README.md."""
