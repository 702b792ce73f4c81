"""Check logs against their chains, from the stored bytes alone (P1, P22)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from hansard.domain.draft import Json
from hansard.journal import chain, read
from hansard.journal.append import Journal
from hansard.journal.checker import Checker
from hansard.journal.read import Place
from hansard.store import event_log, session_rows, sessions
from hansard.store.base import Readable

_BATCH = 500
_SESSIONS = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check of one session found.

    Attributes:
        events: how many events were read.
        head: the hash of the last of them.
        problems: what is wrong, each with its seq where it has one; empty when nothing is.
        deleted: its tombstone is all there is.
    """

    workspace_id: str
    session_id: str
    events: int
    head: str
    problems: list[str]
    deleted: bool = False


def verify(journal: Journal, workspace_id: str, session_id: str) -> list[str]:
    """What is wrong with a session's log; an empty list means nothing is.

    Raises:
        NotFound: there is no such session.
    """
    at = read.place(journal.store, workspace_id, session_id)
    return check(journal.store, journal.keeper.key, workspace_id, at).problems


def check(store: Readable, key: bytes | None, workspace_id: str, at: Place) -> Verified:
    """Check one session.

    Every seq is there once, every hash follows from the one before and the stored bytes, and
    the row's head is the last of them, under the installation's key. Of a deleted session only
    the head can be checked: its events are gone.

    Args:
        key: of the heads; None leaves them out (a backup without the installation's keys).
    """
    deleted = at.shelf == sessions.DELETED
    checker, count = Checker(), 0
    while True:
        rows = store.read(
            lambda c, after=checker.seq: event_log.of_session(
                c, workspace_id, at.sid, after=after, limit=_BATCH
            )
        )
        for stored in rows:
            event, actor = read.envelope(stored, at.session_id), stored.actor.encode()
            if deleted:
                checker.seq, checker.hash = stored.seq, stored.hash
            else:
                checker.follow(event, actor, stored.content_hash, stored.salt, stored.payload)
        count += len(rows)
        if len(rows) < _BATCH:
            break
    checker.end()
    found = [f"seq {seq}: {problem}" for seq, problem in checker.problems]
    if checker.broken > len(found):
        found.append(f"and {checker.broken - len(found)} more")
    found += _head_problems(store, key, workspace_id, at, checker)
    return Verified(workspace_id, at.session_id, count, checker.hash.hex(), found, deleted)


def everything(store: Readable, key: bytes | None) -> Iterator[Verified]:
    """Check every session of every workspace, one after another, in bounded memory."""
    for workspace_id in store.read(sessions.workspaces):
        cursor = 0
        while page := store.read(
            lambda c, where=workspace_id, after=cursor: session_rows.places(
                c, where, after, _SESSIONS
            )
        ):
            for place in page:
                yield check(store, key, workspace_id, Place(*place))
            cursor = page[-1][1]


def _head_problems(
    store: Readable, key: bytes | None, workspace_id: str, at: Place, checker: Checker
) -> list[str]:
    try:
        row: Json = orjson.loads(at.body)
        place = (int(row["seq"]), str(row["head"]))
    except (ValueError, KeyError, TypeError):
        return ["the row does not read"]
    if place != (checker.seq, checker.hash.hex()):
        return [f"the row stands at seq {place[0]}, the log at {checker.seq}"]
    if key is None:
        return []
    stored = store.read(lambda c: sessions.head_mac(c, workspace_id, at.session_id))
    made = chain.head_mac(key, at.session_id, *place)
    return [] if hmac.compare_digest(stored or b"", made) else [FOREIGN_HEAD]


FOREIGN_HEAD = "the head is not under our key"
"""Somebody moved the head; or the database came from an installation with another key."""
