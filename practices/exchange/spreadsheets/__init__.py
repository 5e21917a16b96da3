"""The spreadsheet in which a practice is prepared offline: template and reader."""
