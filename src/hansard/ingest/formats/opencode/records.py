"""A session as records, wherever it is kept: the session, its messages, their parts.

OpenCode rewrites messages and parts while the model answers. What is still being written is
left out or cut to what stays, so that a session which grows does not give each state of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.document import objects

Message: TypeAlias = tuple[Json, Iterable[Json]]
"""What is known of a message, and its parts."""
_SUMS = frozenset({"cost", "tokens", "summary"})
_OPENING = (
    "id",
    "sessionID",
    "role",
    "parentID",
    "modelID",
    "providerID",
    "agent",
    "mode",
    "summary",
    "path",
)


def records(info: Json, messages: Iterable[Message], at_rest: bool) -> Iterator[Json]:
    """The records of a session.

    Args:
        info: the session; sums over its messages are left out, they change with each of them.
        messages: in their order.
        at_rest: nothing is being written any more.
    """
    created = foreign.mapping(info.get("time")).get("created")
    kept = {name: value for name, value in info.items() if name not in _SUMS}
    yield {"session": {**kept, "time": {"created": created}}}
    held: Message | None = None
    for message in messages:
        if held is not None:
            yield from _message(*held, is_done=True)
        held = message
    if held is not None:
        yield from _message(*held, is_done=at_rest)


def exported(found: Json, at_rest: bool) -> Iterator[Json]:
    """The records of what ``opencode export`` wrote."""
    messages = (
        (foreign.mapping(message.get("info")), objects(message.get("parts")))
        for message in objects(found.get("messages"))
    )
    yield from records(foreign.mapping(found.get("info")), messages, at_rest)


def _message(info: Json, parts: Iterable[Json], *, is_done: bool) -> Iterator[Json]:
    if info.get("role") == "user":
        if is_done:
            yield {"message": info, "parts": list(parts)}
        return
    time = foreign.mapping(info.get("time"))
    is_done = is_done or time.get("completed") is not None or "error" in info
    if not is_done:
        opening = {name: info[name] for name in _OPENING if name in info}
        info = {**opening, "time": {"created": time.get("created")}}
    yield {"message": info}
    for part in parts:
        shown = part if is_done else _settled(part)
        if shown is not None:
            yield {"part": shown}


def _settled(part: Json) -> Json | None:
    """What will stay of a part of a message that is being written."""
    kind = part.get("type")
    if kind in ("text", "reasoning"):
        return part if _ends(part.get("time")) else None
    if kind != "tool":
        return part
    state = foreign.mapping(part.get("state"))
    if state.get("status") == "pending":
        return None
    if state.get("status") != "running":
        return part
    kept = {name: state[name] for name in ("status", "input", "time") if name in state}
    child = foreign.mapping(state.get("metadata")).get("sessionId")
    return {**part, "state": {**kept, **({"metadata": {"sessionId": child}} if child else {})}}


def _ends(time: Any) -> bool:
    return foreign.mapping(time).get("end") is not None
