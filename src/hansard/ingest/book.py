"""Which session holds what of a format: found, made on first meeting, linked to its kin."""

import os
from dataclasses import dataclass
from typing import Any

import orjson

from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.ingest.base import Format, Opened
from hansard.journal.append import Journal
from hansard.journal.change import Appended, Change
from hansard.store import agents, sessions
from hansard.store.base import Tx

SOURCE = Actor("source")


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
        self._found: dict[str, str] = {}
        self._agent: Json | None = None

    def find(self, external_id: str) -> str | None:
        """The session that holds this foreign one, if any."""
        known = self._found.get(external_id)
        if known is None:
            known = self.journal.store.read(
                lambda c: sessions.find_source(c, self.workspace_id, self.kind.name, external_id)
            )
            if known is not None:
                self._found[external_id] = known
        return known

    def is_deleted(self, external_id: str) -> bool:
        """Whether a person deleted it here: it must not come back by itself."""
        session_id = self.find(external_id)
        if session_id is None:
            return False
        row = self.journal.store.read(lambda c: sessions.one(c, self.workspace_id, session_id))
        return row is not None and row[1] == sessions.DELETED

    def session_id(self, opened: Opened) -> str:
        """The id a session gets: the same for the same foreign session every time."""
        return ids.derived("sesn", opened.created_at, self.kind.name, opened.external_id)

    def create(self, opened: Opened, first: list[Draft]) -> Appended:
        """Make the session with its first events, and tie it to parent, kin and children."""
        session_id = self.session_id(opened)
        parent = self._parent(opened)
        drafts = [self._creation(opened, session_id, parent), *self._links(opened, parent), *first]

        def also(tx: Tx, _: Appended) -> None:
            name, external = self.kind.name, opened.external_id
            sessions.add_source(tx, self.workspace_id, name, external, session_id)
            if opened.parent_external_id and parent is None:
                sessions.add_wait(
                    tx, self.workspace_id, name, opened.parent_external_id, session_id
                )

        change = self.journal.change(
            self.workspace_id, session_id, drafts, create=True, also=(also,), skip_known=True
        )
        done = self.journal.append_blocking(change)
        self._found[opened.external_id] = session_id
        self._adopt(opened, done)
        return done

    def link_elsewhere(self, opened: Opened, session_id: str, others: set[str]) -> None:
        """Say once that copied history stands in another session (why.md item 4)."""
        drafts = [self._link(opened, "duplicate", other, None, None) for other in sorted(others)]
        change = self.journal.change(
            self.workspace_id, session_id, drafts, verb="update", skip_known=True
        )
        self.journal.append_blocking(change)

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
            "key": self._key(opened.external_id),
            "kind": "background_task" if child else "chat",
            "mode": "work",
            "origin": "agent" if child else "import",
            "channel": "cli",
            "peer_type": "sub-agent" if child else "dm",
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

    def _key(self, external_id: str) -> str:
        safe = external_id.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")
        return f"agent:{self.kind.agent}:default:local:cli:thread:{safe}"

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

    def _adopt(self, opened: Opened, made: Appended) -> None:
        """Tie sub-agents that came before this session to it."""

        def take(tx: Tx) -> list[str]:
            return sessions.take_waits(tx, self.workspace_id, self.kind.name, opened.external_id)

        store = self.journal.store
        root = made.session.root_id or made.session.id
        for child in store.submit(take).result():
            draft = self._link(opened, "parent", made.session.id, opened.external_id, root)
            event_id = ids.derived("sevt", opened.created_at, self.kind.name, child, "adopted")
            adopted = Draft(
                draft.type, draft.payload, draft.actor, self.journal.clock(), id=event_id
            )
            self.journal.append_blocking(
                Change(self.workspace_id, child, [adopted], None, verb="update", skip_known=True)
            )

    def _derived(self, opened: Opened, what: str) -> str:
        return ids.derived("sevt", opened.created_at, self.kind.name, opened.external_id, what)
