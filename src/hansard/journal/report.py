"""The integrity report: chains, rows against their folds, contents nobody owns, sizes."""

from collections.abc import Callable, Iterator
from pathlib import Path

from hansard.domain.draft import Json
from hansard.domain.errors import NotFound
from hansard.journal import backup, rebuild, verify
from hansard.journal.append import Journal
from hansard.journal.read import Place
from hansard.store import blobs, schema, session_rows, sessions

_SAMPLE = 100
_TOLD = 20
_FILES = {"database": "", "log": "-wal"}
_SEARCH = "search.db"


def report(
    journal: Journal,
    database: Path | None,
    *,
    full: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> Json:
    """Look at a whole database; writes nothing.

    Args:
        database: the SQLite file, for its sizes; None for any other database.
        full: every session, not only a hundred of each workspace, spread over their ages.
        told: given the number of sessions looked at.
    """
    store = journal.store
    at, newest = schema.versions(store)
    chains: Json = {}
    rows = rebuild.Rebuilt()
    count = deleted = events = broken = 0
    for workspace_id, place in _chosen(journal, full):
        found = verify.check(store, journal.keeper.key, workspace_id, place)
        count, events, deleted = count + 1, events + found.events, deleted + found.deleted
        if found.problems:
            broken += 1
            if len(chains) < _TOLD:
                chains[place.session_id] = found.problems[:_TOLD]
        _compare(journal, workspace_id, place, rows)
        told(count)
    return {
        "type": "integrity",
        "ok": not (broken or rows.changed or rows.ledger or rows.broken) and at == newest,
        "schema": at,
        "newest_schema": newest,
        "full": full,
        "sessions_checked": count,
        "deleted_checked": deleted,
        "events_checked": events,
        "chains_broken": broken,
        "chains": chains,
        "rows_that_differ": _some(rows.changed),
        "ledgers_that_differ": _some(rows.ledger),
        "logs_that_do_not_fold": dict(list(rows.broken.items())[:_TOLD]),
        "stray_contents": store.read(blobs.stray),
        "bytes": {} if database is None else sizes(database),
        "last_backup": backup.last(store),
    }


def sizes(database: Path) -> Json:
    """The bytes of a SQLite database, its write-ahead log and its search index."""
    paths = {name: database.with_name(database.name + end) for name, end in _FILES.items()}
    paths["search"] = database.with_name(_SEARCH)
    return {name: path.stat().st_size for name, path in paths.items() if path.exists()}


def _chosen(journal: Journal, full: bool) -> Iterator[tuple[str, Place]]:
    store = journal.store
    for workspace_id in store.read(sessions.workspaces):
        low, high = store.read(lambda c, where=workspace_id: session_rows.span(c, where))
        step = 1 if full else max(1, (high - low) // _SAMPLE)
        cursor = low - 1
        while page := store.read(
            lambda c, where=workspace_id, after=cursor: session_rows.places(
                c, where, after, 500 if full else 1
            )
        ):
            for place in page:
                yield workspace_id, Place(*place)
            cursor = page[-1][1] + (0 if full else step - 1)


def _compare(journal: Journal, workspace_id: str, place: Place, rows: rebuild.Rebuilt) -> None:
    try:
        found = rebuild.compare(journal, workspace_id, place.session_id)
    except NotFound:  # a tombstone has nothing to be folded from
        return
    rows.changed += [s for s in found.changed if s == place.session_id]
    rows.ledger += [s for s in found.ledger if s == place.session_id]
    rows.broken |= {s: why for s, why in found.broken.items() if s == place.session_id}


def _some(names: list[str]) -> list[str]:
    return names[:_TOLD]
