"""Personal data: asking for the link to it, and the pages that show, download and erase it."""
