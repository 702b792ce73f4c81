"""Reading: the list, one session, what changed. It only reads, and only rows and the log."""
