"""The part of a text that a search shows: around its first hit, the hits marked (S1-N7)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from hansard.domain import words
from hansard.domain.draft import Json

_BEFORE, _AFTER = 80, 120
_CUT = "..."
_WHOLE = 4 * 1024
"""Of a longer text only what lies around the hit of its snippet is split into words."""
_AROUND = 1024
_COMMON = 1_000
"""A term with so many hits in a text is looked for where the rarer ones are."""
_PIECE = 4 * 1024


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a text around its first hit, and which stretches of it are hits."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def to_wire(self) -> Json:
        """The text, and the same in parts that say whether they are the hit."""
        parts: list[Json] = []
        done = 0
        for start, end in self.marks:
            if start > done:
                parts.append({"text": self.text[done:start], "hit": False})
            parts.append({"text": self.text[start:end], "hit": True})
            done = end
        if done < len(self.text):
            parts.append({"text": self.text[done:], "hit": False})
        return {"snippet": self.text, "parts": parts}


def snippet(text: str, terms: Sequence[words.Term]) -> Snippet:
    """80 characters before a hit and 120 after it, in one line (S1-N7).

    Of all hits the one after which most of the terms follow, the earliest of those.
    """
    low, high = (0, len(text)) if len(text) <= _WHOLE else _window(text, terms)
    spans = [match.span() for match in words.WORD.finditer(text, low, high)]
    found = [words.plain(text[start:end]) for start, end in spans]
    told = sorted(
        (spans[place][0], spans[place + len(term.words) - 1][1], number)
        for number, term in enumerate(terms)
        if term.wanted
        for place in words.places(found, term)
    )
    hits = [(start, end) for start, end, _ in told]
    first = _fullest(told)
    start, end = max(0, first[0] - _BEFORE), min(len(text), first[1] + _AFTER)
    before = _CUT if start else ""
    after = _CUT if end < len(text) else ""
    shift = len(before) - start
    line = before + "".join(" " if c.isspace() else c for c in text[start:end]) + after
    inside = [(a + shift, b + shift) for a, b in hits if a >= start and b <= end]
    return Snippet(line, tuple(_apart(inside)))


def _fullest(told: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Of hits in order (start, end, number of the term) the one with most terms behind it."""
    best, most, all_of_them = (0, 0), 0, len({number for _, _, number in told})
    near, reach, limit = Counter[int](), 0, 0
    for start, end, number in told:
        limit = max(limit, end + _AFTER)
        while reach < len(told) and told[reach][0] <= limit:
            near[told[reach][2]] += 1
            reach += 1
        if len(near) > most:
            best, most = (start, end), len(near)
            if most == all_of_them:
                break
        near[number] -= 1
        if not near[number]:
            del near[number]
    return best


def _window(text: str, terms: Sequence[words.Term]) -> tuple[int, int]:
    """The part of a long text, of whole words, that holds the hit of its snippet."""
    pieces = [_folded(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)]
    folded = "".join(pieces)
    patterns = [_pattern(term) for term in terms if term.wanted]
    found = [list(islice(_hits(folded, one, n), _COMMON)) for n, one in enumerate(patterns)]
    rare = [start for hits in found if len(hits) < _COMMON for start, _, _ in hits]
    for number, hits in enumerate(found):
        if len(hits) == _COMMON:
            near = (_hits(folded, patterns[number], number, start) for start in rare)
            hits.extend(chain.from_iterable(near))
    at = _unfolded(text, pieces, _fullest(sorted({*chain(*found)}))[0])
    low, high = max(0, at - _AROUND), min(len(text), at + _AROUND)
    cut = words.WORD.match(text, low) if low and words.WORD.match(text, low - 1) else None
    last = words.WORD.match(text, high - 1)
    return (low if cut is None else cut.end()), (high if last is None else last.end())


def _hits(
    folded: str, pattern: re.Pattern[str], number: int, near: int | None = None
) -> Iterator[tuple[int, int, int]]:
    """The hits of a term in a folded text, or those near a place of it."""
    place = (0, len(folded)) if near is None else (max(0, near - _AFTER), near + 2 * _AFTER)
    return ((*match.span(), number) for match in pattern.finditer(folded, *place))


def _unfolded(text: str, pieces: Sequence[str], at: int) -> int:
    """Where a place of the folded text lies in the text."""
    number = 0
    while number < len(pieces) - 1 and at >= len(pieces[number]):
        at -= len(pieces[number])
        number += 1
    place = number * _PIECE
    while at > 0 and place < len(text):
        at -= len(_folded(text[place]))
        place += 1
    return place


def _folded(text: str) -> str:
    """A text in whose letters case and accents make no difference; words stay apart."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


class _Folds(dict[int, str]):
    """What each sign is folded to; the commonest are remembered."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if unicodedata.combining(sign):
            folded = "" if _MARK.match(sign) else " "
        else:
            folded = _known(words.plain(sign))
        if len(self) < _FOLDED:
            self[code] = folded
        return folded


_FOLDS, _FOLDED = _Folds(), 16_384
_MARK = re.compile("[\u0300-\u036f]")


def _known(word: str) -> str:
    """A word as it stands in a folded text: one sign for each that is a word of its own."""
    return unicodedata.normalize("NFC", word).replace("\u03c2", "\u03c3")


@lru_cache(maxsize=256)
def _pattern(term: words.Term) -> re.Pattern[str]:
    """Finds a term in a folded text; each word begins with itself, so that it is found fast."""
    made: list[str] = []
    for word in map(_known, term.words):
        spelled = re.escape(word)
        apart = "" if words.SIGN.match(word) else f"(?<!{words.LETTER}{spelled})"
        ends = "" if words.SIGN.match(word[-1:]) else f"(?!{words.LETTER})"
        made.append(spelled + apart + ends)
    if term.prefix:
        made[-1] = made[-1].removesuffix(f"(?!{words.LETTER})") + f"{words.LETTER}*+"
    return re.compile(r"[\W_]*+".join(made))


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that do not overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
