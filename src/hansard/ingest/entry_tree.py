"""Transcripts that are a tree of entries, one per line: pi's, and those of agents made from it.

Evidence: earendil-works/pi, `packages/coding-agent/docs/session-format.md`. Version 1 is a line
of entries without ids; from version 2 on they are a tree. The log keeps every entry of it, in
the order of the file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hansard.domain import foreign
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Opened, Source
from hansard.ingest.line_parser import LineParser
from hansard.ingest.lines import beginning
from hansard.ingest.patch import hunks, patched
from hansard.ingest.told import (
    PERSON,
    SYSTEM,
    Occurrences,
    Origin,
    Recent,
    Told,
    Usage,
    count,
    decode,
    micros,
    moment,
    picture,
    said,
)

_OPEN_CALLS = 1_024
_LOOK = 4_096
_HEADER = re.compile(rb'\s*\{\s*"type"\s*:\s*"session"')
_PARENT = re.compile(rb'"parentSession"\s*:\s*"([^"]{1,4096})"')
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')
_EXIT = re.compile(r"Command exited with code (\d{1,9})\s*\Z")
_DIFF_LINE = re.compile(r"([ +-])\s*(\d{1,9}) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Context:
    """What lies outside the file: said by an index beside it.

    Attributes:
        key, channel, peer_type: see `Opened`.
        parent: the session that this one is a sub-agent of.
        agent_name: the name of a sub-agent.
        title: what the index calls it.
        where: more about where it runs.
    """

    key: str | None = None
    channel: str | None = None
    peer_type: str | None = None
    parent: str | None = None
    agent_name: str | None = None
    title: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Call:
    """A call whose result has not come: our event of it, the tool, what it would change."""

    event_id: str
    name: str
    arguments: Json


class EntryParser(LineParser):
    """The parser of one file (`hansard.ingest.base.Parser`)."""

    def __init__(self, source: Source, name: str, agent: str, context: Context) -> None:
        """Begin at the first line.

        Args:
            name: of the format.
            agent: the word for the agent.
            context: what an index says of the session.
        """
        super().__init__()
        self._named = session_of(source.path.name)
        self._format, self._agent, self._context = name, agent, context
        self._occurrences = Occurrences()
        self._calls: Recent[_Call] = Recent(_OPEN_CALLS)
        self._at = 0

    def _read(self, line: bytes, fields: Json) -> Iterator[Emission]:
        self._at = moment(fields.get("timestamp")) or self._at
        record = foreign.text(fields.get("id")) or self._occurrences.name(line.strip())
        origin = Origin(record, self._at)
        kind = foreign.text(fields.get("type")) or ""
        if self._told is None:
            yield from self._open(fields if kind == "session" else {}, origin)
        if self._told is not None and kind != "session":
            self._record = record
            handler = self._ENTRIES.get(kind)
            yield from handler(self, self._told, origin, fields) if handler else ()

    def _open(self, header: Json, origin: Origin) -> Iterator[Emission]:
        """Meet the session in its header, or in the file's name when that is broken."""
        context = self._context
        where: Json = dict(context.where)
        cwd = foreign.text(header.get("cwd"))
        if cwd:
            where["cwd"] = cwd
        parent = foreign.text(header.get("parentSession"))
        child = context.parent is not None
        told = self._told = Told(
            format=self._format,
            external_id=foreign.text(header.get("id")) or self._named,
            agent=Actor("agent", None, context.agent_name or self._agent),
            prompter=Actor("agent", None, self._agent) if child else PERSON,
            where=where,
        )
        yield Opened(
            external_id=told.external_id,
            created_at=origin.at,
            parent_external_id=context.parent,
            agent_name=context.agent_name,
            linked=(("fork", session_of(re.split(r"[/\\]", parent)[-1])),) if parent else (),
            where=dict(where),
            key=context.key,
            channel=context.channel,
            peer_type=context.peer_type,
        )
        yield from told.named(origin, context.title)

    # Entries

    def _message(self, told: Told, origin: Origin, fields: Json) -> Iterable[Emission]:
        message = foreign.mapping(fields.get("message"))
        handler = self._ROLES.get(foreign.text(message.get("role")) or "")
        return handler(self, told, origin, message) if handler else ()

    def _user(self, told: Told, origin: Origin, message: Json) -> Iterable[Emission]:
        content = _blocks(message.get("content"))
        return told.prompted(origin, content) if content else ()

    def _assistant(self, told: Told, origin: Origin, message: Json) -> Iterator[Emission]:
        message_id = told.message_id(origin)
        model = foreign.text(message.get("model"))
        for index, block in enumerate(_objects(message.get("content"))):
            yield from self._block(told, origin, index, block, message_id, model)
        yield from self._used(told, origin, message, "usage", message_id)
        match message.get("stopReason"):
            case "error":
                yield told.failed(origin, "error", foreign.text(message.get("errorMessage")))
            case "aborted":
                yield told.emit(origin, "interrupt", "user.interrupt", {}, told.prompter)
            case _:
                pass

    def _block(
        self,
        told: Told,
        origin: Origin,
        index: int,
        block: Json,
        message_id: str,
        model: str | None,
    ) -> Iterator[Emission]:
        words = foreign.text(block.get("text"))
        thought = foreign.text(block.get("thinking"))
        match block.get("type"):
            case "text" if words:
                payload: Json = {"content": [said(words)], "message_id": message_id, "model": model}
                yield told.emit(origin, index, "agent.message", payload, told.agent)
            case "thinking" if thought:
                payload = {"content": [said(thought)], "message_id": message_id}
                yield told.emit(origin, index, "agent.thinking", payload, told.agent)
            case "toolCall":
                yield from self._called(told, origin, index, block, message_id)
            case _:
                pass

    def _called(
        self, told: Told, origin: Origin, index: int, block: Json, message_id: str
    ) -> Iterator[Emission]:
        name, call_id = foreign.text(block.get("name")), foreign.text(block.get("id"))
        if name is None:
            return
        arguments = foreign.mapping(block.get("arguments"))
        payload = {
            "name": name,
            "input": arguments,
            "call_type": "direct",
            "message_id": message_id,
            "source_tool_use_id": call_id,
        }
        yield told.emit(origin, index, "agent.tool_use", payload, told.agent)
        if call_id:
            kept = arguments if name in _EDITS else {}
            self._calls.put(call_id, _Call(told.event_id(origin, index), name, kept))

    def _answered(self, told: Told, origin: Origin, message: Json) -> Iterator[Emission]:
        call = self._calls.pop(foreign.text(message.get("toolCallId")))
        failed = message.get("isError") is True
        content = _blocks(message.get("content"))
        if call is not None:
            words = str(content[-1].get("text", "")) if content else ""
            exited = _EXIT.search(words[-80:])
            payload = {
                "tool_use_id": call.event_id,
                "content": content,
                "is_error": failed,
                "exit_code": int(exited[1]) if exited else None,
            }
            yield told.emit(origin, 0, "agent.tool_result", payload, told.agent)
            if not failed:
                details = foreign.mapping(message.get("details"))
                for index, change in enumerate(_edited(call, details), 1):
                    told_edit = {"tool_use_id": call.event_id, **change}
                    yield told.emit(origin, index, "file.edited", told_edit, told.agent)
        yield from self._used(told, origin, message, "usage", None)

    def _used(
        self, told: Told, origin: Origin, holder: Json, part: str, message_id: str | None
    ) -> Iterator[Emission]:
        """The model request of an entry; a request that used nothing was none that counts."""
        usage = foreign.mapping(holder.get("usage"))
        used = Usage(
            input=count(usage.get("input")),
            output=count(usage.get("output")),
            cache_read=count(usage.get("cacheRead")),
            cache_write=count(usage.get("cacheWrite")),
            reasoning=count(usage.get("reasoning")),
        )
        if used.is_nothing:
            return
        payload = used.to_payload(
            model=foreign.text(holder.get("model")),
            provider=foreign.text(holder.get("provider")),
            message_id=message_id,
            cost_micros=micros(foreign.mapping(usage.get("cost")).get("total")),
        )
        yield told.emit(origin, part, "span.model_request_end", payload, told.agent)

    def _shell(self, told: Told, origin: Origin, message: Json) -> Iterator[Emission]:
        """A command that the person ran."""
        command = foreign.text(message.get("command"))
        if command:
            output = foreign.text(message.get("output"))
            words = f"! {command}\n{output}" if output else f"! {command}"
            payload = {"content": [said(words)]}
            yield told.emit(origin, 0, "system.message", payload, SYSTEM)

    def _notice(self, told: Told, origin: Origin, fields: Json) -> Iterator[Emission]:
        """What an extension put into the context and shows."""
        content = _blocks(fields.get("content"))
        if content and fields.get("display") is not False:
            yield told.emit(origin, 0, "system.message", {"content": content}, SYSTEM)

    def _compacted(self, told: Told, origin: Origin, fields: Json) -> Iterator[Emission]:
        payload = {
            "summary": foreign.text(fields.get("summary")),
            "tokens_before": count(fields.get("tokensBefore")) or None,
        }
        yield told.emit(origin, 0, "agent.thread_context_compacted", payload, told.agent)
        yield from self._used(told, origin, fields, "usage", None)

    def _branched(self, told: Told, origin: Origin, fields: Json) -> Iterator[Emission]:
        """The person went back to an earlier entry; what was left is summarised."""
        summary = foreign.text(fields.get("summary"))
        if summary:
            yield told.emit(origin, 0, "system.message", {"content": [said(summary)]}, SYSTEM)
        yield from self._used(told, origin, fields, "usage", None)

    def _info(self, told: Told, origin: Origin, fields: Json) -> Iterable[Emission]:
        return told.named(origin, foreign.text(fields.get("name")))

    _ENTRIES: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "message": _message,
        "compaction": _compacted,
        "branch_summary": _branched,
        "custom_message": _notice,
        "session_info": _info,
    }
    _ROLES: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "user": _user,
        "assistant": _assistant,
        "toolResult": _answered,
        "bashExecution": _shell,
        "custom": _notice,
        "hookMessage": _notice,
        "compactionSummary": _compacted,
        "branchSummary": _branched,
    }
    """What reads which kind of entry. Any other gives no event and is kept raw."""


def session_of(name: str) -> str:
    """The session that a file is named after: ``<time>_<id>.jsonl``, ``<id>.jsonl``."""
    return name.partition(".jsonl")[0].rpartition("_")[2]


def origin_of(source: Source, head: bytes) -> str:
    """The session that a file's history began in: its own, or the one it was forked from."""
    first = head.partition(b"\n")[0]
    parent, own = _PARENT.search(first), _ID.search(first)
    if parent:
        name = parent[1].decode("utf-8", "replace").replace("\\\\", "/").replace("\\/", "/")
        return session_of(name.rpartition("/")[2])
    return own[1].decode("utf-8", "replace") if own else session_of(source.path.name)


def has_header(head: bytes) -> bool:
    """Whether a file that begins so begins with a session's header."""
    first = head.lstrip().partition(b"\n")[0]
    try:
        header = decode(first)
    except ValueError:
        return len(first) >= _LOOK and _HEADER.match(first) is not None
    return header.get("type") == "session" and foreign.text(header.get("id")) is not None


def is_session(path: Path) -> bool:
    """Whether a file is a session's; one that cannot be looked into may be."""
    if not path.is_file():
        return path.is_symlink()
    start = beginning(path, _LOOK)
    return start is not None and has_header(start)


def _objects(value: Any) -> Iterator[Json]:
    return (foreign.mapping(item) for item in foreign.items(value))


def _blocks(value: Any) -> list[Json]:
    """Protocol blocks of a text, or of a list of blocks."""
    if isinstance(value, str):
        return [said(value)] if value else []
    found: list[Json] = []
    for block in _objects(value):
        words, data = foreign.text(block.get("text")), foreign.text(block.get("data"))
        if words:
            found.append(said(words))
        elif data and block.get("type") == "image":
            found.append(picture(data, foreign.text(block.get("mimeType"))))
    return found


_EDITS = frozenset({"edit", "write", "apply_patch"})


def _edited(call: _Call, details: Json) -> list[Json]:
    """The files that a call which succeeded changed, as the fields of `file.edited`."""
    arguments = call.arguments
    path = foreign.text(arguments.get("path")) or foreign.text(arguments.get("file_path"))
    patch = foreign.text(arguments.get("input")) or foreign.text(arguments.get("patch"))
    if call.name == "apply_patch" and patch:
        return patched(patch)
    if path is None or call.name not in _EDITS:
        return []
    content = arguments.get("content")
    if call.name == "write":
        return [{"path": path, "after": content}] if isinstance(content, str) else []
    unified, diff = foreign.text(details.get("patch")), foreign.text(details.get("diff"))
    found = hunks(unified) if unified else _numbered(diff or "")
    return [{"path": path, "change": "update", "hunks": found}]


def _numbered(diff: str) -> list[Json]:
    """The hunks of a diff whose lines are a sign, a number and the text."""
    found: list[Json] = []
    is_open = False
    for line in diff.split("\n"):
        read = _DIFF_LINE.match(line)
        if read is None:
            is_open = False
            continue
        if not is_open:
            start = int(read[2])
            empty: Json = {"old_lines": 0, "new_lines": 0, "lines": list[str]()}
            found.append({"old_start": start, "new_start": start, **empty})
            is_open = True
        found[-1]["lines"].append(read[1] + read[3])
        found[-1]["old_lines"] += read[1] != "+"
        found[-1]["new_lines"] += read[1] != "-"
    return found
