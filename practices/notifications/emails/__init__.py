"""E-mails: rendering their templates and building their messages."""
