"""Sessions with everything an export carries, files of them, and two workspaces to move between."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.export import discover
from hansard.export.base import Selection
from hansard.journal import copy, proof, read, restore
from hansard.journal.arrival import Restored
from hansard.journal.proof import Proof
from hansard.journal.seal import Seal
from hansard.store import blobs, ledger, sessions
from hansard.testing import Bench

SEAL = Seal(b"a seed of the tests, 32 bytes...")


class Shelf:
    """A workspace whose sessions go out into files and come in from them."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.folder = folder
        self.seal = SEAL

    async def rich(self, **fields: Any) -> str:
        """A session with texts, a call, usage, a large content, raw records and a source."""
        bench = self.bench
        session_id = await bench.create(title="Fix the login test", **fields)
        await bench.append(
            session_id,
            bench.said("héllo \u2028 wörld \x00"),
            bench.draft("agent.tool_use", name="bash", input={"command": "x" * 70_000}),
            bench.draft("x.empty"),
            bench.draft("span.model_request_end", model="m", model_usage={"output_tokens": 7}),
        )
        at = read.place(bench.store, bench.workspace_id, session_id)
        block = read.pack([b'{"a":1}', b"no json \\ at all", b""])

        def keep(tx: Any) -> None:
            where = bench.workspace_id
            blobs.add_block(tx, where, at.sid, 0, 0, 3, block)
            sessions.add_source(tx, where, "codex", f"foreign {session_id}", session_id)

        bench.store.submit(keep).result()
        return session_id

    def written(self, *ids: str) -> bytes:
        """The export of some sessions."""
        bench = self.bench
        chosen = [copy.choose(bench.store, bench.workspace_id, i) for i in ids]
        store, where = bench.store, bench.workspace_id
        what = Selection(store, where, chosen, self.seal, bench.clock(), "0.0.0")
        return b"".join(discover.named(None).write(what))

    def taken(
        self, content: bytes, clean: Callable[[bytes], bytes] = bytes, *, trusted: bool = True
    ) -> list[Restored]:
        """Check an export and take in every session of it."""
        path = self.folder / "export.jsonl"
        path.write_bytes(content)
        found = self.examined(content)
        assert found.problems == []
        return [
            restore.restore(
                self.bench.journal, self.bench.workspace_id, path, section, clean, trusted=trusted
            )
            for section in found.sections
        ]

    def examined(self, content: bytes) -> Proof:
        """The check of a file."""
        return proof.examine(BytesIO(content))

    def kept(self, session_id: str) -> dict[str, Any]:
        """All that is stored of a session, without what belongs to its place in the store."""
        bench, where = self.bench, self.bench.workspace_id
        at = read.place(bench.store, where, session_id)
        row = orjson.loads(at.body)
        body, fold = bench.store.read(
            lambda c: next((r.body, r.fold) for r in sessions.heads(c, where, [session_id]))
        )
        assert orjson.loads(body) == row
        found: dict[str, Any] = {
            "row": {k: v for k, v in row.items() if k not in ("pos", "workspace_id")},
            "fold": orjson.loads(fold),
            "events": [
                {k: v for k, v in event.items() if k != "pos"} for event in bench.events(session_id)
            ],
            "raw": bench.store.read(lambda c: self._raw(c, at.sid)),
            "blobs": bench.store.read(lambda c: self._blobs(c, at.sid)),
            "ledger": sorted(
                bench.store.read(lambda c: ledger.of_session(c, where, session_id)),
                key=lambda entry: entry["event_id"],
            ),
            "sources": bench.store.read(lambda c: sessions.sources_of(c, where, session_id)),
        }
        for entry in found["ledger"]:
            del entry["workspace_id"]
        return found

    def _raw(self, connection: Any, sid: int) -> list[tuple[int, list[bytes]]]:
        found = blobs.blocks(connection, self.bench.workspace_id, sid)
        return [(first, read.unpack(body)) for first, _, body in found]

    def _blobs(self, connection: Any, sid: int) -> list[tuple[str, str, bytes]]:
        after, found = "", list[tuple[str, str, bytes]]()
        while one := blobs.next_after(connection, self.bench.workspace_id, sid, after):
            found.append(one)
            after = one[0]
        return found


@pytest.fixture
def here(bench: Bench, tmp_path: Path) -> Shelf:
    """Where sessions come from."""
    return Shelf(bench, tmp_path)


@pytest.fixture
def there(bench: Bench, tmp_path: Path) -> Shelf:
    """Another workspace on the same store."""
    made = Bench(bench.store, bench.clock)
    made.journal = bench.journal  # of a file that one process owns there is one
    return Shelf(made, tmp_path)
