"""The home page, objectives, listings, places, maps and comparison."""
