"""The automata over known values and rule keywords: one pass tells most texts clean."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from hansard.redaction import views
from hansard.redaction.registry import Secret
from hansard.redaction.variants import SHORTEST, variants

_DFA_LIMIT = 256 << 10
_NUMBER = re.compile(r"[1-9][0-9]{7,17}\Z")


class Known(NamedTuple):
    """One occurrence of a known value in a UTF-8 text."""

    start: int
    end: int
    name: str


class Sieve(NamedTuple):
    """What the first pass over a text saw."""

    known: bool
    keyword: bool


class Automaton:
    """Known values in all their forms, and the keywords of the rules. Immutable.

    The first pass runs over the lower-cased text, where both kinds can be looked for at once; a
    known value counts only when it stands in the original text in its own case.

    Attributes:
        generation: of the secrets it was made from.
        names: of the secrets, as UTF-8.
        numbers: the secrets that are numbers, which JSON may hold without quotes.
    """

    def __init__(
        self, generation: int, secrets: Iterable[Secret], keywords: Iterable[bytes]
    ) -> None:
        self.generation = generation
        names: dict[bytes, str] = {}
        self.numbers: dict[float, str] = {}
        for secret in secrets:
            for form in variants(secret.value):
                names.setdefault(form, secret.name)
            if _NUMBER.match(secret.value):
                self.numbers[int(secret.value)] = secret.name
        self.names = frozenset(name.encode() for name in names.values())
        self._forms = list(names)
        self._names = list(names.values())
        self._exact = _compact(self._forms)
        self._sieve = _automaton([*(form.lower() for form in names), *keywords])

    def sift(self, text: bytes) -> Sieve:
        """Say whether a text may hold known values, and whether it holds keywords of rules."""
        values = len(self._names)
        hits = self._sieve.find_matches_as_indexes(text.lower(), overlapping=True)
        known = bool(hits) and min(hits)[0] < values
        known = known or (values > 0 and any(True for _ in self._elsewise(text)))
        return Sieve(known, bool(hits) and max(hits)[0] >= values)

    def find(self, text: bytes) -> list[Known]:
        """All occurrences of known values, overlapping ones included."""
        hits = self._exact.find_matches_as_indexes(text, overlapping=True)
        found = [Known(start, end, self._names[index]) for index, start, end in hits]
        return [*found, *self._elsewise(text)] if self._names else found

    def opening(self, text: bytes) -> tuple[int, list[tuple[str, bytes]]]:
        """Where a known value may begin that the end of the text cuts.

        Returns:
            The earliest such place (the text's length if there is none), and of every value that
            may stand there its name and what is missing of it.
        """
        near = max(0, len(text) - self._longest)
        heads, by_head = self._heads
        hits = heads.find_matches_as_indexes(text[near:], overlapping=True)
        for at in sorted({near + start for _, start, _ in hits}):
            rest = self._missing(text[at:], by_head[text[at : at + SHORTEST]])
            if rest:
                return at, rest
        for at in range(max(near, len(text) - SHORTEST + 1), len(text)):
            forms = self._beginnings.get(text[at:])
            if forms:
                return at, self._missing(text[at:], forms)
        return len(text), []

    def _missing(self, tail: bytes, forms: Iterable[bytes]) -> list[tuple[str, bytes]]:
        return [
            (self._by_form[form], form[len(tail) :])
            for form in forms
            if len(form) > len(tail) and form.startswith(tail)
        ]

    @cached_property
    def _by_form(self) -> dict[bytes, str]:
        return dict(zip(self._forms, self._names, strict=True))

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._forms), default=0)

    @cached_property
    def _heads(self) -> tuple[BytesAhoCorasick, dict[bytes, list[bytes]]]:
        by_head: dict[bytes, list[bytes]] = {}
        for form in self._forms:
            by_head.setdefault(form[:SHORTEST], []).append(form)
        return _compact(list(by_head)), by_head

    @cached_property
    def _beginnings(self) -> dict[bytes, list[bytes]]:
        found: dict[bytes, list[bytes]] = {}
        for form in self._forms:
            for size in range(1, SHORTEST):
                found.setdefault(form[:size], []).append(form)
        return found

    def _elsewise(self, text: bytes) -> Iterator[Known]:
        """Occurrences in other readings of the text (`views.py`)."""
        for view in views.views(text):
            hits = self._exact.find_matches_as_indexes(view.text, overlapping=True)
            for index, start, end in hits:
                yield Known(*view.span(start, end), self._names[index])


def _automaton(patterns: list[bytes]) -> BytesAhoCorasick:
    """Twice as fast as the other kind, and ten times as big: for the pass that every text takes."""
    small = sum(map(len, patterns)) < _DFA_LIMIT
    return BytesAhoCorasick(
        patterns, implementation=Implementation.DFA if small else Implementation.ContiguousNFA
    )


def _compact(patterns: list[bytes]) -> BytesAhoCorasick:
    return BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA)
