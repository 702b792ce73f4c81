"""Codex (CLI, desktop and IDE): rollout files, one session per file, one record per line."""

from hansard.ingest.formats.codex.format import FORMAT

__all__ = ["FORMAT"]
