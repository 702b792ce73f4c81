"""Rewriting a value string by string once it is known that there is something to take out."""

import hmac
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple, cast

from hansard.domain.draft import Json
from hansard.redaction.known import Automaton
from hansard.redaction.literals import PLACEHOLDER, is_literal
from hansard.redaction.names import Promise, promise
from hansard.redaction.outcome import DEEPEST, FAILED, FAILURE, Redaction
from hansard.redaction.policy import flagged, is_opaque, promised
from hansard.redaction.rules import Rule
from hansard.redaction.variants import SHORTEST

SENSITIVE_NAME = "sensitive-name"
_KNOWN, _FORMAT, _CONTEXT = range(3)
_STRICT = re.compile(rb"\[secret:([0-9A-Za-z_.:/@-]{1,80})(#[0-9a-f]{4})?\]")
_LOOSE = re.compile(PLACEHOLDER.pattern.encode())


class Span(NamedTuple):
    """A stretch of a UTF-8 text to be replaced; of two that overlap the lower rank names both."""

    start: int
    end: int
    rank: int
    name: str
    rule: str


class Rewriter:
    """One walk over one value. Unchanged parts are given back as they are, not copied.

    Attributes:
        redactions: what was taken out so far.
    """

    def __init__(
        self,
        automaton: Automaton,
        rules: Sequence[Rule],
        key: bytes,
        ids: frozenset[bytes],
        *,
        places: Sequence[str] = (),
        deadline: float = float("inf"),
    ) -> None:
        """Make a rewriter.

        Args:
            automaton: the known values.
            rules: those that matched somewhere in the value.
            key: of the suffixes.
            ids: of all rules, to know a placeholder of ours when it meets one.
            places: the files that the value is about.
            deadline: the moment of the monotonic clock at which it gives up.
        """
        self.redactions: list[Redaction] = []
        self._automaton = automaton
        self._rules = rules
        self._key = key
        self._ids = ids
        self._places = places
        self._deadline = deadline

    def value(
        self, node: Any, path: str = "", expected: Promise = Promise.NONE, depth: int = 0
    ) -> Any:
        """The value without its secrets; `expected` is what the name above it promises."""
        if isinstance(node, str):
            return self._string(node, path, expected, self._rules)
        if depth > DEEPEST:
            self.redactions.append(replace(FAILURE, path=path))
            return FAILED
        if isinstance(node, dict):
            return self._object(cast(Json, node), path, depth)
        if isinstance(node, (list, tuple)):
            return self._array(cast("list[Any]", node), path, expected, depth)
        name = self._automaton.numbers.get(node) if isinstance(node, (int, float)) else None
        if name is None:
            return node
        self.redactions.append(Redaction(path, name, "known", 1))
        return f"[secret:{name}]"

    def _object(self, node: Json, path: str, depth: int) -> Json:
        answer: Json = {}
        same = True
        for field, inner in node.items():
            clean, spans = self._replaced(field, self._rules)
            while clean in answer:
                clean += "'"
            here = f"{path}/{clean.replace('~', '~0').replace('/', '~1')}"
            self._note(here, spans)
            if isinstance(inner, str):
                rules = () if is_opaque(node, field, inner) else self._rules
                answer[clean] = self._string(inner, here, promised(node, field), rules)
            else:
                answer[clean] = self.value(inner, here, promise(field), depth + 1)
            same = same and clean is field and answer[clean] is inner
        return node if same else answer

    def _array(self, items: list[Any], path: str, expected: Promise, depth: int) -> list[Any]:
        answer: list[Any] = []
        after_flag = Promise.NONE
        for number, item in enumerate(items):
            answer.append(self.value(item, f"{path}/{number}", after_flag or expected, depth + 1))
            after_flag = flagged(item) if isinstance(item, str) else Promise.NONE
        return items if all(a is b for a, b in zip(items, answer, strict=True)) else answer

    def _string(self, text: str, path: str, expected: Promise, rules: Sequence[Rule]) -> str:
        clean, spans = self._replaced(text, rules)
        if expected and is_literal(clean, expected, "structured"):
            name = suffixed(self._key, SENSITIVE_NAME, text.encode("utf-8", "replace"))
            clean, spans = f"[secret:{name}]", [Span(0, 0, _CONTEXT, name, SENSITIVE_NAME)]
        self._note(path, spans)
        return clean

    def spans(self, data: bytes) -> list[Span]:
        """What would be taken out of a UTF-8 text, in order and without overlaps."""
        return _merged(self._outside_placeholders(data, self._spans(data, self._rules)))

    def _note(self, path: str, spans: Iterable[Span]) -> None:
        counted = Counter((span.name, span.rule) for span in spans)
        self.redactions += [Redaction(path, *what, count) for what, count in counted.items()]

    def _replaced(self, text: str, rules: Sequence[Rule]) -> tuple[str, list[Span]]:
        data = text.encode("utf-8", "replace")
        if len(data) < SHORTEST:
            return text, []
        spans = _merged(self._outside_placeholders(data, self._spans(data, rules)))
        if not spans:
            return text, []
        pieces: list[bytes] = []
        done = 0
        for span in spans:
            pieces += (data[done : span.start], b"[secret:", span.name.encode(), b"]")
            done = span.end
        return b"".join((*pieces, data[done:])).decode(), spans

    def _spans(self, data: bytes, rules: Sequence[Rule]) -> Iterator[Span]:
        for start, end, name in self._automaton.find(data):
            yield Span(start, end, _KNOWN, name, "known")
        names: dict[tuple[str, bytes], str] = {}
        for rule in rules:
            if monotonic() > self._deadline:
                raise TimeoutError("the scan takes too long")
            rank = _FORMAT if rule.context is None else _CONTEXT
            for start, end in rule.hits(data, self._places):
                secret = data[start:end]
                name = names.get((rule.id, secret)) or suffixed(self._key, rule.id, secret)
                names[rule.id, secret] = name
                yield Span(start, end, rank, name, rule.id)

    def _outside_placeholders(self, data: bytes, spans: Iterator[Span]) -> Iterator[Span]:
        """Leave placeholders whole: drop what lies in one of ours, widen what cuts into one.

        A context rule also keeps off those of other makers: `[secret:` reads like an assignment.
        """
        if b"[secret:" not in data:
            yield from spans
            return
        ours = _Stretches(match.span() for match in _STRICT.finditer(data) if self._is_ours(match))
        loose = _Stretches(match.span() for match in _LOOSE.finditer(data))
        for span in spans:
            around = ours.at(span.start)
            foreign = loose.at(span.start)
            if span.rank == _CONTEXT and foreign is not None and foreign[0] < span.start:
                continue
            if around is not None and span.end <= around[1]:
                continue
            last = ours.at(span.end - 1)
            yield span._replace(
                start=min(span.start, around[0]) if around else span.start,
                end=max(span.end, last[1]) if last else span.end,
            )

    def _is_ours(self, match: re.Match[bytes]) -> bool:
        name, suffix = match.groups()
        return name in (self._ids if suffix else self._automaton.names)


def suffixed(key: bytes, rule: str, secret: bytes) -> str:
    """A rule with 16 keyed bits: equal values can be told to be equal, nothing else can."""
    return f"{rule}#{hmac.digest(key, secret, 'sha256').hex()[:4]}"


class _Stretches:
    """Stretches of a text that do not overlap, in order."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = list(spans)

    def at(self, position: int) -> tuple[int, int] | None:
        """The stretch that covers a position."""
        number = bisect_right(self._spans, (position, sys.maxsize)) - 1
        if number < 0 or position >= self._spans[number][1]:
            return None
        return self._spans[number]


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap become one, named by the surest and then the longest of them."""
    merged: list[Span] = []
    longest = 0
    for span in sorted(spans):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            longest = span.end - span.start
            continue
        last = merged[-1]
        size = span.end - span.start
        better = span if (span.rank, -size) < (last.rank, -longest) else last
        if better is span:
            longest = size
        merged[-1] = better._replace(start=last.start, end=max(last.end, span.end))
    return merged
