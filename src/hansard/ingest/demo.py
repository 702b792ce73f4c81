"""Sample sessions for people without any: stories told as of now, through the same door.

A story is a JSON object: what the session is, and `steps`, each `[seconds, verb, …]`. A text
`@name` in an event stands for something that exists only once the story is told: see `_Names`.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any, cast

import orjson

from hansard.domain import ids, instant, money
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.ingest.book import Owner
from hansard.journal import erase
from hansard.journal.append import Journal
from hansard.store import agents, sessions
from hansard.store.base import Tx
from hansard.usage.cost import priced

TAG = "demo"
FILES = ("stories.json", "stories_active.json", "stories_recent.json", "stories_channels.json")
_SYSTEM = Actor("system", None, "demo")
_PROVIDERS = {"c": "anthropic", "g": "openai"}


def stories() -> list[Json]:
    """Every story, those of parents before those of their sub-agents."""
    room = resources.files("hansard.ingest")
    return [story for name in FILES for story in json.loads(room.joinpath(name).read_text("utf-8"))]


def load(journal: Journal, workspace_id: str, owner: Owner) -> int:
    """Add the sample sessions that are not there yet; how many were added.

    Their times are set back from now; every one carries the tag ``demo``. May block.
    """
    told = stories()
    house = _House(journal, workspace_id, owner, told)
    return sum(house.tell(story) for story in told)


class _House:
    """Where the stories are told: their ids, their people and their agents."""

    def __init__(self, journal: Journal, workspace_id: str, owner: Owner, told: list[Json]) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._owner = owner
        self._now = journal.clock()
        self._known = {story["name"]: self._find(story) for story in told}
        self._ids = {story["name"]: self._id(story) for story in told}

    def tell(self, story: Json) -> bool:
        """Append a story that was not told before; whether it is new."""
        name = story["name"]
        if self._known[name]:
            return False
        agent = _agent(self._journal, self._workspace_id, story["agent"])
        begin = self._begin(story)
        names = _Names(name, begin, self._ids, self.person)
        teller = _Teller(story, begin, names, agent, self.person(story.get("owner")))
        drafts = [self._created(story, agent, begin), *teller.drafts()]
        change = self._journal.change(
            self._workspace_id, self._ids[name], [priced(d) for d in drafts], create=True
        )
        self._journal.append_blocking(change)
        if story.get("deleted"):
            self._delete(self._ids[name])
        return True

    def _delete(self, session_id: str) -> None:
        gone = erase.delete(self._journal, self._workspace_id, session_id, self.person(None))
        with ThreadPoolExecutor(1) as apart:  # the caller's thread may run a loop of its own
            apart.submit(asyncio.run, gone).result()

    def person(self, name: str | None) -> Actor:
        """Somebody of the story; without a name the owner of this installation."""
        if name is None:
            return Actor("person", self._owner.id, self._owner.name)
        return Actor("person", ids.derived("usr", 0, TAG, name), name)

    def _begin(self, story: Json) -> int:
        return self._now + int(story["start"]) * instant.SECOND

    def _find(self, story: Json) -> str | None:
        where, key = self._workspace_id, _key(story)
        return self._journal.store.read(lambda c: sessions.find_by_key(c, where, key))

    def _id(self, story: Json) -> str:
        made = ids.derived("sesn", self._begin(story), TAG, self._workspace_id, story["name"])
        return self._known[story["name"]] or made

    def _created(self, story: Json, agent: Json, at: int) -> Draft:
        session_id = self._ids[story["name"]]
        parent_id = self._ids.get(story.get("parent", ""))
        owner = self.person(story.get("owner"))
        payload: Json = {
            "key": _key(story),
            "kind": story["kind"],
            "mode": story.get("mode", "work"),
            "origin": story["origin"],
            "channel": story["channel"],
            "peer_type": story.get("peer"),
            "agent": {k: agent[k] for k in ("id", "type", "name", "version", "model")},
            "owner": {"id": owner.id, "name": owner.name},
            "parent_id": parent_id,
            "root_id": parent_id or session_id,
            "tags": [TAG, *story.get("tags", [])],
            "initiative_id": story.get("initiative"),
            "recorded": story.get("recorded", False),
            "where": story.get("where", {}),
        }
        return Draft("session.created", payload, _SYSTEM, at)


def _key(story: Json) -> str:
    agent = story["agent"].lower().replace(" ", "-")
    return f"agent:{agent}:default:demo:{story['origin']}:thread:{story['name']}"


class _Names:
    """What the `@names` of a story stand for.

    `@session:NAME`, `@thread:NAME` and `@person:NAME` are those; `@LABEL` is the event that was
    given this label, `@call` the last call, `@approval` what was asked last, `@seq` the place of
    the last event, `@in:SECONDS` a time after the event's own.
    """

    def __init__(
        self,
        story: str,
        begin: int,
        sessions_: dict[str, str],
        person: Callable[[str | None], Actor],
    ) -> None:
        self._story = story
        self._begin = begin
        self._sessions = sessions_
        self.person = person
        self.labels: dict[str, Any] = {}

    def make(self, prefix: str, at: int, *parts: str) -> str:
        """An id that is the same whenever the same story is told at the same time."""
        return ids.derived(prefix, at, TAG, self._story, str(self._begin), *parts)

    def filled(self, value: Any, at: int) -> Any:
        """A JSON value with its names replaced."""
        if isinstance(value, dict):
            return {k: self.filled(v, at) for k, v in cast(Json, value).items()}
        if isinstance(value, list):
            return [self.filled(item, at) for item in cast("list[Any]", value)]
        return self._of(value[1:], at) if isinstance(value, str) and value[:1] == "@" else value

    def thread(self, name: str | None) -> str | None:
        """The thread of a sub-agent."""
        return None if name is None else self.make("sthr", self._begin, name)

    def _of(self, name: str, at: int) -> Any:
        kind, _, rest = name.partition(":")
        if kind == "session":
            return self._sessions[rest]
        if kind == "thread":
            return self.thread(rest)
        if kind == "person":
            who = self.person(rest)
            return {"id": who.id, "name": who.name}
        if kind == "in":
            return instant.to_wire(at + int(rest) * instant.SECOND)
        return self.labels[name]


class _Teller:
    """Turns the steps of a story into drafts, in their order."""

    def __init__(self, story: Json, begin: int, names: _Names, agent: Json, person: Actor) -> None:
        self._story = story
        self._begin = begin
        self._names = names
        self._person = person
        self._agent = Actor("agent", agent["id"], agent["name"])
        self._turn: str | None = None
        self._count = 1
        self._steps: dict[str, Callable[..., Iterator[Draft]]] = {
            "user": self._user,
            "turn": self._next_turn,
            "say": self._say,
            "think": self._think,
            "system": self._system,
            "call": self._call,
            "mcp": self._mcp,
            "custom": self._custom,
            "edit": self._edit,
            "usage": self._usage,
            "interrupt": self._interrupt,
            "end": self._end,
            "event": self._event,
            "repeat": self._repeat,
        }

    def drafts(self) -> Iterator[Draft]:
        """The whole story after its first event."""
        title: Json = {"title": self._story["title"], "title_source": "source"}
        yield self._make("session.updated", title, self._begin, _SYSTEM)
        yield from self._told(0, self._story["steps"])

    def _told(self, since: float, steps: list[list[Any]]) -> Iterator[Draft]:
        for offset, verb, *rest in steps:
            at = self._begin + round((since + offset) * instant.SECOND)
            yield from self._steps[verb](at, *rest)

    def _make(
        self,
        kind: str,
        payload: Json,
        at: int,
        actor: Actor | None = None,
        more: Json | None = None,
    ) -> Draft:
        more = more or {}
        self._count += 1
        event_id = self._names.make("sevt", at, str(self._count))
        labels = self._names.labels
        labels["seq"] = self._count
        if "label" in more:
            labels[more["label"]] = event_id
        return Draft(
            kind,
            payload,
            actor or self._agent,
            at,
            id=event_id,
            turn_id=self._turn,
            session_thread_id=self._names.thread(more.get("thread")),
            waits=bool(more.get("waits")),
        )

    def _next_turn(self, at: int) -> Iterator[Draft]:
        self._turn = self._names.make("turn", at, str(self._count))
        yield from ()

    def _user(self, at: int, text: str, more: Json | None = None) -> Iterator[Draft]:
        more = more or {}
        yield from self._next_turn(at)
        who = self._person if "by" not in more else self._names.person(more["by"])
        payload: Json = {**_text(text), **more.get("fields", {})}
        payload["content"] += more.get("blocks", [])
        if "by" in more:
            payload["sender"] = {"id": who.id, "name": who.name}
        yield self._make("user.message", payload, at, who, more)

    def _say(self, at: int, text: str, more: Json | None = None) -> Iterator[Draft]:
        model = self._story.get("model")
        yield self._make("agent.message", {**_text(text), "model": model}, at, None, more)

    def _think(self, at: int, text: str, seconds: float = 0) -> Iterator[Draft]:
        took: Json = {"duration_ms": round(seconds * instant.SECOND)} if seconds else {}
        yield self._make("agent.thinking", {**_text(text), **took}, at)

    def _system(self, at: int, text: str) -> Iterator[Draft]:
        yield self._make("system.message", _text(text), at, _SYSTEM)

    def _call(
        self, at: int, name: str, arguments: Json, output: Any, more: Json | None = None
    ) -> Iterator[Draft]:
        kinds = ("agent.tool_use", "agent.tool_result", "tool_use_id")
        if (more or {}).get("self_hosted"):
            kinds = ("agent.tool_use", "user.tool_result", "tool_use_id")
        yield from self._used(at, kinds, {"name": name, "input": arguments}, output, more)

    def _mcp(
        self,
        at: int,
        server: str,
        name: str,
        arguments: Json,
        output: Any,
        more: Json | None = None,
    ) -> Iterator[Draft]:
        kinds = ("agent.mcp_tool_use", "agent.mcp_tool_result", "mcp_tool_use_id")
        payload = {"name": name, "input": arguments, "mcp_server_name": server, "connector": server}
        yield from self._used(at, kinds, payload, output, more)

    def _custom(
        self, at: int, name: str, arguments: Json, output: Any, more: Json | None = None
    ) -> Iterator[Draft]:
        kinds = ("agent.custom_tool_use", "user.custom_tool_result", "custom_tool_use_id")
        yield from self._used(at, kinds, {"name": name, "input": arguments}, output, more)

    def _used(
        self, at: int, kinds: tuple[str, str, str], payload: Json, output: Any, more: Json | None
    ) -> Iterator[Draft]:
        """A call and, unless it is still open (null), what came back: a text or blocks."""
        more = more or {}
        use, result, field = kinds
        payload = {**payload, "call_type": more.get("call_type", "direct"), **more.get("use", {})}
        called = self._make(use, payload, at, None, more)
        self._names.labels["call"] = called.id
        yield called
        if output is None:
            return
        took = int(more.get("ms", 600))
        content = _text(output) if isinstance(output, str) else {"content": output}
        back: Json = {field: called.id, **content, "duration_ms": took, **more.get("result", {})}
        if more.get("error"):
            back["is_error"] = True
        yield self._make(result, back, at + took)

    def _edit(
        self, at: int, path: str, hunks: list[tuple[int, list[str]]], more: Json | None = None
    ) -> Iterator[Draft]:
        """An edit by a call of its own; a hunk is the line where it begins, and its lines."""
        more = more or {}
        yield from self._call(at, "edit", {"file_path": path}, "Edited", {"ms": 80, **more})
        payload: Json = {
            "path": path,
            "tool_use_id": self._names.labels["call"],
            "hunks": [_hunk(line, lines) for line, lines in hunks],
            "change": more.get("change", "update"),
        }
        yield self._make("file.edited", payload, at + 80)

    def _usage(
        self, at: int, fresh: int, read: int, written: int, output: int, more: Json | None = None
    ) -> Iterator[Draft]:
        """A model request that ended; with `ms` its beginning too, with `cost` its price in USD
        as the source reported it."""
        more = more or {}
        model: str = self._story["model"]
        payload: Json = {
            "model": model,
            "provider": _PROVIDERS.get(model[0]),
            "model_usage": {
                "input_tokens": fresh,
                "cache_read_input_tokens": read,
                "cache_creation_input_tokens": written,
                "output_tokens": output,
            },
            "usage_source": more.get("source", "reported"),
        }
        if "cost" in more:
            cost = round(more["cost"] * money.MICROS)
            payload |= {"cost_micros": cost, "currency": "USD", "price_source": "reported"}
        if "reasoning" in more:
            payload["reasoning_tokens"] = more["reasoning"]
        if "ms" in more:
            start = self._make("span.model_request_start", {"model": model}, at - more["ms"])
            yield start
            payload["model_request_start_id"] = start.id
            payload["time_to_first_token_ms"] = more["ms"] // 4
        yield self._make("span.model_request_end", payload, at)

    def _interrupt(self, at: int, by: str | None = None) -> Iterator[Draft]:
        yield self._make("user.interrupt", {}, at, self._names.person(by) if by else self._person)

    def _end(
        self, at: int, state: str, summary: str | None = None, reason: str | None = None
    ) -> Iterator[Draft]:
        payload: Json = {"state": state, "output_summary": summary, "state_reason": reason}
        said = {k: v for k, v in payload.items() if v is not None}
        yield self._make("session.ended", said, at, _SYSTEM)

    def _event(
        self, at: int, kind: str, payload: Json, more: Json | None = None
    ) -> Iterator[Draft]:
        """Any event; `by` is a person's name, `me` or `agent`, else it is the system's."""
        more = more or {}
        if kind == "approval.requested":
            made = self._names.make("appr", at, str(self._count))
            self._names.labels["approval"] = made
            payload = {"approval_id": made, **payload}
        filled = self._names.filled(payload, at)
        yield self._make(kind, filled, at, self._actor(more.get("by")), more)

    def _actor(self, by: str | None) -> Actor:
        if by is None:
            return _SYSTEM
        named = {"me": self._person, "agent": self._agent}
        return named.get(by) or self._names.person(by)

    def _repeat(self, at: int, times: Json, steps: list[list[Any]]) -> Iterator[Draft]:
        """The same steps again and again, for each of `each`, `every` seconds."""
        since = (at - self._begin) / instant.SECOND
        text = json.dumps(steps)
        each = times["each"]
        names = range(1, each + 1) if isinstance(each, int) else each
        for place, name in enumerate(names):
            again = json.loads(text.replace("{name}", str(name)))
            yield from self._told(since + place * times["every"], again)


def _text(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}]}


def _hunk(line: int, lines: list[str]) -> Json:
    return {
        "old_start": line,
        "old_lines": sum(not text.startswith("+") for text in lines),
        "new_start": line,
        "new_lines": sum(not text.startswith("-") for text in lines),
        "lines": lines,
    }


def _agent(journal: Journal, workspace_id: str, name: str) -> Json:
    """The agent of this name, defined on first use."""

    def job(tx: Tx) -> bytes:
        found = agents.find(tx.connection, workspace_id, name)
        if found is not None:
            return found
        now = journal.clock()
        at = instant.to_wire(now)
        body: Json = {
            "id": ids.make("agent", now, journal.keeper.random74()),
            "type": "agent",
            "name": name,
            "version": 1,
            "description": "A sample agent",
            "model": None,
            "system": None,
            "tools": [],
            "mcp_servers": [],
            "skills": [],
            "metadata": {TAG: "true"},
            "created_at": at,
            "updated_at": at,
            "archived_at": None,
        }
        made = orjson.dumps(body)
        agents.insert_new(tx, workspace_id, body["id"], name, None, now, made)
        return made

    return orjson.loads(journal.store.submit(job).result())
