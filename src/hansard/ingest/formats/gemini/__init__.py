"""Gemini CLI: a chat per file, as one JSON object or (newer) as lines that add to it."""

from hansard.ingest.formats.gemini.format import FORMAT

__all__ = ["FORMAT"]
