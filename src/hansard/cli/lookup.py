"""Which session is meant: an id, a key, or the beginning of an id that only one has; and which
agent: an id or a name."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from hansard.cli.call import Call
from hansard.cli.failure import Exit, Failure
from hansard.domain import ids
from hansard.domain.draft import Json

_SESSIONS = ("session_id", "parent_id")
_BEGINNING = re.compile(r"(?:sesn_)?([0-9a-f]{1,31})\Z")
_SHORTEST = 4
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\Z", re.IGNORECASE)
_PAGES = 50


def identify(call: Call, values: dict[str, Any]) -> None:
    """Put the id in the place of whatever names a session."""
    for name in _SESSIONS:
        if isinstance(values.get(name), str):
            values[name] = session_id(call, values[name])


def session_id(call: Call, text: str) -> str:
    """The id of the session that a text names.

    Raises:
        Failure: no session is named so (exit 3), or several begin so (exit 2).
    """
    if ids.is_id("sesn", text):
        return text
    try:
        return str(call.get("/v1/sessions/resolve", key=text)["id"])
    except Failure as failure:
        if failure.code is not Exit.NOT_FOUND:
            raise
        if _UUID.match(text):
            return ids.from_bytes("sesn", UUID(text).bytes)
        beginning = _BEGINNING.match(text)
        if beginning is None:
            raise
        return _beginning_with(call, f"sesn_{beginning[1]}")


def agent_id(call: Call, text: str) -> str:
    """The id of the agent that a text names.

    Raises:
        Failure: no agent is named so (exit 3).
    """
    if ids.is_id("agent", text):
        return text
    return str(call.get(f"/v1/agents/{quote(text, safe='')}")["id"])


def _beginning_with(call: Call, start: str) -> str:
    found: list[str] = []
    query = {"limit": "1000", "include_archived": "true", "include_children": "true"}
    for _ in range(_PAGES):
        page: Json = call.get("/v1/sessions", **query)
        found += [row["id"] for row in page["data"] if str(row["id"]).startswith(start)]
        if not page.get("next_page") or len(found) > 1:
            break
        query["page"] = page["next_page"]
    if not found:
        raise Failure(f"there is no session {start}…", Exit.NOT_FOUND)
    hint = "give more of the id: " + ", ".join(found[:3])
    if len(found) > 1:
        raise Failure(f"several sessions begin with {start}", Exit.USAGE, hint=hint)
    if len(start) < len("sesn_") + _SHORTEST:
        raise Failure(f"{start} is too short to name a session", Exit.USAGE, hint=hint)
    return found[0]
