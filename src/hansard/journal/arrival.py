"""One session of an export on its way into the log, inside an open transaction."""

import os
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import orjson

from hansard.domain import ids
from hansard.domain.actor import SYSTEM, Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import Conflict
from hansard.domain.events.base import Event
from hansard.domain.projections import summary
from hansard.domain.session import Session
from hansard.journal import chain, group, heads, line, prepare, read
from hansard.journal.append import Journal
from hansard.journal.change import Change
from hansard.journal.checker import Checker
from hansard.journal.heads import Head
from hansard.journal.line import Damaged, Exported
from hansard.journal.prepare import Scan
from hansard.journal.proof import Section, lines, moved, opened
from hansard.journal.rebuild import as_appended
from hansard.journal.rescan import Moved, repointed
from hansard.store import blobs, event_log, ledger, session_rows, sessions
from hansard.store.base import Tx

_PIECE = 256
_PIECE_BYTES = 4 << 20
_BLOCK_BYTES = 1 << 20
_NAMED = 500
_SMALL_INT = 2**31
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
_LONGEST_WORD = 200
_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+(;[ \w.+=\"-]*)*\Z", re.ASCII)
_BINARY, _ENCODED = "application/octet-stream", ";base64"
_DELETED = "session.deleted"
_SALT_BYTES = 16

Clean = Callable[[bytes], bytes]
"""Redacts one raw record."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a session: how many events are new, how many of them were redacted."""

    session_id: str
    added: int = 0
    redacted: int = 0


@dataclass(slots=True)
class _Piece:
    """Events that are written together."""

    rows: list[list[Any]] = field(default_factory=list[list[Any]])
    ledger: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    taken: list[tuple[list[bytes], int]] = field(default_factory=list[tuple[list[bytes], int]])
    bytes: int = 0


class Arrival:
    """One session on its way in, inside an open transaction."""

    def __init__(
        self,
        journal: Journal,
        tx: Tx,
        workspace_id: str,
        section: Section,
        clean: Clean,
        changed: dict[str, Moved],
        *,
        trusted: bool,
    ) -> None:
        """Make one for a transaction.

        Args:
            section: where the session lies in the file.
            clean: redacts one raw record.
            changed: the contents that hold a secret, by id, and what they are without it.
            trusted: the file's key may continue a session that is here.
        """
        self._journal = journal
        self._tx = tx
        self._workspace_id = workspace_id
        self._section = section
        self._clean = clean
        self._changed = changed
        self._trusted = trusted
        self._scan = journal.scan(workspace_id)
        self._group = journal.group(tx)
        self._checker = Checker()
        self._piece = _Piece()
        self._begun = False
        self._added = 0
        self._redacted: list[tuple[str, str, set[str]]] = []
        self._records = _Records()
        self._actor = lru_cache(maxsize=256)(self._clean_actor)
        self._media = lru_cache(maxsize=256)(self._clean_media)

    def run(self, path: Path) -> Restored:
        """Write it; what was done.

        Raises:
            Conflict: another history has its id, key or events here, or a key that nobody
                trusts would continue it.
            Damaged: the file is not as it was when it was checked, or holds what cannot be kept.
        """
        tx, entry = self._tx, self._section.entry
        self._check_sources()
        self._group.flush(tx)
        head = self._group.head(tx, self._workspace_id, entry.id)
        if head is not None and not self._trusted:
            raise stranger(entry.id)
        tx.wrote()  # from here on a refusal takes the transaction back
        with opened(path) as file:
            new = head is None
            if head is None:
                head = self._group.insert(tx, self._first(file))
            self._begun = not new
            self._known = 0 if new else head.session.seq
            self._take(file, head)
        self._finish(head)
        if new:
            self._adopt(head)
            self._remember_sources()
        head.indexed = None
        self._group.touch(self._workspace_id, head)
        self._tell_redacted()
        return Restored(entry.id, self._added, len(self._redacted))

    def _first(self, file: IO[bytes]) -> Session:
        """The session that its first readable event makes."""
        for raw in lines(file, self._section.start, self._section.rest):
            found = line.read_event(raw)
            if found.payload is not None:
                payload, _ = self._payload(found)
                return summary.begun(_event(found, payload), self._workspace_id)
        raise Damaged("no event of the session can be read")

    def _take(self, file: IO[bytes], head: Head) -> None:
        section = self._section
        for raw in lines(file, section.start, section.rest):
            self._take_event(raw, head)
        self._put_down(head)
        block, first = blobs.last_block(self._tx.connection, self._workspace_id, head.sid)
        self._records.block, self._records.first = block, first
        for raw in lines(file, section.rest, section.end):
            self._take_other(raw, head)
        self._put_records(head)

    def _take_event(self, raw: bytes, head: Head) -> None:
        found = line.read_event(raw)
        event = found.event
        if event.session_id != self._section.entry.id:
            raise moved()
        self._checker.follow(event, found.actor, found.content, found.salt, found.payload)
        if event.seq <= self._known:
            if event.seq == self._known and event.hash != head.session.head:
                raise diverged(event.session_id)
            return
        _check_fit(event)
        event.actor = self._actor(found.actor)
        self._add(head, found)
        if len(self._piece.rows) >= _PIECE or self._piece.bytes >= _PIECE_BYTES:
            self._put_down(head)

    def _add(self, head: Head, found: Exported) -> None:
        """Fold an event and let its row wait."""
        payload, body, salt, kept = None, found.payload, found.salt, found.content
        if found.payload is not None:
            held = chain.content_hash(found.salt or b"", found.payload)
            payload, redactions = self._payload(found)
            if redactions is not None:
                payload, body = prepare.encode(payload)
                salt = os.urandom(_SALT_BYTES)
                digest = chain.content_hash(salt, body).hex()
                self._redacted.append((found.event.id, digest, redactions))
            elif held == found.content:
                kept = None
        self._piece.rows.append(_columns(self._workspace_id, head.sid, found, salt, body, kept))
        self._piece.bytes += len(body or b"")
        self._added += 1
        if payload is None:
            head.session.seq, head.session.head = found.event.seq, found.event.hash
            return
        self._fold(head.session, _event(found, payload))

    def _fold(self, session: Session, event: Event) -> None:
        taken: Any = event.payload.get("input_event_ids")
        if isinstance(taken, list):
            named = [ids.to_bytes(i) for i in taken if isinstance(i, str) and ids.is_id("sevt", i)]  # pyright: ignore[reportUnknownVariableType]
            self._piece.taken.append((named, event.created_at))
        summary.settle(session, event.recorded_at)
        row = summary.fold(session, as_appended(event))
        if row is not None:
            self._piece.ledger.append(group.ledger_columns(self._workspace_id, row))

    def _payload(self, found: Exported) -> tuple[Json, set[str] | None]:
        """The payload, clean, and the names of what was taken out; None when nothing was."""
        raw = found.payload or b"{}"
        names: set[str] = set()
        try:
            value: Any = orjson.loads(raw)
        except ValueError as problem:
            raise Damaged(f"the payload of seq {found.event.seq} does not read") from problem
        if any(old.encode() in raw for old in self._changed):
            value = repointed(value, self._changed)
            names.add("content")
        clean, redactions = self._scan(value)
        if not redactions:
            return clean, names or None
        earlier: Any = clean.get("redactions")
        both = [*(earlier if isinstance(earlier, list) else []), *redactions]  # pyright: ignore[reportUnknownVariableType]
        names.update(str(r.get("name") or r.get("rule") or "secret") for r in redactions)
        return {**clean, "redactions": both}, names

    def _clean_actor(self, spelled: bytes) -> Actor:
        """The actor; its name is part of the hash, so a secret in it cannot be taken out."""
        actor = line.read_actor(spelled)
        if self._scan({"id": actor.id, "name": actor.name})[1]:
            raise Damaged("the name of an actor holds a secret, which the chain does not let go")
        return actor

    def _clean_media(self, media: str) -> str:
        """A media type as it may be kept; what is none, or holds a secret, is any bytes."""
        fits = len(media) <= _LONGEST_WORD and _MEDIA.match(media)
        if fits and not self._scan({"media_type": media})[1]:
            return media
        return _BINARY + (_ENCODED if media.endswith(_ENCODED) else "")

    def _check_sources(self) -> None:
        """What names the sources is looked up by its value, so a secret cannot be taken out."""
        entry = self._section.entry
        for name, external_id in (*entry.sources, *entry.waits):
            told = {"format": name, "external_id": external_id}
            if "\0" in name + external_id or self._scan(told)[1]:
                raise Damaged(f"a source of {entry.id} holds a secret, or is no name of one")

    def _put_down(self, head: Head) -> None:
        """Write the events that wait."""
        piece, self._piece = self._piece, _Piece()
        tx, where = self._tx, self._workspace_id
        if not piece.rows:
            return
        known = event_log.known(tx.connection, where, [row[_ID] for row in piece.rows])
        if known:
            holder = next(iter(known.values()))[0]
            raise Conflict("an event of it lies in another session here", session_id=holder)
        pos = self._group.first_pos(tx, where, len(piece.rows))
        for offset, row in enumerate(piece.rows):
            row[_POS] = pos + offset
        head.session.pos = pos + len(piece.rows) - 1
        event_log.restore(tx, [tuple(row) for row in piece.rows])
        ledger.append(tx, piece.ledger)
        for named, at in piece.taken:
            event_log.stamp(tx, where, head.sid, named, at)

    def _take_other(self, raw: bytes, head: Head) -> None:
        """A large content, a raw record, or a ledger row of an erased event."""
        kind, fields = line.read_other(raw)
        if fields.get("session_id") != self._section.entry.id:
            raise moved()
        if kind == line.BLOB:
            blob_id, media_type, body = line.read_blob(fields)
            if blob_id in self._changed:
                blob_id = self._changed[blob_id].blob_id
                body = clean_blob(self._scan, body) or body
            held = {blob_id: (self._media(media_type), body)}
            blobs.add(self._tx, self._workspace_id, head.sid, held)
        elif kind == line.RAW:
            self._take_record(*line.read_raw(fields), head)
        elif kind == line.LEDGER:
            self._take_ledger(fields.get("row"))

    def _take_record(self, number: int, record: bytes, head: Head) -> None:
        waiting = self._records
        if number < waiting.first:
            return  # it is here already
        if number != waiting.first + len(waiting.bodies) or waiting.bytes >= _BLOCK_BYTES:
            self._put_records(head)
            waiting.first = number
        clean = self._clean(record).replace(b"\n", b" ")
        waiting.bodies.append(clean)
        waiting.bytes += len(clean)

    def _put_records(self, head: Head) -> None:
        waiting = self._records
        if not waiting.bodies:
            return
        body, count = read.pack(waiting.bodies), len(waiting.bodies)
        where, place = self._workspace_id, (waiting.block, waiting.first, count)
        blobs.add_block(self._tx, where, head.sid, *place, body)
        waiting.block += 1
        waiting.first += count
        waiting.bodies, waiting.bytes = [], 0

    def _take_ledger(self, row: Any) -> None:
        values = line.read_usage(row)
        raw = ids.to_bytes(values.pop("event_id"))
        values, _ = self._scan(values)
        if not ledger.of_events(self._tx.connection, self._workspace_id, [raw]):
            where = {"workspace_id": self._workspace_id, "session_id": self._section.entry.id}
            whole = {**values, **where, "event_id": raw}
            ledger.append(self._tx, [tuple(whole[name] for name in ledger.COLUMNS)])

    def _finish(self, head: Head) -> None:
        """The chain was read to its end, and is the one that was checked."""
        checker, entry = self._checker, self._section.entry
        checker.end()
        if checker.broken or (checker.seq, checker.hash.hex()) != (entry.head.seq, entry.head.hash):
            raise moved()
        summary.settle(head.session, self._journal.clock())

    def _adopt(self, head: Head) -> None:
        """Sum up the sub-agents that came before their root."""
        session, where = head.session, self._workspace_id
        if session.root_id != session.id:
            return
        below, seen = deque([session.id]), {session.id}
        while below:
            parent, cursor = below.popleft(), 0
            while page := session_rows.children(self._tx.connection, where, parent, cursor, _PIECE):
                cursor = page[-1][1]
                found = [child[0] for child in page if child[0] not in seen]
                seen.update(found)
                below.extend(found)
                for row in sessions.heads(self._tx.connection, where, found):
                    heads.give(session, heads.Given(), heads.load(row).given)

    def _remember_sources(self) -> None:
        """What it was imported from: an import of that log then meets it."""
        tx, where, entry = self._tx, self._workspace_id, self._section.entry
        for name, external_id in entry.sources:
            if sessions.find_source(tx.connection, where, name, external_id) is None:
                sessions.add_source(tx, where, name, external_id, entry.id)
        for name, parent in entry.waits:
            if sessions.find_source(tx.connection, where, name, parent) is None:
                sessions.add_wait(tx, where, name, parent, entry.id)

    def _tell_redacted(self) -> None:
        """Append what was taken out, so that the chain accounts for it (reliability.md 4.2)."""
        for start in range(0, len(self._redacted), _NAMED):
            some = self._redacted[start : start + _NAMED]
            payload: Json = {
                "event_ids": [event_id for event_id, _, _ in some],
                "names": sorted({name for _, _, names in some for name in names}),
                "content_hashes": {event_id: digest for event_id, digest, _ in some},
            }
            draft = Draft("session.redacted", payload, SYSTEM, self._journal.clock())
            entry = self._section.entry
            change = Change(self._workspace_id, entry.id, [draft], None, verb="update")
            self._journal.take(self._tx, change)


@dataclass(slots=True)
class _Records:
    """Raw records that wait for their block."""

    block: int = 0
    first: int = 0
    bodies: list[bytes] = field(default_factory=list[bytes])
    bytes: int = 0


_POS = event_log.WHOLE.index("pos")
_ID = event_log.WHOLE.index("id")


def _columns(
    workspace_id: str,
    sid: int,
    found: Exported,
    salt: bytes | None,
    body: bytes | None,
    content: bytes | None,
) -> list[Any]:
    """A row in the order of `event_log.WHOLE`; `pos` is filled in later."""
    event = found.event
    return [
        workspace_id,
        0,
        sid,
        event.seq,
        ids.to_bytes(event.id),
        event.type,
        event.session_thread_id,
        event.segment,
        None if event.turn_id is None else ids.to_bytes(event.turn_id),
        event.v,
        found.actor.decode(),
        event.created_at,
        event.recorded_at,
        event.processed_at,
        salt,
        content,
        bytes.fromhex(event.hash),
        body,
    ]


def _event(found: Exported, payload: Json) -> Event:
    """The event to fold: a copy, for the fold forgets when an input was taken up."""
    event = found.event
    names = ("id", "type", "session_id", "session_thread_id", "seq", "pos", "segment", "turn_id")
    times = ("v", "actor", "created_at", "recorded_at", "processed_at", "hash")
    return Event(**{n: getattr(event, n) for n in (*names, *times)}, payload=payload)


def _check_fit(event: Event) -> None:
    """Whether every database can hold the envelope, and an export may bring the event.

    A delete is done here, where the content goes with it: a file cannot do it (P11).

    Raises:
        Damaged: not so.
    """
    thread = event.session_thread_id
    if (
        not _TYPE.match(event.type)
        or len(event.type) > _LONGEST_WORD
        or not (thread is None or ids.is_id("sthr", thread))
        or max(event.segment, event.v) >= _SMALL_INT
    ):
        raise Damaged(f"the envelope of seq {event.seq} cannot be kept")
    if event.type == _DELETED:
        raise Damaged(f"seq {event.seq} says that the session was deleted: no export holds that")


def clean_blob(scan: Scan, body: bytes) -> bytes | None:
    """The bytes of a content without its secrets; None when it holds none."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    clean, redactions = scan({"text": text})
    return str(clean.get("text")).encode() if redactions else None


def diverged(session_id: str) -> Conflict:
    """Two histories of one session."""
    return Conflict(f"the session {session_id} is here with another history", session_id=session_id)


def stranger(session_id: str) -> Conflict:
    """Whoever can make a key could write on in somebody's record (P22)."""
    return Conflict(
        f"the session {session_id} is here, and the export that would continue it is signed by "
        "another installation: trust its key (--trust KEY, or `trust` of the API), or import it "
        "into another installation",
        session_id=session_id,
    )
