"""The search index follows the log by `pos`, on a thread of its own (kernel.md, section 3).

A commit never waits for it: a query reads the events that are not indexed yet by itself. What
is taken out of the log is taken out of the index by the same thread; the wish for it lies in the
log's own transaction, so that a crash in between builds the index again (P11).
"""

import logging
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

import orjson

from hansard.domain import ids, words
from hansard.domain.draft import Json
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections.ledger import tool_name
from hansard.domain.words import Document
from hansard.journal.figures import Follower
from hansard.store import blobs, event_log, members, pending, session_rows, sessions
from hansard.store.base import Connection, Store, Tx
from hansard.store.event_log import Stored
from hansard.store.search import Names, Page, Read, SearchIndex

_LOG = logging.getLogger(__name__)
_BATCH = 256
_BYTES = 4 << 20
_POLL_S = 1.0
_REST_S = 0.05
_SHARE = 1.5
"""Rest for each second of work: while events pour in, most of the processor is theirs."""
_TIDY_S = 2.0
_TIDY_AT_LAST_S = 30.0
"""After what silence dead words are taken out of the index's file, and when there is none."""
_UNSURE_S = 0.002
_CALLS = 4_096
_CATCH_UP_S = 1.0
NAMES = ("title", "key", "channel")
"""What of a row is searched for substrings, beside the agent's name."""


@dataclass(frozen=True, slots=True)
class Change:
    """Events whose content is about to change: what the index holds of them now."""

    name: str
    workspace_id: str
    pages: Sequence[Page]


@dataclass(frozen=True, slots=True)
class Told:
    """An event that can be found: where it stands, and what search reads of it."""

    pos: int
    sid: int
    seq: int
    event_id: str
    event_type: str
    created_at: int
    document: Document


class Documents:
    """Makes documents of stored events. Not for several threads at once.

    Args:
        workspace_id: of the events.
    """

    def __init__(self, workspace_id: str) -> None:
        self._workspace_id = workspace_id
        self._tools: OrderedDict[str, str] = OrderedDict()

    def page(self, connection: Connection, stored: Stored) -> Page | None:
        """The document of an event at its place; None when there is nothing to read."""
        found = self.document(connection, stored)
        if found is None:
            return None
        return Page(stored.pos, stored.sid, found.role, found.tool, found.text)

    def document(self, connection: Connection, stored: Stored) -> Document | None:
        """What search reads of an event; a payload that does not read has nothing."""
        try:
            payload: Json = orjson.loads(stored.payload or b"{}")
        except ValueError:
            return None
        blob = partial(self._blob, connection, stored.sid)
        tool = self._tool(connection, stored, payload)
        return words.document(stored.type, payload, tool, blob)

    def _blob(self, connection: Connection, sid: int, blob_id: str) -> str | None:
        found = blobs.get(connection, self._workspace_id, sid, blob_id)
        if found is None or not found[0].startswith("text/"):
            return None
        return found[1].decode("utf-8", "replace")

    def _tool(self, connection: Connection, stored: Stored, payload: Json) -> str | None:
        if stored.type in CALLS:
            name = tool_name(stored.type, payload)
            self._tools[ids.from_bytes("sevt", stored.id)] = name
            if len(self._tools) > _CALLS:
                self._tools.popitem(last=False)
            return name
        call = payload.get(RESULT_CALL.get(stored.type, ""), payload.get("tool_use_id"))
        if not isinstance(call, str) or not ids.is_id("sevt", call):
            return None
        if call not in self._tools:
            asked = event_log.by_id(connection, self._workspace_id, ids.to_bytes(call))
            if asked is None or asked.type not in CALLS or not asked.payload:
                return None
            self._tools[call] = tool_name(asked.type, orjson.loads(asked.payload))
        return self._tools[call]


class Indexer:
    """Keeps the search index behind the log, and the figures of lists behind their rows.

    Args:
        store: the log.
        search: the index.
    """

    def __init__(self, store: Store, search: SearchIndex) -> None:
        self.store = store
        self.search = search
        self.figures = Follower(store)
        self._bell = threading.Event()
        self._stop = threading.Event()
        self._wanted = threading.Event()
        self._changes: deque[Change] = deque()
        self._coming: set[str] = set()
        self._moved = threading.Condition()
        self._documents: dict[str, Documents] = {}
        self._untidy: float | None = None
        self._thread = threading.Thread(target=self._run, name="hansard-search", daemon=True)

    def start(self) -> None:
        """Follow the log from where the index is; begin anew when a crash left it untrue."""
        left = self.store.read(pending.names)
        if left:
            _LOG.info("the search index is built again: %d erasures had not reached it", len(left))
            self.search.clear()
            for name in left:
                self.store.submit(partial(pending.done, name=name)).result()
        self.figures.prepare()
        self.store.notify.ring_at_commit(self._bell)
        self._bell.set()
        self._thread.start()

    def close(self) -> None:
        """Stop following; what is left is read at the next start."""
        self._stop.set()
        self._bell.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()
        self.search.close()

    def behind(self, workspace_id: str) -> int:
        """How many cursors the index is behind the log."""
        top = self.store.read(lambda c: event_log.top_pos(c, workspace_id))
        return max(0, top - self.search.read_to(workspace_id).events)

    def at(self, workspace_id: str, places: Sequence[int]) -> list[Told]:
        """The events at these cursors, the newest first."""
        return self.store.read(
            lambda c: _told(c, workspace_id, event_log.at_pos(c, workspace_id, places))
        )

    def unread(self, workspace_id: str, most: int) -> tuple[int, list[Told], bool]:
        """How far the index has read, the events after that, the newest first, and whether
        those are all: when there are more than `most` the index is waited for first."""
        if self.behind(workspace_id) > most:
            top = self.store.read(lambda c: event_log.top_pos(c, workspace_id))
            self.catch_up(workspace_id, top - most, _CATCH_UP_S)
        reached = self.search.read_to(workspace_id).events
        rows = self.store.read(lambda c: event_log.after_pos(c, workspace_id, reached, most + 1))
        told = self.store.read(lambda c: _told(c, workspace_id, rows))
        return reached, told[::-1], len(rows) <= most

    def catch_up(self, workspace_id: str, pos: int, seconds: float) -> bool:
        """Wait until the index has read up to a cursor; whether it has."""
        with self._moved:
            return self._moved.wait_for(lambda: self._has_read(workspace_id, pos), seconds)

    def _has_read(self, workspace_id: str, pos: int) -> bool:
        if self._stop.is_set() or self.search.read_to(workspace_id).events >= pos:
            return True
        self._wanted.set()
        return False

    def settled(self, seconds: float) -> bool:
        """Wait until nothing is left to forget; whether that is so."""
        self._wanted.set()
        with self._moved:
            return self._moved.wait_for(lambda: not self._changes and self._untidy is None, seconds)

    def changing(self, tx: Tx, workspace_id: str, found: Sequence[Stored]) -> None:
        """Say, inside the transaction, that the content of these events is about to change or go.

        After the commit the index forgets what it has of them, and reads them again.
        """
        documents = Documents(workspace_id)
        made = (documents.page(tx.connection, stored) for stored in found)
        pages = [page for page in made if page is not None]
        if not pages:
            return
        change = Change(os.urandom(8).hex(), workspace_id, pages)
        pending.add(tx, change.name)
        tx.parts["search", change.name] = _Hook(self, change)

    def expect(self, change: Change) -> None:
        """A change is about to be committed: what is read from here on may be newer than it."""
        self._coming.add(change.name)

    def ask_again(self, change: Change) -> None:
        """Queue a change that is durable now."""
        self._changes.append(change)
        self._coming.discard(change.name)
        self._bell.set()

    def give_up(self, change: Change) -> None:
        """A change did not happen."""
        self._coming.discard(change.name)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                began = monotonic()
                if self._follow():
                    self._wanted.wait(max(_REST_S, (monotonic() - began) * _SHARE))
                    self._wanted.clear()
                    continue
                untidy = self._untidy
                due = self.figures.due()
                quiet = _POLL_S if untidy is None else _TIDY_S
                rang = self._bell.wait(quiet if due is None else due)
                self._bell.clear()
                late = untidy is not None and began - untidy > _TIDY_AT_LAST_S
                if late or (untidy is not None and not rang and due is None):
                    self._tidy()
                elif rang:
                    self._stop.wait(_REST_S)  # let a burst become one batch
            except Exception:
                _LOG.exception("the search index could not go on; it tries again")
                self._stop.wait(_POLL_S)

    def _follow(self) -> bool:
        """Forget and read a batch of every workspace; whether there may be more."""
        more = self.figures.follow()
        while self._changes and not self._stop.is_set():
            self._apply(list(self._changes))
        for workspace_id in self.store.read(members.workspace_ids):
            more = self._read(workspace_id) or more
        with self._moved:
            self._moved.notify_all()
        return more

    def _read(self, workspace_id: str) -> bool:
        at = self.search.read_to(workspace_id)
        pages, events = self.store.read(lambda c: self._events(c, workspace_id, at.events))
        names, rows = self.store.read(lambda c: _names(c, workspace_id, at.rows))
        now = Read(events, rows)
        if now == at:
            return False
        if self._coming or self._changes:
            # Read before or after the change, who knows: what is to be forgotten must be exactly
            # what was indexed.
            self._stop.wait(_UNSURE_S)
            return True
        self.search.add(workspace_id, pages, names, before=at, now=now)
        return True

    def _events(
        self, connection: Connection, workspace_id: str, after: int
    ) -> tuple[list[Page], int]:
        """The documents of the next events, and the cursor of the last."""
        top = event_log.top_pos(connection, workspace_id)
        if top <= after:
            return [], after
        documents = self._documents.setdefault(workspace_id, Documents(workspace_id))
        pages: list[Page] = []
        size = count = 0
        for stored in event_log.after_pos(connection, workspace_id, after, _BATCH):
            count, after = count + 1, stored.pos
            page = documents.page(connection, stored)
            if page is not None:
                pages.append(page)
                size += len(page.text)
            if size > _BYTES:
                return pages, after
        # Cursors that belong to rows alone have no event: do not look for them again.
        return pages, after if count == _BATCH else max(after, top)

    def _apply(self, changes: Sequence[Change]) -> None:
        """Forget what was indexed of some changes, and read again what the log holds now."""
        # Of two changes of one event the index holds what was before the first.
        first: dict[tuple[str, int], Page] = {}
        for change in changes:
            for page in change.pages:
                first.setdefault((change.workspace_id, page.pos), page)
        work: list[tuple[str, list[Page], list[Page]]] = []
        for workspace_id in {where for where, _ in first}:
            reached = self.search.read_to(workspace_id).events
            old = [p for (where, at), p in first.items() if where == workspace_id and at <= reached]
            work.append((workspace_id, old, self._again(workspace_id, old)))
        if self._coming or len(self._changes) > len(changes):
            self._stop.wait(_UNSURE_S)
            return  # one more: what was read is from before it or after it, who knows
        for workspace_id, old, new in work:
            for chunk in _chunks(old):
                self.search.drop(workspace_id, chunk)
            for chunk in _chunks(new):
                self.search.put(workspace_id, chunk)
        if self._untidy is None:
            self._untidy = monotonic()
        for change in changes:
            self.store.submit(partial(pending.done, name=change.name)).result()
            self._changes.popleft()

    def _again(self, workspace_id: str, pages: Sequence[Page]) -> list[Page]:
        documents = Documents(workspace_id)

        def read(connection: Connection) -> list[Page]:
            made: list[Page | None] = []
            for chunk in _chunks(pages):
                places = [page.pos for page in chunk]
                for stored in event_log.at_pos(connection, workspace_id, places):
                    made.append(documents.page(connection, stored))
            return [page for page in made if page is not None]

        return self.store.read(read)

    def _tidy(self) -> None:
        self.search.tidy()
        with self._moved:
            self._untidy = None
            self._moved.notify_all()


class _Hook:
    """Hands a change to the indexer once it is durable."""

    def __init__(self, indexer: Indexer, change: Change) -> None:
        self._indexer = indexer
        self._change = change

    def flush(self, tx: Tx) -> None:
        """Nothing is left to write."""
        self._indexer.expect(self._change)

    def committed(self) -> None:
        """The log does not hold it any more."""
        self._indexer.ask_again(self._change)

    def rolled_back(self) -> None:
        """It did not happen."""
        self._indexer.give_up(self._change)


def _told(connection: Connection, workspace_id: str, found: Sequence[Stored]) -> list[Told]:
    documents = Documents(workspace_id)
    made = [(one, documents.document(connection, one)) for one in found]
    return [
        Told(
            one.pos,
            one.sid,
            one.seq,
            ids.from_bytes("sevt", one.id),
            one.type,
            one.created_at,
            document,
        )
        for one, document in made
        if document is not None
    ]


def _names(connection: Connection, workspace_id: str, after: int) -> tuple[list[Names], int]:
    """The names of the next rows that moved, and the cursor of the last."""
    found: list[Names] = []
    for pos, sid, shelf, body in session_rows.moved_after(connection, workspace_id, after, _BATCH):
        after = pos
        found.append(Names(sid, named(body), shelf != sessions.DELETED))
    return found, after


def named(body: bytes) -> str:
    """The names of a session, one per line: title, key, channel, agent."""
    try:
        row: Json = orjson.loads(body)
        agent = row["agent"].get("name") or ""
    except (ValueError, KeyError, AttributeError):
        return ""
    return "\n".join([*(str(row.get(name) or "") for name in NAMES), str(agent)])


def _chunks(pages: Sequence[Page]) -> Iterator[Sequence[Page]]:
    for start in range(0, len(pages), _BATCH):
        yield pages[start : start + _BATCH]
