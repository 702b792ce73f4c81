"""Real events: what the formats read out of the logs in tests/fixtures/formats."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from statistics import mean, median

import orjson

from hansard.app import now_ms
from hansard.domain.draft import Draft
from hansard.domain.events.tool import CALLS
from hansard.ingest import discover
from hansard.ingest.base import Emit
from hansard.ingest.discover import Root
from hansard.usage.cost import priced

LOGS = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "formats"
_REQUEST = "span.model_request_end"


@dataclass(frozen=True, slots=True)
class Material:
    """Drafts in the order of their logs, and the bytes that the log will keep of each.

    Attributes:
        starts: where in `drafts` each log begins.
    """

    drafts: list[Draft]
    payloads: list[bytes]
    starts: list[int]

    def stream(self, number: int) -> Iterator[Draft]:
        """The events for one session, log after log, for ever; each number begins elsewhere."""
        start = self.starts[number % len(self.starts)]
        return map(fresh, cycle(self.drafts[start:] + self.drafts[:start]))

    def describe(self) -> str:
        """Mean, median and 95th percentile of the payloads, and how many make a ledger row."""
        sizes = sorted(len(payload) for payload in self.payloads)
        ledger = sum(d.type in CALLS or d.type == _REQUEST for d in self.drafts)
        return (
            f"{len(sizes)} events, payload mean {mean(sizes):,.0f} B, p50 {median(sizes):,.0f} B, "
            f"p95 {sizes[int(len(sizes) * 0.95)]:,} B, ledger row for {ledger / len(sizes):.0%}"
        )


@cache
def events() -> Material:
    """Every event of the fixtures, priced, without the ids that an import would give it."""
    drafts: list[Draft] = []
    starts: list[int] = []
    for kind, source in discover.files(Root(LOGS, None)):
        starts.append(len(drafts))
        parser = kind.open(source)
        for line in source.path.read_bytes().split(b"\n"):
            emissions = parser.feed(line) if line.strip() else ()
            drafts += [priced(e.draft) for e in emissions if isinstance(e, Emit)]
    return Material(drafts, [orjson.dumps(draft.payload) for draft in drafts], starts)


def fresh(draft: Draft) -> Draft:
    """The event as somebody appends it live: a new one, now."""
    return Draft(draft.type, draft.payload, draft.actor, now_ms(), turn_id=draft.turn_id)
