"""One session: its row with the whole agent, found by id or by key."""

from urllib.parse import unquote

import orjson

from hansard.domain import ids
from hansard.domain.draft import Json
from hansard.domain.errors import NotFound
from hansard.journal import read
from hansard.journal.read import Place
from hansard.store import agents, sessions
from hansard.store.base import Store


def find(store: Store, workspace_id: str, id_or_key: str) -> Place:
    """A session by its id, else by its key, encoded or not (product.md, decision 3).

    Raises:
        NotFound: there is none here.
    """
    if ids.is_id("sesn", id_or_key):
        return read.place(store, workspace_id, id_or_key)
    for key in dict.fromkeys((id_or_key, unquote(id_or_key))):
        found = store.read(lambda c, k=key: sessions.find_by_key(c, workspace_id, k))
        if found is not None:
            return read.place(store, workspace_id, found)
    raise NotFound(f"there is no session {id_or_key[:200]}")


def retrieve(store: Store, workspace_id: str, at: Place) -> bytes:
    """The row with the agent's whole definition in place of the short one."""
    row: Json = orjson.loads(at.body)
    return orjson.dumps(with_agent(store, workspace_id, row))


def with_agent(store: Store, workspace_id: str, row: Json) -> Json:
    """A row whose `agent` is the resolved snapshot of the protocol."""
    short: Json = row["agent"]
    body = store.read(lambda c: agents.find(c, workspace_id, str(short.get("id"))))
    whole: Json = orjson.loads(body) if body else {}
    filled = {k: v for k, v in short.items() if v is not None}
    return {**row, "agent": {**whole, **filled}}
