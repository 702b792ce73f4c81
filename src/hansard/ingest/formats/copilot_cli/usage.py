"""Tokens: what is known of a request when it ends, and the rest when the program stops.

A message says how much the model wrote and nothing of what it read. When the program stops it
says what each model used in all; what was not told yet is told then. A session that is taken up
again says it again at its next stop: some versions go on counting, others begin anew.
"""

from dataclasses import astuple, dataclass, field
from typing import Self

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.told import Usage, count


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens in disjoint classes."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @classmethod
    def read(cls, usage: Json) -> Self:
        """From a `usage` object: its input holds what was read from and written to the cache."""
        read = _first(usage, "cacheReadTokens", "cachedInput") or 0
        written = _first(usage, "cacheWriteTokens") or 0
        whole = _first(usage, "inputTokens", "input") or 0
        cached = read + written
        return cls(
            input=whole - cached if whole >= cached else whole,
            output=_first(usage, "outputTokens", "output") or 0,
            cache_read=read,
            cache_write=written,
        )

    def plus(self, other: "Tokens") -> "Tokens":
        """Both together."""
        return Tokens(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def beyond(self, other: "Tokens") -> "Tokens":
        """What this has more than another, never below zero."""
        return Tokens(*(max(0, a - b) for a, b in zip(astuple(self), astuple(other), strict=True)))

    def holds(self, other: "Tokens") -> bool:
        """Whether no class of another is greater."""
        return all(a >= b for a, b in zip(astuple(self), astuple(other), strict=True))

    def to_usage(self) -> Usage:
        """As a request tells it."""
        return Usage(self.input, self.output, self.cache_read, self.cache_write)


_NOTHING = Tokens()


@dataclass(slots=True)
class _Model:
    """What was told of a model: in all, and since the program was started last."""

    whole: Tokens = _NOTHING
    run: Tokens = _NOTHING


@dataclass(slots=True)
class Meter:
    """What was told of every model of a session."""

    _models: dict[str, _Model] = field(default_factory=dict[str, _Model])

    def told(self, model: str | None, used: Tokens) -> None:
        """A request was told."""
        found = self._models.setdefault(model or "", _Model())
        found.whole, found.run = found.whole.plus(used), found.run.plus(used)

    def stopped(self, metrics: Json) -> list[tuple[str, Tokens, Json]]:
        """The program stops: what each model used that was not told yet, with its figures.

        Args:
            metrics: `modelMetrics`.
        """
        rest: list[tuple[str, Tokens, Json]] = []
        for name, value in metrics.items():
            usage = foreign.mapping(foreign.mapping(value).get("usage"))
            total = Tokens.read(usage)
            found = self._models.setdefault(name, _Model())
            more = total.beyond(found.whole if total.holds(found.whole) else found.run)
            found.whole = found.whole.plus(more)
            if more != _NOTHING:
                rest.append((name, more, usage))
        for found in self._models.values():
            found.run = _NOTHING
        return rest


def _first(usage: Json, *names: str) -> int | None:
    return next((found for name in names if (found := count(usage.get(name))) is not None), None)
