"""Secrets that became known after they were written: find them in the record, take them out.

An event that is rewritten keeps its place, its hash and the content hash that the chain runs
over; it gets a new payload, a new salt, and a `session.redacted` event in the same transaction
that names it with its new content hash. Raw records and large contents are rewritten too, and
the row is folded again (reliability.md 4.2 item 8; architecture.md 10, *Hash chain*).
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, cast

import orjson

from hansard.domain.actor import SYSTEM
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import Corrupt, NotFound
from hansard.domain.session import Session
from hansard.journal import chain, prepare, read, rebuild
from hansard.journal.append import Journal
from hansard.journal.change import Change
from hansard.journal.prepare import Scan
from hansard.journal.read import Place
from hansard.store import blobs, event_log, idempotency, sessions
from hansard.store.base import Tx
from hansard.store.event_log import Stored

_BATCH = 500
_NAMED = 500
_SALT_BYTES = 16
_TRIES = 5
Clean: TypeAlias = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Lens:
    """How to look for what is to go.

    Attributes:
        holds: whether some bytes hold it; asked of everything that is stored.
        scan: takes it out of a payload, and says what it took.
        text: takes it out of a text.
        record: takes it out of a raw record.
    """

    holds: Callable[[bytes], bool]
    scan: Scan
    text: Clean
    record: Clean


@dataclass(slots=True)
class Found:
    """What was rewritten of one session.

    Attributes:
        events: ids of events.
        contents: large contents; blocks: of raw records.
        left: envelopes that hold it: the chain does not let them go.
    """

    events: list[str] = field(default_factory=list[str])
    contents: int = 0
    blocks: int = 0
    left: int = 0

    @property
    def anything(self) -> bool:
        """Whether something was there."""
        return bool(self.events or self.contents or self.blocks)


@dataclass(frozen=True, slots=True)
class Moved:
    """A large content that got another id, and what an event says of it.

    Attributes:
        size: its bytes.
        preview: how it begins, None for what is no text.
    """

    blob_id: str
    size: int
    preview: str | None


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """An event's new bytes, beside what they take the place of."""

    stored: Stored
    body: bytes
    salt: bytes
    digest: str
    names: frozenset[str]


class Rescan:
    """Looks through one session and rewrites what it must. Blocks; for threads.

    Running it again changes nothing, wherever it was broken off: what is rewritten does not hold
    the secret any more.
    """

    def __init__(
        self, journal: Journal, workspace_id: str, at: Place, lens: Lens, *, again: bool = False
    ) -> None:
        """Make a rescan.

        Args:
            again: an earlier one may have been broken off in this session: fold its row anyway.
        """
        self._again = again
        self._journal = journal
        self._workspace_id = workspace_id
        self._at = at
        self._lens = lens
        self._found = Found()

    def run(self) -> Found:
        """Do it; what was rewritten.

        Raises:
            NotFound: the session was deleted meanwhile.
        """
        moved = self._contents()
        seq = 0
        while True:
            page = self._page(seq)
            rewrites = [made for made in (self._rewritten(s, moved) for s in page) if made]
            for start in range(0, len(rewrites), _NAMED):
                self._put_down(rewrites[start : start + _NAMED])
            if len(page) < _BATCH:
                break
            seq = page[-1].seq
        self._drop_contents(moved)
        self._blocks()
        if self._again or self._found.anything or self._holds_row():
            self._fold_again()
        return self._found

    def _page(self, after: int) -> list[Stored]:
        return self._journal.store.read(
            lambda c: event_log.of_session(
                c, self._workspace_id, self._at.sid, after=after, limit=_BATCH
            )
        )

    # Large contents: a new one beside the old, the events that name it, then the old one goes.

    def _contents(self) -> dict[str, Moved]:
        """Write clean copies of contents; old id → new id."""
        moved: dict[str, Moved] = {}
        cursor = ""
        while True:
            found = self._journal.store.read(
                lambda c, last=cursor: blobs.next_after(c, self._workspace_id, self._at.sid, last)
            )
            if found is None:
                return moved
            cursor, media_type, body = found
            if self._lens.holds(body):
                clean = self._lens.text(body)
                name = f"blob_{hashlib.sha256(clean).hexdigest()}"
                self._write(
                    lambda tx, n=name, m=media_type, b=clean: blobs.add(
                        tx, self._workspace_id, self._at.sid, {n: (m, b)}
                    )
                )
                told = media_type.startswith("text/")
                preview = clean.decode("utf-8", "replace")[: prepare.PREVIEW] if told else None
                moved[cursor] = Moved(name, len(clean), preview)

    def _drop_contents(self, moved: dict[str, Moved]) -> None:
        def job(tx: Tx) -> None:
            tx.erased()
            blobs.drop(tx, self._workspace_id, self._at.sid, list(moved))

        if moved:
            self._write(job)
            self._found.contents += len(moved)

    # Events

    def _rewritten(self, stored: Stored, moved: dict[str, Moved]) -> _Rewrite | None:
        """The new bytes of an event, None when it can stay."""
        if self._lens.holds(stored.actor.encode()):
            self._found.left += 1
        raw = stored.payload
        if raw is None:
            return None
        points = {old for old in moved if old.encode() in raw}
        if not points and not self._lens.holds(raw):
            return None
        payload, names = self._clean(raw, {old: moved[old] for old in points})
        if payload is None:
            return None
        body = prepare.encode(payload)[1]
        salt = os.urandom(_SALT_BYTES)
        digest = chain.content_hash(salt, body).hex()
        return _Rewrite(stored, body, salt, digest, names)

    def _clean(self, raw: bytes, moved: dict[str, Moved]) -> tuple[Json | None, frozenset[str]]:
        """A payload without the secret, and the names of what was taken out."""
        try:
            value: Any = orjson.loads(raw)
        except ValueError:
            value = {"corrupt": True}  # nobody can read it, and it holds the secret
            return cast(Json, value), frozenset({"unreadable"})
        if moved:
            value = repointed(value, moved)
        clean, redactions = self._lens.scan(value)
        names = frozenset(str(r["name"]) for r in redactions)
        if not redactions:
            return (clean, frozenset({"content"})) if moved else (None, names)
        earlier: Any = clean.get("redactions")
        both = [*(cast("list[Any]", earlier) if isinstance(earlier, list) else []), *redactions]
        return {**clean, "redactions": both}, names

    def _put_down(self, rewrites: Sequence[_Rewrite]) -> None:
        """Rewrite some events and say so in the log, in one transaction."""

        def job(tx: Tx) -> list[str]:
            group = self._journal.group(tx)
            head = group.head(tx, self._workspace_id, self._at.session_id)
            if head is None or head.session.deleted_at is not None:
                raise NotFound(f"there is no session {self._at.session_id}")
            group.flush(tx)
            tx.erased()
            if self._journal.index is not None:
                self._journal.index.changing(tx, self._workspace_id, [r.stored for r in rewrites])
            done = [r for r in rewrites if self._replace(tx, r)]
            idempotency.erase(tx, self._workspace_id, self._at.session_id)
            if done:
                self._tell(tx, done)
            return [read.envelope(r.stored, self._at.session_id).id for r in done]

        self._found.events += self._write(job)

    def _replace(self, tx: Tx, made: _Rewrite) -> bool:
        """Put new bytes in place, unless somebody erased or rewrote the event meanwhile."""
        stored = made.stored
        kept = stored.content_hash
        if kept is None:
            kept = chain.content_hash(stored.salt or b"", stored.payload or b"")
        return event_log.rewrite(tx, stored, made.salt, made.body, kept)

    def _tell(self, tx: Tx, done: Sequence[_Rewrite]) -> None:
        named = [(read.envelope(r.stored, self._at.session_id).id, r.digest) for r in done]
        payload: Json = {
            "event_ids": [event_id for event_id, _ in named],
            "names": sorted({name for r in done for name in r.names}),
            "content_hashes": dict(named),
        }
        draft = Draft("session.redacted", payload, SYSTEM, self._journal.clock())
        self._journal.take(
            tx, Change(self._workspace_id, self._at.session_id, [draft], None, verb="update")
        )

    # Raw records

    def _blocks(self) -> None:
        cursor = -1
        while True:
            found = self._journal.store.read(
                lambda c, last=cursor: blobs.block_after(c, self._workspace_id, self._at.sid, last)
            )
            if found is None:
                return
            cursor, _, body = found
            records = read.unpack(body) if body else []
            if not any(self._lens.holds(record) for record in records):
                continue
            clean = [self._lens.record(r).replace(b"\n", b" ") for r in records]
            self._write(partial(self._put_block, block=cursor, was=body, records=clean))
            self._found.blocks += 1

    def _put_block(self, tx: Tx, block: int, was: bytes, records: Sequence[bytes]) -> None:
        tx.erased()
        packed = read.pack(records)
        blobs.replace_block(tx, self._workspace_id, self._at.sid, block, was, packed)

    # The row

    def _holds_row(self) -> bool:
        row = self._journal.store.read(
            lambda c: sessions.heads(c, self._workspace_id, [self._at.session_id])
        )
        return any(self._lens.holds(one.body) or self._lens.holds(one.fold) for one in row)

    def _fold_again(self) -> None:
        """Put the fold of the rewritten log in the place of the row."""
        for _ in range(_TRIES):
            folded = rebuild.fold(self._journal, self._workspace_id, self._at)
            if self._write(lambda tx, made=folded: self._put_row(tx, made)):
                return
        raise Corrupt(f"the row of {self._at.session_id} moves too fast to be folded again")

    def _put_row(self, tx: Tx, folded: Session) -> bool:
        """Replace the row; False when the log moved on since it was folded."""
        group = self._journal.group(tx)
        head = group.head(tx, self._workspace_id, self._at.session_id)
        if head is None or head.session.deleted_at is not None:
            return True
        if head.session.seq != folded.seq:
            return False
        tx.erased()
        folded.children = head.session.children
        group.replace(tx, self._workspace_id, folded)
        return True

    def _write(self, job: Callable[[Tx], Any]) -> Any:
        keys = [(self._workspace_id, self._at.session_id)]
        return self._journal.store.submit(job, keys=keys).result()


def repointed(value: Any, moved: dict[str, Moved]) -> Any:
    """A value whose references lead to the contents that took the place of others."""
    if isinstance(value, list):
        return [repointed(item, moved) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast(Json, value)
    to = moved.get(str(fields.get("blob_id")))
    if to is not None and fields.get("type") == "blob":
        return {**fields, "blob_id": to.blob_id, "bytes": to.size, "preview": to.preview}
    return {name: repointed(inner, moved) for name, inner in fields.items()}
