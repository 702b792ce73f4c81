"""Pages of the session list: needs you, active, the rest; keyset cursors, no counting."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from hansard.domain import cursor, state
from hansard.domain.errors import InvalidRequest
from hansard.journal import tail
from hansard.store import sessions
from hansard.store.base import Store
from hansard.store.sessions import Filter

SORTS = ("active_first", "-updated_at", "updated_at", "-created_at", "created_at")
MAX_LIMIT = 1_000


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
    rest by last movement. Every cursor keeps the `as_of` of its first page: a list stream
    opened there brings every row that moves while one pages.

    Raises:
        InvalidRequest: an unknown sort, a limit out of range, or a cursor that is not of
            this list.
    """
    if sort not in SORTS:
        raise InvalidRequest(f"sort: one of {', '.join(SORTS)}")
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {MAX_LIMIT}")
    chosen = _with_states(chosen)
    print_ = cursor.fingerprint({**asdict(chosen), "sort": sort, "workspace": workspace_id})
    place = _place(key, token, print_)
    as_of = place.as_of if place else tail.top(store, workspace_id)
    phases = _phases(sort, chosen)
    phase, after = (place.phase, place.after) if place else (0, None)
    rows: list[bytes] = []
    while phase < len(phases):
        name, narrowed = phases[phase]
        need = limit + 1 - len(rows)
        found = store.read(
            lambda c, s=name, f=narrowed, a=after, n=need: sessions.page(
                c, workspace_id, f, sort=s, after=a, limit=n
            )
        )
        rows.extend(body for _, body in found)
        if len(rows) > limit:
            last = found[len(found) - 2][0] if len(found) > 1 else after
            content = _Place(print_, as_of, phase, last)
            return Page(rows[:limit], _token(key, content), as_of)
        phase, after = phase + 1, None
    return Page(rows, None, as_of)


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


def _with_states(chosen: Filter) -> Filter:
    """Narrow to the states that can have the protocol's statuses; unknown words are refused."""
    for name, values, allowed in (
        ("state", chosen.states, state.STATES),
        ("kind", chosen.kinds, state.KINDS),
        ("mode", chosen.modes, state.MODES),
        ("origin", chosen.origins, state.ORIGINS),
        ("tone", chosen.tones, ("active", "success", "problem", "attention", "neutral")),
        ("statuses", chosen.statuses, ("idle", "running", "rescheduling", "terminated")),
    ):
        for value in values:
            if value not in allowed:
                raise InvalidRequest(f"{name}: one of {', '.join(allowed)}")
    if not chosen.statuses or chosen.archived is not False:
        return chosen
    states = [
        s
        for s in state.STATES
        if (not chosen.states or s in chosen.states)
        and any(
            state.wire_status(s, archived=False, resumable=resumable) in chosen.statuses
            for resumable in (False, True)
        )
    ]
    return replace(chosen, states=states or ["none"])


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
