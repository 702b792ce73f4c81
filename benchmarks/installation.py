"""A journal with everything of the append path in it, in a folder of its own."""

import asyncio
import os
import secrets
import time
from itertools import cycle
from pathlib import Path

from hansard.app import now_ms, scanning
from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.journal.append import Journal
from hansard.journal.index import Indexer
from hansard.redaction.pack import default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.workspaces import Own, Scanners
from hansard.store import members, schema
from hansard.store.open import open_search, open_store

KNOWN_SECRETS = 40
_WAIT_S = 600.0
_PERSON = Actor("person", None, "Ana")


class Installation:
    """A store with one workspace, the default rules, and known secrets to look for.

    Args:
        url: of an empty database.
        indexed: the search index follows.
    """

    def __init__(self, url: str, *, indexed: bool = False) -> None:
        self.store = open_store(url)
        self.workspace_id = self.workspace()
        known = Secrets()
        for number in range(KNOWN_SECRETS):
            known.register(f"BENCH_TOKEN_{number}", secrets.token_urlsafe(24))
        scan = scanning(Scanners(known, default_rules(), os.urandom(32), lambda _: Own("")))
        self.indexer = Indexer(self.store, open_search(self.store)) if indexed else None
        self.journal = Journal(self.store, scan, os.urandom(32), now_ms, self.indexer)
        if self.indexer is not None:
            self.indexer.start()

    @classmethod
    def on_file(cls, folder: Path, *, indexed: bool = False) -> "Installation":
        """On a SQLite file in a folder."""
        return cls(f"sqlite:///{folder / 'hansard.db'}", indexed=indexed)

    def workspace(self) -> str:
        """Make a workspace."""
        made = _id("wrkspc")
        self.store.submit(lambda tx: members.add_workspace(tx, made, "Bench", now_ms())).result()
        return made

    async def sessions(self, many: int, workspace_id: str | None = None) -> list[str]:
        """Make sessions as the product does, one event each; in the first workspace."""
        where = workspace_id or self.workspace_id
        agents = cycle([f"agent_{number:032x}" for number in range(1, 9)])
        made = [opened(next(agents)) for _ in range(many)]
        await asyncio.gather(
            *(self.journal.append(where, name, [draft], create=True) for name, draft in made)
        )
        return [name for name, _ in made]

    def close(self) -> None:
        """Finish what is queued and let go of the file."""
        if self.indexer is not None:
            self.indexer.close()
        schema.finish(self.store)


def _id(prefix: str) -> str:
    return ids.make(prefix, now_ms(), secrets.randbits(74))


def opened(agent_id: str = f"agent_{1:032x}") -> tuple[str, Draft]:
    """The id of a session and its first event."""
    session_id = _id("sesn")
    payload = {
        "key": f"agent:coder:default:ana:web:thread:{session_id}",
        "kind": "chat",
        "mode": "work",
        "origin": "web",
        "channel": "web",
        "agent": {"id": agent_id, "name": "coder", "version": 1},
    }
    return session_id, Draft("session.created", payload, _PERSON, now_ms())


def settle(indexer: Indexer, workspace_id: str, rows: int = 0) -> None:
    """Wait until the search index has read all events, and the names of rows up to a cursor.

    Raises:
        TimeoutError: it took too long.
    """
    until = time.monotonic() + _WAIT_S
    while indexer.behind(workspace_id) or indexer.search.read_to(workspace_id).rows < rows:
        if time.monotonic() > until:
            raise TimeoutError("the index did not catch up")
        time.sleep(0.02)
