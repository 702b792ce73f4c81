"""What a list is narrowed to, and the lanes of the indexes in which its rows lie in order.

A lane is a stretch of one index: the sessions of one shelf, one mix (domain/mix.py) and, when a
filter names any, one agent, owner or connector. Its rows lie in the order of the list, so the
page of any filter is the merge of its lanes, whatever the number of sessions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from hansard.domain import mix
from hansard.domain.mix import Mix
from hansard.store import caps, skips
from hansard.store.base import Asked
from hansard.store.tables import session_connectors, session_figures, session_marks, sessions

SHELVES = LISTED, ARCHIVED, DELETED = 0, 1, 2
"""Values of `shelf`."""
_NO_SHELF = -1

AXES = {
    "kinds": "kind",
    "modes": "mode",
    "channels": "channel",
    "origins": "origin",
    "states": "state",
    "statuses": "status",
}
"""Filters that a mix answers, and its fields; tones follow from the states."""

Subject = Literal["connectors", "initiatives", "plans", "agents", "owners"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
"""Filters that an index begins with; of several the first leads, the others are checked."""
MOST_MIXES = 2_000
MOST_LANES = 128
"""A filter of more lanes matches much: there the list itself is walked."""

_s, _held = sessions.c, session_connectors.c
LEADS: dict[Subject, ColumnElement[Any]] = {
    "connectors": _held.connector,
    "initiatives": _s.initiative_id,
    "plans": _s.plan_id,
    "agents": _s.agent_id,
    "owners": _s.owner_id,
}
"""Subject → the column that its lanes begin with."""
_COLUMNS: dict[str, Column[Any]] = {
    "initiatives": _s.initiative_id,
    "plans": _s.plan_id,
    "agents": _s.agent_id,
    "versions": _s.agent_version,
    "owners": _s.owner_id,
    "tones": _s.tone,
    **{name: _s[axis] for name, axis in AXES.items()},
}
MARKS = {"tags": "tag", "has": "has", "repos": "repo"}
"""Filters that the marks of sessions answer, and their axes."""
_BOUNDS = ("cost_min", "cost_max")
_MANY = (*_COLUMNS, "connectors", *MARKS)
_VALUED = (*_MANY, "times")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means everything listed (requirements.md 6.7)."""

    agents: Sequence[str] = ()
    channels: Sequence[str] = ()
    kinds: Sequence[str] = ()
    modes: Sequence[str] = ()
    origins: Sequence[str] = ()
    states: Sequence[str] = ()
    statuses: Sequence[str] = ()
    tones: Sequence[str] = ()
    owners: Sequence[str] = ()
    connectors: Sequence[str] = ()
    initiatives: Sequence[str] = ()
    plans: Sequence[str] = ()
    versions: Sequence[int] = ()
    """Of the agent (wire.md section 1, Lists)."""
    attention: bool | None = None
    active: bool | None = None
    archived: bool | None = False
    """False lists what is not archived, True only the archived, None both."""
    parent_id: str | None = None
    include_children: bool = False
    times: Sequence[tuple[str, str, int]] = field(default=())
    """(column, gt|gte|lt|lte, ms) over created_at and updated_at."""
    tags: Sequence[str] = ()
    has: Sequence[str] = ()
    """Any of `listing.HAS`."""
    repos: Sequence[str] = ()
    cost_min: int | None = None
    cost_max: int | None = None
    """Micro-units, both included; what has no known price is not among them."""

    @property
    def shelves(self) -> tuple[int, ...]:
        """Where its sessions stand."""
        if self.archived is None:
            return (LISTED, ARCHIVED)
        return (ARCHIVED if self.archived else LISTED,)

    @property
    def generations(self) -> tuple[bool, ...]:
        """Whether sub-agents are among them, and whether others are."""
        return (False, True) if self.include_children else (False,)

    @property
    def subject(self) -> Subject | None:
        """The filter whose index is walked."""
        return next((name for name in SUBJECTS if getattr(self, name)), None)

    @property
    def spans(self) -> bool:
        """Whether it asks for a span of movement, which lies apart for what is active."""
        return any(name == "updated_at" for name, _, _ in self.times)

    @property
    def by_mix(self) -> bool:
        """Whether it asks for anything that a mix says."""
        return bool(self.tones) or any(getattr(self, name) for name in AXES)

    @property
    def by_figures(self) -> bool:
        """Whether it asks for what follows the rows in tables of its own."""
        marked = any(getattr(self, name) for name in MARKS)
        return marked or self.cost_min is not None or self.cost_max is not None

    def takes(self, found: Mix, shelf: int) -> bool:
        """Whether sessions of a mix on a shelf fit."""
        if self.tones and found.tone(archived=shelf == ARCHIVED) not in self.tones:
            return False
        return found.fits({axis: getattr(self, name) for name, axis in AXES.items()})


@dataclass(frozen=True, slots=True)
class Lane:
    """A stretch of an index; None where its index does not ask."""

    shelf: int
    child: bool
    subject: str | None = None
    mix: str | None = None
    active: bool | None = None

    @property
    def like(self) -> "Lane":
        """The lane without its values: what makes the statement."""
        return Lane(
            0,
            False,
            None if self.subject is None else "",
            None if self.mix is None else "",
            None if self.active is None else False,
        )


class Lanes:
    """The lanes of filters in one workspace; each stretch of mixes is looked up once."""

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        self.connection = connection
        self.workspace_id = workspace_id
        self._found: dict[tuple[Subject | None, int, bool, str | None], list[Mix]] = {}

    def of(self, chosen: Filter, *, split: bool = False) -> list[Lane] | None:
        """The lanes whose rows together are those of a filter.

        Args:
            split: in each lane all rows are active, or none is.

        Returns:
            None when there are too many, or when the filter has an index of its own.
        """
        if chosen.parent_id is not None:
            return None
        found: list[Lane] = []
        for lane in self._whole(chosen):
            found += [replace(lane, active=on) for on in (True, False)] if split else [lane]
            if len(found) > MOST_LANES:
                return None
        return found

    def _whole(self, chosen: Filter) -> Iterator[Lane]:
        subject = chosen.subject
        values: Sequence[str | None] = (None,) if subject is None else getattr(chosen, subject)
        for shelf in chosen.shelves:
            for child in chosen.generations:
                for value in dict.fromkeys(values):
                    if subject is None and not chosen.by_mix:
                        yield Lane(shelf, child)
                        continue
                    for held in self.mixes(subject, shelf, child, value):
                        if chosen.takes(held, shelf):
                            yield Lane(shelf, child, value, held.pack())

    def count(self, chosen: Filter, lanes: list[Lane], most: int) -> tuple[int, bool]:
        """How many sessions lie in the lanes of a filter, and whether there may be more.

        It stops at `most`; where a condition is not in the index, after `caps.SCANNED` rows.
        """
        if not lanes:
            return 0, False
        lanes = filled(lanes)
        asked = _counted(shape_of(chosen), len(lanes), lanes[0].like)
        given = {"workspace_id": self.workspace_id, **values_of(chosen), **lane_values(lanes)}
        given |= caps.bounds(most, chosen.connectors)
        return caps.told(asked.rows(self.connection, given)[0][0], most)

    def mixes(
        self, subject: Subject | None, shelf: int, child: bool, value: str | None
    ) -> list[Mix]:
        """The mixes that occur in a stretch, found by skipping from one to the next."""
        place = (subject, shelf, child, value)
        if place not in self._found:
            given = {"workspace_id": self.workspace_id, "shelf": shelf, "child": child}
            asked = _mixes(subject).rows(self.connection, {**given, "subject": value})
            self._found[place] = [mix.unpack(row[0]) for row in asked if row[0]]
        return self._found[place]


@lru_cache(maxsize=8)
def _mixes(subject: Subject | None) -> Asked:
    where = stretch(subject)
    if subject is not None:
        where.append(LEADS[subject] == bindparam("subject"))
    return Asked(skips.values(columns_of(subject).mix, where, MOST_MIXES))


@lru_cache(maxsize=256)
def _counted(shape: Filter, many: int, like: Lane) -> Asked:
    """Counts the rows of lanes, no more than are asked for; an index alone answers where it can."""
    subject = shape.subject
    branches = [
        in_stretch(shape, subject, in_lane(like, subject, number), mixed=like.mix is not None)
        for number in range(many)
    ]
    return Asked(counted(union_all(*branches) if many > 1 else branches[0], shape, subject))


def in_stretch(
    shape: Filter, subject: Subject | None, where: Sequence[ColumnElement[bool]], *, mixed: bool
) -> Any:
    """Rows of a stretch to be counted: 1 for each that meets the filter, 0 for one that does not.

    What its index knows narrows the rows, the rest is looked up in each. Where a session may come
    several times it is the session's id, or nothing, so that it is counted once.
    """
    tight = beside(_tight(shape, subject), subject, mixed=mixed)
    loose = beside(_loose(shape, subject), subject, mixed=mixed)
    several = repeats(shape, subject)
    hit: ColumnElement[Any] = _held.id if several else literal_column("1")
    if loose:
        hit = case((and_(*loose), hit if several else 1), else_=None if several else 0)
    if shape.spans and shape.active is None:
        tight.append(columns_of(subject).active.in_((false(), true())))
    query = select(hit.label("hit")).where(*where, *tight)
    if loose and is_by_connector(subject):
        return query.select_from(session_connectors).join(sessions, _s.sid == _held.sid)
    return query


def counted(rows: Any, shape: Filter, subject: Subject | None) -> Any:
    """One number for `caps.told` over rows of `in_stretch`, bounded by `caps.bounds`."""
    loose = beside(_loose(shape, subject), subject, mixed=True)
    found = rows.limit(bindparam("scanned" if loose else "most", type_=_s.pos.type)).subquery()
    several = repeats(shape, subject)
    if several and not loose:
        return caps.once(found, len(shape.connectors))
    hits: Any = func.coalesce(func.sum(found.c.hit), 0)
    if several:
        hits = func.count(found.c.hit.distinct())
    if loose:
        hits += caps.cut(func.count() >= caps.SCANNED)
    return select(hits)


def repeats(shape: Filter, subject: Subject | None) -> bool:
    """Whether a session may lie in several lanes: one for each connector that it used."""
    return is_by_connector(subject) and len(shape.connectors) > 1


_TWINS: dict[str, tuple[str, ...]] = {
    "connectors": ("agents", "owners"),
    "agents": ("owners",),
    "owners": ("agents",),
}
"""Subject → what its index ends with, so that it is checked without the row."""


def _tight(shape: Filter, subject: Subject | None) -> Filter:
    """Of what lanes leave open the conditions that their index answers."""
    spans = [span for span in shape.times if span[0] == "updated_at"]
    twins = {name: getattr(shape, name) for name in _TWINS.get(subject or "", ())}
    return Filter(active=shape.active, attention=shape.attention, times=spans, **twins)


def _loose(shape: Filter, subject: Subject | None) -> Filter:
    spans = [span for span in shape.times if span[0] != "updated_at"]
    none: dict[str, Any] = dict.fromkeys(_TWINS.get(subject or "", ()), ())
    return replace(shape, active=None, attention=None, times=spans, **none)


def needs_row(shape: Filter) -> bool:
    """Whether a connector's own index leaves conditions open."""
    return bool(beside(_loose(shape, "connectors"), "connectors", mixed=True))


def is_by_connector(subject: Subject | None) -> bool:
    """Whether the lanes lie in the connectors' table."""
    return subject == "connectors"


def columns_of(subject: Subject | None) -> Any:
    """The columns of the table in which a subject's lanes lie."""
    return _held if is_by_connector(subject) else _s


def stretch(subject: Subject | None, number: str = "") -> list[ColumnElement[bool]]:
    """The conditions of one shelf in the table of a subject's lanes."""
    c = columns_of(subject)
    return [
        c.workspace_id == bindparam("workspace_id"),
        c.shelf == bindparam(f"shelf{number}"),
        c.child == bindparam(f"child{number}"),
    ]


def in_lane(like: Lane, subject: Subject | None, number: int) -> list[ColumnElement[bool]]:
    """The conditions of the numbered lane of a statement; `like` says which it has."""
    c = columns_of(subject)
    found = stretch(subject, f"_{number}")
    if like.subject is not None and subject is not None:
        found.append(LEADS[subject] == bindparam(f"subject_{number}"))
    if like.mix is not None:
        found.append(c.mix == bindparam(f"mix_{number}"))
    if like.active is not None:
        found.append(c.active == bindparam(f"active_{number}"))
    return found


def lane_values(lanes: Sequence[Lane]) -> dict[str, Any]:
    """The parameters of `in_lane` for each lane."""
    found: dict[str, Any] = {}
    for number, lane in enumerate(lanes):
        found[f"shelf_{number}"], found[f"child_{number}"] = lane.shelf, lane.child
        found[f"subject_{number}"], found[f"mix_{number}"] = lane.subject, lane.mix
        found[f"active_{number}"] = lane.active
    return found


def filled(lanes: list[Lane]) -> list[Lane]:
    """Lanes filled up to the next power of two, so that few statements serve all."""
    size = 1 << (len(lanes) - 1).bit_length()
    nowhere = replace(lanes[0].like, shelf=_NO_SHELF)
    return lanes + [nowhere] * (size - len(lanes))


def beside(shape: Filter, subject: Subject | None, *, mixed: bool) -> list[ColumnElement[bool]]:
    """What is checked row by row: the conditions that the lanes of a filter leave open."""
    c = columns_of(subject)
    names = [name for name in _COLUMNS if name != subject and getattr(shape, name)]
    if mixed:
        names = [name for name in names if name not in AXES and name != "tones"]
    found = [_among(c.get(_COLUMNS[name].key, _COLUMNS[name]), name, shape) for name in names]
    if shape.attention is not None:
        seen = c.attention_since
        found.append(seen.is_not(None) if shape.attention else seen.is_(None))
    if shape.active is not None:
        found.append(c.active.is_(shape.active))
    return found + spanning(shape, ("created_at", "updated_at"), c) + _followed(c.sid, shape)


def spanning(shape: Filter, names: Sequence[str], c: Any = _s) -> list[ColumnElement[bool]]:
    """The spans of time that a filter asks for of these columns."""
    found: list[ColumnElement[bool]] = []
    for number, (name, op, _) in enumerate(shape.times):
        held = c.updated_at if name == "updated_at" else _s[name]
        if name in names:
            found.append(_compare(held, op, bindparam(f"time_{number}")))
    return found


def _followed(sid: Any, shape: Filter) -> list[ColumnElement[bool]]:
    """What is asked of a session's marks and cost."""
    m, f = session_marks.c, session_figures.c
    names = [name for name in MARKS if getattr(shape, name)]
    held = [exists().where(*marked(name, shape), m.sid == sid) for name in names]
    if any(getattr(shape, name) is not None for name in _BOUNDS):
        held.append(exists().where(f.sid == sid, *costs(shape)))
    return [one.correlate(sessions, session_connectors) for one in held]


def marked(name: str, shape: Filter) -> list[ColumnElement[bool]]:
    """The conditions of the marks that a filter of `MARKS` asks for."""
    m = session_marks.c
    wanted = _among(m.value, name, shape)
    return [m.workspace_id == bindparam("workspace_id"), m.axis == MARKS[name], wanted]


def costs(shape: Filter) -> list[ColumnElement[bool]]:
    """The conditions of the span of costs that a filter asks for."""
    cost = session_figures.c.cost
    low: Any = 0 if shape.cost_min is None else bindparam("cost_min", type_=cost.type)
    found: list[ColumnElement[bool]] = [cost >= low]
    if shape.cost_max is not None:
        found.append(cost <= bindparam("cost_max", type_=cost.type))
    return found


def walked(shape: Filter) -> list[ColumnElement[bool]]:
    """All conditions of a filter, for the walk of one shelf by an index that knows none."""
    if shape.parent_id is None:
        found = stretch(None, "_0")
    else:
        found = [
            _s.workspace_id == bindparam("workspace_id"),
            _s.parent_id == bindparam("parent_id"),
            _s.shelf == bindparam("shelf_0"),
        ]
    if shape.connectors:
        names: list[Any] = [bindparam(f"connectors_{n}") for n in range(len(shape.connectors))]
        owned = [_held.workspace_id == bindparam("workspace_id"), _held.sid == _s.sid]
        found.append(exists().where(*owned, _held.connector.in_(names)))
    return found + beside(shape, None, mixed=False)


def shape_of(chosen: Filter) -> Filter:
    """The filter without its values: what makes the statement."""
    plain = chosen.parent_id is None and all(getattr(chosen, name) == () for name in _VALUED)
    if plain and not chosen.by_figures:
        return chosen
    return replace(
        chosen,
        **{name: ("",) * len(getattr(chosen, name)) for name in _MANY},
        parent_id=None if chosen.parent_id is None else "",
        times=tuple((name, op, 0) for name, op, _ in chosen.times),
        **{name: None if getattr(chosen, name) is None else 0 for name in _BOUNDS},
    )


def values_of(chosen: Filter) -> dict[str, Any]:
    """The values of a filter, by the names of the parameters that its shape makes."""
    found: dict[str, Any] = {"parent_id": chosen.parent_id}
    found |= {name: getattr(chosen, name) for name in _BOUNDS}
    for name in _MANY:
        for number, value in enumerate(getattr(chosen, name)):
            found[f"{name}_{number}"] = value
    for number, (_, _, at) in enumerate(chosen.times):
        found[f"time_{number}"] = at
    return found


def _among(column: ColumnElement[Any], name: str, shape: Filter) -> ColumnElement[bool]:
    binds: list[Any] = [bindparam(f"{name}_{n}") for n in range(len(getattr(shape, name)))]
    return column == binds[0] if len(binds) == 1 else column.in_(binds)


def _compare(column: Any, op: str, at: Any) -> Any:
    return {"gt": column > at, "gte": column >= at, "lt": column < at, "lte": column <= at}[op]
