"""Sample sessions for people without any: stories told as of now, through the same door."""

import json
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import orjson

from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.ingest.book import Owner
from hansard.journal.append import Journal
from hansard.store import agents, sessions
from hansard.store.base import Tx
from hansard.usage.cost import priced

TAG = "demo"
_SYSTEM = Actor("system", None, "demo")


def load(journal: Journal, workspace_id: str, owner: Owner) -> int:
    """Add the sample sessions that are not there yet; how many were added.

    Their times are set back from now; every one carries the tag ``demo``.
    """
    text = resources.files("hansard.ingest").joinpath("stories.json").read_text("utf-8")
    stories: list[Json] = json.loads(text)
    return sum(_tell(journal, workspace_id, owner, story) for story in stories)


def _tell(journal: Journal, workspace_id: str, owner: Owner, story: Json) -> bool:
    key = f"agent:{story['agent'].lower()}:default:demo:{story['origin']}:thread:{story['name']}"
    if journal.store.read(lambda c: sessions.find_by_key(c, workspace_id, key)):
        return False
    begin = journal.clock() + int(story["start"]) * instant.SECOND
    agent = _agent(journal, workspace_id, story["agent"])
    session_id = ids.derived("sesn", begin, TAG, workspace_id, story["name"])
    teller = _Teller(story, begin, Actor("person", owner.id, owner.name), agent)
    drafts = [_created(session_id, key, story, agent, owner, begin), *teller.drafts()]
    change = journal.change(
        workspace_id, session_id, [priced(draft) for draft in drafts], create=True
    )
    journal.append_blocking(change)
    return True


def _created(session_id: str, key: str, story: Json, agent: Json, owner: Owner, at: int) -> Draft:
    payload: Json = {
        "key": key,
        "kind": story["kind"],
        "mode": story.get("mode", "work"),
        "origin": story["origin"],
        "channel": story["channel"],
        "peer_type": None,
        "agent": {k: agent[k] for k in ("id", "type", "name", "version", "model")},
        "owner": owner.to_wire(),
        "root_id": session_id,
        "tags": [TAG],
        "recorded": True,
        "where": story.get("where", {}),
    }
    return Draft("session.created", payload, _SYSTEM, at)


class _Teller:
    """Turns the steps of a story into drafts."""

    def __init__(self, story: Json, begin: int, person: Actor, agent: Json) -> None:
        self._story = story
        self._begin = begin
        self._person = person
        self._agent = Actor("agent", agent["id"], agent["name"])
        self._turn: str | None = None
        self._last_call: str | None = None
        self._count = 0

    def drafts(self) -> Iterator[Draft]:
        title: Json = {"title": self._story["title"], "title_source": "source"}
        yield Draft("session.updated", title, _SYSTEM, self._begin)
        steps: dict[str, Callable[..., Iterator[Draft]]] = {
            "user": self._user,
            "say": self._say,
            "think": self._think,
            "call": self._call,
            "mcp": self._mcp,
            "edit": self._edit,
            "usage": self._usage,
            "interrupt": self._interrupt,
            "event": self._event,
        }
        for offset, verb, *rest in self._story["steps"]:
            yield from steps[verb](self._begin + offset * instant.SECOND, *rest)

    def _make(self, kind: str, payload: Json, at: int, actor: Actor | None = None) -> Draft:
        self._count += 1
        event_id = ids.derived(
            "sevt", at, TAG, self._story["name"], str(self._begin), str(self._count)
        )
        return Draft(kind, payload, actor or self._agent, at, id=event_id, turn_id=self._turn)

    def _user(self, at: int, text: str) -> Iterator[Draft]:
        self._turn = ids.derived("turn", at, TAG, self._story["name"], text)
        yield self._make("user.message", _text(text), at, self._person)

    def _say(self, at: int, text: str) -> Iterator[Draft]:
        yield self._make("agent.message", {**_text(text), "model": self._story["model"]}, at)

    def _think(self, at: int, text: str) -> Iterator[Draft]:
        yield self._make("agent.thinking", _text(text), at)

    def _call(
        self, at: int, name: str, arguments: Json, output: str | None, more: Json | None = None
    ) -> Iterator[Draft]:
        use = self._make(
            "agent.tool_use", {"name": name, "input": arguments, "call_type": "direct"}, at
        )
        yield use
        self._last_call = use.id
        if output is not None:
            yield self._result("agent.tool_result", "tool_use_id", use, output, more or {})

    def _mcp(
        self,
        at: int,
        server: str,
        name: str,
        arguments: Json,
        output: str,
        more: Json | None = None,
    ) -> Iterator[Draft]:
        payload = {
            "name": name,
            "input": arguments,
            "mcp_server_name": server,
            "connector": server,
            "call_type": "direct",
        }
        use = self._make("agent.mcp_tool_use", payload, at)
        yield use
        self._last_call = use.id
        yield self._result("agent.mcp_tool_result", "mcp_tool_use_id", use, output, more or {})

    def _result(self, kind: str, field: str, use: Draft, output: str, more: Json) -> Draft:
        took = int(more.get("ms", 600))
        payload: Json = {field: use.id, **_text(output), "duration_ms": took}
        if more.get("error"):
            payload["is_error"] = True
        return self._make(kind, payload, use.created_at + took)

    def _edit(self, at: int, path: str, lines: list[str]) -> Iterator[Draft]:
        use = self._make(
            "agent.tool_use",
            {"name": "edit", "input": {"file_path": path}, "call_type": "direct"},
            at,
        )
        yield use
        yield self._result("agent.tool_result", "tool_use_id", use, "Edited", {"ms": 80})
        old = sum(not line.startswith("+") for line in lines)
        new = sum(not line.startswith("-") for line in lines)
        hunk = {
            "old_start": 41,
            "old_lines": old,
            "new_start": 41,
            "new_lines": new,
            "lines": lines,
        }
        payload = {"path": path, "tool_use_id": use.id, "hunks": [hunk], "change": "update"}
        yield self._make("file.edited", payload, at)

    def _usage(self, at: int, fresh: int, read: int, written: int, output: int) -> Iterator[Draft]:
        model = self._story["model"]
        payload: Json = {
            "model": model,
            "provider": {"c": "anthropic", "g": "openai"}.get(model[0]),
            "model_usage": {
                "input_tokens": fresh,
                "cache_read_input_tokens": read,
                "cache_creation_input_tokens": written,
                "output_tokens": output,
            },
            "usage_source": "reported",
        }
        yield self._make("span.model_request_end", payload, at)

    def _interrupt(self, at: int) -> Iterator[Draft]:
        yield self._make("user.interrupt", {}, at, self._person)

    def _event(self, at: int, kind: str, payload: Json) -> Iterator[Draft]:
        filled = dict(payload)
        if kind == "approval.requested":
            filled["approval_id"] = ids.derived("appr", at, TAG, self._story["name"])
            if payload.get("approval_type") == "tool":
                filled["tool_use_id"] = self._last_call
        yield self._make(kind, filled, at, _SYSTEM)


def _text(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}]}


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
