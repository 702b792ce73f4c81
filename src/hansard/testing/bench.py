"""A workspace on a store, with a journal and a clock: what a test of the record works on."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson

from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.journal import read
from hansard.journal.append import Journal
from hansard.journal.change import Appended
from hansard.store import members, sessions
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing.clock import FrozenClock

KEY = b"a key that only tests know......"
AGENT = Actor("agent", None, "coder")
PERSON = Actor("person", None, "Ana")
_WAIT_S = 30


class Bench:
    """A fresh workspace.

    Args:
        store: any store; other workspaces on it are not touched.
        clock: gives the present; a `FrozenClock` when none is given.
        key: the installation's key.
        workspace_id: an existing workspace to work in, for a second process on one database.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int] | None = None,
        key: bytes = KEY,
        workspace_id: str | None = None,
    ) -> None:
        self.store = store
        self.clock = clock or FrozenClock()
        self.journal = Journal(store, lambda _: lambda payload: (payload, []), key, self.clock)
        self.workspace_id = workspace_id or self.id("wrkspc")
        if workspace_id is None:
            store.submit(self._found).result()

    @classmethod
    def in_memory(cls) -> "Bench":
        """A bench on a store that lives in memory."""
        return cls(open_store("sqlite://"))

    def id(self, prefix: str) -> str:
        """A fresh identifier."""
        return ids.make(prefix, self.clock(), self.journal.keeper.random74())

    async def create(self, session_id: str | None = None, **fields: Any) -> str:
        """A new session with one event; fields of `session.created` may be given."""
        made = session_id or self.id("sesn")
        await self.append(made, self.created(made, **fields), create=True)
        return made

    def created(self, session_id: str, **fields: Any) -> Draft:
        """The first event of a session."""
        payload: Json = {
            "key": f"agent:coder:default:ana:web:thread:{session_id}",
            "kind": "chat",
            "mode": "work",
            "origin": "web",
            "channel": "web",
            "agent": {"id": "agent_" + "1" * 32, "name": "coder", "version": 1},
            **fields,
        }
        return Draft("session.created", payload, PERSON, self.clock())

    def draft(self, event_type: str, *, id: str | None = None, **payload: Any) -> Draft:
        """An event of the agent, now."""
        return Draft(event_type, payload, AGENT, self.clock(), id=id)

    def said(self, text: str, *, id: str | None = None) -> Draft:
        """A message of the agent."""
        return self.draft("agent.message", id=id, content=[{"type": "text", "text": text}])

    async def append(self, session_id: str, *drafts: Draft, **options: Any) -> Appended:
        """Append through the journal."""
        return await self.journal.append(self.workspace_id, session_id, drafts, **options)

    async def together(self, *work: Awaitable[Any]) -> list[Any]:
        """Start all of it while the writer is held up, so that it shares one transaction.

        Returns what each came to; refusals and failures are returned, not raised.
        """
        gate = threading.Event()
        self.store.submit(lambda _: gate.wait(_WAIT_S))
        tasks = [asyncio.ensure_future(item) for item in work]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    def row(self, session_id: str) -> Json:
        """The stored row of a session, as the API shows it."""
        found = self.store.read(lambda c: sessions.one(c, self.workspace_id, session_id))
        assert found is not None, f"no row for {session_id}"
        return orjson.loads(found[2])

    def events(self, session_id: str) -> Sequence[Json]:
        """Every event of a session, in order, as the API gives it."""
        at = read.place(self.store, self.workspace_id, session_id)
        lines = read.page(self.store, self.workspace_id, at, limit=1_000_000)
        return [orjson.loads(line.body) for line in lines]

    def _found(self, tx: Any) -> None:
        members.add_workspace(tx, self.workspace_id, "Bench", self.clock())
