"""Usage that was recorded before: a higher figure is appended as a correction."""

from typing import Any, cast

import orjson

from hansard.domain import ids
from hansard.domain.draft import Draft, Json
from hansard.ingest.book import Book
from hansard.journal import read
from hansard.usage.cost import priced

_REQUEST = "span.model_request_end"
_BATCH = 1_000


def reconciled(book: Book, session_id: str, drafts: list[Draft]) -> list[Draft]:
    """Drafts to append: a model request that is stored with lower figures is corrected.

    A reader that starts again meets the final figures of a message where an earlier one met
    partial ones; both make the same event id, so only the difference is new.
    """
    requests = [d for d in drafts if d.type == _REQUEST and d.id and not d.payload.get("corrects")]
    if not requests:
        return drafts
    store, where = book.journal.store, book.workspace_id
    known = read.known(store, where, [cast(str, draft.id) for draft in requests])
    here = {event_id for event_id, holder in known.items() if holder == session_id}
    if not here:
        return drafts
    recorded = _recorded(book, session_id, here)
    fixes = [_correction(book, draft, recorded[draft.id]) for draft in requests if draft.id in here]
    return [*drafts, *filter(None, fixes)]


def _correction(book: Book, draft: Draft, recorded: dict[str, int]) -> Draft | None:
    told = _figures(draft.payload.get("model_usage"))
    extra = {name: max(0, told[name] - recorded[name]) for name in told}
    if not any(extra.values()):
        return None
    hour = extra.pop("hour")
    usage: Json = {**extra, "cache_creation": {"ephemeral_1h_input_tokens": hour}}
    dropped = ("cost_micros", "currency", "price_source", "usage_source")
    payload = {k: v for k, v in draft.payload.items() if k not in dropped}
    payload |= {"model_usage": usage, "corrects": draft.id}
    event_id = ids.derived(
        "sevt", draft.created_at, book.kind.name, cast(str, draft.id), repr(sorted(told.items()))
    )
    fix = Draft(_REQUEST, payload, draft.actor, draft.created_at, event_id, draft.turn_id)
    return priced(fix)


def _recorded(book: Book, session_id: str, wanted: set[str]) -> dict[str, dict[str, int]]:
    """The figures that stand for requests so far: their own and their corrections'."""
    store, where = book.journal.store, book.workspace_id
    at = read.place(store, where, session_id)
    totals = {event_id: _figures(None) for event_id in wanted}
    cursor = 0
    while lines := read.page(store, where, at, types=[_REQUEST], after=cursor, limit=_BATCH):
        for line in lines:
            event: Json = orjson.loads(line.body)
            total = totals.get(event.get("corrects") or event["id"])
            if total is not None:
                for name, value in _figures(event.get("model_usage")).items():
                    total[name] += value
        cursor = lines[-1].seq
    return totals


def _figures(usage: Any) -> dict[str, int]:
    found: Json = cast(Json, usage) if isinstance(usage, dict) else {}
    split: Any = found.get("cache_creation")
    hour: Any = cast(Json, split).get("ephemeral_1h_input_tokens") if isinstance(split, dict) else 0
    names = (
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
    )
    figures = {name: _whole(found.get(name)) for name in names}
    return {**figures, "hour": _whole(hour)}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
