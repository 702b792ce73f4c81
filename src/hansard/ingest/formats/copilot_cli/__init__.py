"""GitHub Copilot CLI: a folder per session with its events, one per line."""

from hansard.ingest.formats.copilot_cli.format import FORMAT

__all__ = ["FORMAT"]
