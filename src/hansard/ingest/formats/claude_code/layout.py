"""Where Claude Code keeps its logs, and which files are its."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.ingest.base import Format, Parser, Source
from hansard.ingest.formats.claude_code import record as records
from hansard.ingest.formats.claude_code.parser import ClaudeCodeParser
from hansard.ingest.formats.claude_code.place import Place
from hansard.ingest.formats.claude_code.record import NAME, identifier, mapping
from hansard.ingest.lines import beginning

_SUFFIX = ".jsonl"
_COMPACTION_FILE = "agent-acompact-"
_JOURNAL = "journal.jsonl"
_HEAD = 65_536
_LINES_TO_KNOW = 50
_OF_A_SESSION = frozenset(
    "user assistant system attachment progress queue-operation ai-title custom-title mode"
    " permission-mode last-prompt bridge-session pr-link agent-name agent-setting".split()
)
_UUID = re.compile(rb'"uuid"\s*:\s*"([^"]{1,200})"')
_SESSION = re.compile(rb'"sessionId"\s*:\s*"([^"]{1,200})"')
_LONG_FIRST_LINE = re.compile(rb'"parentUuid"\s*:.*"isSidechain"\s*:', re.DOTALL)


class ClaudeCode:
    """The format. Evidence: formats.md, sections 1 and 2; it is undocumented and changes
    weekly, so nothing here depends on a version."""

    name = NAME
    title = "Claude Code"
    agent = "claude-code"
    usage_grows = True

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """``projects`` in the configured folders (``CLAUDE_CONFIG_DIR``), else in the usual."""
        configured = [part.strip() for part in environ.get("CLAUDE_CONFIG_DIR", "").split(",")]
        folders = [Path(part) for part in configured if part]
        return [f / "projects" for f in folders or [home / ".claude", home / ".config" / "claude"]]

    def find(self, root: Path) -> Iterator[Source]:
        """Every file under a folder that may be a session's or a sub-agent's, by its name."""
        if root.is_file():
            if _may_be_ours(root.name):
                yield Source(root, root.parent)
            return
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                if _may_be_ours(name):
                    yield Source(Path(folder) / name, root)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first records are Claude Code's."""
        if not _may_be_ours(path.name):
            return False
        lines = head.split(b"\n", _LINES_TO_KNOW)[:_LINES_TO_KNOW]
        if len(lines) == 1 and _LONG_FIRST_LINE.search(lines[0]):
            return True
        return any(_is_ours(line) for line in lines if line.strip())

    def family(self, source: Source, head: bytes) -> str:
        """The first record's uuid: forks and resumes begin with it, sub-agents look it up in
        the file of their session."""
        place = Place.of(source.path)
        if place.agent is not None:
            named = _SESSION.search(head)
            session = place.session or (named[1].decode("utf-8", "replace") if named else "")
            file = place.session_file(session)
            head = _head_of(file) if file else b""
            fallback = session or source.path.stem
        else:
            fallback = place.session or source.path.stem
        first = _UUID.search(head)
        return first[1].decode("utf-8", "replace") if first else fallback

    def open(self, source: Source) -> Parser:
        """A parser for one file."""
        return ClaudeCodeParser(Place.of(source.path))


def _may_be_ours(name: str) -> bool:
    return name.endswith(_SUFFIX) and not name.startswith(_COMPACTION_FILE) and name != _JOURNAL


def _is_ours(line: bytes) -> bool:
    fields = records.parse(line) or {}
    kind = fields.get("type")
    if kind == "summary":
        return identifier(fields.get("leafUuid")) is not None
    if kind == "file-history-snapshot":
        return bool(mapping(fields.get("snapshot")))
    if identifier(fields.get("sessionId")) is None or kind not in _OF_A_SESSION:
        return False
    return kind not in ("user", "assistant") or bool(mapping(fields.get("message")))


def _head_of(path: Path) -> bytes:
    return beginning(path, _HEAD) or b""


FORMAT: Format = ClaudeCode()
