"""Load foreign files: parse, price, append through the journal, follow as they grow."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.ingest.base import Emit, Format, Opened, Parser, Skip, Source
from hansard.ingest.book import SOURCE, Book
from hansard.ingest.lines import Reader
from hansard.ingest.progress import Progress
from hansard.ingest.reconcile import reconciled
from hansard.ingest.records import Records
from hansard.journal.change import Appended
from hansard.store import imports, sessions
from hansard.store.base import Tx
from hansard.usage.cost import priced

_LOG = logging.getLogger(__name__)
_DRAFTS = 400
_BYTES = 1 << 20
_MESSAGE = "user.message"


@dataclass(slots=True)
class Follower:
    """One foreign file while it is read; keeps the parser, so that growth is read once.

    Args:
        clean: redacts a raw record.
    """

    book: Book
    kind: Format
    source: Source
    clean: Callable[[bytes], bytes]
    progress: Progress
    _parser: Parser = field(init=False)
    _reader: Reader = field(init=False)
    _opened: dict[str, Opened] = field(default_factory=dict[str, Opened])
    _waiting: dict[str, list[Draft]] = field(default_factory=dict[str, list[Draft]])
    _early: list[bytes] = field(default_factory=list[bytes])
    _records: Records | None = None
    _bytes: int = 0
    _count: int = 0
    _skipped: int = 0
    _known: imports.File | None = None
    _begun: bool = False

    def follow(self, *, at_rest: bool) -> None:
        """Read what is new and append it.

        Args:
            at_rest: the file has been quiet for ten seconds: close its last message too.

        Raises:
            OSError: the file cannot be read.
        """
        if not self._begun:
            self._begin()
        elif not self._reader.moved_on():
            self._restart()
        for line in self._reader.read():
            self._take(line)
            if self._count >= _DRAFTS or self._bytes >= _BYTES:
                self._flush()
        if at_rest:
            self._emit(self._parser.quiet(), None)
        self._flush()

    def is_unchanged(self) -> bool:
        """Whether the file is as it was when it was last read to its end.

        Raises:
            OSError: the file cannot be read.
        """
        known = self._find_known()
        stat = self.source.path.stat()
        return known is not None and (known.size, known.modified_ns) == (
            stat.st_size,
            stat.st_mtime_ns,
        )

    def _begin(self) -> None:
        self._begun = True
        self._open()
        known = self._find_known()
        if known is None or not self._replay(known):
            self._open()

    def _open(self) -> None:
        self._parser = self.kind.open(self.source)
        self._reader = Reader(self.source.path)
        self._records = None
        self._opened, self._waiting, self._early = {}, {}, []
        self._bytes = self._count = self._skipped = 0

    def _restart(self) -> None:
        """The file was truncated or rewritten: read it again, keep what is stored."""
        self._known = None
        self._open()

    def _replay(self, known: imports.File) -> bool:
        """Feed what was read before for the parser's state; False when the file differs."""
        if self.source.path.stat().st_size < known.offset:
            return False
        for line in self._reader.read(until=known.offset):
            for emission in self._parser.feed(line) if line and line.strip() else ():
                if isinstance(emission, Opened):
                    self._opened[emission.external_id] = emission
        if self._reader.digest.digest() != known.digest:
            self._known = None
            return False
        self._skipped = known.skipped
        return True

    def _find_known(self) -> imports.File | None:
        if self._known is None:
            store, where = self.book.journal.store, self.book.workspace_id
            path = str(self.source.path)
            self._known = store.read(lambda c: imports.find(c, where, path))
        return self._known

    def _take(self, line: bytes | None) -> None:
        if line is None:
            self._skip("a line over 64 MiB")
            return
        self.progress.read(len(line) + 1)
        if not line.strip():
            return
        self._bytes += len(line)
        try:
            emissions = list(self._parser.feed(line))
        except Exception:
            _LOG.exception("the %s parser failed on a record", self.kind.name)
            emissions = [Skip("the parser failed on this record")]
        self._emit(emissions, line)

    def _emit(self, emissions: Iterable[Any], line: bytes | None) -> None:
        number: int | None = None
        for emission in emissions:
            if isinstance(emission, Opened):
                self._opened.setdefault(emission.external_id, emission)
        if line is not None:
            number = self._keep(line)
        for emission in emissions:
            if isinstance(emission, Skip):
                self._skip(emission.reason)
            elif isinstance(emission, Emit):
                draft = self._dress(emission.draft, emission.external_id, number)
                self._waiting.setdefault(emission.external_id, []).append(draft)
                self._count += 1

    def _keep(self, line: bytes) -> int | None:
        """Keep the raw record with the file's session; before that is known it waits."""
        main = self._parser.external_id
        if main is None or main not in self._opened:
            self._early.append(line)
            return None
        if self._records is None:
            self._records = Records(
                self.book.journal.store,
                self.book.workspace_id,
                self._id_of(main),
                self.clean,
                fresh=self._known is not None,
            )
            early, self._early = self._early, []
            for waited in early:
                self._records.number(waited)
        return self._records.number(line)

    def _id_of(self, external_id: str) -> str:
        found = self.book.find(external_id)
        return found or self.book.session_id(self._opened[external_id])

    def _dress(self, draft: Draft, external_id: str, number: int | None) -> Draft:
        """Owner for people, number of the raw record, and the price."""
        payload = draft.payload
        source: Json = payload.get("source") or {}
        if number is not None:
            place: Json = {"n": number}
            if external_id != self._parser.external_id and self._parser.external_id:
                place["in"] = self._id_of(self._parser.external_id)
            payload = {**payload, "source": {**source, **place}}
        actor = draft.actor
        if actor.type == "person" and actor.id is None:
            actor = Actor("person", self.book.owner.id, self.book.owner.name)
        dressed = Draft(
            draft.type,
            payload,
            actor,
            draft.created_at,
            id=draft.id,
            turn_id=draft.turn_id,
            session_thread_id=draft.session_thread_id,
        )
        return priced(dressed)

    def _skip(self, reason: str) -> None:
        self._skipped += 1
        self.progress.skip(str(self.source.path), reason)

    def _flush(self) -> None:
        """Append what waits; raw records and the file's position go with the main session."""
        main = self._parser.external_id
        waiting, self._waiting = self._waiting, {}
        self._count = self._bytes = 0
        for external_id, drafts in waiting.items():
            if external_id != main:
                self._append(external_id, drafts, None)
        if main is not None and main in self._opened:
            self._append(main, waiting.get(main, []), self._position)
        elif self._reader.offset:
            self.book.journal.store.submit(lambda tx: self._save_position(tx, None)).result()

    def _append(
        self,
        external_id: str,
        drafts: list[Draft],
        position: "Callable[[Tx, Appended], None] | None",
    ) -> None:
        book = self.book
        opened = self._opened.get(external_id)
        if opened is None or book.is_deleted(external_id):
            if drafts:
                self._skip("this session was deleted here")
            return
        if book.find(external_id) is None:
            if not drafts:
                return
            self.progress.added(book.create(opened, []).session.id, 1)
        session_id = self._id_of(external_id)
        done = self._add(session_id, reconciled(book, session_id, drafts), position)
        if position is not None and self._records is not None:
            self._records.saved()
        if done.added:
            self.progress.added(session_id, done.added)
        if done.elsewhere:
            book.link_elsewhere(opened, session_id, done.elsewhere)

    def _add(
        self,
        session_id: str,
        drafts: list[Draft],
        position: "Callable[[Tx, Appended], None] | None",
    ) -> Appended:
        journal, where = self.book.journal, self.book.workspace_id
        archived = journal.store.read(lambda c: sessions.one(c, where, session_id))
        if archived and archived[1] == sessions.ARCHIVED and _is_news(drafts):
            back = Draft("session.unarchived", {}, SOURCE, journal.clock())
            journal.append_blocking(journal.change(where, session_id, [back], verb="unarchive"))
        change = journal.change(
            where,
            session_id,
            drafts,
            verb="update",
            also=(position,) if position else (),
            skip_known=True,
        )
        return journal.append_blocking(change)

    def _position(self, tx: Tx, done: Appended) -> None:
        head = self.book.journal.group(tx).head(tx, self.book.workspace_id, done.session.id)
        if self._records is not None and head is not None:
            self._records.save(tx, head.sid)
        self._save_position(tx, done.session.id)

    def _save_position(self, tx: Tx, session_id: str | None) -> None:
        stat = self.source.path.stat()
        reader = self._reader
        whole = reader.offset == stat.st_size
        imports.save(
            tx,
            self.book.workspace_id,
            imports.File(
                path=str(self.source.path),
                format=self.kind.name,
                session_id=session_id,
                size=stat.st_size if whole else reader.offset,
                modified_ns=stat.st_mtime_ns if whole else 0,
                offset=reader.offset,
                lines=reader.lines,
                digest=reader.digest.digest(),
                skipped=self._skipped,
            ),
        )


def _is_news(drafts: list[Draft]) -> bool:
    """Whether a person spoke: only that takes a session out of the archive."""
    return any(draft.type == _MESSAGE for draft in drafts)
