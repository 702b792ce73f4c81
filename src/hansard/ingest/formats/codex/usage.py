"""Token counts: a running total that repeats itself, and what each request added to it."""

from collections import deque
from dataclasses import dataclass, fields
from typing import Self

from hansard.domain.draft import Json
from hansard.ingest.formats.codex.record import part, whole

_UNPAIRED = 8


@dataclass(frozen=True, slots=True)
class Tokens:
    """Counts as Codex gives them: `input` holds `cached` and `written`, `output` `reasoning`."""

    input: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    reasoning: int = 0

    @classmethod
    def read(cls, counts: Json) -> Self:
        """From a `total_token_usage`, `last_token_usage` or `usage` object."""
        return cls(
            input=max(0, whole(counts, "input_tokens") or 0),
            cached=max(0, whole(counts, "cached_input_tokens") or 0),
            written=max(0, whole(counts, "cache_write_input_tokens") or 0),
            output=max(0, whole(counts, "output_tokens") or 0),
            reasoning=max(0, whole(counts, "reasoning_output_tokens") or 0),
        )

    def minus(self, other: "Tokens") -> "Tokens":
        """What this has more than another, never below zero."""
        return Tokens(
            *(max(0, getattr(self, f.name) - getattr(other, f.name)) for f in fields(self))
        )

    def to_wire(self) -> Json:
        """The protocol's disjoint classes (requirements.md 6.6)."""
        cached = min(self.cached, self.input)
        written = min(self.written, self.input - cached)
        return {
            "input_tokens": self.input - cached - written,
            "output_tokens": self.output,
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": written,
        }


NONE = Tokens()


class Meter:
    """Turns running totals into what each request used.

    `token_count` repeats an unchanged total, and may start again from zero. Newer files also
    hold one `token_usage_record` per response, nearly always for the same request; requests
    that compact the context are found there alone. A pair is told by its equal counts.
    """

    def __init__(self) -> None:
        self._total: Tokens | None = None
        self._from_totals: deque[Tokens] = deque(maxlen=_UNPAIRED)
        self._from_records: deque[Tokens] = deque(maxlen=_UNPAIRED)

    def inherit(self, info: Json) -> None:
        """Take a total as the point to count from: it is the parent's of a fork."""
        if part(info, "total_token_usage"):
            self._total = Tokens.read(part(info, "total_token_usage"))

    def counted(self, info: Json, *, forked: bool) -> Tokens | None:
        """What a `token_count` adds, None when nothing.

        A fork goes on from its parent's total. Where the file does not show that total, it
        is the first one less the request that it reports.
        """
        if not part(info, "total_token_usage"):
            return None
        total = Tokens.read(part(info, "total_token_usage"))
        if self._total is None:
            latest = Tokens.read(part(info, "last_token_usage"))
            self._total = total.minus(latest) if forked else NONE
        before, self._total = self._total, total
        fell = total.input + total.output < before.input + before.output
        used = total if fell else total.minus(before)
        return None if used == NONE else _unpaired(used, self._from_records, self._from_totals)

    def recorded(self, usage: Json) -> Tokens | None:
        """What a `token_usage_record` adds, None when its `token_count` was seen."""
        used = Tokens.read(usage)
        return None if used == NONE else _unpaired(used, self._from_totals, self._from_records)


def _unpaired(used: Tokens, partners: deque[Tokens], alone: deque[Tokens]) -> Tokens | None:
    if used in partners:
        partners.remove(used)
        return None
    alone.append(used)
    return used
