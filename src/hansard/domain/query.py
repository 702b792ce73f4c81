"""What a person types into search: words, phrases, and facets (ui.md B.3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hansard.domain import instant, state
from hansard.domain.errors import InvalidRequest
from hansard.domain.words import Term, words

LONGEST = 1_000
_MOST = 32
_PIECE = re.compile(r'(?P<no>-)?(?:(?P<name>[a-z_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_MONEY = re.compile(r"(?P<sign><=|>=|<|>|=)?\$?(?P<whole>\d{1,9})(?:\.(?P<part>\d{1,6}))?\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
TEXTS = ("agent", "channel", "key", "kind", "model", "owner", "repo", "status", "tag", "title")
_WHOLE = frozenset({"agent", "owner", "channel", "kind", "model", "tag"})
"""What quotes ask for as a whole; in the others they only hold words together."""
FACETS = (*TEXTS, "after", "before", "cost", "tool")


@dataclass(frozen=True, slots=True)
class Facet:
    """A condition on the session: `agent:coder`, or not with `-` in front.

    Attributes:
        whole: the whole name or id, not a part of it.
    """

    name: str
    value: str
    wanted: bool = True
    whole: bool = False

    def __str__(self) -> str:
        """As it may be typed."""
        value = f'"{self.value}"' if self.whole or " " in self.value else self.value
        return f"{'' if self.wanted else '-'}{self.name}:{value}"

    def fits(self, texts: Iterable[str]) -> bool:
        """Whether it holds for what a session says under its name, in lower case."""
        found = any(self.value == t if self.whole else self.value in t for t in texts)
        return found == self.wanted


@dataclass(frozen=True, slots=True)
class Cost:
    """A condition on what a session cost, in micro-units."""

    sign: str
    micros: int

    def __str__(self) -> str:
        """As it may be typed."""
        return f"cost:{self.sign.removeprefix('=')}{self.micros / 1_000_000:g}"


@dataclass(frozen=True, slots=True)
class Query:
    """A search, read.

    Attributes:
        terms: what the text must hold, and must not.
        text: the free text as it was typed, for names of sessions.
        facets: conditions on the session.
        tools: only calls and results of these tools.
        costs: what the session cost.
        after, before: when it last moved, ms UTC.
    """

    terms: tuple[Term, ...] = ()
    text: str = ""
    facets: tuple[Facet, ...] = ()
    tools: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    after: int | None = None
    before: int | None = None

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that must be there."""
        return tuple(term for term in self.terms if term.wanted)


@dataclass(slots=True)
class _Reading:
    """A query while it is read."""

    terms: list[Term] = field(default_factory=list[Term])
    text: list[str] = field(default_factory=list[str])
    facets: list[Facet] = field(default_factory=list[Facet])
    tools: list[str] = field(default_factory=list[str])
    costs: list[Cost] = field(default_factory=list[Cost])
    after: int | None = None
    before: int | None = None


def parse(typed: str) -> Query:
    """Read a search.

    The last word may be unfinished: it finds what begins with it, unless a space or a quote
    ends it. A colon after a word that is no facet is part of the text.

    Raises:
        InvalidRequest: it is too long, has too many parts, or a facet's value does not read.
    """
    if len(typed) > LONGEST:
        raise InvalidRequest(f"q: at most {LONGEST} characters")
    found = _Reading()
    pieces = list(_PIECE.finditer(typed))
    if len(pieces) > _MOST:
        raise InvalidRequest(f"q: at most {_MOST} words and conditions")
    for piece in pieces:
        name, phrase = piece["name"], piece["phrase"]
        value = phrase if phrase is not None else piece["word"]
        wanted = piece["no"] is None
        if name in FACETS:
            closed = phrase is not None and piece[0].endswith('"')
            _facet(found, name, value, wanted, whole=closed and name in _WHOLE)
            continue
        if name:
            value = f"{name}:{value}"
        ends = phrase is not None or piece.end() < len(typed)
        _term(found, value, wanted=wanted, prefix=not ends)
    return Query(
        tuple(found.terms),
        " ".join(found.text),
        tuple(found.facets),
        tuple(found.tools),
        tuple(found.costs),
        found.after,
        found.before,
    )


def _term(found: _Reading, value: str, *, wanted: bool, prefix: bool) -> None:
    split = tuple(words(value))
    if not split:
        return
    found.terms.append(Term(split, prefix, wanted))
    if wanted:
        found.text.append(value)


def _facet(found: _Reading, name: str, value: str, wanted: bool, *, whole: bool) -> None:
    if not value:
        return
    match name:
        case "tool" if wanted:
            found.tools.append(value)
        case "cost" if wanted:
            found.costs.append(_cost(value))
        case "after" if wanted:
            found.after = _instant(name, value)
        case "before" if wanted:
            found.before = _instant(name, value)
        case "status":
            found.facets.append(Facet(name, _status(value), wanted))
        case _ if name in TEXTS:
            found.facets.append(Facet(name, value.lower(), wanted, whole))
        case _:
            raise InvalidRequest(f"q: -{name}: is not a condition")


def _cost(value: str) -> Cost:
    match = _MONEY.match(value)
    if match is None:
        raise InvalidRequest("q: cost: an amount like >1 or <=0.25")
    part = (match["part"] or "").ljust(6, "0")
    return Cost(match["sign"] or "=", int(match["whole"]) * 1_000_000 + int(part))


def _instant(name: str, value: str) -> int:
    try:
        return instant.from_wire(f"{value}T00:00:00Z" if _DAY.match(value) else value)
    except (ValueError, OverflowError) as problem:
        raise InvalidRequest(f"q: {name}: a day like 2026-11-01 or an instant") from problem


_STATUSES = frozenset(
    {
        *state.STATES,
        *(view.display for view in state.VIEWS.values()),
        *("waiting_approval", "archived", "active", "attention"),
        *("success", "problem", "neutral", "terminated", "rescheduling"),
    }
)


def _status(value: str) -> str:
    """A word for a state, in any of the vocabularies that a row shows."""
    word = value.lower().replace("-", "_").replace(" ", "_")
    if word not in _STATUSES:
        raise InvalidRequest(f"q: status: one of {', '.join(sorted(_STATUSES))}")
    return word
