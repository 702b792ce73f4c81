"""Check a session's log against its chain, from the stored bytes alone (P1, P22)."""

import hmac

import orjson

from hansard.domain.draft import Json
from hansard.journal import chain, read
from hansard.journal.append import Journal
from hansard.journal.read import Place
from hansard.store import event_log, sessions
from hansard.store.event_log import Stored

_BATCH = 1_000


def verify(journal: Journal, workspace_id: str, session_id: str) -> list[str]:
    """What is wrong with a session's log; an empty list means nothing is.

    Every seq is there once, every hash follows from the one before and the stored bytes, and
    the row's head is the last of them, under the installation's key.

    Raises:
        NotFound: there is no such session.
    """
    at = read.place(journal.store, workspace_id, session_id)
    found: list[str] = []
    seq, head = 0, chain.GENESIS
    while True:
        rows = _after(journal, workspace_id, at, seq)
        for stored in rows:
            if stored.seq != seq + 1:
                found.append(f"seq {seq + 1} is followed by {stored.seq}")
            problem = _link_problem(stored, session_id, head)
            if problem:
                found.append(f"seq {stored.seq}: {problem}")
            seq, head = stored.seq, stored.hash
        if len(rows) < _BATCH:
            break
    return found + _head_problems(journal, workspace_id, at, seq, head)


def _after(journal: Journal, workspace_id: str, at: Place, seq: int) -> list[Stored]:
    return journal.store.read(
        lambda c: event_log.of_session(c, workspace_id, at.sid, after=seq, limit=_BATCH)
    )


def _link_problem(stored: Stored, session_id: str, previous: bytes) -> str | None:
    content = stored.content_hash
    if stored.payload is not None and stored.salt is not None:
        content = chain.content_hash(stored.salt, stored.payload)
    if content is None:
        return "the payload is gone and left no hash"
    envelope = read.envelope(stored, session_id)
    manifest = chain.manifest(envelope, stored.actor.encode(), content)
    return None if chain.link(previous, manifest) == stored.hash else "the hash does not follow"


def _head_problems(
    journal: Journal, workspace_id: str, at: Place, seq: int, head: bytes
) -> list[str]:
    try:
        row: Json = orjson.loads(at.body)
        place = (int(row["seq"]), str(row["head"]))
    except (ValueError, KeyError, TypeError):
        return ["the row does not read"]
    if place != (seq, head.hex()):
        return [f"the row stands at seq {place[0]}, the log at {seq}"]
    stored = journal.store.read(lambda c: sessions.head_mac(c, workspace_id, at.session_id))
    made = chain.head_mac(journal.keeper.key, at.session_id, *place)
    return [] if hmac.compare_digest(stored or b"", made) else ["the head is not under our key"]
