"""E-mail under fault and at speed: `python -m benchmarks.mail`. ../README.md says how it is measured."""
