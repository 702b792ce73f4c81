"""The figures and marks of sessions follow their rows: what lists are sorted and narrowed by."""

import logging
from functools import partial
from time import monotonic
from typing import Any, cast

import orjson

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.store import figures, members, sessions
from hansard.store.base import Connection, Store, Tx
from hansard.store.figures import Change, Entry, Mark, Moved

_LOG = logging.getLogger(__name__)
_BATCH = 200
_EVERY_S = 0.5
"""A row that moves all the time is read so often: twice a second is soon enough for an order."""
_LONGEST_WORD = 64
_LONGEST_MARK = 512
UNKNOWN = -1
"""What an unknown cost is kept as: below all that are known."""
VERSION = "2"
"""Of what is read of a row; figures of another version are read anew at the start."""

EDITORS = frozenset(
    {
        *("edit", "multiedit", "multi_edit", "notebookedit", "write", "patch", "apply_patch"),
        *("edit_file", "write_file", "create_file", "delete_file", "replace", "search_replace"),
        *("replace_in_file", "write_to_file", "insert_edit_into_file", "replace_string_in_file"),
        *("str_replace_editor", "str_replace_based_edit_tool", "create"),
    }
)
"""Tools that change files, by the names that agents give them."""


class Follower:
    """Reads the rows that moved, and keeps their figures. For one thread.

    Args:
        store: where both lie.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, tuple[int, int]] = {}
        self._next = 0.0
        self._left = False

    def prepare(self) -> None:
        """Read every row anew when an older version, or none, has read them."""
        if self._store.read(lambda c: figures.is_of(c, VERSION)):
            return

        def job(tx: Tx) -> int:
            self._store.alone(tx)
            if figures.is_of(tx.connection, VERSION):
                return 0
            _LOG.debug("reading the figures of every session, to sort lists by")
            many = figures.fill(tx, VERSION, entry)
            self._store.analyze(tx, figures.TABLES)
            return many

        many = self._store.submit(job).result()
        if many:
            _LOG.info("the figures of %d sessions were read, to sort lists by", many)

    def due(self) -> float | None:
        """Seconds until the rows that were left are to be looked at; None when none were."""
        return max(0.0, self._next - monotonic()) if self._left else None

    def follow(self) -> bool:
        """Keep the figures of a batch of rows of every workspace; whether there may be more.

        When it was asked a moment ago it leaves them, and says when they are due.
        """
        self._left = monotonic() < self._next
        if self._left:
            return False
        more = False
        for workspace_id in self._store.read(members.workspace_ids):
            more = self.step(workspace_id) or more
        if not more:
            self._next = monotonic() + _EVERY_S
        return more

    def step(self, workspace_id: str) -> bool:
        """Keep the figures of the next rows of a workspace; whether there may be more."""
        kept, seen = self._place(workspace_id)
        changes = self._store.read(lambda c: _changes(c, workspace_id, seen))
        if not changes:
            return False
        now = changes[-1].pos
        wanted = [change for change in changes if change.old != change.new]
        if not wanted:
            self._seen[workspace_id] = (kept, now)
        elif self._store.submit(
            partial(figures.save, workspace_id=workspace_id, changes=wanted, before=kept, now=now)
        ).result():
            self._seen[workspace_id] = (now, now)
        else:
            del self._seen[workspace_id]
            return True
        return len(changes) == _BATCH

    def _place(self, workspace_id: str) -> tuple[int, int]:
        """Up to which cursor the figures are kept, and up to which there was nothing to keep."""
        if workspace_id not in self._seen:
            at = self._store.read(lambda c: figures.read_to(c, workspace_id))
            self._seen[workspace_id] = (at, at)
        return self._seen[workspace_id]


def _changes(connection: Connection, workspace_id: str, after: int) -> list[Change]:
    rows = figures.moved(connection, workspace_id, after, _BATCH)
    kept = figures.kept(connection, [row.sid for row in rows])
    return [Change(row.pos, row.sid, kept.get(row.sid), entry(row)) for row in rows]


def entry(row: Moved) -> Entry | None:
    """What is kept of a row; None when its session is deleted or the row does not read."""
    if row.shelf == sessions.DELETED:
        return None
    try:
        shown: Json = orjson.loads(row.body)
        return Entry(row.shelf, row.child, _values(shown), frozenset(_marks(shown)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _values(row: Json) -> tuple[Any, ...]:
    """The figures of a row, in the order of `listing.FIGURES`."""
    tokens = row["tokens"]
    return (
        _word(row["title"]),
        _word(row["agent"].get("name")),
        row["message_count"],
        sum(count for name, count in tokens.items() if name != "output"),
        tokens["output"],
        tokens["cache_read"],
        row["tool_call_count"],
        _cost(row),
        row["turn_count"],
        row["error_count"],
        row["stats"]["duration_seconds"],
    )


def _cost(row: Json) -> int:
    """With its sub-agents, as a list shows it; unknown when nothing of it is priced."""
    below = row["children"]["cost_micros"] or 0
    own = row["cost_micros"]
    return max(0, own + below) if own is not None else below or UNKNOWN


def _marks(row: Json) -> list[Mark]:
    found = [("tag", _mark(tag)) for tag in row["tags"]]
    repo = foreign.text(row["where"].get("repo"))
    if repo:
        found.append(("repo", _mark(repo)))
    if row["error_count"] or row["error"] is not None:
        found.append(("has", "error"))
    if row["approval_id"] is not None:
        found.append(("has", "approval"))
    if any(name.lower() in EDITORS for name in cast("list[str]", row["tools"])):
        found.append(("has", "edits"))
    return found


def _word(text: object) -> str:
    """A text to sort by: upper and lower case are one, and its beginning is enough."""
    return str(text or "").replace("\0", "").strip().casefold()[:_LONGEST_WORD]


def _mark(text: object) -> str:
    return str(text).replace("\0", "")[:_LONGEST_MARK]
