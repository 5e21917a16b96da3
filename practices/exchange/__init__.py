"""Files in and out: exports, imports, spreadsheets."""
