"""Facets: what each value of a filter would show, and the tabs of the list with their counts."""

from collections.abc import Sequence
from dataclasses import replace

from hansard.domain import listing
from hansard.domain.draft import Json
from hansard.domain.mix import Mix
from hansard.journal import tail
from hansard.lens import rows
from hansard.store import agents, facets, members
from hansard.store.base import Store
from hansard.store.facets import Counted, Few
from hansard.store.filters import ARCHIVED, AXES, Filter, Lanes, Subject

CAP = 1_000
_Found = dict[str, dict[str, Counted]]
SUBJECT_OF: dict[str, Subject] = {
    "agent_id": "agents",
    "owner_id": "owners",
    "connectors": "connectors",
}
AXIS_OF = {
    "kind": "kinds",
    "mode": "modes",
    "state": "states",
    "statuses": "statuses",
    "tone": "tones",
    "channel": "channels",
    "origin": "origins",
}
FACETS = (*SUBJECT_OF, *AXIS_OF, "tag")
"""Facets by the names of the list's filters."""
_NAMED = ("agent_id", "owner_id")


def facets_of(
    store: Store,
    workspace_id: str,
    chosen: Filter,
    *,
    tab: str | None = None,
    wanted: Sequence[str] = (),
) -> Json:
    """Counts per value of each facet, and of each tab; none above 1,000 (ui.md B.3).

    A facet's counts leave its own filter out, so that they say what another value would show. A
    tab's counts leave out what tabs set: attention, activity, archive and, where it sets one, the
    kind.

    Args:
        tab: the tab that is open; it narrows the facets, not the tabs.
        wanted: only these facets; the tabs come always.

    Raises:
        InvalidRequest: there is no such tab or facet, or a word is in no list.
    """
    rows.check(chosen)
    for name in wanted:
        listing.check_word("facets", name, FACETS)
    plain = replace(chosen, attention=None, active=None, archived=False)
    if tab is not None:
        listing.check_word("tab", tab, tuple(listing.TABS))
        chosen = _on(plain, tab)
    as_of = tail.top(store, workspace_id)
    shown = tuple(wanted) or FACETS
    found = store.read(lambda c: _read(Lanes(c, workspace_id), plain, chosen, shown))
    return {**found, "cap": CAP, "cursor": as_of}


def _read(lanes: Lanes, plain: Filter, chosen: Filter, wanted: Sequence[str]) -> Json:
    read = _Reader(lanes)
    tabs = {name: read.count(_on(plain, name)) for name in listing.TABS}
    found, cut = (read.by_reading if read.is_few(chosen) else read.by_index)(chosen, wanted)
    names = _names(lanes, found)
    return {
        "tabs": [_wire(name, count) for name, count in tabs.items()],
        "facets": {
            facet: [
                {**_wire(value, count), **({"name": names.get(value)} if facet in _NAMED else {})}
                for value, count in _ordered(found[facet])
            ]
            for facet in wanted
        },
        "more_values": cut,
    }


def _on(chosen: Filter, tab: str) -> Filter:
    return replace(chosen, **listing.TABS[tab])


def _is_few(chosen: Filter) -> bool:
    """What needs a person or belongs to one session is read sooner than counted.

    No index counts what was created in a span: of that the newest thousand are read.
    """
    created = any(name == "created_at" for name, _, _ in chosen.times)
    few = chosen.attention is True or chosen.parent_id is not None
    return few or (created and not chosen.active)


class _Reader:
    """Counts in one moment of the database; what several counts read is read once."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._few: dict[tuple[object, ...], tuple[list[Few], bool]] = {}

    def is_few(self, chosen: Filter) -> bool:
        """Whether what a filter finds is read sooner than counted."""
        return _is_few(chosen) or facets.is_narrow(self._lanes, chosen)

    def count(self, chosen: Filter) -> Counted:
        """How many sessions a filter finds."""
        lanes = self._lanes
        if self.is_few(chosen):
            found, more = self._read(chosen)
            count = sum(_fits(one, chosen) for one in found)
            return Counted(min(count, CAP), more or count > CAP)
        among = lanes.of(chosen, split=chosen.spans)
        if among is not None:
            return Counted(*lanes.count(chosen, among, CAP))
        total = Counted(0, False)
        for shelf, mix, count in facets.mixes(lanes, chosen, CAP):
            if chosen.takes(mix, shelf):
                total = facets.plus(total, count, CAP)
        return total

    def by_index(self, chosen: Filter, wanted: Sequence[str]) -> tuple[_Found, list[str]]:
        """Counts by facet and value; and the facets with more values than are shown."""
        lanes = self._lanes
        found: _Found = {facet: {} for facet in wanted}
        cut: list[str] = []
        for facet in wanted:
            if facet in SUBJECT_OF:
                found[facet], more = facets.values(lanes, chosen, SUBJECT_OF[facet], CAP)
                cut += [facet] if more else []
        if "tag" in wanted:
            found["tag"], more = facets.tags(lanes, chosen, CAP)
            cut += ["tag"] if more else []
        axes = [facet for facet in wanted if facet in AXIS_OF]
        for shelf, mix, count in facets.mixes(lanes, chosen, CAP) if axes else ():
            for facet in axes:
                if _without(chosen, facet).takes(mix, shelf):
                    _add(found[facet], _of(mix, shelf, facet), count)
        return found, cut

    def by_reading(self, chosen: Filter, wanted: Sequence[str]) -> tuple[_Found, list[str]]:
        """The same for sessions that are few."""
        found: _Found = {facet: {} for facet in wanted}
        few, more = self._read(chosen)
        open_tags = bool(chosen.tags) and "tag" in wanted
        cut: list[str] = []
        if open_tags:
            found["tag"], beyond = facets.tags(self._lanes, chosen, CAP)
            cut = ["tag"] if beyond else []
        for facet in wanted:
            if facet == "tag" and open_tags:
                continue
            open_ = _without(chosen, facet)
            for one in few:
                if _fits(one, open_):
                    for value in _values(one, facet):
                        _add(found[facet], value, Counted(1, more))
        return found, cut

    def _read(self, chosen: Filter) -> tuple[list[Few], bool]:
        """The sessions of a filter, its axes and subjects left out, and whether there are more."""
        place = (chosen.archived, chosen.attention, chosen.active)
        if place not in self._few:
            most = facets.NARROW if facets.is_narrow(self._lanes, chosen) else CAP
            found = facets.few(self._lanes, chosen, most + 1)
            self._few[place] = found, len(found) > most
        return self._few[place]


def _without(chosen: Filter, facet: str) -> Filter:
    if facet == "tag":
        return chosen
    return replace(chosen, **{AXIS_OF.get(facet) or SUBJECT_OF[facet]: ()})


def _fits(one: Few, chosen: Filter) -> bool:
    wanted = (
        (chosen.agents, (one.agent,)),
        (chosen.owners, (one.owner,)),
        (chosen.connectors, one.connectors),
    )
    return chosen.takes(one.mix, one.shelf) and all(
        not asked or not set(asked).isdisjoint(held) for asked, held in wanted
    )


def _values(one: Few, facet: str) -> Sequence[str | None]:
    if facet == "agent_id":
        return (one.agent,)
    if facet == "owner_id":
        return (one.owner,)
    if facet == "tag":
        return one.tags
    return one.connectors if facet == "connectors" else (_of(one.mix, one.shelf, facet),)


def _of(mix: Mix, shelf: int, facet: str) -> str | None:
    """The value of a mix under a facet."""
    if facet == "tone":
        return mix.tone(archived=shelf == ARCHIVED)
    return getattr(mix, AXES[AXIS_OF[facet]])


def _add(found: dict[str, Counted], value: str | None, count: Counted) -> None:
    if value is not None:
        found[value] = facets.plus(found.get(value, Counted(0, False)), count, CAP)


def _ordered(found: dict[str, Counted]) -> list[tuple[str, Counted]]:
    """The most frequent first; values that would show nothing are left out."""
    shown = [(value, count) for value, count in found.items() if count.count]
    return sorted(shown, key=lambda one: (-one[1].count, one[0]))


def _names(lanes: Lanes, found: _Found) -> dict[str, str]:
    where, connection = lanes.workspace_id, lanes.connection
    named = {person.id: person.name for person in members.all_members(connection, where)}
    return named | agents.names(connection, where, list(found.get("agent_id", ())))


def _wire(value: str, count: Counted) -> Json:
    return {"value": value, "count": count.count, "more": count.more}
