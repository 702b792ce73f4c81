"""Looks back in the record for every secret that becomes known, on a thread of its own (S2-35)."""

import hmac
import logging
import threading
from functools import partial
from time import monotonic

from hansard.domain.errors import HansardError, NotFound
from hansard.journal.append import Journal
from hansard.journal.read import Place
from hansard.journal.rescan import Lens, Rescan
from hansard.redaction.registry import Secret
from hansard.redaction.scan import Scanner
from hansard.redaction.workspaces import Scanners
from hansard.store import event_log, members, rescans, session_rows, sessions
from hansard.store.base import Tx
from hansard.store.rescans import Rescan as Row

_LOG = logging.getLogger(__name__)
_LOOK_S = 2.0
_PAGE = 100
_UNTOLD = 25
"""Sessions without a find after which it is written down how far the search is."""
_SHARE = 2.0
"""Rest for each second of work: the search goes on beside everything else."""


class Lookback:
    """Searches every session for values that were not known when it was written.

    How far it is lies in the database, by a keyed hash of the value: a process that dies goes on
    at the next start, and a value that was searched for once is not searched for again.

    Args:
        journal: the record.
        scanners: what is known.
        key: of the hashes by which values are told apart.
    """

    def __init__(self, journal: Journal, scanners: Scanners, key: bytes) -> None:
        self._journal = journal
        self._scanners = scanners
        self._key = key
        self._seen = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="hansard-lookback", daemon=True)

    def start(self) -> None:
        """Look now, and whenever something becomes known."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the session in hand."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Search for everything that was not searched for yet. Blocks."""
        generation, known = self._scanners.secrets.snapshot()
        for workspace_id in self._journal.store.read(members.workspace_ids):
            marks = {self._mark(secret): secret for secret in known}
            self._announce(workspace_id, marks)
            rows = self._journal.store.read(partial(rescans.everything, workspace_id=workspace_id))
            waiting = [row for row in rows if row.state != "done" and row.mark in marks]
            for after in sorted({row.after_sid for row in waiting}):
                group = [row for row in waiting if row.after_sid == after]
                self._search(workspace_id, group, [marks[row.mark] for row in group])
        if not self._stop.is_set():
            self._seen = generation

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                if self._scanners.secrets.generation != self._seen:
                    self.look()
            except Exception:
                _LOG.exception("looking back for secrets failed; it is tried again")
            self._stop.wait(_LOOK_S)

    def _mark(self, secret: Secret) -> bytes:
        return hmac.digest(self._key, secret.value.encode("utf-8", "replace"), "sha256")

    def _announce(self, workspace_id: str, marks: dict[bytes, Secret]) -> None:
        """Remember what is to be searched for; a workspace without sessions is done with it."""

        def job(tx: Tx) -> None:
            known = {row.mark for row in rescans.everything(tx.connection, workspace_id)}
            fresh = [mark for mark in marks if mark not in known]
            if not fresh:
                return
            total = session_rows.how_many(tx.connection, workspace_id)
            now = self._journal.clock()
            state, ended = ("pending", None) if total else ("done", now)
            for mark in fresh:
                row = Row(mark, marks[mark].name, state, 0, 0, total, 0, now, ended)
                rescans.add(tx, workspace_id, row)

        self._journal.store.submit(job).result()

    def _search(self, workspace_id: str, rows: list[Row], known: list[Secret]) -> None:
        """Search all sessions for some values, from where it was broken off."""
        store = self._journal.store
        lens = seen_by(self._scanners.only(known))
        marks = [row.mark for row in rows]
        cursor = rows[0].after_sid
        again, done = _UNTOLD, 0  # a process may have died in any of these: they are done whole
        top = store.read(lambda c: event_log.top_pos(c, workspace_id))
        while page := store.read(
            lambda c, last=cursor: session_rows.places(c, workspace_id, last, _PAGE)
        ):
            for place in page:
                if self._stop.is_set():
                    return
                began = monotonic()
                events = self._one(workspace_id, Place(*place), lens, again=again > 0)
                cursor, again, done = place[1], again - 1, done + 1
                if events or done == _UNTOLD or place is page[-1]:
                    self._moved(workspace_id, marks, cursor, done, events)
                    done = 0
                self._stop.wait((monotonic() - began) * _SHARE)
        # What was being written with what was known before came in meanwhile.
        for sid in self._moved_since(workspace_id, top):
            if self._stop.is_set():
                return
            found = store.read(lambda c, at=sid: session_rows.by_sid(c, workspace_id, [at]))
            if sid in found:
                session_id, shelf, body = found[sid]
                self._one(workspace_id, Place(session_id, sid, shelf, body), lens)
        now = self._journal.clock()
        store.submit(lambda tx: rescans.finished(tx, workspace_id, marks, now)).result()

    def _moved_since(self, workspace_id: str, pos: int) -> list[int]:
        found: dict[int, None] = {}
        while page := self._journal.store.read(
            lambda c, last=pos: session_rows.moved_after(c, workspace_id, last, _PAGE)
        ):
            found.update((row[1], None) for row in page)
            pos = page[-1][0]
        return list(found)

    def _one(self, workspace_id: str, at: Place, lens: Lens, *, again: bool = False) -> int:
        """Search one session; how many events were rewritten. One that fails stops nobody."""
        if at.shelf == sessions.DELETED:
            return 0
        try:
            found = Rescan(self._journal, workspace_id, at, lens, again=again).run()
        except NotFound:
            return 0
        except (HansardError, ValueError) as problem:
            _LOG.error("session %s could not be searched for secrets: %s", at.session_id, problem)
            return 0
        if found.left:
            _LOG.warning(
                "session %s: %d actors hold a secret, and lie in the chain: delete the session",
                at.session_id,
                found.left,
            )
        return len(found.events)

    def _moved(
        self, workspace_id: str, marks: list[bytes], sid: int, searched: int, events: int
    ) -> None:
        self._journal.store.submit(
            lambda tx: rescans.moved(
                tx, workspace_id, marks, after_sid=sid, sessions=searched, events=events
            )
        ).result()


def seen_by(scanner: Scanner) -> Lens:
    """A scanner as what a rescan looks through."""

    def scan(payload: dict[str, object]) -> tuple[dict[str, object], list[dict[str, object]]]:
        clean, found = scanner.scan(payload)
        return clean, [redaction.to_wire() for redaction in found]

    def text(body: bytes) -> bytes:
        return scanner.scan_text(body.decode("utf-8", "replace"))[0].encode("utf-8", "replace")

    return Lens(
        holds=lambda raw: bool(scanner.automaton().find(raw)),
        scan=scan,
        text=text,
        record=scanner.scan_record,
    )
