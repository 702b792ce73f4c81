"""Keep, change and drop views of the list; two are built in (ui.md B.3).

A view is its owner's: a member, or the key of a program. A shared one is everybody's, also to
change.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import orjson

from hansard.domain import ids, instant, listing
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, InvalidRequest, NotFound
from hansard.store import views
from hansard.store.base import Tx
from hansard.store.views import View

_NAME = 80
_MOST = 200
_LISTED = 1_000
_BYTES = 16_384
"""Every page asks for all views."""

PRESETS: tuple[Json, ...] = (
    {
        "id": "view_needs_me",
        "name": "Needs me",
        "filters": {"attention": True},
        "columns": ["status", "source", "type", "agent", "owner", "progress", "updated"],
        "sort": "active_first",
        "density": "comfortable",
    },
    {
        "id": "view_audit",
        "name": "Audit",
        "filters": {"include_archived": True},
        "columns": [
            *("source", "type", "tools", "messages", "tokens_in", "tokens_out", "tool_calls"),
            *("updated", "actions"),
        ],
        "sort": "-updated_at",
        "density": "compact",
    },
)
"""Needs me: what waits for a person. Audit: the columns of S0-8 to S0-15, the archive too."""


def check(fields: Json) -> None:
    """Refuse what a view cannot be; fields that are not there are not asked for.

    Raises:
        InvalidRequest: with what would be right.
    """
    name = fields.get("name", "x")
    if not isinstance(name, str) or not name.strip() or len(name) > _NAME or "\0" in name:
        raise InvalidRequest(f"name: 1 to {_NAME} characters, without NUL")
    columns = cast("Sequence[str]", fields.get("columns") or ())
    for column in columns:
        listing.check_word("columns", column, listing.COLUMNS)
    if len(set(columns)) != len(columns):
        raise InvalidRequest("columns: each at most once")
    if fields.get("sort") is not None:
        listing.check_word("sort", fields["sort"], listing.SORTS)
    if fields.get("density") is not None:
        listing.check_word("density", fields["density"], listing.DENSITIES)


def everything(connection: Any, workspace_id: str, who: str) -> list[Json]:
    """The built-in views, then those that a person may see, by name."""
    kept = views.visible(connection, workspace_id, who, _LISTED)
    return [*(_built_in(preset) for preset in PRESETS), *(_wire(view, who) for view in kept)]


def create(
    tx: Tx, workspace_id: str, who: str, fields: Json, *, shared: bool, now: int, random: int
) -> Json:
    """Keep a view; its API object.

    Raises:
        InvalidRequest: a field is not what it should be.
        Conflict: there is one of this name already, or there are too many.
    """
    check(fields)
    _free_name(tx, workspace_id, who, fields["name"], None)
    if views.count(tx.connection, workspace_id, who) >= _MOST:
        raise Conflict(f"at most {_MOST} views")
    shown: Json = {
        "filters": fields.get("filters") or {},
        "columns": list(fields.get("columns") or ()),
        "sort": fields.get("sort") or listing.SORTS[0],
        "density": fields.get("density") or listing.DENSITIES[0],
    }
    made = ids.make("view", now, random)
    view = View(made, who, fields["name"], shared, _body(shown), now, now)
    views.add(tx, workspace_id, view)
    return _wire(view, who)


def update(tx: Tx, workspace_id: str, who: str, view_id: str, fields: Json, now: int) -> Json:
    """Change what is given; the view as it is then.

    Raises:
        InvalidRequest: a field is not what it should be, or nothing changes.
        NotFound: there is no such view, for this person.
        Conflict: it is built in, or the name is taken.
    """
    if not fields:
        raise InvalidRequest("nothing to change")
    check(fields)
    found = _found(tx, workspace_id, who, view_id)
    if "name" in fields:
        _free_name(tx, workspace_id, found.owner, fields["name"], found.id)
    shown: Json = orjson.loads(found.body)
    shown |= {name: fields[name] for name in shown if name in fields}
    new = replace(
        found,
        name=fields.get("name", found.name),
        shared=fields.get("shared", found.shared),
        body=_body(shown),
        updated_at=now,
    )
    views.save(tx, workspace_id, new)
    return _wire(new, who)


def _body(shown: Json) -> bytes:
    body = orjson.dumps(shown)
    if len(body) > _BYTES:
        raise InvalidRequest(f"a view takes at most {_BYTES:,} bytes: choose fewer values")
    return body


def delete(tx: Tx, workspace_id: str, who: str, view_id: str) -> Json:
    """Drop a view.

    Raises:
        NotFound: there is no such view, for this person.
        Conflict: it is built in.
    """
    found = _found(tx, workspace_id, who, view_id)
    views.forget(tx, workspace_id, found.id)
    return {"id": found.id, "type": "saved_view_deleted"}


def _found(tx: Tx, workspace_id: str, who: str, view_id: str) -> View:
    if any(preset["id"] == view_id for preset in PRESETS):
        raise Conflict("this view is built in: save another in its place")
    found = views.find(tx.connection, workspace_id, view_id, who)
    if found is None:
        raise NotFound(f"there is no view {view_id[:200]}")
    return found


def _free_name(tx: Tx, workspace_id: str, owner: str, name: str, own: str | None) -> None:
    taken = views.named(tx.connection, workspace_id, owner, name)
    if taken not in (None, own) or any(preset["name"] == name for preset in PRESETS):
        raise Conflict(f"there is a view {name[:_NAME]} already")


def _wire(view: View, who: str) -> Json:
    return {
        "id": view.id,
        "type": "saved_view",
        "name": view.name,
        **orjson.loads(view.body),
        "shared": view.shared,
        "built_in": False,
        "own": view.owner == who,
        "created_at": instant.to_wire(view.created_at),
        "updated_at": instant.to_wire(view.updated_at),
    }


def _built_in(preset: Json) -> Json:
    kept: Json = {"type": "saved_view", "shared": True, "built_in": True, "own": False}
    return {**preset, **kept, "created_at": None, "updated_at": None}
