"""What changes by time alone: chats gone quiet, leases that ran out (S2-18)."""

import logging
from collections.abc import Callable

from hansard.domain.errors import Corrupt
from hansard.domain.projections import summary
from hansard.journal.append import Journal
from hansard.store import sessions
from hansard.store.base import Tx

_LOG = logging.getLogger(__name__)
_BATCH = 200


def sweep(journal: Journal) -> int:
    """Settle every row that is due; each takes a cursor and is pushed. How many there were.

    Blocks; call it from a thread every few seconds.
    """
    done = 0
    while True:
        now = journal.clock()
        due = journal.store.read(lambda c, at=now: sessions.due(c, at, _BATCH))
        if not due:
            return done
        settle = _job(journal, due)
        journal.store.submit(settle, len(due), due).result()
        done += len(due)
        if len(due) < _BATCH:
            return done


def _job(journal: Journal, due: list[tuple[str, str]]) -> Callable[[Tx], None]:
    def run(tx: Tx) -> None:
        group = journal.group(tx)
        tx.wrote()
        for workspace_id, session_id in due:
            try:
                head = group.head(tx, workspace_id, session_id)
            except Corrupt as problem:
                _LOG.error("left out of the sweep: %s", problem.message)
                sessions.unschedule(tx, workspace_id, session_id)
                continue
            if head is None:
                continue
            summary.settle(head.session, journal.clock())
            head.indexed = None
            group.touch(workspace_id, head)

    return run
