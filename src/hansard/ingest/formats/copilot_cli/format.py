"""Finds the sessions of Copilot CLI and knows one when it sees it.

Evidence: github/copilot-sdk, `nodejs/src/generated/session-events.ts`, and the fixtures of the
tests. The event stream of Copilot in VS Code is the same.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.domain import foreign
from hansard.ingest.base import Format, Source
from hansard.ingest.folder import found_in
from hansard.ingest.formats.copilot_cli.parser import (
    AGENT_WORD,
    EVENTS,
    NAME,
    CopilotCliParser,
    session_of,
)
from hansard.ingest.lines import beginning
from hansard.ingest.told import decode

_LOOK = 65_536
_KINDS = frozenset({"session", "user", "assistant", "tool", "hook", "system", "permission"})


class CopilotCliFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = NAME
    title: str = "Copilot CLI"
    agent: str = AGENT_WORD
    usage_grows = False

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """``session-state`` below ``COPILOT_HOME``, else below ``~/.copilot``."""
        own = environ.get("COPILOT_HOME")
        return [(Path(own).expanduser() if own else home / ".copilot") / "session-state"]

    def find(self, root: Path) -> Iterator[Source]:
        """``<session>/events.jsonl``; other files by what is in them."""
        return found_in(root, _may_be_ours)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first line that can be read is one of its events."""
        if path.suffix != ".jsonl":
            return False
        lines = (line for line in head.split(b"\n", 3)[:3] if line.strip())
        return any(_is_event(line) for line in lines)

    def family(self, source: Source, head: bytes) -> str:
        """The session itself."""
        return session_of(source.path)

    def open(self, source: Source) -> CopilotCliParser:
        """A parser for one file."""
        return CopilotCliParser(source)


def _may_be_ours(path: Path) -> bool:
    if path.suffix != ".jsonl" or path.is_dir():
        return False
    if path.name == EVENTS:
        return True
    if not path.is_file():
        return False
    start = beginning(path, _LOOK)
    return start is not None and FORMAT.sniff(path, start)


def _is_event(line: bytes) -> bool:
    try:
        fields = decode(line)
    except ValueError:
        return False
    kind, dot, _ = (foreign.text(fields.get("type")) or "").partition(".")
    return bool(dot) and kind in _KINDS and isinstance(fields.get("data"), dict)


FORMAT: Format = CopilotCliFormat()
