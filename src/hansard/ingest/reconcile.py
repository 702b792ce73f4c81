"""Usage that was recorded before: a higher figure is appended as a correction, never twice."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

from hansard.domain import foreign, ids
from hansard.domain.draft import Draft, Json
from hansard.domain.projections.ledger import token_classes
from hansard.ingest.book import Book
from hansard.journal import read
from hansard.usage.cost import REQUEST, micros, priced
from hansard.usage.prices import SOURCE

Figures: TypeAlias = dict[str, int]
"""Tokens by class, and the cost in micro-USD."""
_KEPT = 4_096
_BATCH = 1_000
_COST = "cost_micros"


class Reconciler:
    """Compares what one reading of a file says that model requests used with what is recorded.

    A reading that starts again meets the final figures of a message where an earlier one met
    partial ones, and two copies of a growing file differ: each gives its own corrections. So
    the sum of what was said of a request counts, and only what that has more than the recorded
    sum is appended.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._told: OrderedDict[str, Figures] = OrderedDict()
        self._sums: dict[str, Figures] = {}

    def tell(self, draft: Draft) -> None:
        """Take in a draft in the order of the file; other events than requests pass by."""
        if draft.type != REQUEST or draft.id is None:
            return
        target = _target(draft)
        before = self._told.pop(target, None)
        self._told[target] = _plus(before or {}, _figures(draft))
        if len(self._told) > _KEPT:
            self._told.popitem(last=False)
        if before is not None or target == draft.id:
            self._sums[draft.id] = self._told[target]

    def settle(
        self, session_id: str | None, drafts: Sequence[Draft], known: Mapping[str, str]
    ) -> list[Draft]:
        """The drafts that are to be appended to a session, with prices.

        Args:
            session_id: None when it is still to be made.
            drafts: what was read, all of it told before.
            known: the drafts' events that exist, and the session that holds each.
        """
        recorded = self._recorded(session_id, drafts, known) if session_id else {}
        settled: list[Draft] = []
        for draft in drafts:
            is_known = draft.id in known
            if draft.type == REQUEST:
                settled.extend(self._request(draft, recorded, is_known))
            elif not is_known:
                settled.append(draft)
        return settled

    def settled(self) -> None:
        """Everything that was told is settled."""
        self._sums.clear()

    def _request(
        self, draft: Draft, recorded: dict[str, Figures], is_known: bool
    ) -> Sequence[Draft]:
        target = _target(draft)
        have, want = recorded.get(target), self._sums.get(draft.id or "")
        if have is None or want is None:
            if is_known:
                return ()
            done = priced(draft)
            if target == draft.id:
                recorded[target] = _figures(done)
            return (done,)
        extra = {name: max(0, count - have[name]) for name, count in want.items() if name != _COST}
        if not any(extra.values()):
            return ()
        own = not is_known and target != draft.id and extra.items() <= _figures(draft).items()
        done = self._correction(draft, draft.id if own else None, extra, have, want)
        recorded[target] = _plus(have, _figures(done))
        return (done,)

    def _correction(
        self, draft: Draft, event_id: str | None, extra: Figures, have: Figures, want: Figures
    ) -> Draft:
        """What a request used beyond what is recorded. It costs what the whole costs less what
        was charged: prices may rise with the size of a request."""
        target = _target(draft)
        payload = {k: v for k, v in draft.payload.items() if k != "reasoning_tokens"}
        payload |= {"model_usage": _usage(extra), "corrects": target}
        whole = micros(draft, {n: have[n] + extra[n] for n in extra})
        if _COST in draft.payload:
            payload[_COST] = want[_COST] - have[_COST]
        elif whole is None:
            payload["price_source"] = "unpriced"
        else:
            payload |= {_COST: whole - have[_COST], "currency": "USD", "price_source": SOURCE}
        if event_id is None:
            told = repr(sorted(want.items()))
            event_id = ids.derived("sevt", draft.created_at, self._book.kind.name, target, told)
        return Draft(REQUEST, payload, draft.actor, draft.created_at, event_id, draft.turn_id)

    def _recorded(
        self, session_id: str, drafts: Sequence[Draft], known: Mapping[str, str]
    ) -> dict[str, Figures]:
        """The figures that stand for requests of this session: their own and the corrections'.

        A correction is stamped with the time of its request.
        """
        again = [d for d in drafts if d.type == REQUEST]
        again = [d for d in again if known.get(d.id or "") == session_id or _target(d) != d.id]
        if not again or not self._book.kind.usage_grows:
            return {}
        store, where = self._book.journal.store, self._book.workspace_id
        at = read.place(store, where, session_id)
        times = [draft.created_at for draft in again]
        between = (("gte", min(times)), ("lte", max(times)))
        wanted = {_target(draft) for draft in again}
        found: dict[str, Figures] = {}
        cursor = 0
        while lines := read.page(
            store, where, at, types=[REQUEST], created=between, after=cursor, limit=_BATCH
        ):
            for line in lines:
                event: Json = orjson.loads(line.body)
                target = event.get("corrects") or event["id"]
                if target in wanted and (target in found or target == event["id"]):
                    found[target] = _plus(found.get(target, {}), _of_payload(event))
            cursor = lines[-1].seq
        return found


def _target(draft: Draft) -> str:
    """The request that a draft is about: itself, or the one it corrects."""
    return foreign.text(draft.payload.get("corrects")) or draft.id or ""


def _figures(draft: Draft) -> Figures:
    return _of_payload(draft.payload)


def _of_payload(payload: Json) -> Figures:
    tokens = token_classes(foreign.mapping(payload.get("model_usage")))
    return {**tokens, _COST: foreign.whole(payload.get(_COST)) or 0}


def _plus(some: Figures, more: Figures) -> Figures:
    return {name: some.get(name, 0) + count for name, count in more.items()}


def _usage(tokens: Figures) -> Json:
    """The protocol's `model_usage` of disjoint classes."""
    minutes, hour = tokens["cache_write_5m"], tokens["cache_write_1h"]
    return {
        "input_tokens": tokens["input_uncached"],
        "output_tokens": tokens["output"],
        "cache_read_input_tokens": tokens["cache_read"],
        "cache_creation_input_tokens": minutes + hour,
        "cache_creation": {
            "ephemeral_5m_input_tokens": minutes,
            "ephemeral_1h_input_tokens": hour,
        },
    }
