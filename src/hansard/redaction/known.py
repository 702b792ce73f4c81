"""The automata over known values and rule keywords: one pass tells most texts clean."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from hansard.redaction.registry import Secret
from hansard.redaction.variants import variants

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
        self._names = list(names.values())
        self._exact = _automaton(list(names))
        self._sieve = _automaton([*(form.lower() for form in names), *keywords])

    def sift(self, text: bytes) -> Sieve:
        """Say whether a text may hold known values, and whether it holds keywords of rules."""
        hits = self._sieve.find_matches_as_indexes(text.lower(), overlapping=True)
        if not hits:
            return Sieve(False, False)
        values = len(self._names)
        return Sieve(min(hits)[0] < values, max(hits)[0] >= values)

    def find(self, text: bytes) -> list[Known]:
        """All occurrences of known values, overlapping ones included."""
        hits = self._exact.find_matches_as_indexes(text, overlapping=True)
        return [Known(start, end, self._names[index]) for index, start, end in hits]


def _automaton(patterns: list[bytes]) -> BytesAhoCorasick:
    small = sum(map(len, patterns)) < _DFA_LIMIT
    kind = Implementation.DFA if small else Implementation.ContiguousNFA
    return BytesAhoCorasick(patterns, implementation=kind)
