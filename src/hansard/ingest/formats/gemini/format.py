"""Finds the chats of Gemini CLI and knows one when it sees it.

Evidence: google-gemini/gemini-cli, `packages/core/src/services/chatRecordingTypes.ts` and
`chatRecordingService.ts`, and the fixtures of the tests.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.base import Document, Format, Source
from hansard.ingest.document import JsonDocument, objects
from hansard.ingest.folder import found_in
from hansard.ingest.formats.gemini.parser import AGENT_WORD, CHATS, NAME, TYPES, GeminiParser
from hansard.ingest.lines import beginning
from hansard.ingest.told import decode

_LOOK = 8_192
_META = re.compile(rb'"(?:sessionId|projectHash)"\s*:\s*"')


class GeminiFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = NAME
    title: str = "Gemini CLI"
    agent: str = AGENT_WORD
    usage_grows = True

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """``.gemini/tmp`` below ``GEMINI_CLI_HOME``, else below the home folder."""
        own = environ.get("GEMINI_CLI_HOME")
        return [(Path(own).expanduser() if own else home) / ".gemini" / "tmp"]

    def find(self, root: Path) -> Iterator[Source]:
        """Chats: by their name in a folder of chats, elsewhere by what is in them."""
        return found_in(root, _may_be_chat)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it is a chat: the object's first fields, or a line that is one of its."""
        if path.suffix == ".json":
            start = head[:_LOOK]
            return len(set(_META.findall(start))) == 2 and start.lstrip()[:1] == b"{"
        return path.suffix == ".jsonl" and any(
            _is_record(line) for line in head.split(b"\n", 3)[:3] if line.strip()
        )

    def family(self, source: Source, head: bytes) -> str:
        """The session, or the one that a sub-agent works for."""
        folder = source.path.parent
        if folder.parent.name == CHATS:
            return folder.name[:8]
        return source.path.name.split(".json")[0].rpartition("-")[2]

    def open(self, source: Source) -> GeminiParser:
        """A parser for one chat."""
        return GeminiParser(source)

    def document(self, source: Source) -> Document | None:
        """An older chat is one JSON object, written anew for every message."""
        return JsonDocument(source.path, _split) if source.path.suffix == ".json" else None


def _split(found: Json, at_rest: bool) -> Iterator[Json]:
    """The records of a chat that is one object, as the newer layout has them on lines."""
    yield {name: value for name, value in found.items() if name not in ("messages", "lastUpdated")}
    yield from objects(found.get("messages"))


def _may_be_chat(path: Path) -> bool:
    if path.suffix not in (".json", ".jsonl"):
        return False
    if path.name.startswith("session-") and path.parent.name == CHATS:
        return not path.is_dir()
    if not path.is_file():
        return False
    start = beginning(path, _LOOK * 8)
    return start is not None and FORMAT.sniff(path, start)


def _is_record(line: bytes) -> bool:
    try:
        fields = decode(line)
    except ValueError:
        return False
    if "sessionId" in fields and "projectHash" in fields:
        return True
    named = foreign.text(fields.get("id")) is not None and "timestamp" in fields
    return named and fields.get("type") in TYPES and "content" in fields


FORMAT: Format = GeminiFormat()
