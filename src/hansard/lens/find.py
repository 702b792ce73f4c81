"""Find in one session: every event whose text matches, in the order of its log.

What is typed is text, to the last colon: conditions on sessions mean nothing inside one.
"""

from hansard.domain import instant, query, words
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.domain.snippet import snippet
from hansard.domain.words import Term
from hansard.journal import read
from hansard.journal.index import Indexer, Told
from hansard.store.base import Store
from hansard.store.search import Wanted

MOST = 1_000
_TAIL = 2_000
_BATCH = 256


def find(
    store: Store, indexer: Indexer, workspace_id: str, session_id: str, typed: str, limit: int
) -> Json:
    """The events that match: the newest `limit` of them, the oldest first.

    `total` stops at 1,000. `complete` is False when there may be more than `total`: more than
    1,000, or the index is far behind. Without a word to look for nothing is found.

    Raises:
        InvalidRequest: the text is too long, or the limit is out of range.
        NotFound: there is no such session.
    """
    if not 1 <= limit <= MOST:
        raise InvalidRequest(f"limit: 1 to {MOST}")
    terms = _terms(typed)
    sid = read.place(store, workspace_id, session_id).sid
    if not any(term.wanted for term in terms):
        return {"data": [], "total": 0, "complete": True}
    reached, tail, is_whole = indexer.unread(workspace_id, _TAIL)
    fresh = [one for one in tail if one.sid == sid and words.holds(one.document.text, terms)]
    places = _places(indexer, workspace_id, Wanted(terms, sid=sid), reached + 1)
    total = len(fresh) + len(places)
    hits = [_hit(one, terms) for one in fresh[:limit]]
    left = places[: limit - len(hits)]
    for start in range(0, len(left), _BATCH):  # a document may be large: never all at once
        batch = left[start : start + _BATCH]
        found = indexer.at(workspace_id, batch)
        total -= len(batch) - len(found)  # erased since the index found them
        hits += [_hit(one, terms) for one in found]
    hits.sort(key=lambda hit: hit["seq"])
    return {"data": hits, "total": min(total, MOST), "complete": is_whole and total <= MOST}


def _terms(typed: str) -> tuple[Term, ...]:
    try:
        found = query.parse(typed.replace(":", "."))
    except InvalidRequest as problem:
        raise InvalidRequest(problem.message.replace("q:", "query:", 1)) from problem
    return found.terms


def _places(indexer: Indexer, workspace_id: str, wanted: Wanted, below: int) -> list[int]:
    """Cursors of indexed events that match, falling; one more than counts at most."""
    found: list[int] = []
    while len(found) <= MOST:
        some = indexer.search.find(workspace_id, wanted, before=below, limit=_BATCH)
        found += some
        if len(some) < _BATCH:
            break
        below = some[-1]
    return found


def _hit(told: Told, terms: tuple[Term, ...]) -> Json:
    return {
        "seq": told.seq,
        "event_id": told.event_id,
        "type": told.event_type,
        "role": told.document.role,
        "tool": told.document.tool,
        "at": instant.to_wire(told.created_at),
        **snippet(told.document.text, terms).to_wire(),
    }
