"""Finds rollout files, knows one when it sees it, and says which ones belong together.

Evidence for the format: openai/codex, `codex-rs/protocol/src/{protocol,models,items}.rs`,
`codex-rs/history/src/lib.rs` and `codex-rs/rollout/src`, and the fixtures of the tests.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.domain.draft import Json
from hansard.ingest.base import Format, Source
from hansard.ingest.formats.codex.parser import CodexParser
from hansard.ingest.formats.codex.record import FORMAT_NAME, decode, part, text
from hansard.ingest.formats.codex.thread import AGENT_WORD
from hansard.ingest.lines import beginning

_HEAD = 64 * 1024
_KINDS = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
_CUT = re.compile(rb'"(id|session_id|forked_from_id|parent_thread_id)"\s*:\s*"([^"\\]{1,200})"')


class CodexFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = FORMAT_NAME
    title: str = "Codex"
    agent: str = AGENT_WORD
    usage_grows = False

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """`sessions` and `archived_sessions` below `CODEX_HOME`, else below `~/.codex`."""
        base = Path(environ.get("CODEX_HOME") or home / ".codex")
        return [base / "sessions", base / "archived_sessions"]

    def find(self, root: Path) -> Iterator[Source]:
        """Rollout files below a folder in order of their names, which begin with the time."""
        if root.is_file():
            found, folder = [root], root.parent
        else:
            found, folder = sorted((*root.rglob("*.jsonl"), *root.rglob("*.jsonl.zst"))), root
        for path in found:
            if not path.is_dir() and self._is_ours(path):
                yield Source(path, folder)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether a file is a rollout: its first readable line is one of its records."""
        if path.suffix != ".jsonl":
            return False
        first, newline, _ = head.lstrip().partition(b"\n")
        if not newline and len(head) >= _HEAD:
            return b'"session_meta"' in first[:512]
        return _is_rollout_line(first)

    def family(self, source: Source, head: bytes) -> str:
        """The thread that a file's history began in: its root's, its parent's or its own."""
        first = head.lstrip().partition(b"\n")[0]
        return _ancestor(_opening(first)) or source.path.stem

    def open(self, source: Source) -> CodexParser:
        """A parser for one file."""
        return CodexParser(source)

    def _is_ours(self, path: Path) -> bool:
        if path.name.startswith("rollout-"):  # Codex compresses those of last week
            return path.name.endswith((".jsonl", ".jsonl.zst"))
        if path.suffix != ".jsonl" or not path.is_file():
            return False
        start = beginning(path, _HEAD)
        return start is not None and self.sniff(path, start)


def _is_rollout_line(line: bytes) -> bool:
    try:
        fields = decode(line)
    except ValueError:
        return False
    return fields.get("type") in _KINDS and isinstance(fields.get("payload"), dict)


def _opening(line: bytes) -> Json:
    """The payload of a `session_meta` line; of one that is cut, the ids at its front."""
    try:
        fields = decode(line)
    except ValueError:
        if b'"session_meta"' not in line[:512]:
            return {}
        found = _CUT.findall(line)[::-1]
        return {name.decode(): value.decode("utf-8", "replace") for name, value in found}
    return part(fields, "payload") if fields.get("type") == "session_meta" else {}


def _ancestor(meta: Json) -> str | None:
    own, whole_session = text(meta, "id"), text(meta, "session_id")
    if whole_session and whole_session != own:
        return whole_session
    spawn = part(part(part(meta, "source"), "subagent"), "thread_spawn")
    parent = text(meta, "forked_from_id", "parent_thread_id") or text(spawn, "parent_thread_id")
    return parent or own


FORMAT: Format = CodexFormat()
