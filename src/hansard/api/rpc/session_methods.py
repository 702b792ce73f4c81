"""The methods of seed 001 by their own names and shapes (S1-3..8, S1-N4..N9, S1-N11).

Times are epoch milliseconds. Figures are what the log says: nothing here is a guess from counts
(requirements.md 2.3, the defects X1).
"""

import asyncio

from hansard.api.rpc.call import Call, Method, shown
from hansard.api.rpc.failure import RpcError, bad_params
from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.operation import Param
from hansard.domain.operations import BY_NAME
from hansard.domain.state import PEER_TYPES
from hansard.export.base import file_name
from hansard.store import agents

_KEY = Param("session_key", "string", "Session key or id", required=True)
_MOST_LISTED = 1_000
_SCANNED = 10
"""Pages that are looked through for one kind of peer."""
_SEARCHED = 50
_RECENT = 30
_PAGE = 1_000
_LONGEST = 10_000
"""Messages of a last copy: a longer transcript is exported first."""
_NOBODY = "agent_none"


async def list_sessions(call: Call) -> Json:
    """Sessions, what needs a person and what is active first; `total` stops at 1,000."""
    call.only("tenant", "agent", "channel", "kind", "since_minutes", "limit", "page")
    kind = call.text("kind") or "all"
    if kind not in ("all", *PEER_TYPES):
        raise bad_params(f"kind: all, {', '.join(PEER_TYPES)}")
    limit = call.number("limit", _MOST_LISTED, _MOST_LISTED, 1)
    if not _is_ours(call, call.text("tenant")):
        return {"sessions": [], "total": 0, "nextPage": None}
    values: Json = {
        "sort": "active_first",
        "channel": call.texts("channel"),
        "agent_id": await _agents(call),
        "since": _since(call),
        "include_children": kind in ("all", "sub-agent"),
    }
    found, following = await _rows(call, values, kind, limit, call.text("page"))
    total = len(found)
    if following is not None or call.text("page") is not None:
        total = await _total(call, values, kind)
    return {"sessions": [_row(row) for row in found], "total": total, "nextPage": following}


async def status(call: Call) -> Json:
    """One session: messages, token usage, cache metrics."""
    call.only("session_key")
    found: Json = await call.ask("session.status", session_id=await call.session_id())
    cache: Json = found["cache"]
    return {
        "key": found["key"],
        "sessionId": found["id"],
        "agentId": found["agent"]["id"],
        "agentName": found["agent"]["name"],
        "channelType": found["channel"],
        "kind": _kind(found),
        "state": found["state"],
        "status": found["freshness"],
        "messageCount": found["message_count"],
        "totalTokens": found["total_tokens"],
        "inputTokens": found["input_tokens"],
        "outputTokens": found["output_tokens"],
        "cacheReadTokens": cache["read_tokens"],
        "cacheWriteTokens": cache["write_tokens"],
        "cacheHitRate": cache["hit_ratio"],
        "toolCalls": found["tool_call_count"],
        "compactions": found["compaction_count"],
        "resetCount": found["reset_count"],
        "costMicros": found["cost_micros"],
        "createdAt": instant.from_wire(found["created_at"]),
        "lastActiveAt": instant.from_wire(found["last_active_at"]),
        "label": found["title"],
    }


async def reset(call: Call) -> Json:
    """Clear the conversation: a new segment begins; metadata and key stay (S1-N8)."""
    call.only("session_key", "erase")
    found: Json = await call.ask(
        "session.reset", session_id=await call.session_id(), erase=call.flag("erase")
    )
    count = found["reset"]["previous_message_count"]
    return {"sessionKey": found["key"], "reset": True, "previousMessageCount": count}


async def compact(call: Call) -> Json:
    """Summarise older messages; says honestly when there was nothing to summarise (X1-4)."""
    call.only("session_key", "instructions")
    instructions = call.text("instructions")
    found: Json = await call.ask(
        "session.compact", session_id=await call.session_id(), instructions=instructions
    )
    made: Json | None = found["compaction"]
    return {
        "sessionKey": found["key"],
        "messageCount": found["message_count"],
        "estimatedTokens": made["tokens_after"] if made else None,
        "tokensBefore": made["tokens_before"] if made else None,
        "compactionTriggered": made is not None,
        "fallbackLevel": made["fallback_level"] if made else None,
        "instructions": instructions,
    }


async def export(call: Call) -> Json:
    """The JSON lines of a session under `content`, as a file holds them (S1-8, S1-N9, X1-3)."""
    call.only("session_key")
    session_id = await call.session_id()
    row: Json = await call.ask("session.retrieve", session_id=session_id)
    answer = await call.answer(BY_NAME["session.export"], {"session_id": session_id})
    file: Json = shown(answer)
    content = str(file.get("text", ""))
    return {
        "sessionKey": row["key"],
        "fileName": file_name(row["key"], call.parts.clock(), ".jsonl"),
        "mediaType": file["media_type"],
        "content": content,
        "lines": content.count("\n"),
        "metadata": row["metadata"],
        "messageCount": row["message_count"],
        "createdAt": instant.from_wire(row["created_at"]),
        "updatedAt": instant.from_wire(row["updated_at"]),
    }


async def delete(call: Call) -> Json:
    """Delete for good; a last copy of what was said when it is asked for (requirements.md 6.5)."""
    call.only("session_key", "return_transcript")
    session_id = await call.session_id()
    row: Json = await call.ask("session.retrieve", session_id=session_id)
    copy: list[Json] | None = None
    if call.flag("return_transcript"):
        copy = await _all_messages(call, session_id)
    await call.ask("session.delete", session_id=session_id)
    answer: Json = {"sessionKey": row["key"], "deleted": True}
    return answer if copy is None else {**answer, "transcript": copy}


async def history(call: Call) -> Json:
    """Messages by number, with tool calls, results and the marks of resets and compactions."""
    call.only("session_key", "offset", "limit", "segments")
    found: Json = await call.ask(
        "session.history",
        session_id=await call.session_id(),
        offset=call.number("offset", 0, 1 << 53),
        limit=call.number("limit", 20, _PAGE, 1),
        segments=call.text("segments"),
    )
    return {
        "session": _row(found["session"]),
        "messages": [_message(message) for message in found["messages"]],
        "total": found["total"],
        "offset": found["offset"],
        "limit": found["limit"],
        "hasMore": found["has_more"],
    }


async def search(call: Call) -> Json:
    """Full text over all sessions; without a query the sessions that moved last."""
    call.only("query", "scope", "summarize", "limit")
    typed = call.text("query")
    limit = call.number("limit", 20, _SEARCHED if typed else _RECENT, 1)
    scope, summarize = call.text("scope") or "all", call.flag("summarize")
    if not typed:
        page: Json = await call.ask("session.list", sort="-updated_at", limit=limit)
        return {"results": [_recent(row, summarize) for row in page["data"]], "mode": "recent"}
    found: Json = await call.ask("search.query", q=typed, scope=scope, limit=limit)
    hits = [await _hit(call, hit, summarize) for hit in found["data"]]
    return {"results": hits, "mode": "search", "excluded": found["excluded"]}


async def archive(call: Call) -> Json:
    """Make a session read-only; its transcript stays."""
    call.only("session_key")
    found: Json = await call.ask("session.archive", session_id=await call.session_id())
    at = instant.from_wire(found["archived_at"])
    return {"sessionKey": found["key"], "archived": True, "archivedAt": at}


async def _agents(call: Call) -> list[str]:
    """The ids of the agents that the caller names by id or name; none of them is nobody."""
    found: list[str] = []
    wanted = call.texts("agent")
    for name in wanted:
        if "\0" not in name:
            ids = await asyncio.to_thread(
                call.parts.store.read, lambda c, n=name: agents.named(c, call.who.workspace_id, n)
            )
            found += [name, *ids]
    return found if found or not wanted else [_NOBODY]


def _is_ours(call: Call, tenant: str | None) -> bool:
    """Whether a tenant is the caller's workspace: by id, by name, or by the word in its keys."""
    names = {call.who.workspace_id, "default"}
    if call.who.workspace_id == call.parts.workspace_id:
        names.add(call.parts.workspace_name)
    return tenant is None or tenant in names


def _since(call: Call) -> str | None:
    if call.params.get("since_minutes") is None:
        return None
    minutes = call.number("since_minutes", 0, 1 << 31)
    return instant.to_wire(max(0, call.parts.clock() - minutes * instant.MINUTE))


async def _rows(
    call: Call, values: Json, kind: str, limit: int, page: str | None
) -> tuple[list[Json], str | None]:
    """(rows of a kind, the next page): whole pages, until there are enough."""
    found: list[Json] = []
    for _ in range(_SCANNED):
        got: Json = await call.ask("session.list", **values, limit=limit, page=page)
        found += [row for row in got["data"] if kind in ("all", _kind(row))]
        page = got["next_page"]
        if page is None or len(found) >= limit:
            break
    return found, page


async def _total(call: Call, values: Json, kind: str) -> int:
    """How many sessions fit; no more than 1,000 are counted (requirements.md 6.7)."""
    if kind != "all":
        found, _ = await _rows(call, values, kind, _MOST_LISTED, None)
        return min(len(found), _MOST_LISTED)
    filters = {name: value for name, value in values.items() if name != "sort"}
    counted: Json = await call.ask("session.facets", **filters, facet=["kind"])
    tabs: dict[str, int] = {tab["value"]: tab["count"] for tab in counted["tabs"]}
    return tabs["all"]


def _kind(row: Json) -> str:
    return row["peer_type"] or ("sub-agent" if row.get("parent_id") else "dm")


def _row(row: Json) -> Json:
    tokens: dict[str, int] = row["tokens"]
    owner: Json = row["owner"] or {}
    return {
        "sessionKey": row["key"],
        "sessionId": row["id"],
        "agentId": row["agent"]["id"],
        "agentName": row["agent"]["name"],
        "userId": owner.get("id"),
        "channelId": row["channel"],
        "kind": _kind(row),
        "title": row["title"],
        "state": row["state"],
        "messageCount": row["message_count"],
        "totalTokens": sum(tokens.values()),
        "updatedAt": instant.from_wire(row["updated_at"]),
        "createdAt": instant.from_wire(row["created_at"]),
    }


def _message(message: Json) -> Json:
    made: Json = {
        "role": message["role"],
        "content": message["content"],
        "timestamp": instant.from_wire(message["timestamp"]),
        "type": message["type"],
        "id": message["id"],
    }
    if "tool_call_id" in message:
        made |= {"toolName": message["tool_name"], "toolCallId": message["tool_call_id"]}
    return made


async def _all_messages(call: Call, session_id: str) -> list[Json]:
    found: list[Json] = []
    while True:
        page: Json = await call.ask(
            "session.history",
            session_id=session_id,
            offset=len(found),
            limit=_PAGE,
            segments="all",
        )
        if page["total"] > _LONGEST:
            message = f"a last copy has at most {_LONGEST} messages: export the session first"
            raise RpcError(-32013, message, {"status": 413, "type": "request_too_large"})
        found += [_message(message) for message in page["messages"]]
        if not page["has_more"] or not page["messages"]:
            return found


def _recent(row: Json, summarize: bool) -> Json:
    text = str(row["output_summary"] or row["title"] or "")
    made: Json = {
        "sessionKey": row["key"],
        "sessionId": row["id"],
        "agentId": row["agent"]["id"],
        "channelType": row["channel"],
        "snippet": text,
        "score": None,
        "timestamp": instant.from_wire(row["updated_at"]),
    }
    return {**made, "summary": row["output_summary"]} if summarize else made


async def _hit(call: Call, hit: Json, summarize: bool) -> Json:
    session: Json = hit["session"]
    matches = len(hit["parts"])
    made: Json = {
        "sessionKey": session["key"],
        "sessionId": session["id"],
        "agentId": session["agent"]["id"],
        "channelType": session["channel"],
        "snippet": hit["snippet"],
        "score": round(matches / (matches + 1), 4),
        "timestamp": instant.from_wire(hit["created_at"]),
        "role": hit["role"],
        "eventId": hit["event_id"],
    }
    if summarize:
        row: Json = await call.ask("session.retrieve", session_id=session["id"])
        made["summary"] = row["output_summary"]
    return made


METHODS = (
    Method(
        "session.list",
        "List sessions by tenant, agent and channel",
        "admin",
        (
            Param("tenant", "string", "Workspace: its id, its name, or default"),
            Param("agent", "string", "Agent id or name, or a list of them"),
            Param("channel", "string", "Channel such as slack, or a list of them"),
            Param("kind", "string", "all, dm, group or sub-agent"),
            Param("since_minutes", "integer", "Only sessions that moved since"),
            Param("limit", "integer", "How many to return, 1 to 1000"),
            Param("page", "string", "nextPage of the answer before"),
        ),
        list_sessions,
    ),
    Method(
        "session.status",
        "One session: messages, token usage, cache metrics",
        "read",
        (_KEY,),
        status,
    ),
    Method(
        "session.reset",
        "Clear the conversation; metadata and key stay",
        "admin",
        (_KEY, Param("erase", "boolean", "Drop what was said for good")),
        reset,
    ),
    Method(
        "session.compact",
        "Summarise older messages",
        "admin",
        (_KEY, Param("instructions", "string", "What must not get lost")),
        compact,
    ),
    Method(
        "session.export", "A session as JSON lines, to be imported again", "admin", (_KEY,), export
    ),
    Method(
        "session.delete",
        "Delete a session for good",
        "admin",
        (_KEY, Param("return_transcript", "boolean", "A last copy of its messages")),
        delete,
    ),
    Method(
        "session.history",
        "A session's messages by number",
        "read",
        (
            _KEY,
            Param("offset", "integer", "How many to pass over"),
            Param("limit", "integer", "How many to return, 1 to 1000"),
            Param("segments", "string", "current (since the last reset) or all"),
        ),
        history,
    ),
    Method(
        "session.search",
        "Search what sessions said and did; the last ones without a query",
        "read",
        (
            Param("query", "string", "As typed into the search box"),
            Param("scope", "string", "all, user, assistant or tool"),
            Param("summarize", "boolean", "The session's last output beside the hit"),
            Param("limit", "integer", "1 to 50; 1 to 30 without a query"),
        ),
        search,
    ),
    Method("session.archive", "Make a session read-only", "write", (_KEY,), archive),
)
"""Scopes are those of S1-N11: `rpc` there is read here, and write for what changes."""
