"""Our events into other people's files. Called by api; reads through journal, never writes."""
