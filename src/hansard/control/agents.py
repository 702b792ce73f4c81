"""Define agents, in versions that stay; each format of imported sessions has one of its own."""

from dataclasses import asdict, dataclass, field
from typing import Any, cast

import orjson

from hansard.control import change as limits
from hansard.domain import ids, instant
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, InvalidRequest, NotFound
from hansard.journal.prepare import encode
from hansard.store import agents
from hansard.store.base import Store, Tx

_NAME = 128
_IDENTITY: Json = {"type": "service_account"}
_LISTS = ("tools", "mcp_servers", "skills")
_OVERRIDES = ("model", "system", *_LISTS)
_UNKNOWN: Json = {"id": "unknown"}


@dataclass(frozen=True, slots=True)
class NewAgent:
    """What a caller says about an agent to define."""

    name: str
    model: Json | None = None
    description: str | None = None
    system: str | None = None
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    tools: list[Json] = field(default_factory=list[Json])
    mcp_servers: list[Json] = field(default_factory=list[Json])
    skills: list[Json] = field(default_factory=list[Json])
    multiagent: Json | None = None
    execution_identity: Json | None = None


def define(tx: Tx, workspace_id: str, new: NewAgent, now: int, random: int) -> Json:
    """Insert an agent at version 1; its API object.

    Raises:
        InvalidRequest: the name is empty or too long, or metadata is over its limits.
    """
    _check_name(new.name)
    limits.check_metadata(new.metadata)
    at = instant.to_wire(now)
    said = {**asdict(new), "model": new.model or _UNKNOWN}
    said["execution_identity"] = new.execution_identity or _IDENTITY
    place = {"id": ids.make("agent", now, random), "type": "agent", "version": 1}
    times = {"created_at": at, "updated_at": at, "archived_at": None}
    body, encoded = encode({**place, **said, **times})
    agents.insert_new(tx, workspace_id, body["id"], new.name, None, now, encoded)
    return body


def update(
    tx: Tx, workspace_id: str, agent_id: str, changes: Json, expected: int | None, now: int
) -> Json:
    """Make a new version of an agent; its API object. What changes nothing makes none.

    Args:
        changes: only what was said: lists are replaced whole, metadata is patched, null clears.
        expected: the version that the caller knows; None takes any.

    Raises:
        NotFound: there is no such agent.
        InvalidRequest: a name or model is cleared, or something is over its limit.
        Conflict: the agent is at another version, or archived.
    """
    old = _locked(tx, workspace_id, agent_id)
    if old["archived_at"] is not None:
        raise Conflict("the agent is archived", agent_id=agent_id)
    if expected not in (None, old["version"]):
        raise Conflict(
            f"the agent is at version {old['version']}, not {expected}",
            current_version=old["version"],
        )
    new = {**old, **_changed(old, changes)}
    if new == old:
        return old
    made = {"version": int(old["version"]) + 1, "updated_at": instant.to_wire(now)}
    new, encoded = encode({**new, **made})
    agents.add_version(tx, workspace_id, agent_id, new["name"], new["version"], now, encoded)
    return new


def archive(tx: Tx, workspace_id: str, agent_id: str, now: int) -> Json:
    """Put an agent away for good: no new version, no new session. Again changes nothing.

    Raises:
        NotFound: there is no such agent.
    """
    body = _locked(tx, workspace_id, agent_id)
    if body["archived_at"] is None:
        body["archived_at"] = instant.to_wire(now)
        agents.archive(tx, workspace_id, agent_id, now, orjson.dumps(body))
    return body


def find(store: Store, workspace_id: str, id_or_name: str, version: int | None = None) -> Json:
    """An agent by id or by name, as it is or as it was at a version.

    Raises:
        NotFound: there is none, or no such version of it.
    """
    if "\0" in id_or_name:
        raise NotFound("there is no agent of this name")
    body = store.read(lambda c: agents.find(c, workspace_id, id_or_name))
    if body is None:
        raise NotFound(f"there is no agent {id_or_name[:200]}")
    found: Json = orjson.loads(body)
    if version in (None, found["version"]):
        return found
    kept = store.read(lambda c: agents.version(c, workspace_id, found["id"], _number(version)))
    if kept is None:
        raise NotFound(f"there is no version {str(version)[:20]} of this agent")
    return {**orjson.loads(kept), "archived_at": found["archived_at"]}


def short(agent: Json) -> Json:
    """The agent as it stands on a session."""
    return {k: agent[k] for k in ("id", "type", "name", "version", "model")}


def overridden(said: Json) -> Json:
    """What one session has other than its agent's version (`agent_with_overrides`).

    Raises:
        InvalidRequest: an override is not of its shape.
    """
    found = {name: said[name] for name in _OVERRIDES if name in said}
    if "model" in found:
        found["model"] = model_of(found["model"])
    for name in _LISTS:
        if name in found:
            found[name] = _objects(name, found[name])
    system = found.get("system", "")
    if system is not None and not isinstance(system, str):
        raise InvalidRequest("system: a text")
    return encode(found)[0]


def tools_of(said: Json | None) -> Json:
    """The tools and servers that a session gets in the place of its own; each replaced whole.

    Raises:
        InvalidRequest: something else is to change, or a list is not one.
    """
    if said is None:
        return {}
    if set(said) - {"tools", "mcp_servers"}:
        raise InvalidRequest("agent: only tools and mcp_servers of a session can change")
    return encode({name: _objects(name, value) for name, value in said.items()})[0]


def model_of(said: Any) -> Json:
    """A model as an object, from its id or its configuration.

    Raises:
        InvalidRequest: it is neither.
    """
    found = {"id": said} if isinstance(said, str) else said
    if not isinstance(found, dict) or not isinstance(cast(Json, found).get("id"), str):
        raise InvalidRequest("model: a model id, or an object with id")
    return cast(Json, found)


def _changed(old: Json, changes: Json) -> Json:
    found: Json = {}
    for name, value in changes.items():
        if name == "name":
            _check_name(value)
            found[name] = value
        elif name == "model":
            found[name] = model_of(value)
        elif name in _LISTS:
            found[name] = _objects(name, value)
        elif name == "metadata":
            merged: Json = {} if value is None else {**old["metadata"], **value}
            found[name] = {k: v for k, v in merged.items() if v is not None}
            limits.check_metadata(found[name])
        elif name == "execution_identity":
            found[name] = value or _IDENTITY
        else:
            found[name] = value or None
    return found


def _objects(name: str, value: Any) -> list[Json]:
    found = cast("list[Any]", value if isinstance(value, list) else [] if value is None else [None])
    if any(not isinstance(item, dict) for item in found):
        raise InvalidRequest(f"{name}: a list of objects")
    return found


def _check_name(name: Any) -> None:
    fits = isinstance(name, str) and name.strip() and len(name) <= _NAME and "\0" not in name
    if not fits:
        raise InvalidRequest(f"name: 1 to {_NAME} characters, without NUL")


def _number(version: int | None) -> int:
    """A version that a column can hold."""
    return version if version is not None and 0 < version < 1 << 31 else 0


def _locked(tx: Tx, workspace_id: str, agent_id: str) -> Json:
    body = None if "\0" in agent_id else agents.locked(tx, workspace_id, agent_id)
    if body is None:
        raise NotFound(f"there is no agent {agent_id[:200]}")
    return orjson.loads(body)
