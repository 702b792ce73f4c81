"""Reads one rollout file line by line: whose it is, and the id of each record."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from hashlib import sha256

from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Skip, Source
from hansard.ingest.formats.codex.record import Record, decode, kind_of, moment, part, whole
from hansard.ingest.formats.codex.replay import Replay
from hansard.ingest.formats.codex.thread import Thread, opened, thread_of
from hansard.ingest.formats.codex.translation import Translation

_ID_IN_NAME = re.compile(r"rollout-.+-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")
_CONTENTS = 4_096
"""How many lines back the same content counts as another occurrence."""


class CodexParser:
    """The parser of one file (`hansard.ingest.base.Parser`)."""

    def __init__(self, source: Source) -> None:
        """Begin at the first line of a source; nothing is read here."""
        named = _ID_IN_NAME.search(source.path.stem)
        self._named = named[1] if named else None
        self._thread: Thread | None = None
        self._translation: Translation | None = None
        self._contents: OrderedDict[str, int] = OrderedDict()
        self._at = 0
        self._broken = False
        self._record: str | None = None

    @property
    def external_id(self) -> str | None:
        """The thread whose file this is, from its first record on."""
        return self._thread.external_id if self._thread else None

    @property
    def record(self) -> str | None:
        """The id of the record that was fed last."""
        return self._record

    def feed(self, line: bytes) -> Iterable[Emission]:
        """Read the next line."""
        self._record = None
        line = line.rstrip(b"\r\n")
        if not line.strip():
            return []
        try:
            fields = decode(line)
        except ValueError as wrong:
            self._broken = True
            self._occurrence(line)
            return [Skip(str(wrong))]
        return list(self._read(line, fields))

    def quiet(self) -> Iterable[Emission]:
        """Nothing is held back: every request's tokens are told when they are counted."""
        return []

    def _read(self, line: bytes, fields: Json) -> Iterator[Emission]:
        self._at = moment(fields.get("timestamp")) or self._at
        content_id = self._occurrence(line)
        ordinal = whole(fields, "ordinal")
        if self._thread is None:
            yield from self._open(fields)
        if self._thread is None or self._translation is None:
            return
        record_id = content_id if ordinal is None else f"{self._thread.external_id}/{ordinal}"
        self._record = record_id
        record = Record(record_id, self._at, kind_of(fields), part(fields, "payload"), ordinal)
        yield from self._translation.read(self._thread, record)

    def _occurrence(self, line: bytes) -> str:
        """The record id of a line that has none: its content and how often it came."""
        digest = sha256(line).hexdigest()
        nth = self._contents.pop(digest, 0) + 1
        self._contents[digest] = nth
        if len(self._contents) > _CONTENTS:
            self._contents.popitem(last=False)
        return f"{digest}#{nth}"

    def _open(self, fields: Json) -> Iterator[Emission]:
        """Meet the thread in its first record, or in the file name when that is broken."""
        meta = part(fields, "payload") if fields.get("type") == "session_meta" else {}
        self._at = self._at or moment(meta.get("timestamp")) or 0
        thread = thread_of(meta, self._at)
        foreign = self._broken and self._named is not None
        if self._named and (thread is None or (foreign and thread.external_id != self._named)):
            thread = thread_of({"id": self._named}, self._at)
        if thread is None:
            yield Skip("no session_meta before it")
            return
        replay = Replay(
            thread.born,
            self._at,
            forked=thread.forked_from is not None,
            spawned=thread.parent is not None,
            own_from=whole(meta, "subagent_history_start_ordinal"),
        )
        self._thread, self._translation = thread, Translation(replay)
        yield opened(thread, self._at)
