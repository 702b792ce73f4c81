"""Pages of the session list: needs you, active, the rest; keyset cursors, no counting."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from hansard.domain import cursor, listing
from hansard.domain.errors import InvalidRequest
from hansard.journal import tail
from hansard.store import sessions
from hansard.store.base import Store
from hansard.store.sessions import Filter

MAX_LIMIT = 1_000
_FIELDS = [field.name for field in fields(Filter)]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as bytes, the cursor of the next page, and the stream cursor of the first one."""

    rows: list[bytes]
    next_page: str | None
    as_of: int


def page(
    store: Store,
    key: bytes,
    workspace_id: str,
    chosen: Filter,
    *,
    sort: str = "-created_at",
    limit: int = 50,
    token: str | None = None,
) -> Page:
    """One page of the list (requirements.md 6.7, S2-14).

    `active_first` shows what needs a person, oldest first; then what is active; then the
    rest by last movement. The order of a column is at most a second behind its rows (S1-13).
    Every cursor keeps the `as_of` of its first page: a list stream opened there brings every
    row that moves while one pages.

    Raises:
        InvalidRequest: an unknown sort, a limit out of range, or a cursor that is not of
            this list.
    """
    listing.check_word("sort", sort, listing.SORTS)
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {MAX_LIMIT}")
    check(chosen)
    said = {name: getattr(chosen, name) for name in _FIELDS}
    print_ = cursor.fingerprint({**said, "sort": sort, "workspace": workspace_id})
    place = _place(key, token, print_)
    as_of = place.as_of if place else tail.top(store, workspace_id)
    phases = _phases(sort, chosen)
    phase, after = (place.phase, place.after) if place else (0, None)
    rows, last = store.read(
        lambda c: _rows(c, workspace_id, phases, phase=phase, after=after, most=limit + 1)
    )
    if len(rows) <= limit:
        return Page(rows, None, as_of)
    return Page(rows[:limit], _token(key, _Place(print_, as_of, *last)), as_of)


def _rows(
    connection: Any,
    workspace_id: str,
    phases: list[tuple[str, Filter]],
    *,
    phase: int,
    after: Sequence[Any] | None,
    most: int,
) -> tuple[list[bytes], tuple[int, Sequence[Any] | None]]:
    """Rows of the phases from a place on, and the place of the last but one: (phase, keys)."""
    rows: list[bytes] = []
    last = (phase, after)
    for number in range(phase, len(phases)):
        sort, chosen = phases[number]
        found = sessions.page(
            connection, workspace_id, chosen, sort=sort, after=after, limit=most - len(rows)
        )
        rows.extend(body for _, body in found)
        if len(rows) >= most:
            return rows, (number, found[-2][0] if len(found) > 1 else after)
        after = None
    return rows, last


@dataclass(frozen=True, slots=True)
class _Place:
    """What a cursor holds: the filters' print, as_of, the phase and the last keys seen."""

    print: str
    as_of: int
    phase: int
    after: Sequence[Any] | None


def _phases(sort: str, chosen: Filter) -> list[tuple[str, Filter]]:
    """The parts of a list in their order; archived lists and plain sorts have one."""
    if sort != "active_first":
        return [(sort, chosen)]
    if chosen.attention is True:
        return [("attention", chosen)]
    rest = ("active", replace(chosen, attention=False))
    if chosen.attention is False or chosen.archived is not False:
        return [("active", chosen) if chosen.archived is not False else rest]
    return [("attention", chosen), rest]


def check(chosen: Filter) -> None:
    """Refuse words that are in no list.

    Raises:
        InvalidRequest: with the words there are.
    """
    listing.check_words(
        {
            "state": chosen.states,
            "kind": chosen.kinds,
            "mode": chosen.modes,
            "origin": chosen.origins,
            "tone": chosen.tones,
            "statuses": chosen.statuses,
            "has": chosen.has,
        }
    )


def _place(key: bytes, token: str | None, print_: str) -> _Place | None:
    if token is None:
        return None
    content = cursor.decode(key, token)
    if content.get("f") != print_:
        raise InvalidRequest("page: the cursor belongs to another list; start again without it")
    after = content.get("a")
    return _Place(
        print_,
        cast(int, content["o"]),
        cast(int, content["p"]),
        cast("list[Any]", after) if after is not None else None,
    )


def _token(key: bytes, place: _Place) -> str:
    after = None if place.after is None else list(place.after)
    return cursor.encode(key, {"f": place.print, "o": place.as_of, "p": place.phase, "a": after})
