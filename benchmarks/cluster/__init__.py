"""Several hosts under fault, on one Linux machine: `python -m benchmarks.cluster`. See ../README.md."""
