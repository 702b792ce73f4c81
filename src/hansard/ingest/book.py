"""Which session holds what of a format: found, made on first meeting, linked to its kin."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import orjson

from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import HansardError
from hansard.ingest.base import Format, Opened
from hansard.journal import read
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended, Change
from hansard.store import agents, ledger, sessions
from hansard.store.base import Tx

SOURCE = Actor("source")
_BEGUN = "session.thread_created"
_AWAITED = 1_024
_CHILDREN = 10_000
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose sessions these are."""

    id: str
    name: str

    def to_wire(self) -> Json:
        """The owner object of a session."""
        return {"id": self.id, "name": self.name}


class Book:
    """Sessions of one format in one workspace (architecture.md, *Import identity*)."""

    def __init__(self, journal: Journal, workspace_id: str, kind: Format, owner: Owner) -> None:
        self.journal = journal
        self.workspace_id = workspace_id
        self.kind = kind
        self.owner = owner
        self._found: dict[str, str | None] = {}
        self._agent: Json | None = None
        self._awaited: OrderedDict[str, Draft] = OrderedDict()

    def find(self, external_id: str) -> str | None:
        """The session that holds this foreign one, if any."""
        if external_id not in self._found:
            stored = _storable(external_id)
            self._found[external_id] = self.journal.store.read(
                lambda c: sessions.find_source(c, self.workspace_id, self.kind.name, stored)
            )
        return self._found[external_id]

    def known(self, drafts: Sequence[Draft]) -> dict[str, str]:
        """Which of these events exist: event id → the session that holds it."""
        wanted = [draft.id for draft in drafts if draft.id is not None]
        return read.known(self.journal.store, self.workspace_id, wanted) if wanted else {}

    def is_deleted(self, opened: Opened) -> bool:
        """Whether a person deleted it here, or what it is a sub-agent of: then it must not come
        back by itself."""
        found = self.find(opened.external_id)
        if found is None and opened.parent_external_id is not None:
            found = self.find(opened.parent_external_id)
        if found is None:
            return False
        row = self.journal.store.read(lambda c: sessions.one(c, self.workspace_id, found))
        return row is not None and row[1] == sessions.DELETED

    def erased(self) -> set[str]:
        """The events of sessions that were deleted here, as far as the usage ledger names them:
        they are not in the log any more, and still must not be counted again."""
        store, where = self.journal.store, self.workspace_id
        found: set[str] = set()
        for _, session_id in store.read(lambda c: sessions.everything(c, where)):
            row = store.read(lambda c, s=session_id: sessions.one(c, where, s))
            if row is not None and row[1] == sessions.DELETED:
                rows = store.read(lambda c, s=session_id: ledger.of_session(c, where, s))
                found.update(ids.from_bytes("sevt", entry["event_id"]) for entry in rows)
        return found

    def session_id(self, opened: Opened) -> str:
        """The id a session gets: the same for the same foreign session every time."""
        return ids.derived("sesn", opened.created_at, self.kind.name, opened.external_id)

    def create(
        self, opened: Opened, first: Sequence[Draft] = (), also: tuple[Also, ...] = ()
    ) -> Appended:
        """Make the session with its first events, and tie it to parent, kin and children."""
        session_id = self.session_id(opened)
        parent = self._parent(opened)
        drafts = [self._creation(opened, session_id, parent), *self._links(opened, parent), *first]

        def tie(tx: Tx, made: Appended) -> None:
            name = self.kind.name
            external_id = _storable(opened.external_id)
            sessions.add_source(tx, self.workspace_id, name, external_id, session_id)
            if parent is not None:
                self._announce(tx, opened, session_id, parent[0])
            elif opened.parent_external_id:
                awaited = _storable(opened.parent_external_id)
                sessions.add_wait(tx, self.workspace_id, name, awaited, session_id)
            for child in sessions.take_waits(tx, self.workspace_id, name, external_id):
                self._adopt(tx, child, session_id, made.session.root_id or session_id, external_id)

        change = self.journal.change(
            self.workspace_id, session_id, drafts, create=True, also=(tie, *also), skip_known=True
        )
        # If it is refused, another process made it: look again.
        self._found.pop(opened.external_id, None)
        done = self.journal.append_blocking(change)
        self._found[opened.external_id] = session_id
        self._awaited.pop(opened.external_id, None)
        return done

    def begun(self, draft: Draft) -> Draft | None:
        """The event that a sub-agent began, with that one's session; None while it is awaited:
        then it is told when the sub-agent is met.

        Args:
            draft: as the format told it, with the sub-agent's `external_id`.
        """
        external_id = str(draft.payload["external_id"])
        told = {k: v for k, v in draft.payload.items() if k != "external_id"}
        draft = replace(draft, payload=told)
        child = self.find(external_id)
        if child is not None:
            return self._named(draft, child)
        self._awaited[external_id] = draft
        if len(self._awaited) > _AWAITED:
            self._awaited.popitem(last=False)
        return None

    def copied(self, opened: Opened, other: str) -> Draft:
        """The event that copied history stands in another session (why.md item 4)."""
        return self._link(opened, "duplicate", other, None, None)

    def agent(self) -> Json:
        """The one agent definition of the format, made on first use."""
        found = self._agent
        if found is None:
            found = self._agent = orjson.loads(self.journal.store.submit(self._agent_job).result())
        return found

    def _agent_job(self, tx: Tx) -> bytes:
        found = agents.of_format(tx.connection, self.workspace_id, self.kind.name)
        if found is not None:
            return found
        now = self.journal.clock()
        random = int.from_bytes(os.urandom(10), "big") >> 6
        agent_id = ids.make("agent", now, random)
        at = instant.to_wire(now)
        body = orjson.dumps(
            {
                "id": agent_id,
                "type": "agent",
                "name": self.kind.title,
                "version": 1,
                "description": f"Sessions recorded from {self.kind.title}",
                "model": None,
                "system": None,
                "tools": [],
                "mcp_servers": [],
                "skills": [],
                "metadata": {"format": self.kind.name},
                "created_at": at,
                "updated_at": at,
                "archived_at": None,
            }
        )
        agents.insert_new(
            tx, self.workspace_id, agent_id, self.kind.title, self.kind.name, now, body
        )
        return body

    def _creation(self, opened: Opened, session_id: str, parent: "tuple[str, str] | None") -> Draft:
        agent = {k: self.agent()[k] for k in ("id", "type", "name", "version", "model")}
        child = opened.parent_external_id is not None or opened.agent_name is not None
        if opened.agent_name:
            agent["name"] = opened.agent_name
        payload: dict[str, Any] = {
            "key": self._key(opened),
            "kind": "background_task" if child else "chat",
            "mode": "work",
            "origin": "agent" if child else "import",
            "channel": opened.channel or "cli",
            "peer_type": "sub-agent" if child else opened.peer_type or "dm",
            "agent": agent,
            "owner": self.owner.to_wire(),
            "parent_id": parent[0] if parent else None,
            "root_id": parent[1] if parent else session_id,
            "external_ids": {self.kind.name: opened.external_id},
            "metadata": {},
            "recorded": True,
            "environment_id": self.workspace_id.replace("wrkspc_", "env_"),
            "where": opened.where,
        }
        event_id = self._derived(opened, "session.created")
        return Draft("session.created", payload, SOURCE, opened.created_at, id=event_id)

    def _key(self, opened: Opened) -> str:
        """The source's own key while no session has it: a reset there makes another session
        under the same key, and a key is one session's here."""
        safe = _storable(opened.external_id)
        safe = safe.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")
        if opened.key is None:
            return f"agent:{self.kind.agent}:default:local:cli:thread:{safe}"
        key = _storable(opened.key)
        taken = self.journal.store.read(lambda c: sessions.find_by_key(c, self.workspace_id, key))
        return key if taken is None else f"{key}:thread:{safe}"

    def _parent(self, opened: Opened) -> tuple[str, str] | None:
        """(id, root id) of the parent session, if it was met."""
        if opened.parent_external_id is None:
            return None
        parent = self.find(opened.parent_external_id)
        return None if parent is None else (parent, self._root(parent))

    def _root(self, session_id: str) -> str:
        roots = self.journal.store.read(
            lambda c: sessions.roots(c, self.workspace_id, [session_id])
        )
        return roots[0] if roots else session_id

    def _links(self, opened: Opened, parent: tuple[str, str] | None) -> list[Draft]:
        found: list[Draft] = []
        if opened.parent_external_id and parent is None:
            found.append(self._link(opened, "parent", None, opened.parent_external_id, None))
        for relation, external_id in opened.linked:
            found.append(self._link(opened, relation, self.find(external_id), external_id, None))
        return found

    def _link(
        self,
        opened: Opened,
        relation: str,
        session_id: str | None,
        external_id: str | None,
        root_id: str | None,
    ) -> Draft:
        payload: Json = {"relation": relation}
        if session_id:
            payload["linked_session_id"] = session_id
        if external_id:
            payload["external_id"] = external_id
        if root_id:
            payload["root_id"] = root_id
        event_id = self._derived(opened, f"link {relation} {session_id or ''} {external_id or ''}")
        return Draft("session.linked", payload, SOURCE, opened.created_at, id=event_id)

    # In the transaction of a new session: its sub-agents that came before it, and its parent

    def _adopt(self, tx: Tx, child: str, parent: str, root: str, external_id: str) -> None:
        """Tie a sub-agent that came before its parent to it, and its own below the new root."""
        payload: Json = {"relation": "parent", "linked_session_id": parent, "root_id": root}
        self._link_in(tx, child, {**payload, "external_id": external_id}, "adopted")
        below = [(child, 0)]
        while below:
            at, depth = below.pop()
            for grandchild in self._children(tx, at) if depth < _DEEPEST else ():
                payload = {"relation": "parent", "linked_session_id": at, "root_id": root}
                self._link_in(tx, grandchild, payload, f"below {root}")
                below.append((grandchild, depth + 1))

    def _children(self, tx: Tx, session_id: str) -> list[str]:
        chosen = sessions.Filter(parent_id=session_id, archived=None)
        rows = sessions.page(
            tx.connection, self.workspace_id, chosen, sort="created_at", after=None, limit=_CHILDREN
        )
        return [str(orjson.loads(body)["id"]) for _, body in rows]

    def _announce(self, tx: Tx, opened: Opened, session_id: str, parent: str) -> None:
        """Say in the parent's log which call started this sub-agent, when that is known."""
        told = self._awaited.get(opened.external_id)
        if opened.parent_tool_use_id is not None:
            payload: Json = {
                "agent_name": opened.agent_name,
                "tool_use_id": opened.parent_tool_use_id,
            }
            told = Draft(_BEGUN, payload, SOURCE, opened.created_at)
        if told is not None:
            self._append_to(tx, parent, self._named(told, session_id))

    def _named(self, begun: Draft, child: str) -> Draft:
        """The event with the session it tells of; one for a sub-agent, whoever told first."""
        at = int.from_bytes(ids.to_bytes(child)[:6], "big")
        event_id = ids.derived("sevt", at, self.kind.name, child, "begun")
        return replace(begun, id=event_id, payload={**begun.payload, "session_child_id": child})

    def _link_in(self, tx: Tx, session_id: str, payload: Json, what: str) -> None:
        now = self.journal.clock()
        at = int.from_bytes(ids.to_bytes(session_id)[:6], "big")
        event_id = ids.derived("sevt", at, self.kind.name, session_id, what)
        linked = Draft("session.linked", payload, SOURCE, now, id=event_id)
        self._append_to(tx, session_id, linked)

    def _append_to(self, tx: Tx, session_id: str, draft: Draft) -> None:
        """Append to another session in the same transaction; one that refuses stays as it is."""
        change = Change(
            self.workspace_id, session_id, [draft], None, verb="update", skip_known=True
        )
        with suppress(HansardError):
            self.journal.take(tx, change)

    def _derived(self, opened: Opened, what: str) -> str:
        return ids.derived("sevt", opened.created_at, self.kind.name, opened.external_id, what)


def _storable(external_id: str) -> str:
    """An id as every database can hold it: no NUL, no half characters of a file name."""
    return external_id.encode("utf-8", "backslashreplace").decode().replace("\0", "\ufffd")
