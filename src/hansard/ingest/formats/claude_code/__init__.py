"""Claude Code's session logs: one folder per project, one JSON object per line."""

from hansard.ingest.formats.claude_code.layout import FORMAT

__all__ = ["FORMAT"]
