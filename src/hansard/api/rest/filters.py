"""The filters of the session list, from an address and from JSON, the same names in both."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from pydantic import WithJsonSchema

from hansard.api.rest import times, words
from hansard.domain import listing
from hansard.domain.errors import InvalidRequest
from hansard.store.filters import Filter

Many = Annotated[list[str] | None, Query()]

_MANY = 100
_MOST_VERSION = (1 << 31) - 1
_NOBODY_S = {"deployment_id", "memory_store_id"}
"""Filters of the protocol over what no session has yet: they find nothing."""
_LISTS = {
    "agent_id": "agents",
    "channel": "channels",
    "kind": "kinds",
    "mode": "modes",
    "origin": "origins",
    "state": "states",
    "statuses": "statuses",
    "tone": "tones",
    "owner_id": "owners",
    "connectors": "connectors",
    "initiative_id": "initiatives",
    "plan_id": "plans",
    "tag": "tags",
    "has": "has",
    "repo": "repos",
}
_FLAGS = ("attention", "active", "archived", "include_archived", "include_children")
_TEXTS = ("parent_id", "since")
_COSTS = ("cost_min", "cost_max")
_COLUMNS = ("created_at", "updated_at")
_SPANS = tuple(f"{column}[{op}]" for column in _COLUMNS for op in ("gt", "gte", "lt", "lte"))
_NAMED = ", ".join((*_LISTS, *_FLAGS, *_TEXTS, *_COSTS, *(f"{c}[gt|gte|lt|lte]" for c in _COLUMNS)))
_LONGEST = 512
_WORD: dict[str, Any] = {"type": "string", "maxLength": _LONGEST}


def _described(name: str) -> dict[str, Any]:
    """What a list of the filter may hold: one value, or several."""
    one = {"type": "string", "enum": list(listing.WORDS[name])} if name in listing.WORDS else _WORD
    return {"anyOf": [one, {"type": "array", "items": one, "maxItems": _MANY}, {"type": "null"}]}


FilterSaid = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {name: _described(name) for name in _LISTS}
            | {name: {"type": ["boolean", "null"]} for name in _FLAGS}
            | {"parent_id": {**_WORD, "type": ["string", "null"]}}
            | {
                name: {"type": ["string", "null"], "maxLength": 16, "pattern": listing.AMOUNT}
                for name in _COSTS
            }
            | {
                name: {"type": ["string", "null"], "format": "date-time"}
                for name in ("since", *_SPANS)
            },
            "additionalProperties": False,
        }
    ),
]
"""A filter as a JSON object."""


async def chosen(  # noqa: PLR0913, PLR0917 - the filters of the list
    request: Request,
    agent_id: Many = None,
    agent_version: int | None = None,
    channel: Many = None,
    kind: words.Kinds = None,
    mode: words.Modes = None,
    origin: words.Origins = None,
    state: words.States = None,
    statuses: words.Statuses = None,
    tone: words.Tones = None,
    owner_id: Many = None,
    connectors: Many = None,
    initiative_id: Many = None,
    plan_id: Many = None,
    tag: Many = None,
    has: words.Has = None,
    repo: Many = None,
    cost_min: words.Amount | None = None,
    cost_max: words.Amount | None = None,
    attention: bool | None = None,
    active: bool | None = None,
    archived: bool | None = None,
    include_archived: bool = False,
    include_children: bool = False,
    parent_id: str | None = None,
    since: words.Instant | None = None,
) -> Filter:
    """The filter that an address asks for.

    Raises:
        InvalidRequest: a list is too long, or an instant or amount is none.
    """
    of_agents = many(request, "agent_id", agent_id)
    if _NOBODY_S & set(request.query_params):
        of_agents = ("none",)
    if agent_version is not None and not 0 < agent_version <= _MOST_VERSION:
        of_agents, agent_version = ("none",), None
    return Filter(
        agents=of_agents,
        channels=many(request, "channel", channel),
        kinds=many(request, "kind", kind),
        modes=many(request, "mode", mode),
        origins=many(request, "origin", origin),
        states=many(request, "state", state),
        statuses=many(request, "statuses", statuses),
        tones=many(request, "tone", tone),
        owners=many(request, "owner_id", owner_id),
        connectors=many(request, "connectors", connectors),
        initiatives=many(request, "initiative_id", initiative_id),
        plans=many(request, "plan_id", plan_id),
        versions=() if agent_version is None else (agent_version,),
        attention=attention,
        active=active,
        archived=_shelf(archived, include_archived),
        parent_id=parent_id,
        include_children=include_children,
        times=tuple(_times(request, since)),
        tags=many(request, "tag", tag),
        has=many(request, "has", has),
        repos=many(request, "repo", repo),
        cost_min=_cost("cost_min", cost_min),
        cost_max=_cost("cost_max", cost_max),
    )


FilterDep = Annotated[Filter, Depends(chosen)]


def of(said: Mapping[str, Any]) -> Filter:
    """The filter that a JSON object describes, by the names of the list's parameters.

    Raises:
        InvalidRequest: a field nobody knows, a value of another type, a word outside its list.
    """
    unknown = sorted(set(said) - {*_LISTS, *_FLAGS, *_TEXTS, *_COSTS, *_SPANS})
    if unknown:
        raise InvalidRequest(f"filter.{unknown[0][:40]}: no such filter; there are {_NAMED}")
    lists = {name: _texts(f"filter.{name}", said.get(name)) for name in _LISTS}
    listing.check_words({n: v for n, v in lists.items() if n in listing.WORDS})
    flags = {name: _flag(f"filter.{name}", said.get(name)) for name in _FLAGS}
    parent, since = (_text(f"filter.{name}", said.get(name)) for name in _TEXTS)
    spans = [("updated_at", "gte", times.read(since, "filter.since"))] if since is not None else []
    for column in _COLUMNS:
        for op in ("gt", "gte", "lt", "lte"):
            at = _text(f"filter.{column}[{op}]", said.get(f"{column}[{op}]"))
            if at is not None:
                spans.append((column, op, times.read(at, f"filter.{column}[{op}]")))
    costs = {
        name: _cost(f"filter.{name}", _text(f"filter.{name}", said.get(name))) for name in _COSTS
    }
    named: dict[str, Any] = {field: lists[name] for name, field in _LISTS.items()}
    return Filter(
        **named,
        attention=flags["attention"],
        active=flags["active"],
        archived=_shelf(flags["archived"], bool(flags["include_archived"])),
        parent_id=parent,
        include_children=bool(flags["include_children"]),
        times=tuple(spans),
        cost_min=costs["cost_min"],
        cost_max=costs["cost_max"],
    )


def many(request: Request, name: str, values: list[str] | None) -> tuple[str, ...]:
    """An array parameter: `name=a&name=b` or the stock client's `name[]=a`.

    Raises:
        InvalidRequest: it has more values than a query can be made of.
    """
    found = (*(values or ()), *request.query_params.getlist(f"{name}[]"))
    if len(found) > _MANY:
        raise InvalidRequest(f"{name}: at most {_MANY} values")
    return found


def _shelf(archived: bool | None, include_archived: bool) -> bool | None:
    return True if archived else None if include_archived else False


def _times(request: Request, since: str | None) -> list[tuple[str, str, int]]:
    found = [("updated_at", "gte", times.read(since, "since"))] if since is not None else []
    for column in _COLUMNS:
        found += [(column, op, at) for op, at in times.bracketed(request, column)]
    return found


def _cost(name: str, amount: str | None) -> int | None:
    return None if amount is None else listing.micros(name, amount)


def _texts(name: str, value: Any) -> Sequence[str]:
    if value is None:
        return ()
    found = cast("list[Any]", value) if isinstance(value, list) else [value]
    if len(found) > _MANY:
        raise InvalidRequest(f"{name}: at most {_MANY} values")
    if any(one is None for one in found):
        raise InvalidRequest(f"{name}: texts alone")
    return tuple(str(_text(name, one)) for one in found)


def _text(name: str, value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and len(value) <= _LONGEST):
        raise InvalidRequest(f"{name}: a text of at most {_LONGEST} characters")
    if value is not None and "\0" in value:
        raise InvalidRequest(f"{name}: a text without NUL")
    return value


def _flag(name: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise InvalidRequest(f"{name}: true or false")
    return value
