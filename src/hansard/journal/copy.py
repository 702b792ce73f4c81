"""What a session's export is made of, read in pages: its events, large contents, raw records.

Memory is that of a page, whatever the length of the session (P25).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from hansard.domain import foreign, ids
from hansard.domain.draft import Json
from hansard.domain.errors import Corrupt, NotFound
from hansard.journal import chain, line, read
from hansard.store import blobs, event_log, ledger, sessions
from hansard.store.base import Store
from hansard.store.event_log import Stored

_FIRST_PAGE = 64
_PAGE_BYTES = 512 * 1024
_PAGES = (8, 1_000)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A session to export, as far as it went when it was chosen."""

    session_id: str
    sid: int
    seq: int
    head: str


def choose(store: Store, workspace_id: str, session_id: str) -> Chosen:
    """A session that was not deleted, as it is now.

    Raises:
        NotFound: there is none, here.
        Corrupt: its row does not read.
    """
    at = read.place(store, workspace_id, session_id)
    row = _row(at.session_id, at.body)
    return Chosen(at.session_id, at.sid, row["seq"], row["head"])


def described(store: Store, workspace_id: str, chosen: Chosen) -> Json:
    """What the header says of a session, without its head.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    at = read.place(store, workspace_id, chosen.session_id)
    row = _row(at.session_id, at.body)
    shown = {name: row.get(name) for name in _SHOWN}
    agent = foreign.mapping(row.get("agent")).get("name")
    found: Json = {"id": chosen.session_id, **shown, "agent": agent}
    for name, query in (("sources", sessions.sources_of), ("waits", sessions.waits_of)):
        pairs = store.read(lambda c, q=query: q(c, workspace_id, chosen.session_id))
        found[name] = [{"format": kind, "external_id": other} for kind, other in pairs]
    return found


def events(store: Store, workspace_id: str, chosen: Chosen) -> Iterator[bytes]:
    """The lines of a session's events, the payloads as they are stored, with newlines.

    Raises:
        NotFound: the session was deleted meanwhile.
    """
    cursor, limit = 0, _FIRST_PAGE
    while cursor < chosen.seq:
        rows = store.read(
            lambda c, after=cursor, many=limit: event_log.of_session(
                c, workspace_id, chosen.sid, after=after, before=chosen.seq + 1, limit=many
            )
        )
        if not rows or rows[-1].seq <= cursor:
            raise NotFound(f"the session {chosen.session_id} was deleted while it was exported")
        page = b"".join(_event(stored, chosen.session_id) for stored in rows)
        yield page
        cursor = rows[-1].seq
        low, high = _PAGES
        limit = max(low, min(high, _PAGE_BYTES * len(rows) // len(page)))


def contents(store: Store, workspace_id: str, chosen: Chosen) -> Iterator[bytes]:
    """The lines of a session's large contents."""
    after = ""
    while found := store.read(lambda c, a=after: blobs.next_after(c, workspace_id, chosen.sid, a)):
        after, media_type, body = found
        yield line.blob(chosen.session_id, after, media_type, body)


def records(store: Store, workspace_id: str, chosen: Chosen) -> Iterator[bytes]:
    """The lines of a session's raw source records."""
    block = -1
    while found := store.read(
        lambda c, after=block: blobs.block_after(c, workspace_id, chosen.sid, after)
    ):
        block, first, body = found
        for offset, raw in enumerate(read.unpack(body)):
            text = raw.decode("utf-8", "replace")
            yield line.other(line.RAW, chosen.session_id, n=first + offset, record=text)


def usage(store: Store, workspace_id: str, chosen: Chosen) -> Iterator[bytes]:
    """The lines of the ledger rows whose events were erased: no event gives them again."""
    after = b""
    while rows := store.read(
        lambda c, a=after: ledger.of_erased(
            c, workspace_id, chosen.session_id, chosen.sid, a, _FIRST_PAGE
        )
    ):
        for row in rows:
            shown = {**row, "event_id": ids.from_bytes("sevt", row["event_id"])}
            del shown["workspace_id"], shown["session_id"]
            yield line.other(line.LEDGER, chosen.session_id, row=shown)
        after = rows[-1]["event_id"]


def _event(stored: Stored, session_id: str) -> bytes:
    payload = stored.payload
    if payload is not None and not _is_framed(payload):
        payload = b'{"corrupt":true}'  # the line must stay one line; a check tells of it
    content = stored.content_hash
    if content is None:
        content = chain.content_hash(stored.salt or b"", stored.payload or b"")
    envelope = read.envelope(stored, session_id)
    actor = stored.actor.encode()
    return chain.exported(envelope, actor, content, stored.salt, payload) + b"\n"


def _is_framed(payload: bytes) -> bool:
    return payload.startswith(b"{") and payload.endswith(b"}") and b"\n" not in payload


def _row(session_id: str, body: bytes) -> Json:
    try:
        row: Json = orjson.loads(body)
        return {**row, "seq": int(row["seq"]), "head": str(row["head"])}
    except (ValueError, KeyError, TypeError) as problem:
        raise Corrupt(
            f"the row of session {session_id} does not read: rebuild it", session_id=session_id
        ) from problem


_SHOWN = (
    "key",
    "title",
    "kind",
    "origin",
    "channel",
    "created_at",
    "updated_at",
    "parent_id",
    "message_count",
    "cost_micros",
)
