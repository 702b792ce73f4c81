"""OpenCode: exported sessions, its database, and the tree of JSON files that came before it."""

from hansard.ingest.formats.opencode.format import FORMAT

__all__ = ["FORMAT"]
