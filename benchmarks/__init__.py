"""A catalogue of any size, and what its pages cost. See README.md beside this file; no part of the application."""
