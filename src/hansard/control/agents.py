"""Define agents; each format of imported sessions has one, made on first use."""

from dataclasses import dataclass, field

import orjson

from hansard.control import change as limits
from hansard.domain import ids, instant
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound
from hansard.store import agents
from hansard.store.base import Store, Tx

_NAME = 128


@dataclass(frozen=True, slots=True)
class NewAgent:
    """What a caller says about an agent to define."""

    name: str
    model: str | None = None
    description: str | None = None
    system: str | None = None
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    tools: list[Json] = field(default_factory=list[Json])
    mcp_servers: list[Json] = field(default_factory=list[Json])
    skills: list[Json] = field(default_factory=list[Json])


def define(tx: Tx, workspace_id: str, new: NewAgent, now: int, random: int) -> Json:
    """Insert an agent at version 1; its API object.

    Raises:
        InvalidRequest: the name is empty or too long, or metadata is over its limits.
    """
    if not new.name.strip() or len(new.name) > _NAME or "\0" in new.name:
        raise InvalidRequest(f"name: 1 to {_NAME} characters, without NUL")
    limits.check_metadata(new.metadata)
    body = _object(ids.make("agent", now, random), new, now)
    agents.insert_new(tx, workspace_id, body["id"], new.name, None, now, orjson.dumps(body))
    return body


def find(store: Store, workspace_id: str, id_or_name: str) -> Json:
    """An agent by id or by name.

    Raises:
        NotFound: there is none.
    """
    if "\0" in id_or_name:
        raise NotFound("there is no agent of this name")
    body = store.read(lambda c: agents.find(c, workspace_id, id_or_name))
    if body is None:
        raise NotFound(f"there is no agent {id_or_name[:200]}")
    return orjson.loads(body)


def short(agent: Json) -> Json:
    """The agent as it stands on a session."""
    return {k: agent[k] for k in ("id", "type", "name", "version", "model")}


def _object(agent_id: str, new: NewAgent, now: int) -> Json:
    at = instant.to_wire(now)
    return {
        "id": agent_id,
        "type": "agent",
        "name": new.name,
        "version": 1,
        "description": new.description,
        "model": {"id": new.model} if new.model else {"id": "unknown"},
        "system": new.system,
        "tools": new.tools,
        "mcp_servers": new.mcp_servers,
        "skills": new.skills,
        "multiagent": None,
        "execution_identity": {"type": "service_account"},
        "metadata": new.metadata,
        "created_at": at,
        "updated_at": at,
        "archived_at": None,
    }
