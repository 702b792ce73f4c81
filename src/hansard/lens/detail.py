"""One session: its row with the whole agent, found by id or by key."""

from urllib.parse import unquote

import orjson

from hansard.domain import ids
from hansard.domain.draft import Json
from hansard.domain.errors import NotFound
from hansard.journal import read
from hansard.journal.read import Place
from hansard.lens import moment
from hansard.store import agents, sessions
from hansard.store.base import Store

_PLAIN: Json = {
    "description": None,
    "system": None,
    "tools": [],
    "mcp_servers": [],
    "skills": [],
    "multiagent": None,
    "execution_identity": {"type": "service_account"},
}
"""What the protocol's agent always has, for definitions that say nothing about it."""


def find(store: Store, workspace_id: str, id_or_key: str) -> Place:
    """A session by its id, else by its key, encoded or not (product.md, decision 3).

    Raises:
        NotFound: there is none here.
    """
    if ids.is_id("sesn", id_or_key):
        return read.place(store, workspace_id, id_or_key)
    for key in dict.fromkeys((id_or_key, unquote(id_or_key))):
        if "\0" in key:
            break
        found = store.read(lambda c, k=key: sessions.find_by_key(c, workspace_id, k))
        if found is not None:
            return read.place(store, workspace_id, found)
    raise NotFound(f"there is no session {id_or_key[:200]}")


def retrieve(store: Store, workspace_id: str, at: Place) -> bytes:
    """The row with the agent's whole definition in place of the short one."""
    return orjson.dumps(with_agent(orjson.loads(at.body), agent(store, workspace_id, at)))


def agent(store: Store, workspace_id: str, at: Place) -> Json:
    """What runs a session: its agent at the version it was created with, and what this one
    session has other than it (S3-13). Empty when the agent is not kept here."""
    return _definition(store, workspace_id, read.agent(store, workspace_id, at))


def as_it_was(store: Store, workspace_id: str, session_id: str, seq: int) -> bytes:
    """The row with the agent's whole definition, as both were after an event.

    Raises:
        InvalidRequest, NotFound: there is no such event, or what it was then is erased.
    """
    row, own = moment.row_at(moment.moment(store, workspace_id, session_id, seq))
    return orjson.dumps(with_agent(row, _definition(store, workspace_id, own)))


def _definition(store: Store, workspace_id: str, own: Json) -> Json:
    name, number = str(own.get("id")), own.get("version")
    number = number if isinstance(number, int) and 0 < number < 1 << 31 else 1
    body = store.read(lambda c: agents.version(c, workspace_id, name, number))
    said = {k: v for k, v in own.items() if v is not None}
    return {**orjson.loads(body), **said} if body else said


def whole_agent(body: Json) -> Json:
    """An agent with every field that the protocol's agent always has."""
    return {**_PLAIN, **body, "model": body.get("model") or {"id": "unknown"}}


def with_agent(row: Json, whole: Json) -> Json:
    """A row whose `agent` is the resolved snapshot of the protocol (wire.md section 1)."""
    known = {k: v for k, v in row["agent"].items() if v is not None}
    return {**row, "agent": {**_PLAIN, **whole, **known}}
