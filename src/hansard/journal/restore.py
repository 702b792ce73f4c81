"""Take a session of an export back in, as it was: ids, seq, segments, times, hashes (S1-8).

One transaction for each session: it is there as a whole or not at all. The file is read anew in
that transaction, in pieces, and its chain is checked once more, so memory is that of a piece.
"""

from pathlib import Path

import orjson

from hansard.domain.errors import Conflict
from hansard.journal import line, prepare
from hansard.journal.append import Journal
from hansard.journal.arrival import Arrival, Clean, Restored, clean_blob, diverged, stranger
from hansard.journal.line import Entry
from hansard.journal.proof import Section, lines, opened
from hansard.journal.rescan import Moved
from hansard.store import event_log, sessions
from hansard.store.base import Tx
from hansard.store.notify import Wake

_SIZE = 4_096
"""Of the job: nothing else joins its transaction."""


def standing(journal: Journal, workspace_id: str, entry: Entry, *, trusted: bool) -> int:
    """How far the session is here already: 0 when it is not, its head's seq when all of it is.

    Args:
        trusted: the file's key may continue a session that is here: it is our own, or somebody
            who may said so.

    Raises:
        Conflict: another history has its id or key, it was deleted here, or a key that nobody
            trusts would continue it.
    """
    store, head = journal.store, entry.head
    found = store.read(lambda c: sessions.one(c, workspace_id, entry.id))
    if found is None:
        holder = store.read(lambda c: sessions.find_by_key(c, workspace_id, entry.key))
        if holder is not None:
            raise Conflict(f"another session has the key of {entry.id}", session_id=holder)
        return 0
    sid, shelf, body = found
    if shelf == sessions.DELETED:
        raise Conflict(f"the session {entry.id} was deleted here", session_id=entry.id)
    seq = int(orjson.loads(body)["seq"])
    if seq < head.seq:
        if not trusted:
            raise stranger(entry.id)
        return seq
    stored = store.read(
        lambda c: event_log.of_session(c, workspace_id, sid, after=head.seq - 1, limit=1)
    )
    if not stored or stored[0].hash.hex() != head.hash:
        raise diverged(entry.id)
    return head.seq


def restore(
    journal: Journal,
    workspace_id: str,
    path: Path,
    section: Section,
    clean: Clean,
    *,
    trusted: bool,
) -> Restored:
    """Take in one session of an export that was checked (`proof.examine`); blocks.

    What is here already stays: a longer chain with the same beginning goes on from there. A
    secret that is found is taken out as by a later registration, and `session.redacted` follows.

    Args:
        trusted: as `standing` takes it.

    Raises:
        Conflict: another history has its id, key or events here, it was deleted here, or a key
            that nobody trusts would continue it.
        Damaged: the file is not as it was when it was checked, or holds what cannot be kept.
    """
    entry = section.entry
    if standing(journal, workspace_id, entry, trusted=trusted) == entry.head.seq:
        return Restored(entry.id)
    changed = _changed_blobs(journal, workspace_id, path, section)

    def job(tx: Tx) -> Restored:
        arrival = Arrival(journal, tx, workspace_id, section, clean, changed, trusted=trusted)
        return arrival.run(path)

    keys = [(workspace_id, entry.id)]
    done = journal.store.submit(job, _SIZE, keys).result()
    journal.store.notify.publish(Wake(workspace_id, 0))
    return done


def _changed_blobs(
    journal: Journal, workspace_id: str, path: Path, section: Section
) -> dict[str, Moved]:
    """The contents that hold a secret, by id, and what they are without it."""
    scan, found = journal.scan(workspace_id), dict[str, Moved]()
    with opened(path) as file:
        for raw in lines(file, section.rest, section.end):
            kind, fields = line.read_other(raw)
            if kind != line.BLOB:
                continue
            blob_id, media_type, body = line.read_blob(fields)
            clean = clean_blob(scan, body)
            if clean is not None:
                told = media_type.startswith("text/")
                preview = clean.decode()[: prepare.PREVIEW] if told else None
                found[blob_id] = Moved(prepare.blob_id(clean), len(clean), preview)
    return found
