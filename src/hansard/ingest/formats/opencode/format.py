"""Finds what OpenCode keeps, and knows it when it sees it.

Evidence: anomalyco/opencode, `packages/opencode/src/session/{session.sql,message-v2}.ts` and
`storage/`, and the fixtures of the tests. The sessions of the older tree are in the database too,
once a newer version ran: they have the same ids, so they are told once.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.ingest.base import Document, Format, Library, Source
from hansard.ingest.document import JsonDocument
from hansard.ingest.formats.opencode.database import BESIDE, MAGIC, Database, StoredSession
from hansard.ingest.formats.opencode.parser import AGENT_WORD, NAME, OpenCodeParser
from hansard.ingest.formats.opencode.records import exported
from hansard.ingest.formats.opencode.tree import STORAGE, TreeSession, sessions_of
from hansard.ingest.lines import beginning

_LOOK = 16_384
_EXPORT = re.compile(rb'\s*\{\s*"info"\s*:\s*\{')
_OWN_FIELDS = (b'"id"', b'"projectID"', b'"directory"')
_FAMILY = re.compile(rb'"(id|parentID)"\s*:\s*"([^"\\]{1,200})"')


class OpenCodeFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = NAME
    title: str = "OpenCode"
    agent: str = AGENT_WORD
    usage_grows = True

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """The databases and `storage` in ``opencode`` below ``XDG_DATA_HOME``, else below
        ``~/.local/share``; the database that ``OPENCODE_DB`` names."""
        data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "opencode"
        own = environ.get("OPENCODE_DB")
        named = [data / own] if own and own != ":memory:" else []
        databases = [data / "opencode.db", *sorted(data.glob("opencode-*.db"))]
        return list(dict.fromkeys([*named, *databases, data / STORAGE]))

    def find(self, root: Path) -> Iterator[Source]:
        """Databases by their name, sessions of a tree by their place, exports by their text."""
        inside = sessions_of(root)
        if inside is not None:
            yield from (Source(path, root if root.is_dir() else root.parent) for path in inside)
        elif root.is_file():
            path = _main_file(root)
            if path.suffix == ".db" or _is_export(path):
                yield Source(path, path.parent)
        else:
            yield from self._walk(root)

    def _walk(self, root: Path) -> Iterator[Source]:
        for folder, folders, names in os.walk(root):
            here = Path(folder)
            if STORAGE in folders and (here / STORAGE / "session").is_dir():
                folders.remove(STORAGE)
                for path in sessions_of(here / STORAGE) or ():
                    yield Source(path, root)
            folders.sort()
            for name in sorted(names):
                path = here / name
                if name.startswith("opencode") and path.suffix == ".db":
                    yield Source(path, root)
                elif path.suffix == ".json" and _is_export(path):
                    yield Source(path, root)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it is a database, a session of a tree or an export."""
        if path.suffix == ".db":
            return head.startswith(MAGIC)
        if path.suffix != ".json":
            return False
        start = head[:_LOOK]
        known = all(field in start for field in _OWN_FIELDS)
        return known and (_EXPORT.match(start) is not None or sessions_of(path) is not None)

    def family(self, source: Source, head: bytes) -> str:
        """The session, or the one that it is a sub-agent of."""
        if source.path.suffix == ".db":
            return source.name
        found = dict(reversed(_FAMILY.findall(head[:_LOOK])))
        named = found.get(b"parentID") or found.get(b"id") or b""
        return named.decode("utf-8", "replace") or source.path.stem

    def open(self, source: Source) -> OpenCodeParser:
        """A parser for one session."""
        return OpenCodeParser()

    def document(self, source: Source) -> Document | Library | None:
        """A database is a library; everything else is a document."""
        path = source.path
        if path.suffix == ".db":
            if source.member is None:
                return Database(path, source.root)
            return StoredSession(path, source.member)
        return JsonDocument(path, exported) if sessions_of(path) is None else TreeSession(path)


def _main_file(path: Path) -> Path:
    """A database, told by it or by a file that lies beside it."""
    for suffix in BESIDE:
        if path.name.endswith(f".db{suffix}"):
            return path.with_name(path.name.removesuffix(suffix))
    return path


def _is_export(path: Path) -> bool:
    if path.suffix != ".json" or not path.is_file():
        return False
    start = beginning(path, _LOOK)
    return start is not None and FORMAT.sniff(path, start)


FORMAT: Format = OpenCodeFormat()
